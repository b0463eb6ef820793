import { useCallback, useRef } from 'preact/hooks';
import type { ConnectorRow } from '../../api/types';
import type { Resource } from '../../api/use';
import { useRowKeys } from '../../app/rows';
import { isAdministrator } from '../../app/store';
import { count } from '../../format';
import { Search } from '../../parts/Search';
import { Segments } from '../../parts/Segments';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { setQuery, useLocation } from '../../router';
import { t } from '../../texts';
import { ConnectorLine } from './ConnectorLine';

const needsAttention = (c: ConnectorRow) =>
    c.status === 'failed' || c.status === 'incomplete' || c.status === 'sign_in' || (c.grant?.days_left ?? 99) <= 7;
const SHOWN: Record<string, (c: ConnectorRow) => boolean> = {
    all: () => true,
    attention: needsAttention,
    inactive: (c) => !c.active,
};

/** One row a connector: what a service provider looks at in the morning. */
export function Added({ connectors }: { connectors: Resource<{ connectors: ConnectorRow[] }> }) {
    const { query } = useLocation();
    const box = useRef<HTMLTableSectionElement>(null);
    useRowKeys(box);
    const onSearch = useCallback((text: string) => setQuery({ q: text }), []);
    if (!connectors.data) return connectors.error ? <Trouble error={connectors.error} onRetry={connectors.reload} /> : <Waiting />;
    const all = connectors.data.connectors;
    if (!all.length)
        return (
            <div class="empty">
                <h2>{t.first.title}</h2>
                <p>{t.first.text}</p>
                {isAdministrator() && (
                    <a class="btn primary" href="/connectors/discover">
                        {t.connectors.add}
                    </a>
                )}
            </div>
        );
    const q = query.get('q') ?? '';
    const lower = q.toLocaleLowerCase();
    const show = query.get('show') ?? 'all';
    const found = all
        .filter((c) => `${c.name} ${c.account?.name ?? ''}`.toLocaleLowerCase().includes(lower))
        .filter(SHOWN[show] ?? SHOWN.all!);
    const choice = (value: string, label: string) => ({ value, label, tally: count(all.filter(SHOWN[value]!).length) });
    return (
        <>
            <div class="filters">
                <Search label={t.connectors.search} value={q} onSearch={onSearch} />
                <Segments
                    label={t.connectors.show}
                    value={show}
                    choices={[choice('all', t.all), choice('attention', t.connectors.attention), choice('inactive', t.connectors.inactive)]}
                    onChoose={(value) => setQuery({ show: value === 'all' ? null : value })}
                />
            </div>
            {found.length > 0 ? (
                <div class="wide-table">
                    <table class="table two lists connectors" aria-label={t.nav.connectors}>
                        <thead>
                            <tr>
                                {t.connectors.columns.map(([key, name]) => (
                                    <th key={key} scope="col" class={'col-' + key}>
                                        {name || <span class="hidden-text">{t.actions}</span>}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody ref={box}>
                            {found.map((c) => (
                                <ConnectorLine key={c.id} row={c} />
                            ))}
                        </tbody>
                    </table>
                </div>
            ) : (
                <p class="second sentence">
                    {t.connectors.filtered}{' '}
                    <button type="button" class="link" onClick={() => setQuery({ q: null, show: null })}>
                        {t.clearToAll(count(all.length))}
                    </button>
                </p>
            )}
            <p class="third small">{t.connectors.foot(all.filter((c) => c.active).length, all.length)}</p>
        </>
    );
}
