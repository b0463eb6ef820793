import type { PricePreview } from '../../api/types';
import { amount, month as monthText } from '../../format';
import { t } from '../../texts';

/** What the new price does to the month's figures, computed by the server before anything is saved. */
export function Effect({ preview, month, ready }: { preview: PricePreview | null; month: string; ready: boolean }) {
    return (
        <div class="effect small" aria-live="polite" aria-atomic="true">
            <h3>{t.price.effect(monthText(preview?.month ?? month))}</h3>
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
                            {preview.rows.map((r) => (
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
                    {preview.note && <p class="third">{preview.note}</p>}
                </>
            ) : (
                <p class="third">{ready ? t.loading : t.price.effectLater}</p>
            )}
        </div>
    );
}
