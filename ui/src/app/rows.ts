import type { RefObject } from 'preact';
import { useKeys } from './keys';

/** j, k and the arrows move among what carries data-row under box; Enter is the link's own. */
export function useRowKeys(box: RefObject<HTMLElement | null>): void {
    const move = (step: number) => () => {
        const all = [...(box.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
        if (!all.length) return;
        const at = all.findIndex((el) => el === document.activeElement || el.closest('tr')?.contains(document.activeElement));
        const to = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
        all[to]!.focus();
    };
    useKeys({ j: move(1), k: move(-1), ArrowDown: move(1), ArrowUp: move(-1) });
}
