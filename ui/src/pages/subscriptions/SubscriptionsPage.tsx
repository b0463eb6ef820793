import { useEffect, useRef } from 'preact/hooks';
import type { PricePeriod, Subscription, Subscriptions, Summary } from '../../api/types';
import { useData } from '../../api/use';
import { useCurrent, useSummary } from '../../app/current';
import { useKeys } from '../../app/keys';
import { useRowKeys } from '../../app/rows';
import { month as monthText, monthAdd } from '../../format';
import { DataOf } from '../../parts/DataOf';
import { sameNamed } from '../../parts/names';
import { NothingYet } from '../../parts/NothingYet';
import { Page } from '../../parts/Page';
import { SeatLegend } from '../../parts/SeatBar';
import { SortHead } from '../../parts/SortHead';
import { Waiting } from '../../parts/Waiting';
import { href, navigate, setQuery, useLocation } from '../../router';
import { t } from '../../texts';
import { ExplainPanel } from '../explain/ExplainPanel';
import { exportCsv } from './exportCsv';
import { PriceRow } from './PriceRow';
import { SubscriptionLine } from './SubscriptionLine';
import { periodOf, reclaimable } from './sums';
import { Totals } from './Totals';

const COLUMNS: [key: string, sort: string | null, css: string][] = [
    ['name', 'name', ''],
    ['seats', null, ''],
    ['purchased', 'purchased', 'num'],
    ['assigned', 'assigned', 'num'],
    ['active', 'active', 'num late'],
    ['reclaimable', 'reclaimable', 'num'],
    ['price', null, 'num late'],
    ['cost', 'monthly_cost', 'num'],
    ['saving', 'potential_saving', 'num'],
];
function sortKey(s: Subscription, by: string): number | string {
    if (by === 'name') return s.name;
    if (by === 'monthly_cost' || by === 'potential_saving') return s.enabled ? Number(s[by]?.amount ?? -1) : -2;
    if (by === 'reclaimable') return reclaimable(s) ?? -1;
    return (s[by as 'purchased' | 'assigned' | 'active'] ?? (by === 'purchased' ? Infinity : -1)) as number;
}

