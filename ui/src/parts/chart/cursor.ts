// One month under the cursor for all charts and their tables.
import { useEffect, useReducer } from 'preact/hooks';

let at: number | null = null;
const watchers = new Set<() => void>();

export function pointAt(month: number | null): void {
    if (month === at) return;
    at = month;
    watchers.forEach((watch) => watch());
}
export function usePointed(): number | null {
    const [, draw] = useReducer((n: number) => n + 1, 0);
    useEffect(() => {
        const watch = () => draw(0);
        watchers.add(watch);
        return () => void watchers.delete(watch);
    }, []);
    return at;
}
