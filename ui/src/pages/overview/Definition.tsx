import type { Overview } from '../../api/types';
import { byCost, money, month } from '../../format';
import { t } from '../../texts';

/** The definition of the figures above, and the one that follows from two of them. */
export function Definition({ id, data }: { id: number; data: Overview }) {
    const { summary: s, trend } = data;
    const last = trend.months.at(-1)?.month;
    return (
        <div class="definition small second">
            <span>
                {t.overview.definition(s.window_days)} <a href={`/c/${id}/explain/active`}>{t.overview.how}</a>
            </span>
            {s.cost_per_active_user.length > 0 && (
                <span>
                    {t.overview.perActive} <strong>{byCost(s.cost_per_active_user, s.monthly_cost).map(money).join(' + ')}</strong>
                    {s.partial && ` (${t.partial.toLowerCase()})`}
                </span>
            )}
            {last && <span class="third">{t.overview.all(month(last), s.time_zone)}</span>}
        </div>
    );
}
