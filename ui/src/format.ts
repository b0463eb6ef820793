// Numbers, money and times as the reader's locale writes them. Each formatter is made once.
import type { Money } from './api/types';

export const locale = navigator.language || 'en';
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const UNKNOWN = '–';
const MINUS = '−';

const counts = new Intl.NumberFormat(locale);
const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
const plurals = new Intl.PluralRules('en');
const moneys = new Map<string, Intl.NumberFormat>();
const days = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const dayTimes = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
});
const shortTimes = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
});
const times = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const utcTimes = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
});
const months = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const monthNames = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' });
const shortMonths = new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' });
const languages = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' });

const minus = (text: string) => text.replace('-', MINUS);
export const count = (n: number | null | undefined): string => (n == null ? UNKNOWN : minus(counts.format(n)));
export const signed = (n: number | null): string => (n == null ? UNKNOWN : (n > 0 ? '+' : '') + count(n));
export const short = (n: number): string => minus(compact.format(n));
export const percent = (part: number): string => percents.format(part);
export const plural = (n: number, one: string, other: string): string => (plurals.select(n) === 'one' ? one : other);

function moneyFormat(currency: string, digits: number, style: 'currency' | 'decimal'): Intl.NumberFormat {
    const key = currency + digits + style;
    let format = moneys.get(key);
    if (!format) {
        const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
        format = new Intl.NumberFormat(locale, style === 'decimal' ? fraction : { style, currency, ...fraction });
        moneys.set(key, format);
    }
    return format;
}
const digitsOf = (amount: string) => amount.split('.')[1]?.length ?? 0;
/** The text is formatted as it is, never as a floating number. */
const exact = (format: Intl.NumberFormat, amount: string) => minus(format.format(amount as unknown as number));
export function money(m: Money | null | undefined): string {
    if (!m) return UNKNOWN;
    try {
        return exact(moneyFormat(m.currency, digitsOf(m.amount), 'currency'), m.amount);
    } catch {
        return `${m.currency} ${m.amount}`; // not a currency code that Intl takes
    }
}
export const amount = (text: string | null): string =>
    text === null ? UNKNOWN : exact(moneyFormat('', digitsOf(text), 'decimal'), text);

/** Currencies in one order everywhere: that of the monthly cost, the largest first. */
export function byCost(list: Money[], cost: Money[]): Money[] {
    const order = [...cost].sort((a, b) => Number(b.amount) - Number(a.amount) || (a.currency < b.currency ? -1 : 1)).map((m) => m.currency);
    const place = (m: Money) => (order.includes(m.currency) ? order.indexOf(m.currency) : order.length);
    return [...list].sort((a, b) => place(a) - place(b) || (a.currency < b.currency ? -1 : 1));
}

/** Exact difference of two decimal texts, as decimal text. */
export function difference(then: string, now: string): string {
    const digits = Math.max(digitsOf(then), digitsOf(now));
    const scaled = (text: string) => {
        const [whole = '0', part = ''] = text.split('.');
        return BigInt(whole + part.padEnd(digits, '0'));
    };
    const d = scaled(now) - scaled(then);
    const text = (d < 0n ? -d : d).toString().padStart(digits + 1, '0');
    const at = text.length - digits;
    return (d < 0n ? '-' : '') + text.slice(0, at) + (digits ? '.' + text.slice(at) : '');
}
export const isNegative = (text: string): boolean => text.startsWith('-');
export const isZero = (text: string): boolean => !/[1-9]/.test(text);
export const withoutSign = (text: string): string => text.replace(/^-/, '');

const at = (text: string) => new Date(text);
export const day = (text: string | null): string => (text ? days.format(at(text)) : UNKNOWN);
export const dayTime = (text: string | null): string => (text ? dayTimes.format(at(text)) : UNKNOWN);
export const shortTime = (text: string | null): string => (text ? shortTimes.format(at(text)) : UNKNOWN);
export const utcTime = (text: string | null): string => (text ? utcTimes.format(at(text)) : UNKNOWN);
export const time = (text: string): string => times.format(at(text));

const zoned = new Map<string, Intl.DateTimeFormat>();
export function knowsZone(name: string): boolean {
    try {
        return !!new Intl.DateTimeFormat('en', { timeZone: name });
    } catch {
        return false;
    }
}
function formatIn(zoneName: string, language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = [zoneName, language, ...Object.keys(options)].join(' ');
    let format = zoned.get(key);
    if (!format) {
        format = new Intl.DateTimeFormat(language, { ...options, timeZone: zoneName });
        zoned.set(key, format);
    }
    return format;
}
export const dayIn = (text: string, zoneName: string): string =>
    formatIn(zoneName, locale, { day: 'numeric', month: 'short', year: 'numeric' }).format(at(text));
export const timeIn = (text: string, zoneName: string): string =>
    formatIn(zoneName, locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at(text));
/** Days from today to the day of text, in that zone. */
export function daysAhead(text: string, zoneName: string, now = new Date()): number {
    const dates = formatIn(zoneName, 'en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });
    return Math.round((Date.parse(dates.format(at(text))) - Date.parse(dates.format(now))) / 86_400_000);
}

/** Months are "YYYY-MM". */
const monthDate = (m: string) => new Date(m + '-01T00:00:00Z');
export const month = (m: string): string => months.format(monthDate(m));
export const monthName = (m: string): string => monthNames.format(monthDate(m));
/** "Jan"; the year is said where it changes and at the first. */
export const monthTick = (m: string, first: boolean): string =>
    shortMonths.format(monthDate(m)) + (first ? ' ' + m.slice(2, 4) : '');
export function monthBefore(m: string): string {
    return monthAdd(m, -1);
}
export function monthAdd(m: string, n: number): string {
    const d = monthDate(m);
    d.setUTCMonth(d.getUTCMonth() + n);
    return d.toISOString().slice(0, 7);
}

export function duration(ms: number | null): string {
    if (ms == null) return UNKNOWN;
    const s = Math.round(ms / 1000);
    if (s < 60) return `${count(s)} s`;
    if (s < 3600) return `${count(Math.floor(s / 60))} min ${s % 60} s`;
    return `${count(Math.floor(s / 3600))} h ${Math.floor((s % 3600) / 60)} min`;
}
const UNITS: [number, string][] = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1000, 's'], [1, 'ms']];
/** The range of a setting: "1 to 365", "1 s to 10 min". */
export function spanOf(s: { type: string; range: { min: number; max: number } | null }): [string, string] | null {
    if (!s.range) return null;
    const text = (n: number) => {
        const [size, unit] = s.type === 'duration' ? (UNITS.find(([u]) => n >= u && n % u === 0) ?? UNITS.at(-1)!) : [1, ''];
        return `${count(n / size)} ${unit}`.trim();
    };
    return [text(s.range.min), text(s.range.max)];
}
export const took = (from: string, to: string | null): number | null => (to ? +at(to) - +at(from) : null);

export function language(code: string): string {
    try {
        return languages.of(code.replace('_', '-')) ?? code;
    } catch {
        return code;
    }
}
/** Only the language: "German" of de_DE. */
export const languageName = (code: string): string => language(code.split(/[_-]/)[0]!);
