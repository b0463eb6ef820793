import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

export interface Choice {
    value: string;
    label: ComponentChildren;
    tally?: string;
}
/** One of a few, side by side: a radio group, arrows move and choose. */
export function Segments(props: { label: string; value: string; choices: Choice[]; onChoose: (value: string) => void }) {
    const { label, value, choices, onChoose } = props;
    const box = useRef<HTMLDivElement>(null);
    const onKeyDown = (event: KeyboardEvent) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const at = Math.max(0, choices.findIndex((c) => c.value === value));
        const next = (at + step + choices.length) % choices.length;
        onChoose(choices[next]!.value);
        (box.current?.children[next] as HTMLElement | undefined)?.focus();
    };
    const some = choices.some((c) => c.value === value);
    return (
        <div class="segments" role="radiogroup" aria-label={label} ref={box} onKeyDown={onKeyDown}>
            {choices.map((c, i) => (
                <button
                    key={c.value}
                    type="button"
                    role="radio"
                    aria-checked={c.value === value}
                    tabIndex={c.value === value || (!some && i === 0) ? 0 : -1}
                    onClick={() => onChoose(c.value)}
                >
                    {c.label}
                    {c.tally !== undefined && <span class="tally">{c.tally}</span>}
                </button>
            ))}
        </div>
    );
}
