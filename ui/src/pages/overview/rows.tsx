import { amount, difference, isNegative, isZero, monthTick, signed, UNKNOWN, withoutSign } from '../../format';
import type { Series } from '../../parts/chart/paint';
import { t } from '../../texts';

/** The same drawing as in the chart, before the name. */
export function keyMark(s: Series) {
    const colour = `var(--${s.colour})`;
    if (s.draw === 'column')
        return (
            <svg class="key-mark" width="14" height="10" aria-hidden="true">
                <rect x=".5" y=".5" width="13" height="9" fill={s.fill === 'hatched' ? 'url(#fill-none)' : s.fill === 'dotted' ? 'url(#fill-unknown)' : colour} stroke={colour} />
            </svg>
        );
    return (
        <svg class="key-mark" width="14" height="10" aria-hidden="true">
            <path d="M0 5h14" stroke={colour} stroke-width="2" stroke-dasharray={s.dashed ? '5 3' : undefined} />
        </svg>
    );
}
const firstKnown = (values: unknown[]) => values.findIndex((v) => v !== null);

export function sinceWord(months: string[], values: unknown[]): string {
    const i = firstKnown(values);
    return i < 0 ? '' : t.chart.since(monthTick(months[i]!, false));
}
export function changeOf(values: (number | null)[]): string {
    const first = values[firstKnown(values)];
    const last = values.at(-1);
    return first == null || last == null ? UNKNOWN : signed(last - first);
}
export function amountChange(values: (string | null)[]): string {
    const first = values[firstKnown(values)];
    const last = values.at(-1);
    if (first == null || last == null) return UNKNOWN;
    const d = difference(first, last);
    return isZero(d) ? amount(withoutSign(d)) : (isNegative(d) ? '−' : '+') + amount(withoutSign(d));
}
