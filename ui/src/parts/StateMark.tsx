import type { UserState } from '../api/types';
import { t } from '../texts';

/** Full disc, half disc, ring, dashed ring with a question mark: never the colour alone. */
export function StateShape({ state }: { state: UserState }) {
    return (
        <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
            {state === 'active' && <circle cx="5" cy="5" r="4.5" fill="currentColor" />}
            {state === 'inactive' && <path d="M5 1a4 4 0 0 0 0 8z" fill="currentColor" />}
            {state !== 'active' && (
                <circle
                    cx="5"
                    cy="5"
                    r="4.2"
                    fill="none"
                    stroke="currentColor"
                    stroke-width="1.4"
                    stroke-dasharray={state === 'unknown' ? '2 1.3' : undefined}
                />
            )}
            {state === 'unknown' && <path d="M3.9 4a1.1 1.1 0 1 1 1.1 1.3v.4M5 7v.2" fill="none" stroke="currentColor" />}
        </svg>
    );
}

export function StateMark({ state, why }: { state: UserState; why?: string }) {
    return (
        <span class={'mark mark-' + state} title={why ?? t.states.means[state]}>
            <StateShape state={state} />
            {t.states[state]}
        </span>
    );
}
