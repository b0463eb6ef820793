import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { raiseLayer } from '../app/keys';
import { t } from '../texts';
import { Icon } from './Icon';

/** A modal over the page: the browser keeps focus inside and gives it back. Esc and the cross ask onClose. */
export function Dialog(props: {
    title: ComponentChildren;
    kind?: 'dialog' | 'panel' | 'ask';
    role?: 'alertdialog';
    head?: ComponentChildren;
    foot?: ComponentChildren;
    /** Ctrl+Enter. */
    onSave?: () => void;
    onClose: () => void;
    children: ComponentChildren;
}) {
    const { title, kind = 'dialog', head, foot, onSave, onClose, children, role } = props;
    const box = useRef<HTMLDialogElement>(null);
    const id = useId();
    useEffect(() => {
        const dialog = box.current!;
        const before = document.activeElement as HTMLElement | null;
        const lower = raiseLayer();
        dialog.showModal();
        const first = dialog.querySelector<HTMLElement>('[data-first]');
        if (first) first.focus();
        else dialog.querySelector<HTMLElement>('h2')?.focus();
        return () => {
            lower();
            dialog.close();
            if (before?.isConnected) before.focus();
        };
    }, []);
    return (
        <dialog
            ref={box}
            class={'modal ' + kind}
            role={role}
            aria-labelledby={id}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
            onKeyDown={(event) => {
                if (event.key === 'Enter' && event.ctrlKey && onSave) {
                    event.preventDefault();
                    onSave();
                }
                if (event.key !== 'Escape' || event.defaultPrevented) return;
                event.preventDefault();
                onClose();
            }}
            onMouseDown={(event) => event.target === event.currentTarget && kind !== 'dialog' && onClose()}
        >
            <div class="modal-in">
                <header>
                    <h2 id={id} tabIndex={-1}>
                        {title}
                    </h2>
                    {head}
                    <button type="button" class="btn icon" aria-label={t.close} onClick={onClose}>
                        <Icon name="close" />
                    </button>
                </header>
                {children}
                {foot && <footer>{foot}</footer>}
            </div>
        </dialog>
    );
}
