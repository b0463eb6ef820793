// Addresses are the state: path and query say what is shown, so Back works and links can be sent.
import { useEffect, useReducer } from 'preact/hooks';

type Guard = (to: string) => boolean;
const watchers = new Set<() => void>();
let guard: Guard | null = null;
let here = location.pathname + location.search;

const tell = () => watchers.forEach((watch) => watch());

/** A panel over a page is no page of its own: the page under it stays where it is. */
function pageOf(to: string): string {
    return to
        .replace(/\?.*/, '')
        .replace(/\/explain\/cost\/.*/, '/subscriptions')
        .replace(/\/explain\/user\/.*/, '/users')
        .replace(/\/explain\/active$/, '')
        .replace(/\/(users|runs)\/.*/, '/$1');
}

/** Asked before the address changes; false keeps the page (it then asks the person). */
export function setGuard(ask: Guard | null): void {
    guard = ask;
}
export function navigate(to: string, how: { replace?: boolean; force?: boolean } = {}): void {
    if (to === here) return;
    if (guard && !how.force && !guard(to)) return;
    history[how.replace ? 'replaceState' : 'pushState'](null, '', to);
    const moved = pageOf(to) !== pageOf(here);
    here = to;
    tell();
    if (moved && !how.replace) scrollTo(0, 0);
}
export const path = (): string => location.pathname;
export const query = (): URLSearchParams => new URLSearchParams(location.search);

/** Changes parts of the query; null or '' takes one out. */
export function setQuery(parts: Record<string, string | null>, replace = true): void {
    const q = query();
    for (const [key, value] of Object.entries(parts)) {
        if (value) q.set(key, value);
        else q.delete(key);
    }
    const text = q.toString();
    navigate(location.pathname + (text ? '?' + text : ''), { replace });
}
/** Whether an address is this page with the same of those parts of the query. */
export function isSame(to: string, ...parts: string[]): boolean {
    const [at, text] = to.split('?');
    const there = new URLSearchParams(text);
    return at === location.pathname && parts.every((part) => there.get(part) === query().get(part));
}
/** PATH with those parts of the query. */
export function href(to: string, parts: Record<string, string | number | null | undefined> = {}): string {
    const q = new URLSearchParams();
    for (const [key, value] of Object.entries(parts))
        if (value !== null && value !== undefined && value !== '') q.set(key, String(value));
    const text = q.toString();
    return to + (text ? '?' + text : '');
}

export function useLocation(): { path: string; query: URLSearchParams } {
    const drawn = here;
    const [, draw] = useReducer((n: number) => n + 1, 0);
    useEffect(() => {
        const watch = () => draw(0);
        watchers.add(watch);
        if (here !== drawn) watch(); // it changed between drawing and watching
        return () => void watchers.delete(watch);
    }, []);
    return { path: location.pathname, query: query() };
}

/** "/c/:id/users/:key" against a path: its parts, or null. */
export function match(pattern: string, at: string): Record<string, string> | null {
    const want = pattern.split('/');
    const have = at.replace(/\/+$/, '').split('/');
    if (want.length !== have.length) return null;
    const found: Record<string, string> = {};
    for (const [i, part] of want.entries()) {
        if (part.startsWith(':')) found[part.slice(1)] = decodeURIComponent(have[i]!);
        else if (part !== have[i]) return null;
    }
    return found;
}

export function startRouter(): void {
    addEventListener('popstate', () => {
        const to = location.pathname + location.search;
        if (guard && to !== here && !guard(to)) {
            history.pushState(null, '', here);
            return;
        }
        here = to;
        tell();
    });
    // Plain links to pages of ours need no reload.
    document.addEventListener('click', (event) => {
        const link = (event.target as Element | null)?.closest?.('a');
        if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey) return;
        if (event.shiftKey || event.altKey || link.target || link.hasAttribute('download')) return;
        const to = link.getAttribute('href');
        if (!to?.startsWith('/') || to.startsWith('/api/')) return;
        event.preventDefault();
        navigate(to);
    });
}
