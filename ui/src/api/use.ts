// What is on the page stays in step with the server: one entry a path, shared by all who show it.
import { useEffect, useReducer } from 'preact/hooks';
import { type ApiError, OfflineError, read } from './client';

interface Entry {
    data: unknown;
    etag: string | null;
    error: ApiError | null;
    busy: boolean;
    /** Asked for again while busy. */
    again: boolean;
    /** Read by a timer: nobody waits for it. */
    quiet: boolean;
    watchers: Set<() => void>;
    /** How often each of those who show it wants it read, and the timer for the most hurried. */
    paces: Map<object, number>;
    timer?: ReturnType<typeof setInterval>;
    every: number;
    used: number;
}
const KEPT = 60;
const FAST_MS = 1000;
const SLOW_MS = 5000;
const entries = new Map<string, Entry>();

function entryOf(path: string): Entry {
    let entry = entries.get(path);
    if (!entry) {
        entry = { data: undefined, etag: null, error: null, busy: false, again: false, quiet: false, watchers: new Set(), paces: new Map(), every: Infinity, used: 0 };
        entries.set(path, entry);
        if (entries.size > KEPT) forgetOldest();
    }
    entry.used = Date.now();
    return entry;
}
function forgetOldest(): void {
    const idle = [...entries].filter(([, e]) => !e.watchers.size && !e.busy).sort(([, a], [, b]) => a.used - b.used);
    for (const [path] of idle.slice(0, entries.size - KEPT)) entries.delete(path);
}
const tell = (entry: Entry) => entry.watchers.forEach((watch) => watch());

async function load(path: string, quiet = false): Promise<void> {
    const entry = entryOf(path);
    if (entry.busy) {
        entry.again ||= !quiet;
        return;
    }
    entry.busy = true;
    entry.quiet = quiet;
    if (!quiet) tell(entry);
    try {
        const had = entry.data === undefined ? undefined : { data: entry.data, etag: entry.etag };
        const answer = await read<unknown>(path, had, quiet);
        // What has not changed stays the same object: nothing is drawn anew for it.
        const same = had && JSON.stringify(had.data) === JSON.stringify(answer.data);
        Object.assign(entry, { data: same ? had.data : answer.data, etag: answer.etag, error: null });
    } catch (error) {
        if (!(error instanceof OfflineError)) entry.error = error as ApiError;
    }
    entry.busy = false;
    if (entry.again) {
        entry.again = false;
        void load(path);
    }
    tell(entry);
}

/** Reads it so often from now on, while the tab is visible; the result ends that. */
function keepReading(path: string, every: number): () => void {
    const entry = entryOf(path);
    const who = {};
    const pace = () => {
        const least = Math.min(...entry.paces.values());
        if (least === entry.every) return;
        clearInterval(entry.timer);
        entry.every = least;
        if (least === Infinity) return;
        entry.timer = setInterval(() => {
            if (document.visibilityState === 'visible') void load(path, true);
        }, least);
    };
    entry.paces.set(who, every);
    pace();
    return () => {
        entry.paces.delete(who);
        pace();
    };
}

/** After a change: what is shown is read again, what is not shown is forgotten. */
export function refresh(prefix = ''): void {
    for (const [path, entry] of [...entries])
        if (path.startsWith(prefix)) {
            if (entry.watchers.size) void load(path);
            else if (!entry.busy) entries.delete(path);
        }
}
/** Puts an answer that a change brought back where readers find it. */
export function put<T>(path: string, data: T): void {
    const entry = entryOf(path);
    Object.assign(entry, { data, etag: null, error: null });
    tell(entry);
}
export function forget(path: string): void {
    entries.delete(path);
}

export interface Resource<T> {
    data: T | undefined;
    error: ApiError | null;
    /** Nothing to show yet. */
    loading: boolean;
    /** Old data is shown while new is fetched. */
    updating: boolean;
    reload: () => void;
}
/**
 * poll says from the data whether something runs; then it is read again each second while the tab is visible, else
 * every five, for something may begin by itself.
 */
export function useData<T>(path: string | null, poll?: (data: T) => boolean): Resource<T> {
    const [, draw] = useReducer((n: number) => n + 1, 0);
    useEffect(() => {
        if (path === null) return undefined;
        const entry = entryOf(path);
        const watch = () => draw(0);
        entry.watchers.add(watch);
        void load(path);
        return () => void entry.watchers.delete(watch);
    }, [path]);
    const entry = path === null ? null : entryOf(path);
    const data = entry?.data as T | undefined;
    const runs = path !== null && data !== undefined && !!poll?.(data);
    useEffect(() => {
        if (!poll || path === null) return undefined;
        return keepReading(path, runs ? FAST_MS : SLOW_MS);
    }, [runs, !!poll, path]);
    return {
        data,
        error: entry?.error ?? null,
        loading: path !== null && data === undefined && !entry?.error,
        updating: !!entry?.busy && !entry.quiet && data !== undefined && !runs,
        reload: () => path !== null && void load(path),
    };
}
