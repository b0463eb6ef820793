import type { Overview } from '../../api/types';
import { useData } from '../../api/use';
import { useCurrent } from '../../app/current';
import { useKeys } from '../../app/keys';
import { AggregateButton } from '../../parts/AggregateButton';
import { DataOf } from '../../parts/DataOf';
import { NothingYet } from '../../parts/NothingYet';
import { Page } from '../../parts/Page';
import { Segments } from '../../parts/Segments';
import { href, navigate, setQuery, useLocation } from '../../router';
import { t } from '../../texts';
import { ExplainPanel } from '../explain/ExplainPanel';
import { Cards } from './Cards';
import { CostChart } from './CostChart';
import { Definition } from './Definition';
import { Notices } from './Notices';
import { OverviewWaiting } from './OverviewWaiting';
import { SeatsChart } from './SeatsChart';
import { UsersChart } from './UsersChart';

const SPANS = ['6', '12', '24', '60'];

export function OverviewPage({ id, explain }: { id: number; explain: boolean }) {
    const { query } = useLocation();
    const { row } = useCurrent();
    const asked = query.get('months') ?? '12';
    const span = SPANS.includes(asked) ? asked : '12';
    const { data, error, updating, reload } = useData<Overview>(href(`/connectors/${id}/overview`, { months: span }), () => !!row?.running);
    useKeys({ e: () => navigate(`/c/${id}/explain/active${location.search}`) });
    const all = data?.trend.months ?? [];
    const from = query.get('from');
    const to = query.get('to');
    const shown = from && to ? all.filter((m) => m.month >= from && m.month <= to) : all;
    const part = shown.length > 1 && shown.length < all.length;
    const charts = {
        id,
        months: part ? shown : all,
        onRange: (a: number, b: number) => b > a && setQuery({ from: shown[a]!.month, to: shown[b]!.month }, false),
    };
    return (
        <Page
            title={t.nav.overview}
            about={<DataOf id={id} summary={data?.summary} />}
            actions={
                <>
                    <span class="no-phone">
                        <Segments
                            label={t.overview.span}
                            value={span}
                            choices={SPANS.map((m) => ({ value: m, label: m === span ? t.overview.months(Number(m)) : m }))}
                            onChoose={(m) => setQuery({ months: m === '12' ? null : m, from: null, to: null })}
                        />
                    </span>
                    <AggregateButton row={row} />
                </>
            }
        >
            {data ? (
                <div class="stack" aria-busy={updating}>
                    <Notices id={id} notices={data.notices} />
                    <Cards id={id} data={data} />
                    <Definition id={id} data={data} />
                    {part && (
                        <p class="sentence second">
                            {t.overview.range(shown[0]!.month, shown.at(-1)!.month)}{' '}
                            <button type="button" class="link" onClick={() => setQuery({ from: null, to: null }, false)}>
                                {t.overview.allMonths(all.length)}
                            </button>
                        </p>
                    )}
                    <SeatsChart {...charts} />
                    <CostChart {...charts} />
                    <UsersChart {...charts} />
                </div>
            ) : error ? (
                <NothingYet error={error} row={row} onRetry={reload} />
            ) : (
                <OverviewWaiting />
            )}
            {explain && data && <ExplainPanel id={id} path="/explain/active" title={t.explain.activeTitle} command={(words) => [...words, 'active']} onClose={() => navigate(`/c/${id}${location.search}`)} />}
        </Page>
    );
}
