// The filters of the page, as they stand in its address and in the API's.
import { href, setQuery } from '../../router';

export interface Filters {
    state: string;
    seat: string;
    group: string;
    q: string;
    sort: string;
    order: string;
}
export function filtersOf(query: URLSearchParams): Filters {
    const of = (key: string, fallback = '') => query.get(key) ?? fallback;
    return { state: of('state'), seat: of('seat'), group: of('group'), q: of('q'), sort: of('sort', 'name'), order: of('order', 'asc') };
}
export const apiPath = (id: number, f: Filters, file = 'users'): string => href(`/connectors/${id}/${file}`, { ...f });
export const isFiltered = (f: Filters): boolean => !!(f.state || f.seat || f.group || f.q);
export const clearFilters = (): void => setQuery({ state: null, seat: null, group: null, q: null });
