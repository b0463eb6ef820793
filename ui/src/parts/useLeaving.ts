import { useEffect, useState } from 'preact/hooks';
import { setGuard } from '../router';

/**
 * What was typed and is not saved: leaving asks first. isHere says of an address whether what is typed stays there.
 * Closing or reloading the tab asks too, in the browser's own words.
 */
export function useLeaving(dirty: boolean, isHere: (to: string) => boolean) {
    const [to, setTo] = useState<string | null>(null);
    useEffect(() => {
        if (!dirty) return undefined;
        setGuard((next) => {
            if (isHere(next)) return true;
            setTo(next);
            return false;
        });
        const close = (event: BeforeUnloadEvent) => event.preventDefault();
        addEventListener('beforeunload', close);
        return () => {
            setGuard(null);
            removeEventListener('beforeunload', close);
        };
    });
    return {
        /** Where the person wants to go, while that is asked. */
        to,
        stay: () => setTo(null),
        done: () => {
            setGuard(null);
            setTo(null);
        },
    };
}
