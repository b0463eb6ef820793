// Totals of the table: exact sums of what the server rounded once, one a currency.
import type { Money, PricePeriod, Subscription } from '../../api/types';
import { difference } from '../../format';

/** a + b, as a minus minus b. */
const add = (a: string, b: string) => difference(b.startsWith('-') ? b.slice(1) : '-' + b, a);

export function sumMoney(list: (Money | null | undefined)[]): Money[] {
    const sums = new Map<string, string>();
    for (const m of list) if (m) sums.set(m.currency, add(sums.get(m.currency) ?? '0', m.amount));
    return [...sums].map(([currency, amount]) => ({ currency, amount }));
}
/** Of those that are known; null where none is. */
export const sum = (list: (number | null)[]): number | null => list.reduce((total, n) => (n === null ? total : (total ?? 0) + n), null);
export const reclaimable = (s: Subscription): number | null => (s.inactive === null || s.none === null ? null : s.inactive + s.none);

/** The price period in force in a month. */
export function periodOf(prices: PricePeriod[], key: string, month: string): PricePeriod | null {
    return prices.filter((p) => p.subscription === key && p.from <= month).sort((a, b) => b.from.localeCompare(a.from))[0] ?? null;
}