export function SubscriptionsPage({ id, explain }: { id: number; explain: { key: string; month: string } | null }) {
    const { query } = useLocation();
    const { row } = useCurrent();
    const body = useRef<HTMLTableSectionElement>(null);
    const summary = useSummary(id);
    const last = summary.data ? accountMonth(summary.data) : null;
    const month = query.get('month') ?? last;
    const asked = query.get('month');
    const { data, error, updating, reload } = useData<Subscriptions>(href(`/connectors/${id}/subscriptions`, { month: asked }));
    const unread = data?.aggregation === null;
    const prices = useData<{ prices: PricePeriod[] }>(`/connectors/${id}/prices`);
    const open = query.get('open');
    const by = query.get('sort') ?? 'monthly_cost';
    const order = query.get('order') ?? (by === 'name' ? 'asc' : 'desc');
    const move = (n: number) => () => {
        if (!month || !last) return;
        const to = monthAdd(month, n);
        if (to <= last) setQuery({ month: to === last ? null : to });
    };
    const list = [...(data?.subscriptions ?? [])].sort((a, b) => {
        const [x, y] = [sortKey(a, by), sortKey(b, by)];
        const d = typeof x === 'string' ? x.localeCompare(String(y)) : x - (y as number);
        return (order === 'desc' ? -d : d) || a.name.localeCompare(b.name);
    });
    // "unpriced" of an address is the first without a price, as the table has them.
    const unpriced = open === 'unpriced' && data && prices.data && month ? (list.find((s) => s.enabled && !periodOf(prices.data!.prices, s.key, month))?.key ?? null) : undefined;
    useEffect(() => {
        if (unpriced !== undefined) setQuery({ open: unpriced });
    }, [unpriced]);
    const same = sameNamed(list);
    useRowKeys(body);
    useKeys({ '[': move(-1), ']': move(1), x: () => month && exportCsv(list, month) });
    useEffect(() => {
        if (open && data) document.querySelector('.opened')?.scrollIntoView({ block: 'nearest' });
    }, [open, !!data]);
    const months = last ? Array.from({ length: 24 }, (_, i) => monthAdd(last, -i)) : [];
    return (
        <Page
            title={t.nav.subscriptions}
            about={asked ? data?.aggregation && <a href={`/c/${id}/runs/${data.aggregation}`}>{t.subscriptions.asRead(data.aggregation, monthText(asked))}</a> : <DataOf id={id} summary={summary.data} />}
            actions={
                data && month && (
                    <>
                        <select class="select month-select" aria-label={t.chart.month} value={month} onChange={(e) => setQuery({ month: e.currentTarget.value === last ? null : e.currentTarget.value })}>
                            {[...new Set([month, ...months])].sort().reverse().map((m) => (
                                <option key={m} value={m}>
                                    {monthText(m)}
                                </option>
                            ))}
                        </select>
                        <button type="button" class="btn no-phone" aria-keyshortcuts="x" onClick={() => exportCsv(list, month)}>
                            {t.subscriptions.csv}
                        </button>
                    </>
                )
            }
        >
            {!data ? (
                error ? (
                    <NothingYet error={error} row={row} onRetry={reload} />
                ) : (
                    <Waiting rows={7} height={52} />
                )
            ) : !list.length ? (
                <div class="empty">
                    <h2>{t.subscriptions.none}</h2>
                    <p>{t.subscriptions.noneText}</p>
                </div>
            ) : (
                <>
                    {unread && month && last ? (
                        <p class="second sentence">
                            {t.subscriptions.unread(monthText(month))}{' '}
                            <button type="button" class="link" onClick={() => setQuery({ month: null })}>
                                {t.subscriptions.latest(monthText(last))}
                            </button>
                        </p>
                    ) : (
                        <SeatLegend />
                    )}
                    <div class="wide-table" aria-busy={updating}>
                        <table class="table two lists subscriptions" aria-label={t.nav.subscriptions}>
                            <thead>
                                <tr>
                                    {COLUMNS.map(([key, sort, css]) => (
                                        <SortHead key={key} class={`col-${key} ${css}`} label={t.subscriptions.columns[key]!} sort={sort} at={by} order={order} first={sort === 'name' ? 'asc' : 'desc'} />
                                    ))}
                                </tr>
                            </thead>
                            <tbody ref={body}>
                                {list.map((s) => {
                                    const period = month ? periodOf(prices.data?.prices ?? [], s.key, month) : null;
                                    const isOpen = open === s.key;
                                    return [
                                        <SubscriptionLine key={s.key} id={id} s={s} period={period} month={month} past={!!asked} open={isOpen} same={same.has(s.key)} onToggle={() => setQuery({ open: isOpen ? null : s.key })} />,
                                        isOpen && month && <PriceRow key={s.key + '/price'} id={id} s={s} prices={prices.data?.prices ?? []} month={month} onClose={() => setQuery({ open: null })} />,
                                    ];
                                })}
                            </tbody>
                            <Totals list={list} />
                        </table>
                    </div>
                    <p class="small third">{t.subscriptions.foot(list.filter((s) => s.enabled && s.purchased === null && s.assigned !== null).map((s) => s.name))}</p>
                </>
            )}
            {explain && (
                <ExplainPanel
                    id={id}
                    path={`/explain/cost/${encodeURIComponent(explain.key)}/${explain.month}`}
                    title={t.overview.cost}
                    command={(words) => [...words, 'cost', explain.key, explain.month]}
                    onClose={() => navigate(`/c/${id}/subscriptions${location.search}`)}
                />
            )}
        </Page>
    );
}

/** The month of T in the account zone; in UTC where the browser does not know that zone. */
function accountMonth(s: Summary): string {
    const at = new Date(s.aggregation.started_at);
    try {
        const parts = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', timeZone: s.time_zone }).formatToParts(at);
        const of = (type: string) => parts.find((p) => p.type === type)!.value;
        return `${of('year')}-${of('month')}`;
    } catch {
        return s.aggregation.started_at.slice(0, 7);
    }
}
