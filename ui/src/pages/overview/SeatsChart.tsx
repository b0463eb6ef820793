import type { TrendMonth } from '../../api/types';
import { count } from '../../format';
import { ChartPanel } from '../../parts/chart/ChartPanel';
import type { Series } from '../../parts/chart/paint';
import { short } from '../../format';
import { t } from '../../texts';
import { changeOf, keyMark, sinceWord } from './rows';

export interface MonthsProps {
    id: number;
    months: TrendMonth[];
    onRange: (from: number, to: number) => void;
}
export function SeatsChart({ months, onRange }: MonthsProps) {
    const of = (part: 'purchased' | 'assigned' | 'active') => months.map((m) => m.seats?.[part] ?? null);
    const make = (name: string, colour: string, values: (number | null)[], draw: Series['draw'], dashed = false): Series => ({
        name, colour, values, draw, dashed, label: `${name} ${count(values.at(-1) ?? null)}`,
    });
    const series = [
        make(t.chart.purchased, 'c-purchased', of('purchased'), 'step'),
        make(t.chart.assigned, 'c-assigned', of('assigned'), 'line'),
        make(t.states.active, 'c-active', of('active'), 'line', true),
    ];
    const names = months.map((m) => m.month);
    const last = months.at(-1)?.subscriptions?.filter((s) => s.purchased === null && s.enabled) ?? [];
    return (
        <ChartPanel
            title={t.chart.seats}
            about={t.chart.seatsAbout}
            file="seats"
            months={names}
            series={series}
            incomplete={months.map((m) => m.aggregation?.status === 'incomplete')}
            height={164}
            axisText={short}
            sentence={(i) => t.chart.sentence(t.chart.seats, names[i]!, series.map((s) => [s.name, count(s.values[i] ?? null)]))}
            onRange={onRange}
            since={sinceWord(names, series[0]!.values)}
            rows={series.filter((s) => s.values.some((v) => v !== null)).map((s) => ({ name: s.name, mark: keyMark(s), values: s.values.map((v) => (v === null ? null : count(v))), raw: s.values, change: changeOf(s.values) }))}
            foot={last.length > 0 && t.chart.unlimited(last.map((s) => [s.name, s.assigned]))}
        />
    );
}
