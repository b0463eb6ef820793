// What is painted on a chart's canvas beyond uPlot's lines: no-data fields, columns, dots, labels at the right end.
import type uPlot from 'uplot';
import { t } from '../../texts';
import { spread } from './scale';

export type Fill = 'solid' | 'hatched' | 'dotted';
export interface Series {
    name: string;
    /** A colour token: c-assigned. */
    colour: string;
    values: (number | null)[];
    draw: 'line' | 'step' | 'column';
    dashed?: boolean;
    fill?: Fill;
    /** "Purchased 585" */
    label: string;
}

export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const font = (weight: number) => `${weight} ${11 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;

export function fillStyle(ctx: CanvasRenderingContext2D, colour: string, fill: Fill = 'solid'): string | CanvasPattern {
    if (fill === 'solid') return colour;
    const size = Math.round((fill === 'hatched' ? 6 : 4) * devicePixelRatio);
    const tile = new OffscreenCanvas(size, size);
    const c = tile.getContext('2d')!;
    if (fill === 'hatched') {
        c.strokeStyle = colour;
        c.lineWidth = size / 3.4;
        c.beginPath();
        for (const d of [-size, 0, size]) {
            c.moveTo(d, size);
            c.lineTo(d + size, 0);
        }
        c.stroke();
    } else {
        c.fillStyle = colour;
        for (const [x, y] of [[0.3, 0.3], [0.8, 0.8]] as const) {
            c.beginPath();
            c.arc(x * size, y * size, size * 0.24, 0, 7);
            c.fill();
        }
    }
    return ctx.createPattern(tile, 'repeat')!;
}

/** A stretch of months without any figure: a field, and "no data" once. */
export function paintGaps(u: uPlot, isGap: boolean[]): void {
    const { ctx, bbox } = u;
    for (let from = 0; from < isGap.length; from++) {
        if (!isGap[from]) continue;
        let to = from;
        while (isGap[to + 1]) to++;
        const x0 = u.valToPos(from - 0.5, 'x', true);
        const x1 = u.valToPos(to + 0.5, 'x', true);
        ctx.fillStyle = token('raised');
        ctx.fillRect(x0, bbox.top, x1 - x0, bbox.height);
        ctx.fillStyle = token('text-3');
        ctx.font = font(400);
        ctx.textAlign = 'center';
        ctx.textBaseline = 'middle';
        const words = t.noData.split(' ');
        const line = 14 * devicePixelRatio;
        const narrow = ctx.measureText(t.noData).width > x1 - x0;
        const lines = narrow ? words : [t.noData];
        if (Math.max(...lines.map((w) => ctx.measureText(w).width)) <= x1 - x0)
            lines.forEach((w, i) => ctx.fillText(w, (x0 + x1) / 2, bbox.top + bbox.height / 2 + (i - (lines.length - 1) / 2) * line));
        from = to;
    }
}

/** Steps at the borders of months: what was bought holds for the whole month. */
export function stepPath(u: uPlot, values: (number | null)[]): Path2D {
    const path = new Path2D();
    let on = false;
    values.forEach((v, i) => {
        if (v === null) {
            on = false;
            return;
        }
        const y = u.valToPos(v, 'y', true);
        const x0 = u.valToPos(i - 0.5, 'x', true);
        if (on) path.lineTo(x0, y);
        else path.moveTo(x0, y);
        path.lineTo(u.valToPos(i + 0.5, 'x', true), y);
        on = true;
    });
    return path;
}

export function paintColumns(u: uPlot, series: Series[]): void {
    const { ctx } = u;
    const width = Math.abs(u.valToPos(0.62, 'x', true) - u.valToPos(0, 'x', true));
    const base: number[] = [];
    ctx.setLineDash([]);
    for (const s of series) {
        if (s.draw !== 'column') continue;
        const colour = token(s.colour);
        ctx.fillStyle = fillStyle(ctx, colour, s.fill);
        ctx.strokeStyle = colour;
        ctx.lineWidth = devicePixelRatio;
        s.values.forEach((v, i) => {
            if (!v) return;
            const low = base[i] ?? 0;
            base[i] = low + v;
            const y0 = u.valToPos(low, 'y', true);
            const y1 = u.valToPos(low + v, 'y', true);
            const x = Math.round(u.valToPos(i, 'x', true) - width / 2);
            const gap = low ? devicePixelRatio : 0;
            const h = Math.max(1, y0 - y1 - gap);
            ctx.fillRect(x, y1, width, h);
            if (s.fill && s.fill !== 'solid') ctx.strokeRect(x + 0.5, y1 + 0.5, width - 1, Math.max(0, h - 1));
        });
    }
}

/** A dot at the last value, hollow when that month is incomplete; names and values stand beside, 15 px apart. */
export function paintEnds(u: uPlot, series: Series[], incomplete: boolean[], withLabels: boolean): void {
    const { ctx, bbox } = u;
    const px = devicePixelRatio;
    const shown: { s: Series; y: number }[] = [];
    let base = 0;
    ctx.setLineDash([]);
    for (const s of series) {
        const last = s.values.length - 1;
        const v = s.values[last];
        if (v === null || v === undefined) continue;
        const top = s.draw === 'column' ? base + v : v;
        const y = u.valToPos(s.draw === 'column' ? base + v / 2 : v, 'y', true);
        if (s.draw === 'column') base = top;
        if (s.draw === 'column' && v === 0) continue;
        shown.push({ s, y: series.filter((x) => x.draw === 'column').length === 1 && s.draw === 'column' ? u.valToPos(v, 'y', true) + 6 * px : y });
        if (s.draw === 'line') {
            ctx.beginPath();
            ctx.arc(u.valToPos(last, 'x', true), y, 3.5 * px, 0, 7);
            ctx.fillStyle = incomplete[last] ? token('bg') : token(s.colour);
            ctx.strokeStyle = token(s.colour);
            ctx.lineWidth = 1.75 * px;
            ctx.fill();
            ctx.stroke();
        }
    }
    if (!withLabels) return;
    const at = spread(shown.map((x) => x.y), 15 * px, bbox.top + 4 * px, bbox.top + bbox.height - 4 * px);
    const x = bbox.left + bbox.width + 4 * px;
    ctx.font = font(600);
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    shown.forEach(({ s }, i) => {
        const colour = token(s.colour);
        if (s.draw === 'column') {
            ctx.fillStyle = fillStyle(ctx, colour, s.fill);
            ctx.fillRect(x, at[i]! - 4.5 * px, 9 * px, 9 * px);
            ctx.strokeStyle = colour;
            ctx.lineWidth = px;
            ctx.strokeRect(x + 0.5, at[i]! - 4.5 * px, 8 * px, 8 * px);
        } else {
            ctx.strokeStyle = colour;
            ctx.lineWidth = 2.5 * px;
            ctx.setLineDash(s.dashed ? [4 * px, 2 * px] : []);
            ctx.beginPath();
            ctx.moveTo(x, at[i]!);
            ctx.lineTo(x + 10 * px, at[i]!);
            ctx.stroke();
            ctx.setLineDash([]);
        }
        ctx.fillStyle = token('text');
        ctx.fillText(s.label, x + 14 * px, at[i]!);
    });
}
