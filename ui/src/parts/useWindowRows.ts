// Which rows of a long table are near the window: only those are drawn, 20 more on each side.
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const SPARE = 20;

export interface WindowRows {
    /** Drawn. */
    from: number;
    to: number;
    /** Seen. */
    first: number;
    last: number;
}
export function useWindowRows(box: RefObject<HTMLElement | null>, total: number, height: number): WindowRows {
    const [first, setFirst] = useState(0);
    const [seen, setSeen] = useState(30);
    useEffect(() => {
        let waits = 0;
        const look = () => {
            waits = 0;
            const top = box.current?.getBoundingClientRect().top;
            if (top === undefined) return;
            const under = 84; // header and table head
            setFirst(Math.max(0, Math.round((under - top) / height)));
            setSeen(Math.max(1, Math.floor((innerHeight - Math.max(under, top) - 44) / height)));
        };
        const soon = () => {
            waits ||= requestAnimationFrame(look);
        };
        look();
        addEventListener('scroll', soon, { passive: true });
        addEventListener('resize', soon);
        return () => {
            cancelAnimationFrame(waits);
            removeEventListener('scroll', soon);
            removeEventListener('resize', soon);
        };
    }, [total > 0, height]);
    const at = Math.min(first, Math.max(0, total - 1));
    return {
        from: Math.max(0, at - SPARE),
        to: Math.min(total, at + seen + SPARE),
        first: at,
        last: Math.min(total, at + seen),
    };
}
