// How a figure moved, in words: "7 fewer than in October".
import type { Money, TrendMonth } from '../../api/types';
import { count, difference, isNegative, isZero, money, monthName, withoutSign } from '../../format';
import { t } from '../../texts';

/** The latest month before the last that has the figure. */
function before<T>(months: TrendMonth[], of: (m: TrendMonth) => T | null): { month: string; value: T } | null {
    for (let i = months.length - 2; i >= 0; i--) {
        const value = of(months[i]!);
        if (value !== null) return { month: months[i]!.month, value };
    }
    return null;
}
export function countMoved(months: TrendMonth[], now: number, of: (m: TrendMonth) => number | null): string {
    const then = before(months, of);
    if (!then) return t.overview.first;
    const d = now - then.value;
    if (!d) return t.overview.same(monthName(then.month));
    return d > 0 ? t.overview.more_(count(d), monthName(then.month)) : t.overview.less(count(-d), monthName(then.month));
}
export function moneyMoved(months: TrendMonth[], now: Money[], of: (m: TrendMonth) => Money[] | null): string {
    const then = before(months, of);
    if (!then) return t.overview.first;
    const moved = now.flatMap((m) => {
        const old = then.value.find((o) => o.currency === m.currency);
        const d = difference(old?.amount ?? '0', m.amount);
        return isZero(d) ? [] : [{ currency: m.currency, d }];
    });
    if (!moved.length) return t.overview.same(monthName(then.month));
    const parts = moved.map(({ currency, d }) => {
        const size = money({ currency, amount: withoutSign(d) });
        return isNegative(d) ? t.overview.lessMoney(size) : t.overview.moreMoney(size);
    });
    return t.overview.than(parts.join(', '), monthName(then.month));
}
