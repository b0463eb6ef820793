import type { Subscription } from '../../api/types';
import { byCost, count, money, UNKNOWN } from '../../format';
import { t } from '../../texts';
import { reclaimable, sum, sumMoney } from './sums';

export function Totals({ list }: { list: Subscription[] }) {
    const on = list.filter((s) => s.enabled);
    const cost = sumMoney(on.map((s) => s.monthly_cost));
    const lines = (all: ReturnType<typeof sumMoney>) => (all.length ? all.map((m) => <div key={m.currency}>{money(m)}</div>) : UNKNOWN);
    const without = on.filter((s) => !s.monthly_cost).length;
    return (
        <tfoot>
            <tr>
                <th scope="row" class="col-name">
                    {t.subscriptions.all}
                    {without > 0 && <span class="under">{t.overview.withoutPrice(without)}</span>}
                </th>
                <td class="col-seats" />
                <td class="col-purchased num" data-label={t.subscriptions.columns.purchased}>{count(sum(on.map((s) => s.purchased)))}</td>
                <td class="col-assigned num" data-label={t.subscriptions.columns.assigned}>{count(sum(on.map((s) => s.assigned)))}</td>
                <td class="col-active num late">{count(sum(on.map((s) => s.active)))}</td>
                <td class="col-reclaimable num" data-label={t.subscriptions.columns.reclaimable}>{count(sum(on.map(reclaimable)))}</td>
                <td class="col-price late" />
                <td class="col-cost num">{lines(byCost(cost, cost))}</td>
                <td class="col-saving num" data-label={t.subscriptions.columns.saving}>{lines(byCost(sumMoney(on.map((s) => s.potential_saving)), cost))}</td>
            </tr>
        </tfoot>
    );
}
