import type { Overview } from '../../api/types';
import { byCost, count, money, UNKNOWN } from '../../format';
import { t } from '../../texts';
import { Card } from './Card';
import { countMoved, moneyMoved } from './words';

export function Cards({ id, data }: { id: number; data: Overview }) {
    const { summary: s, trend, reclaimable_seats: reclaimable, assigned_seats: assigned } = data;
    const months = trend.months;
    const hollow = s.aggregation.status !== 'complete';
    const cost = byCost(s.monthly_cost, s.monthly_cost);
    const saving = byCost(s.potential_saving, s.monthly_cost);
    const rest = (list: typeof cost) => (list.length > 1 ? '+ ' + list.slice(1).map(money).join(' + ') : '');
    const drawn = (of: 'monthly_cost' | 'potential_saving', currency: string | undefined) =>
        months.map((m) => {
            const found = m[of]?.find((x) => x.currency === currency);
            return found ? Number(found.amount) : null;
        });
    const missing = s.subscriptions_without_price ? t.overview.withoutPrice(s.subscriptions_without_price) : null;
    const unknown = s.unknown_users ? t.overview.unknownMore(s.unknown_users) : null;
    const join = (...parts: (string | null)[]) => parts.filter(Boolean).join(' ');
    return (
        <div class="cards">
            <Card
                name={t.overview.cost}
                partial={missing}
                value={cost[0] ? money(cost[0]) : UNKNOWN}
                beside={rest(cost)}
                says={cost.length ? join(moneyMoved(months, cost, (m) => m.aggregation && m.monthly_cost), missing) : t.overview.noPrices}
                trend={drawn('monthly_cost', cost[0]?.currency)}
                colour="c-cost"
                hollow={hollow}
                way={<a href={`/c/${id}/subscriptions`}>{t.nav.subscriptions}</a>}
            />
            <Card
                name={t.overview.active}
                partial={null}
                value={count(s.active_users)}
                beside={t.of(count(s.users))}
                says={join(countMoved(months, s.active_users, (m) => m.active_users), unknown)}
                trend={months.map((m) => m.active_users)}
                colour="c-active"
                hollow={hollow}
                way={<a href={`/c/${id}/users?state=active`}>{t.nUsers(s.active_users)}</a>}
            />
            <Card
                name={t.overview.reclaimable}
                partial={null}
                value={count(reclaimable)}
                beside={<span title={t.overview.assignedMeans}>{t.overview.ofAssigned(count(assigned))}</span>}
                says={join(countMoved(months, reclaimable, (m) => m.seats?.reclaimable ?? null), t.overview.heldBy)}
                trend={months.map((m) => m.seats?.reclaimable ?? null)}
                colour="c-reclaim"
                hollow={hollow}
                way={
                    <span>
                        <a href={`/c/${id}/users?state=inactive`}>{t.overview.inactiveUsers(s.inactive_users)}</a>, <a href={`/c/${id}/users?state=none`}>{t.overview.noneUsers(s.no_activity_users)}</a>
                    </span>
                }
            />
            <Card
                name={t.overview.saving}
                partial={missing}
                value={saving[0] ? money(saving[0]) : UNKNOWN}
                beside={rest(saving)}
                says={saving.length ? moneyMoved(months, saving, (m) => m.potential_saving) : t.overview.noPrices}
                trend={drawn('potential_saving', saving[0]?.currency)}
                colour="c-reclaim"
                hollow={hollow}
                way={<a href={`/c/${id}/subscriptions?sort=potential_saving`}>{t.overview.bySubscription}</a>}
            />
        </div>
    );
}
