import type { PricePeriod, Subscription } from '../../api/types';
import { isAdministrator } from '../../app/store';
import { count, money, UNKNOWN } from '../../format';
import { SeatBar } from '../../parts/SeatBar';
import { t } from '../../texts';
import { reclaimable } from './sums';

export function SubscriptionLine(props: { id: number; s: Subscription; period: PricePeriod | null; month: string | null; past: boolean; same: boolean; open: boolean; onToggle: () => void }) {
    const { id, s, period, month, past, same, open, onToggle } = props;
    const explain = `/c/${id}/explain/cost/${encodeURIComponent(s.key)}/${month}`;
    const known = (n: number | null) => (s.enabled ? count(n) : UNKNOWN);
    return (
        <tr class={(open ? 'chosen ' : '') + (s.enabled ? '' : 'off')}>
            <th scope="row" class="col-name">
                <button type="button" class="link plain cut block wide" data-row aria-expanded={open} title={s.name} onClick={onToggle}>
                    <bdi>{s.name}</bdi>
                </button>
                <span class="under row">
                    <span class="cut">
                        {s.products.join(', ')}
                        {same && ` · ${s.key}`}
                    </span>
                    {!s.enabled && <span class="tag">{t.subscriptions.disabled}</span>}
                    {!!s.over_assigned && s.enabled && <span class="tag bad">{t.subscriptions.over(s.over_assigned)}</span>}
                </span>
            </th>
            <td class="col-seats">{s.enabled ? <SeatBar s={s} /> : t.subscriptions.inNoSum}</td>
            <td class="col-purchased num" data-label={t.subscriptions.columns.purchased}>
                {s.purchased === null && s.assigned !== null ? t.subscriptions.unlimited : count(s.purchased)}
            </td>
            <td class="col-assigned num" data-label={t.subscriptions.columns.assigned}>
                {count(s.assigned)}
            </td>
            <td class="col-active num late">
                {s.enabled && !past ? (
                    <a class="plain" href={`/c/${id}/users?state=active&seat=${encodeURIComponent(s.key)}`}>
                        {known(s.active)}
                    </a>
                ) : (
                    known(s.active)
                )}
            </td>
            <td class="col-reclaimable num" data-label={t.subscriptions.columns.reclaimable}>
                {known(reclaimable(s))}
            </td>
            <td class="col-price num late">
                <Price s={s} period={period} open={open} onOpen={onToggle} />
            </td>
            <td class="col-cost num">
                {s.monthly_cost && month ? (
                    <a class="plain underlined" href={explain} title={t.explain.how}>
                        <strong>{money(s.monthly_cost)}</strong>
                    </a>
                ) : (
                    <>
                        {s.enabled && period && <span class="tag warn only-phone">{t.subscriptions.notKnown}</span>}
                        <abbr class={s.enabled && period ? 'no-phone' : undefined} title={!s.enabled ? t.subscriptions.inNoSum : period ? t.subscriptions.notKnown : t.subscriptions.noPrice}>
                            {UNKNOWN}
                        </abbr>
                    </>
                )}
            </td>
            <td class="col-saving num" data-label={t.subscriptions.columns.saving}>{s.enabled && s.potential_saving && month ? (
                    <a class="plain underlined" href={explain} title={`${t.explain.how}. ${t.seats.saving}.`}>
                        {money(s.potential_saving)}
                    </a>
                ) : (
                    UNKNOWN
                )}</td>
        </tr>
    );
}

function Price({ s, period, open, onOpen }: { s: Subscription; period: PricePeriod | null; open: boolean; onOpen: () => void }) {
    const words = period ? t.price.change : t.price.enter;
    const isFree = period?.metering === 'free';
    return (
        <>
            {!period ? s.enabled ? <span class="tag warn">{t.subscriptions.noPrice}</span> : UNKNOWN : isFree ? t.price.meterings.free : period.amount && period.currency ? money({ amount: period.amount, currency: period.currency }) : UNKNOWN}
            {period && !isFree && <span class="under">{t.price.kind(period.metering, period.billing)}</span>}
            {isAdministrator() && s.enabled && !open && (
                <button type="button" class="link price-way" aria-label={t.price.of(words, s.name)} onClick={onOpen}>
                    {words}
                </button>
            )}
        </>
    );
}
