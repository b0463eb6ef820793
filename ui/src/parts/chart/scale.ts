/** At most 4 round ticks that hold low..high. */
export function ticks(low: number, high: number, fromZero: boolean): number[] {
    const from = fromZero ? 0 : low;
    const span = Math.max(high - from, fromZero ? 1 : 3);
    const power = 10 ** Math.floor(Math.log10(span / 3));
    const step = [1, 2, 2.5, 5, 10, 20].map((m) => m * power).find((s) => s >= 1e-9 && Math.ceil(high / s) - Math.floor(from / s) <= 3)!;
    const first = Math.floor(from / step);
    const last = Math.max(Math.ceil(high / step), first + 1);
    return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}
/** Moves labels apart so that none covers another; keeps their order. */
export function spread(wanted: number[], apart: number, low: number, high: number): number[] {
    const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
    for (let k = 1; k < order.length; k++) order[k]!.y = Math.max(order[k]!.y, order[k - 1]!.y + apart);
    let limit = high;
    for (let k = order.length - 1; k >= 0; k--) {
        order[k]!.y = Math.max(low, Math.min(order[k]!.y, limit));
        limit = order[k]!.y - apart;
    }
    const out: number[] = [];
    for (const { y, i } of order) out[i] = y;
    return out;
}
