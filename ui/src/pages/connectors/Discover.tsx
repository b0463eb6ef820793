import { useState } from 'preact/hooks';
import type { ConnectorRow, Provider } from '../../api/types';
import type { Resource } from '../../api/use';
import { isAdministrator } from '../../app/store';
import { rich } from '../../parts/rich';
import { Search } from '../../parts/Search';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { connectors, t } from '../../texts';

/** One block a provider: what it reads, what it needs, what it never does. */
export function Discover({ providers, list }: { providers: Resource<{ providers: Provider[] }>; list: ConnectorRow[] }) {
    const [text, setText] = useState('');
    if (providers.error) return <Trouble error={providers.error} onRetry={providers.reload} />;
    if (!providers.data) return <Waiting rows={3} />;
    const lower = text.toLocaleLowerCase();
    const found = providers.data.providers.filter((p) => `${p.title} ${p.vendor}`.toLocaleLowerCase().includes(lower));
    return (
        <>
            <Search label={t.discover.search} value={text} onSearch={setText} />
            {found.map((p) => (
                <article key={p.name} class="provider">
                    <div class="letter" aria-hidden="true">
                        {p.title[0]}
                    </div>
                    <div class="grow">
                        <h2>
                            {p.title} <span class="second">{t.discover.by(p.vendor)}</span>
                        </h2>
                        <dl class="facts">
                            {t.discover.facts(p).map(([term, words]) => (
                                <div key={term} class="fact">
                                    <dt>{term}</dt>
                                    <dd>{rich(words)}</dd>
                                </div>
                            ))}
                            <div class="fact">
                                <dt>{t.connectors.added}</dt>
                                <dd>
                                    <a href="/connectors">{connectors(list.filter((c) => c.provider === p.name).length)}</a>
                                </dd>
                            </div>
                        </dl>
                    </div>
                    {isAdministrator() && (
                        <a class="btn primary" href={`/connectors/new?provider=${p.name}`}>
                            {t.connectors.add}
                        </a>
                    )}
                </article>
            ))}
            {!found.length && <p class="third">{t.discover.none}</p>}
        </>
    );
}
