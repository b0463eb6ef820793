import type { PricePeriod, Subscription, Summary } from '../../api/types';
import { useData } from '../../api/use';
import { amount, count, money, month as monthText, UNKNOWN } from '../../format';
import { Dialog } from '../../parts/Dialog';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { t } from '../../texts';
import { ExplainPanel, shellWord } from './ExplainPanel';
import type { ExplainedCost } from './shapes';

/** The cost of a subscription in a month: price, quantity, and which aggregation counted it. */
export function ExplainCost(props: { id: number; of: string; month: string; subscription: Subscription | undefined; period: PricePeriod | null; summary: Summary | undefined; onClose: () => void }) {
    const { id, of, month, subscription, period, summary, onClose } = props;
    const { data, error, reload } = useData<ExplainedCost>(`/connectors/${id}/explain/cost/${encodeURIComponent(of)}/${month}`);
    const s = data?.subscription ?? subscription;
    const p = data?.price ?? period;
    if (!data || !s)
        return (
            <Dialog title={t.overview.cost} kind="panel" onClose={onClose}>
                <div class="panel-body">{error ? <Trouble error={error} onRetry={reload} /> : <Waiting rows={6} height={24} />}</div>
            </Dialog>
        );
    const quantity = p?.quantity ?? (p?.metering === 'per-user' ? s.assigned : s.purchased);
    const divisor = p?.billing === 'yearly' ? 12 : p?.billing === 'quarterly' ? 3 : 1;
    return (
        <ExplainPanel
            title={
                <>
                    <bdi>{s.name}</bdi>, {monthText(month)}
                </>
            }
            definition={t.explain.costText}
            facts={[
                [t.explain.aggregation, summary && `${t.runN(summary.aggregation.id)}, ${t.runStatus[summary.aggregation.status]?.toLowerCase()}`],
                [t.explain.period, p ? t.price.from(monthText(p.from)) : t.subscriptions.noPrice],
                [t.price.metering, p && t.price.meterings[p.metering]],
                [t.price.billing, p?.billing && t.price.billings[p.billing]],
                [t.subscriptions.columns.purchased!, s.purchased === null ? t.subscriptions.unlimited : count(s.purchased)],
                [t.subscriptions.columns.assigned!, count(s.assigned)],
                [t.explain.key, <span class="mono">{s.key}</span>],
            ]}
            command={`seatledger explain ${shellWord(summary?.connector ?? 'NAME')} cost ${shellWord(of)} ${month}`}
            onClose={onClose}
        >
            {p && p.amount !== null && p.currency && (
                <p class="formula">
                    {money({ amount: p.amount, currency: p.currency })}
                    {p.metering.startsWith('per-') && ` × ${count(quantity ?? null)}`}
                    {divisor > 1 && ` ÷ ${divisor}`}
                    {' = '}
                    <strong>{s.monthly_cost ? money(s.monthly_cost) : UNKNOWN}</strong>
                </p>
            )}
            {p?.amount === null && p.metering === 'free' && <p>{t.explain.free}</p>}
            {p?.quantity != null && <p class="small second">{t.explain.byHand(amount(String(p.quantity)))}</p>}
        </ExplainPanel>
    );
}
