import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../texts';
import { Dialog } from './Dialog';
import { Trouble } from './Trouble';

/** A question before something that cannot be taken back; focus is on Cancel. */
export function Ask(props: {
    title: string;
    children: ComponentChildren;
    action: string;
    danger?: boolean;
    /** The person types this first. */
    mustType?: string;
    cancel?: string;
    onDo: () => Promise<unknown> | void;
    onClose: () => void;
}) {
    const { title, children, action, danger, mustType, onDo, onClose, cancel = t.cancel } = props;
    const [typed, setTyped] = useState('');
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState<Error | null>(null);
    const ready = !busy && (!mustType || typed.trim() === mustType);
    const act = async () => {
        if (!ready) return;
        setBusy(true);
        setError(null);
        try {
            await onDo();
            onClose();
        } catch (e) {
            setError(e as Error);
            setBusy(false);
        }
    };
    return (
        <Dialog
            title={title}
            kind="ask"
            role="alertdialog"
            onClose={onClose}
            foot={
                <>
                    <button type="button" class="btn" data-first onClick={onClose}>
                        {cancel}
                    </button>
                    <button type="button" class={'btn ' + (danger ? 'danger' : 'primary')} aria-disabled={!ready || undefined} onClick={() => void act()}>
                        {action}
                    </button>
                </>
            }
        >
            <div class="ask-body">
                {children}
                {mustType && (
                    <div class="field">
                        <label for="must-type">{t.typeName(mustType)}</label>
                        <input id="must-type" class="input" autocomplete="off" value={typed} onInput={(e) => setTyped(e.currentTarget.value)} />
                    </div>
                )}
                {error && <Trouble error={error} />}
            </div>
        </Dialog>
    );
}
