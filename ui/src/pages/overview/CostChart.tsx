import { amount, byCost, money, short } from '../../format';
import { ChartPanel } from '../../parts/chart/ChartPanel';
import type { Series } from '../../parts/chart/paint';
import { navigate } from '../../router';
import { t } from '../../texts';
import { amountChange, sinceWord } from './rows';
import type { MonthsProps } from './SeatsChart';

/** Columns of the largest currency; the others are rows of the table. Currencies are never added. */
export function CostChart({ id, months, onRange }: MonthsProps) {
    const names = months.map((m) => m.month);
    const latest = months.at(-1)?.monthly_cost ?? [];
    const currencies = [...new Set([...byCost(latest, latest), ...months.flatMap((m) => m.monthly_cost ?? [])].map((m) => m.currency))];
    if (!currencies.length)
        return (
            <section class="chart" aria-label={t.overview.cost}>
                <header>
                    <h2>{t.overview.cost}</h2>
                    <span class="third small">{t.overview.noPrices}</span>
                    <a class="small" href={`/c/${id}/subscriptions`}>
                        {t.price.enter}
                    </a>
                </header>
            </section>
        );
    const texts = (currency: string) => months.map((m) => m.monthly_cost?.find((x) => x.currency === currency)?.amount ?? null);
    const drawn = currencies[0]!;
    const values = texts(drawn);
    const last = values.at(-1);
    const series: Series[] = [
        { name: drawn, colour: 'c-cost', draw: 'column', values: values.map((v) => (v === null ? null : Number(v))), label: last == null ? drawn : money({ currency: drawn, amount: last }) },
    ];
    return (
        <ChartPanel
            title={t.overview.cost}
            about={t.chart.costAbout(drawn)}
            file="monthly-cost"
            months={names}
            series={series}
            incomplete={[]}
            height={150}
            axisText={short}
            sentence={(i) => t.chart.sentence(t.overview.cost, names[i]!, currencies.map((c) => [c, amount(texts(c)[i] ?? null)]))}
            onRange={onRange}
            onOpen={(month) => navigate(`/c/${id}/subscriptions?month=${month}`)}
            since={sinceWord(names, values)}
            rows={currencies.map((c) => ({ name: c, values: texts(c).map((v) => (v === null ? null : amount(v))), raw: texts(c), change: amountChange(texts(c)) }))}
        />
    );
}
