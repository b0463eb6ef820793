import { useEffect, useState } from 'preact/hooks';
import { t } from '../texts';

/** Grey bars in the final layout, once waiting is felt (150 ms). */
export function Waiting({ rows = 6, height = 36 }: { rows?: number; height?: number }) {
    const [felt, setFelt] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setFelt(true), 150);
        return () => clearTimeout(timer);
    }, []);
    return (
        <div aria-busy="true" class="waiting">
            {felt && <span class="hidden-text">{t.loading}</span>}
            {felt &&
                Array.from({ length: rows }, (_, i) => (
                    <div key={i} style={{ height: `${height}px` }}>
                        <span class="bar-wait" style={{ width: `${80 - ((i * 17) % 40)}%` }} />
                    </div>
                ))}
        </div>
    );
}
