// Which connector the navigation speaks of: the one in the address, else the last one looked at, else the first.
import type { ConnectorRow, Summary } from '../api/types';
import { type Resource, useData } from '../api/use';
import { useLocation } from '../router';

const isBusy = (d: { connectors: ConnectorRow[] }) => d.connectors.some((c) => c.running || c.queued);

export const useConnectors = () => useData<{ connectors: ConnectorRow[] }>('/connectors', isBusy);

export function useCurrent(): { id: number | null; row: ConnectorRow | null; all: ConnectorRow[] } {
    const { path } = useLocation();
    const { data } = useConnectors();
    const all = data?.connectors ?? [];
    const inPath = /^\/c\/(\d+)/.exec(path)?.[1];
    if (inPath) sessionStorage.setItem('connector', inPath);
    const wanted = Number(inPath ?? sessionStorage.getItem('connector') ?? 0);
    const row = all.find((c) => c.id === wanted) ?? (inPath ? null : (all[0] ?? null));
    return { id: inPath ? wanted : (row?.id ?? null), row, all };
}

/** The figures of a connector; before its first aggregation there are none, and nothing is asked. */
export function useSummary(id: number): Resource<Summary> {
    const { data, error } = useConnectors();
    const row = data?.connectors.find((c) => c.id === id);
    return useData<Summary>(error || row?.data_of ? `/connectors/${id}/summary` : null);
}
