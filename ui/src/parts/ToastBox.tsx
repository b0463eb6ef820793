import { useEffect, useState } from 'preact/hooks';
import { hideToast, useStore } from '../app/store';
import { t } from '../texts';
import { Icon } from './Icon';
import { rich } from './rich';

/** One at a time, 6 s, longer while looked at. Never for errors. */
export function ToastBox() {
    const { toast } = useStore();
    const [held, setHeld] = useState(false);
    useEffect(() => {
        if (!toast || held) return undefined;
        const timer = setTimeout(hideToast, 6000);
        return () => clearTimeout(timer);
    }, [toast, held]);
    const hold = (on: boolean) => () => setHeld(on);
    return (
        <div class="toast" role="status" onMouseEnter={hold(true)} onMouseLeave={hold(false)} onFocusIn={hold(true)} onFocusOut={hold(false)}>
            {toast && (
                <>
                    <span class="ok-ink">
                        <Icon name="ok" />
                    </span>
                    <span class="grow">{rich(toast.text)}</span>
                    {toast.undo && (
                        <button
                            type="button"
                            class="btn quiet"
                            onClick={() => {
                                toast.undo?.();
                                hideToast();
                            }}
                        >
                            {t.undo}
                        </button>
                    )}
                </>
            )}
        </div>
    );
}
