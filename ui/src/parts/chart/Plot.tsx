import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { watchTheme } from '../../app/theme';
import { monthTick } from '../../format';
import { t } from '../../texts';
import { pointAt } from './cursor';
import { paintColumns, paintEnds, paintGaps, type Series, stepPath, token } from './paint';
import { ticks } from './scale';

export interface PlotProps {
    months: string[];
    series: Series[];
    incomplete: boolean[];
    height: number;
    /** "Seats by month. November 2026: ..." */
    sentence: (month: number) => string;
    axisText: (value: number) => string;
    onOpen?: (month: string) => void;
    onRange?: (from: number, to: number) => void;
}
const SYNC = uPlot.sync('months');
export const isPhone = (): boolean => innerWidth < 640;

/** One drawing on the month grid of its table. One tab stop; Left and Right move the cursor and say the month. */
export function Plot(props: PlotProps) {
    const { months, series, height, sentence, onOpen } = props;
    const box = useRef<HTMLDivElement>(null);
    const plot = useRef<uPlot | null>(null);
    const held = useRef(props);
    held.current = props;
    const [said, setSaid] = useState('');
    const at = useRef(months.length - 1);
    const key = JSON.stringify([months, series, props.incomplete]);
    useEffect(() => {
        const u = (plot.current = make(box.current!, held));
        const theme = watchTheme(() => u.redraw());
        const size = new ResizeObserver(() => {
            const width = box.current?.clientWidth ?? 0;
            if (width && Math.abs(width - u.width) >= 1) u.setSize({ width, height });
        });
        size.observe(box.current!);
        return () => {
            theme();
            size.disconnect();
            u.destroy();
            plot.current = null;
            pointAt(null);
        };
    }, [key]);
    const point = (month: number) => {
        at.current = month;
        const u = plot.current!;
        u.setCursor({ left: u.valToPos(month, 'x'), top: 10 });
        pointAt(month);
        setSaid(sentence(month));
    };
    const onKeyDown = (event: KeyboardEvent) => {
        const last = months.length - 1;
        const to = { ArrowLeft: Math.max(0, at.current - 1), ArrowRight: Math.min(last, at.current + 1), Home: 0, End: last }[event.key];
        if (to !== undefined) point(to);
        else if (event.key === 'Enter' && onOpen) onOpen(months[at.current]!);
        else return;
        event.preventDefault();
        event.stopPropagation();
    };
    return (
        <>
            <div
                class="plot"
                ref={box}
                role="img"
                tabIndex={0}
                aria-label={`${sentence(months.length - 1)} ${t.chart.keys}`}
                style={{ height: `${height}px` }}
                onKeyDown={onKeyDown}
                onFocus={() => (at.current = months.length - 1)}
            />
            <div class="hidden-text" aria-live="polite">
                {said}
            </div>
        </>
    );
}

function make(box: HTMLElement, held: { current: PlotProps }): uPlot {
    const { months, series, height, axisText } = held.current;
    const phone = isPhone();
    const known = series.map((s) => s.values.map((v) => v ?? 0));
    const stacked = series.every((s) => s.draw === 'column');
    const sums = months.map((_, i) => known.reduce((sum, v) => sum + v[i]!, 0));
    const all = stacked ? sums : series.flatMap((s) => s.values.filter((v) => v !== null));
    const splits = ticks(Math.min(...all, Infinity) === Infinity ? 0 : Math.min(...all), Math.max(0, ...all), stacked);
    const isGap = months.map((_, i) => series.every((s) => s.values[i] === null));
    const every = Math.ceil(months.length / 4);
    const small = () => `400 11px ${getComputedStyle(document.body).fontFamily}`;
    const u = new uPlot(
        {
            width: box.clientWidth || 600,
            height,
            padding: [10, phone ? 108 : 116, phone ? 2 : 10, 0],
            legend: { show: false },
            cursor: { y: false, points: { show: false }, sync: { key: SYNC.key, setSeries: false }, drag: { x: true, y: false, setScale: false, dist: 12 } },
            scales: { x: { time: false, range: () => [-0.5, months.length - 0.5] }, y: { range: () => [splits[0]!, splits.at(-1)!] } },
            axes: [
                {
                    show: phone,
                    size: 22,
                    stroke: () => token('text-3'),
                    font: small() as unknown as string,
                    grid: { show: false },
                    ticks: { show: false },
                    splits: () => months.map((_, i) => i).filter((i) => (months.length - 1 - i) % every === 0),
                    values: (_, at) => at.map((i) => monthTick(months[i]!, false)),
                },
                {
                    size: phone ? 40 : 120,
                    gap: 8,
                    stroke: () => token('text-3'),
                    font: small() as unknown as string,
                    grid: { stroke: () => token('line'), width: 1 },
                    ticks: { show: false },
                    splits: () => splits,
                    values: (_, at) => at.map(axisText),
                },
            ],
            series: [
                {},
                ...series.map((s): uPlot.Series => ({
                    stroke: () => token(s.colour),
                    width: 1.75,
                    dash: s.dashed ? [5, 3] : undefined,
                    points: { show: false },
                    spanGaps: false,
                    show: true,
                    paths: s.draw === 'line' ? undefined : s.draw === 'step' ? (v) => ({ stroke: stepPath(v, s.values), fill: null, clip: null, band: null, gaps: [], flags: 0 }) : () => null,
                })),
            ],
            hooks: {
                drawClear: [(v) => paintGaps(v, isGap)],
                draw: [
                    (v) => {
                        paintColumns(v, series);
                        paintEnds(v, series, held.current.incomplete, true);
                    },
                ],
                setCursor: [(v) => pointAt(v.cursor.left === undefined || v.cursor.left < 0 ? null : (v.cursor.idx ?? null))],
                setSelect: [
                    (v) => {
                        if (v.select.width < 12) return;
                        const month = (px: number) => Math.min(months.length - 1, Math.max(0, Math.round(v.posToVal(px, 'x'))));
                        held.current.onRange?.(month(v.select.left), month(v.select.left + v.select.width));
                        v.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
                    },
                ],
            },
        },
        [months.map((_, i) => i), ...series.map((s) => s.values)] as uPlot.AlignedData,
        box,
    );
    return u;
}
