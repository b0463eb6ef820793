import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, change } from '../../api/client';
import type { PricePeriod, PricePreview, Subscription } from '../../api/types';
import { refresh } from '../../api/use';
import { showToast } from '../../app/store';
import { count, month as monthText } from '../../format';
import { readAmount } from '../../parts/amount';
import { Ask } from '../../parts/Ask';
import { sentence, Trouble } from '../../parts/Trouble';
import { useLeaving } from '../../parts/useLeaving';
import { isSame, navigate } from '../../router';
import { t } from '../../texts';
import { Effect } from './Effect';

const METERINGS = ['per-seat', 'per-user', 'agreement', 'free'];
const BILLINGS = ['monthly', 'quarterly', 'yearly'];

export function PriceForm(props: { id: number; s: Subscription; prices: PricePeriod[]; month: string; onClose: () => void }) {
    const { id, s, prices, month, onClose } = props;
    const common = prices.find((p) => p.currency)?.currency ?? '';
    const [f, setF] = useState({ from: month, metering: s.purchased === null ? 'per-user' : 'per-seat', amount: '', currency: common, billing: 'monthly', quantity: '', note: '' });
    const [preview, setPreview] = useState<PricePreview | null>(null);
    const [wrong, setWrong] = useState<string | null>(null);
    const [error, setError] = useState<Error | null>(null);
    const [dirty, setDirty] = useState(false);
    const leaving = useLeaving(dirty, (to) => isSame(to, 'open', 'month'));
    const first = useRef<HTMLInputElement>(null);
    const type = (part: Partial<typeof f>) => {
        setF((now) => ({ ...now, ...part }));
        setDirty(true);
    };
    useEffect(() => first.current?.focus({ preventScroll: true }), []);
    const free = f.metering === 'free';
    const ready = /^\d{4}-\d{2}$/.test(f.from) && (free || (!!f.amount.trim() && /^[A-Za-z]{3}$/.test(f.currency)));
    const typed = readAmount(f.amount);
    const metered = f.metering.startsWith('per-');
    const quantity = metered ? f.quantity.trim() : '';
    const there = prices.some((p) => p.subscription === s.key && p.from === f.from) ? t.price.there(s.name, monthText(f.from)) : null;
    const refused = there ?? ((!free && typed.wrong) || (quantity && !/^\d+$/.test(quantity) ? t.price.wholeQuantity(quantity) : null));
    const body = {
        subscription: s.key,
        from: f.from,
        metering: f.metering,
        amount: free ? null : typed.amount,
        currency: free ? null : f.currency.toUpperCase(),
        billing: f.billing,
        quantity: quantity ? Number(quantity) : null,
        note: f.note || null,
    };
    const key = JSON.stringify(body);
    useEffect(() => {
        setPreview(null);
        setWrong(null);
        if (!ready && !(refused && dirty)) return undefined;
        const timer = setTimeout(() => {
            if (refused) return setWrong(refused);
            change<PricePreview>('POST', `/connectors/${id}/prices/preview`, body).then(
                (p) => {
                    setPreview(p);
                    setWrong(null);
                },
                (e: Error) => {
                    setPreview(null);
                    setWrong(saying(e));
                },
            );
        }, 250);
        return () => clearTimeout(timer);
    }, [key, ready, refused]);
    const save = async (event: Event) => {
        event.preventDefault();
        if (refused && dirty) return setWrong(refused);
        if (!ready) return;
        try {
            await change('POST', `/connectors/${id}/prices`, body);
            refresh(`/connectors/${id}/`);
            refresh('/connectors');
            showToast(t.price.saved(s.name, monthText(f.from)), () => {
                void change('DELETE', `/connectors/${id}/prices/${encodeURIComponent(s.key)}/${f.from}`).then(() => refresh(`/connectors/${id}/`));
            });
            leaving.done();
            onClose();
        } catch (e) {
            if (e instanceof ApiError && e.problem.kind === 'usage') setWrong(saying(e));
            else setError(e as Error);
        }
    };
    const field = (name: keyof typeof f, label: string, more: object = {}) => (
        <div class={'field price-' + name}>
            <label for={'p-' + name}>{label}</label>
            <input id={'p-' + name} class="input" autocomplete="off" value={f[name]} onInput={(e) => type({ [name]: e.currentTarget.value })} {...more} />
        </div>
    );
    const select = (name: 'metering' | 'billing', label: string, values: string[], words: Record<string, string>) => (
        <div class={'field price-' + name}>
            <label for={'p-' + name}>{label}</label>
            <select id={'p-' + name} class="select" value={f[name]} onChange={(e) => type({ [name]: e.currentTarget.value })}>
                {values.map((v) => (
                    <option key={v} value={v}>
                        {words[v]}
                    </option>
                ))}
            </select>
        </div>
    );
    return (
        <form
            class="price-form"
            onSubmit={(event) => void save(event)}
            onKeyDown={(event) => {
                if (event.key === 'Enter' && event.ctrlKey) void save(event);
            }}
        >
            <div class="price-fields">
                {field('from', t.price.fromMonth, { placeholder: month })}
                {select('metering', t.price.metering, METERINGS, t.price.meterings)}
                {!free && field('amount', t.price.amount, { ref: first, inputmode: 'decimal', placeholder: '14.00' })}
                {!free && field('currency', t.price.currency, { maxLength: 3, placeholder: 'EUR' })}
                {!free && select('billing', t.price.billing, BILLINGS, t.price.billings)}
                {!free && f.metering !== 'agreement' && field('quantity', t.price.quantity, { inputmode: 'numeric', placeholder: t.price.counted(f.metering === 'per-user' ? count(s.assigned) : s.purchased === null ? null : count(s.purchased)) })}
            </div>
            {wrong && (
                <p class="wrong" role="alert">
                    {wrong}
                </p>
            )}
            {error && <Trouble error={error} />}
            <div class="row wrap">
                <button type="submit" class="btn primary" aria-disabled={ready ? undefined : true} aria-keyshortcuts="Control+Enter">
                    {t.price.save}
                </button>
                <button type="button" class="btn" onClick={onClose}>
                    {t.cancel}
                </button>
                <span class="small third">{/^\d{4}-\d{2}$/.test(f.from) && t.price.until(monthText(f.from))}</span>
            </div>
            <Effect preview={preview} month={month} ready={ready} wrong={!!wrong} />
            {leaving.to !== null && (
                <Ask
                    title={t.price.leaveTitle}
                    action={t.price.leave}
                    danger
                    cancel={t.price.stay}
                    onDo={() => {
                        const { to } = leaving;
                        leaving.done();
                        navigate(to!, { force: true });
                    }}
                    onClose={leaving.stay}
                >
                    <p>{t.price.leaveText(s.name)}</p>
                </Ask>
            )}
        </form>
    );
}
/** What is wrong, and what to do about it. */
const saying = (e: Error): string => [e.message, e instanceof ApiError ? e.problem.next : null].filter((part): part is string => !!part).map(sentence).join(' ');
