// Changes that several pages offer.
import { change } from '../api/client';
import { put, refresh } from '../api/use';
import type { ConnectorRow, Progress } from '../api/types';
import { t } from '../texts';
import { showToast } from './store';

export async function aggregate(id: number): Promise<void> {
    const progress = await change<Progress | null>('POST', `/connectors/${id}/aggregation`, {});
    if (progress) put(`/connectors/${id}/aggregation`, progress);
    refresh('/connectors');
}
export async function aggregateAll(): Promise<void> {
    await change('POST', '/aggregations', {});
    refresh('/connectors');
    showToast(t.connectors.allStarted);
}
export async function setActive(row: ConnectorRow, active: boolean): Promise<void> {
    await change('PUT', `/connectors/${row.id}`, { active });
    refresh('/connectors');
    showToast(active ? t.connectors.nowActive(row.name) : t.connectors.nowInactive(row.name), () => {
        void change('PUT', `/connectors/${row.id}`, { active: !active }).then(() => refresh('/connectors'));
    });
}
