import type { ComponentChildren } from 'preact';
import { t } from '../../texts';
import { saveCsv } from '../saveCsv';
import { MonthList, MonthTable, type Row } from './MonthTable';
import { Plot, type PlotProps } from './Plot';

export interface ChartPanelProps extends PlotProps {
    title: string;
    about: string;
    rows: Row[];
    since: string;
    /** Of the file that CSV gives. */
    file: string;
    foot?: ComponentChildren;
}
export function ChartPanel(props: ChartPanelProps) {
    const { title, about, rows, months, since, file, foot } = props;
    return (
        <section class="chart" aria-label={title}>
            <header>
                <h2>{title}</h2>
                <span class="third small">{about}</span>
                <button type="button" class="link small" onClick={() => saveCsv(file, [['month', ...rows.map((r) => r.name)], ...months.map((m, i) => [m, ...rows.map((r) => r.raw[i])])])} aria-label={t.chart.csvOf(title)}>
                    CSV
                </button>
            </header>
            <div class="chart-scroll" tabIndex={months.length > 14 ? 0 : undefined} role={months.length > 14 ? 'group' : undefined} aria-label={months.length > 14 ? title : undefined}>
                <div class="chart-in" style={{ minWidth: months.length > 14 ? `${236 + months.length * 56}px` : '' }}>
                    <Plot {...props} />
                    <MonthTable caption={title} months={months} rows={rows} since={since} />
                </div>
            </div>
            <MonthList caption={title} months={months} rows={rows} />
            {foot && <p class="chart-foot small third">{foot}</p>}
        </section>
    );
}
