import { useEffect } from 'preact/hooks';
import type { Provider } from '../../api/types';
import { useData } from '../../api/use';
import { useConnectors } from '../../app/current';
import { isAdministrator } from '../../app/store';
import { Page } from '../../parts/Page';
import { rich } from '../../parts/rich';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { navigate } from '../../router';
import { t } from '../../texts';

/** No connector: what to do first. One: its overview. Several: the list. */
export function Home() {
    const { data, error, reload } = useConnectors();
    const list = data?.connectors;
    useEffect(() => {
        if (list?.length === 1) navigate(`/c/${list[0]!.id}`, { replace: true });
        else if (list?.length) navigate('/connectors', { replace: true });
    }, [list?.length]);
    return (
        <Page title={t.nav.overview}>
            {error ? <Trouble error={error} onRetry={reload} /> : list && !list.length ? <FirstRun /> : <Waiting />}
        </Page>
    );
}

function FirstRun() {
    const providers = useData<{ providers: Provider[] }>('/providers');
    const centre = providers.data?.providers[0]?.developer_centre;
    return (
        <section class="first-run">
            <h2>{t.first.title}</h2>
            <p class="second">{t.first.text}</p>
            <ol>
                {t.first.steps.map(([title, text], i) => (
                    <li key={title}>
                        <span class="third">{i + 1}</span>
                        <div class="grow">
                            <h3>{title}</h3>
                            <p class="small second">{text}</p>
                        </div>
                        {i === 0 && centre && (
                            <a class="btn" href={centre} target="_blank" rel="noopener noreferrer">
                                {t.first.centre}
                            </a>
                        )}
                        {i === 1 && isAdministrator() && (
                            <a class="btn primary" href="/connectors/discover">
                                {t.connectors.add}
                            </a>
                        )}
                    </li>
                ))}
            </ol>
            <p class="small third">{rich(t.first.demo)}</p>
        </section>
    );
}
