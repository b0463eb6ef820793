import { useState } from 'preact/hooks';
import { change } from '../../api/client';
import type { PricePeriod } from '../../api/types';
import { refresh } from '../../api/use';
import { isAdministrator, showToast } from '../../app/store';
import { count, money, month } from '../../format';
import { Trouble } from '../../parts/Trouble';
import { t } from '../../texts';

export function Periods({ id, list }: { id: number; list: PricePeriod[] }) {
    const [error, setError] = useState<Error | null>(null);
    const remove = async (p: PricePeriod) => {
        try {
            await change('DELETE', `/connectors/${id}/prices/${encodeURIComponent(p.subscription)}/${p.from}`);
            refresh(`/connectors/${id}/`);
            showToast(t.price.removed(month(p.from)), () => {
                void change('POST', `/connectors/${id}/prices`, p).then(() => refresh(`/connectors/${id}/`));
            });
        } catch (e) {
            setError(e as Error);
        }
    };
    return (
        <>
            <ul class="periods small">
                {list.map((p) => (
                    <li key={p.from}>
                        <span>{t.price.from(month(p.from))}</span>
                        <strong>{p.amount && p.currency ? money({ amount: p.amount, currency: p.currency }) : t.price.meterings[p.metering]}</strong>
                        <span class="third">
                            {p.amount ? t.price.kind(p.metering, p.billing) : ''}
                            {p.quantity !== null && ` × ${count(p.quantity)}`}
                            {p.note && ` · ${p.note}`}
                        </span>
                        {isAdministrator() && (
                            <button type="button" class="link" aria-label={t.price.removeFrom(month(p.from))} onClick={() => void remove(p)}>
                                {t.price.remove}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
            {error && <Trouble error={error} />}
        </>
    );
}
