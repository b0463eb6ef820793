import type { ComponentChildren } from 'preact';
import { month as monthText, monthTick, UNKNOWN } from '../../format';
import { t } from '../../texts';
import { usePointed } from './cursor';

export interface Row {
    name: string;
    mark?: ComponentChildren;
    values: (string | null)[];
    /** As a machine reads them, for CSV. */
    raw: (string | number | null)[];
    /** From the first known month to the last. */
    change: string;
}
/** The figures of a chart, one column a month straight below its point. */
export function MonthTable({ caption, months, rows, since }: { caption: string; months: string[]; rows: Row[]; since: string }) {
    const at = usePointed() ?? months.length - 1;
    const unknown = <abbr title={t.chart.unknown}>{UNKNOWN}</abbr>;
    return (
        <table class="months" aria-label={caption}>
            <colgroup>
                <col class="months-name" />
                {months.map((m) => (
                    <col key={m} />
                ))}
                <col class="months-change" />
            </colgroup>
            <thead>
                <tr>
                    <th scope="col">
                        <span class="hidden-text">{t.chart.series}</span>
                    </th>
                    {months.map((m, i) => (
                        <th key={m} scope="col" class={i === at ? 'at' : undefined}>
                            {monthTick(m, i === 0 || (i > 1 && m.endsWith('-01')))}
                        </th>
                    ))}
                    <th scope="col" class="num">
                        {since}
                    </th>
                </tr>
            </thead>
            <tbody>
                {rows.map((row) => (
                    <tr key={row.name}>
                        <th scope="row">
                            {row.mark}
                            {row.name}
                        </th>
                        {row.values.map((v, i) => (
                            <td key={i} class={i === at ? 'at' : undefined}>
                                {v ?? unknown}
                            </td>
                        ))}
                        <td class="num">{row.change}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

/** On a phone: months as rows, behind a disclosure. */
export function MonthList({ caption, months, rows }: { caption: string; months: string[]; rows: Row[] }) {
    const known = months.map((m, i) => ({ m, i })).filter(({ i }) => rows.some((r) => r.values[i] != null));
    return (
        <details class="month-list">
            <summary>{t.chart.table(known.length)}</summary>
            <table aria-label={caption}>
                <thead>
                    <tr>
                        <th scope="col">{t.chart.month}</th>
                        {rows.map((r) => (
                            <th key={r.name} scope="col" class="num">
                                {r.name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {known.map(({ m, i }) => (
                        <tr key={m}>
                            <th scope="row">{monthText(m)}</th>
                            {rows.map((r) => (
                                <td key={r.name} class="num">
                                    {r.values[i] ?? UNKNOWN}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
            {known.length < months.length && <p class="small third">{t.chart.blank(months.length - known.length)}</p>}
        </details>
    );
}
