import type { Subscription } from '../../api/types';
import { saveCsv } from '../../parts/saveCsv';
import { reclaimable } from './sums';

export function exportCsv(list: Subscription[], month: string): void {
    saveCsv(`subscriptions-${month}`, [
        ['month', 'key', 'name', 'products', 'enabled', 'purchased', 'assigned', 'invited', 'available', 'over_assigned', 'active', 'inactive', 'none', 'unknown', 'reclaimable', 'metering', 'monthly_cost', 'potential_saving', 'currency'],
        ...list.map((s) => [
            month, s.key, s.name, s.products.join(' '), s.enabled, s.purchased, s.assigned, s.invited, s.available, s.over_assigned, s.active, s.inactive, s.none, s.unknown, reclaimable(s), s.metering,
            s.monthly_cost?.amount, s.potential_saving?.amount, s.monthly_cost?.currency,
        ]),
    ]);
}
