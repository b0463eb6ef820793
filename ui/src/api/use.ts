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
    watchers: Set<() => void>;
    used: number;
}
const KEPT = 60;
const entries = new Map<string, Entry>();

function entryOf(path: string): Entry {
    let entry = entries.get(path);
    if (!entry) {
        entry = { data: undefined, etag: null, error: null, busy: false, again: false, watchers: new Set(), used: 0 };
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

async function load(path: string): Promise<void> {
    const entry = entryOf(path);
    if (entry.busy) {
        entry.again = true;
        return;
    }
    entry.busy = true;
    tell(entry);
    try {
        const had = entry.data === undefined ? undefined : { data: entry.data, etag: entry.etag };
        const answer = await read<unknown>(path, had);
        Object.assign(entry, { data: answer.data, etag: answer.etag, error: null });
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
/** poll says from the data whether something runs; then it is read again each second while the tab is visible. */
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
        if (!runs || path === null) return undefined;
        const timer = setInterval(() => {
            if (document.visibilityState === 'visible') void load(path);
        }, 1000);
        return () => clearInterval(timer);
    }, [runs, path]);
    return {
        data,
        error: entry?.error ?? null,
        loading: path !== null && data === undefined && !entry?.error,
        updating: !!entry?.busy && data !== undefined && !runs,
        reload: () => path !== null && void load(path),
    };
}
