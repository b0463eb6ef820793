import type { Subscription } from '../api/types';
import { t } from '../texts';

const W = 148;
const H = 10;
const LEAST = 1.5;

type Part = { key: 'active' | 'unknown' | 'inactive' | 'none' | 'invited' | 'available'; n: number };

/** 100 % is what was purchased: active, unknown, inactive, none, invited, available. Over-assigned: 100 % is what is
 * assigned, with a tick at what was purchased. Without a limit the end is open. */
export function SeatBar({ s }: { s: Subscription }) {
    if (s.assigned === null) return null;
    const parts: Part[] = (['active', 'unknown', 'inactive', 'none'] as const).map((key) => ({ key, n: s[key] ?? 0 }));
    const over = s.purchased !== null && s.assigned > s.purchased;
    if (!over) {
        parts.push({ key: 'invited', n: s.invited ?? 0 });
        if (s.purchased !== null) parts.push({ key: 'available', n: s.available ?? 0 });
    }
    const total = parts.reduce((sum, p) => sum + p.n, 0) || 1;
    const width = s.purchased === null ? W * 0.8 : W;
    const thin = parts.filter((p) => p.n > 0 && (p.n / total) * width < LEAST);
    const scale = (width - thin.length * LEAST) / Math.max(1, total - thin.reduce((sum, p) => sum + p.n, 0));
    let x = 0;
    const drawn = parts
        .filter((p) => p.n > 0)
        .map((p) => {
            const w = thin.includes(p) ? LEAST : p.n * scale;
            const at = x;
            x += w;
            return <rect key={p.key} class={'seat-' + p.key} x={at + 0.5} y="0.5" width={Math.max(0.5, w - 1)} height={H - 1} />;
        });
    return (
        <svg class="seat-bar" viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" role="img" aria-label={t.seats.sentence(s)}>
            {drawn}
            {s.purchased === null && <path class="seat-open" d={`M${x + 2} ${H / 2}H${W}`} />}
            {over && <path class="seat-tick" d={`M${(s.purchased! / total) * W} -2V${H + 2}`} />}
        </svg>
    );
}

export function SeatLegend() {
    return (
        <ul class="seat-legend small second">
            {(['active', 'unknown', 'inactive', 'none', 'invited', 'available'] as const).map((key) => (
                <li key={key}>
                    <svg width="14" height="10" aria-hidden="true">
                        <rect class={'seat-' + key} x=".5" y=".5" width="13" height="9" />
                    </svg>
                    {t.seats[key]}
                </li>
            ))}
            <li>
                <svg width="4" height="14" aria-hidden="true">
                    <path class="seat-tick" d="M2 0V14" />
                </svg>
                {t.seats.tick}
            </li>
            <li class="third">{t.seats.reclaimable}</li>
            <li class="third">{t.seats.saving}</li>
        </ul>
    );
}
