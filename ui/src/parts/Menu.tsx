import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './Icon';

export interface MenuItem {
    label: string;
    danger?: boolean;
    /** Why not now. */
    disabled?: string | null;
    onChoose: () => void;
}
/** "..." of a row: APG Menu Button. */
export function Menu({ label, items }: { label: string; items: MenuItem[] }) {
    const [open, setOpen] = useState(false);
    const box = useRef<HTMLDivElement>(null);
    const button = useRef<HTMLButtonElement>(null);
    useEffect(() => {
        if (!open) return undefined;
        const away = (event: MouseEvent) => !box.current?.contains(event.target as Node) && setOpen(false);
        document.addEventListener('mousedown', away);
        box.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
        return () => document.removeEventListener('mousedown', away);
    }, [open]);
    const onKeyDown = (event: KeyboardEvent) => {
        if (!open) return;
        const all = [...box.current!.querySelectorAll<HTMLElement>('[role=menuitem]')];
        const at = all.indexOf(document.activeElement as HTMLElement);
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
        if (to !== undefined) all[(to + all.length) % all.length]?.focus();
        else if (event.key === 'Escape' || event.key === 'Tab') setOpen(false);
        else return;
        if (event.key !== 'Tab') event.preventDefault();
        event.stopPropagation();
        if (event.key === 'Escape') button.current?.focus();
    };
    return (
        <div class="pop-at" ref={box} onKeyDown={onKeyDown}>
            <button
                type="button"
                ref={button}
                class="btn icon"
                aria-label={label}
                aria-haspopup="menu"
                aria-expanded={open}
                onClick={() => setOpen(!open)}
                onKeyDown={(event) => {
                    if (event.key !== 'ArrowDown' || open) return;
                    event.preventDefault();
                    event.stopPropagation();
                    setOpen(true);
                }}
            >
                <Icon name="more" />
            </button>
            {open && (
                <div class="pop" role="menu" aria-label={label}>
                    {items.map((item) => (
                        <button
                            key={item.label}
                            type="button"
                            role="menuitem"
                            tabIndex={-1}
                            class={item.danger ? 'danger' : undefined}
                            aria-disabled={item.disabled ? true : undefined}
                            title={item.disabled ?? undefined}
                            onClick={() => {
                                if (item.disabled) return;
                                setOpen(false);
                                button.current?.focus();
                                item.onChoose();
                            }}
                        >
                            {item.label}
                        </button>
                    ))}
                </div>
            )}
        </div>
    );
}
