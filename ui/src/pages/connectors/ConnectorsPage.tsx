import type { Provider } from '../../api/types';
import { useData } from '../../api/use';
import { useConnectors } from '../../app/current';
import { count } from '../../format';
import { Page } from '../../parts/Page';
import { useLocation } from '../../router';
import { t } from '../../texts';
import { Added } from './Added';
import { AggregateAll } from './AggregateAll';
import { Discover } from './Discover';
import { isAdministrator } from '../../app/store';
import { ConnectorDialog } from '../connector/ConnectorDialog';

/** Added and Discover are tabs with routes of their own; the dialog of one connector stands over them. */
export function ConnectorsPage({ dialog }: { dialog: string | null }) {
    const { path, query } = useLocation();
    const connectors = useConnectors();
    const providers = useData<{ providers: Provider[] }>('/providers');
    const discover = path === '/connectors/discover';
    const list = connectors.data?.connectors;
    const row = list?.find((c) => String(c.id) === dialog);
    const edited = providers.data?.providers.find((p) => p.name === (dialog === 'new' ? query.get('provider') : row?.provider));
    const tab = (to: string, label: string, n: number | undefined, chosen: boolean) => (
        <a href={to} role="tab" id={'tab-' + label} aria-selected={chosen} aria-controls="tab-panel" tabIndex={chosen ? 0 : -1}>
            {label} {n !== undefined && <span class="tally">{count(n)}</span>}
        </a>
    );
    const onKeyDown = (event: KeyboardEvent) => {
        if (!/^Arrow(Left|Right)$/.test(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]')];
        all.find((el) => el !== document.activeElement)?.focus();
    };
    return (
        <Page
            title={t.nav.connectors}
            actions={
                isAdministrator() && (
                    <>
                        <AggregateAll list={list ?? []} />
                        <a class="btn primary" href={providers.data?.providers.length === 1 ? `/connectors/new?provider=${providers.data.providers[0]!.name}` : '/connectors/discover'}>
                            {t.connectors.add}
                        </a>
                    </>
                )
            }
        >
            <div class="tabs" role="tablist" aria-label={t.nav.connectors} onKeyDown={onKeyDown}>
                {tab('/connectors', t.connectors.added, list?.length, !discover)}
                {tab('/connectors/discover', t.connectors.discover, providers.data?.providers.length, discover)}
            </div>
            <div id="tab-panel" role="tabpanel" aria-label={discover ? t.connectors.discover : t.connectors.added} class="stack">
                {discover ? <Discover providers={providers} list={list ?? []} /> : <Added connectors={connectors} />}
            </div>
            {dialog && edited && isAdministrator() && <ConnectorDialog key={dialog} which={dialog} provider={edited} />}
        </Page>
    );
}
