import type { TrendMonth, UserState } from '../../api/types';
import { count, short } from '../../format';
import { ChartPanel } from '../../parts/chart/ChartPanel';
import type { Series } from '../../parts/chart/paint';
import { navigate } from '../../router';
import { t } from '../../texts';
import { changeOf, keyMark, sinceWord } from './rows';
import type { MonthsProps } from './SeatsChart';

const FIELDS = { active: 'active_users', inactive: 'inactive_users', none: 'no_activity_users', unknown: 'unknown_users' } as const;

export function UsersChart({ id, months, onRange }: MonthsProps) {
    const names = months.map((m) => m.month);
    const make = (state: UserState, colour: string, fill: Series['fill']): Series => {
        const values = months.map((m: TrendMonth) => m[FIELDS[state]]);
        return { name: t.states[state], colour, fill, draw: 'column', values, label: `${t.states[state]} ${count(values.at(-1) ?? null)}` };
    };
    const series = [make('active', 'c-active', 'solid'), make('inactive', 'c-reclaim', 'solid'), make('none', 'c-reclaim', 'hatched'), make('unknown', 'c-unknown', 'dotted')];
    return (
        <ChartPanel
            title={t.chart.users}
            about={t.chart.usersAbout}
            file="users-by-state"
            months={names}
            series={series}
            incomplete={[]}
            height={170}
            axisText={short}
            sentence={(i) => t.chart.sentence(t.chart.users, names[i]!, series.map((s) => [s.name, count(s.values[i] ?? null)]))}
            onRange={onRange}
            onOpen={() => navigate(`/c/${id}/users`)}
            since={sinceWord(names, series[0]!.values)}
            rows={series.map((s) => ({ name: s.name, mark: keyMark(s), values: s.values.map((v) => (v === null ? null : count(v))), raw: s.values, change: changeOf(s.values) }))}
        />
    );
}
