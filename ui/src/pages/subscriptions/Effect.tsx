import type { Money, PricePreview } from '../../api/types';
import { amount, byCost, month as monthText } from '../../format';
import { t } from '../../texts';

interface Row {
    label: string;
    currency: string | null;
    now: string | null;
    then: string | null;
}

/** One row a currency; what is missing on one side is null. */
function perCurrency(label: string, now: Money[], then: Money[], cost: Money[]): Row[] {
    const currencies = [...new Set(byCost([...then, ...now], cost).map((m) => m.currency))];
    const of = (list: Money[], currency: string) => list.find((m) => m.currency === currency)?.amount ?? null;
    return currencies.map((currency) => ({ label, currency, now: of(now, currency), then: of(then, currency) }));
}

function rowsOf(p: PricePreview): Row[] {
    const { before, after } = p.subscription;
    const cost = p.after.monthly_cost;
    return [
        {
            label: t.price.thisOne,
            currency: after.monthly_cost?.currency ?? before.monthly_cost?.currency ?? null,
            now: before.monthly_cost?.amount ?? null,
            then: after.monthly_cost?.amount ?? null,
        },
        ...perCurrency(t.price.cost, p.before.monthly_cost, cost, cost),
        ...perCurrency(t.price.saving, p.before.potential_saving, p.after.potential_saving, cost),
        ...perCurrency(t.price.perActive, p.before.cost_per_active_user, p.after.cost_per_active_user, cost),
    ];
}

/** What the new price does to the month's figures, computed by the server before anything is saved. */
export function Effect({ preview, month, ready, wrong }: { preview: PricePreview | null; month: string; ready: boolean; wrong: boolean }) {
    return (
        <div class="effect small" aria-live="polite" aria-atomic="true">
            <h2 class="minor">{t.price.effect(monthText(preview?.month ?? month))}</h2>
            {preview ? (
                <>
                    <table>
                        <thead class="hidden-text">
                            <tr>
                                <th scope="col">{t.price.figure}</th>
                                <th scope="col">{t.price.now}</th>
                                <th scope="col">{t.price.then}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {rowsOf(preview).map((r) => (
                                <tr key={r.label + r.currency}>
                                    <th scope="row">
                                        {r.label}
                                        {r.currency && `, ${r.currency}`}
                                    </th>
                                    <td class="num third">{r.now === null ? t.price.none : amount(r.now)}</td>
                                    <td class="num">
                                        <strong>{r.then === null ? t.price.none : amount(r.then)}</strong>
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </>
            ) : (
                <p class="third">{wrong ? t.price.noEffect : ready ? t.loading : t.price.effectLater}</p>
            )}
        </div>
    );
}
