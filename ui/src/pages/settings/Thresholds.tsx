import { useState } from 'preact/hooks';
import type { AlertThreshold, ConnectorRow } from '../../api/types';
import { useData } from '../../api/use';
import { showToast } from '../../app/store';
import { readAmount } from '../../parts/amount';
import { t } from '../../texts';
import type { AlertsEdit } from './useAlerts';

const FIGURES = ['monthly_cost', 'active_users', 'reclaimable_seats'] as const;
const NEW: AlertThreshold = { connector: null, figure: 'monthly_cost', currency: 'EUR', is: 'above', limit: '' };

/** Limits that a person set, saved all at once. */
export function Thresholds({ a }: { a: AlertsEdit }) {
    const connectors = useData<{ connectors: ConnectorRow[] }>('/connectors').data?.connectors ?? [];
    const [list, setList] = useState<AlertThreshold[] | null>(null);
    const shown = list ?? a.data!.thresholds;
    const set = (at: number, part: Partial<AlertThreshold>) => setList(shown.map((x, i) => (i === at ? { ...x, ...part } : x)));
    const save = async (event: Event) => {
        event.preventDefault();
        if (!list || a.busy) return;
        const isMoney = (x: AlertThreshold) => x.figure === 'monthly_cost';
        const at = list.findIndex((x) => isMoney(x) && readAmount(x.limit).wrong);
        if (at >= 0) return a.refuse(`thresholds/${at}/limit`, readAmount(list[at]!.limit).wrong!);
        if (!(await a.send('PUT', '/alerts/thresholds', { thresholds: list.map((x) => ({ ...x, currency: isMoney(x) ? x.currency?.toUpperCase() : null, limit: isMoney(x) ? readAmount(x.limit).amount : x.limit.trim() })) }))) return;
        setList(null);
        showToast(t.alerts.limitsSaved);
    };
    const wrongAt = (at: number) => Object.entries(a.wrong).find(([key]) => key.startsWith(`thresholds/${at}/`));
    return (
        <form class="box" onSubmit={(event) => void save(event)}>
            <h2>{t.alerts.limits}</h2>
            {!shown.length && <p class="second">{t.alerts.noLimits}</p>}
            {shown.map((x, i) => {
                const wrong = wrongAt(i);
                const common = (part: string) => ({
                    'aria-label': t.alerts.limitPart(i + 1, part),
                    'aria-invalid': wrong?.[0].endsWith('/' + part) || undefined,
                    'aria-describedby': wrong ? `limit-${i}-wrong` : undefined,
                });
                return (
                    <div key={i} class="limit">
                        <select {...common('connector')} class="select" value={x.connector === null ? '' : String(x.connector)} onChange={(e) => set(i, { connector: e.currentTarget.value ? Number(e.currentTarget.value) : null })}>
                            <option value="">{t.alerts.each}</option>
                            {connectors.map((c) => (
                                <option key={c.id} value={String(c.id)}>
                                    {c.name}
                                </option>
                            ))}
                        </select>
                        <select {...common('figure')} class="select" value={x.figure} onChange={(e) => set(i, { figure: e.currentTarget.value as AlertThreshold['figure'], currency: e.currentTarget.value === 'monthly_cost' ? (x.currency ?? 'EUR') : null })}>
                            {FIGURES.map((f) => (
                                <option key={f} value={f}>
                                    {t.alerts.figures[f]}
                                </option>
                            ))}
                        </select>
                        <select {...common('is')} class="select" value={x.is} onChange={(e) => set(i, { is: e.currentTarget.value as AlertThreshold['is'] })}>
                            <option value="above">{t.alerts.above}</option>
                            <option value="below">{t.alerts.below}</option>
                        </select>
                        <input {...common('limit')} class="input" inputmode="decimal" autocomplete="off" placeholder={x.figure === 'monthly_cost' ? '12000.00' : '50'} value={x.limit} onInput={(e) => set(i, { limit: e.currentTarget.value })} />
                        {x.figure === 'monthly_cost' ? (
                            <input {...common('currency')} class="input limit-currency" maxLength={3} autocomplete="off" value={x.currency ?? ''} onInput={(e) => set(i, { currency: e.currentTarget.value })} />
                        ) : (
                            <span class="limit-currency" />
                        )}
                        <button type="button" class="btn" aria-label={t.alerts.removeLimit(i + 1)} onClick={() => setList(shown.filter((_, k) => k !== i))}>
                            {t.price.remove}
                        </button>
                        {wrong && (
                            <p id={`limit-${i}-wrong`} class="wrong" role="alert">
                                {wrong[1]}
                            </p>
                        )}
                    </div>
                );
            })}
            <div class="row">
                <button type="button" class="btn" onClick={() => setList([...shown, NEW])}>
                    {t.alerts.addLimit}
                </button>
                {list && (
                    <>
                        <button type="submit" class="btn primary" aria-disabled={a.busy || undefined}>
                            {t.alerts.saveLimits}
                        </button>
                        <button type="button" class="btn" onClick={() => setList(null)}>
                            {t.cancel}
                        </button>
                    </>
                )}
            </div>
        </form>
    );
}
