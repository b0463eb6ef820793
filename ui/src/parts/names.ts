import type { Named } from '../api/types';

/** The keys of those that share their name with another: only the key tells them apart. */
export function sameNamed(list: Named[]): Set<string> {
    const times = new Map<string | null, number>();
    for (const x of list) times.set(x.name, (times.get(x.name) ?? 0) + 1);
    return new Set(list.filter((x) => times.get(x.name)! > 1).map((x) => x.key));
}
/** The name, with the key where the name alone is not enough. */
export const labelOf = (x: Named, same: Set<string>): string => (x.name === null ? x.key : same.has(x.key) ? `${x.name} (${x.key})` : x.name);
