// The few things that every page knows: session, toast, whether the server answers.
import { useEffect, useReducer } from 'preact/hooks';
import { change, readSession, watchClient } from '../api/client';
import { refresh } from '../api/use';
import type { Session } from '../api/types';

export interface Toast {
    text: string;
    undo?: () => void;
}
interface State {
    session: Session | null;
    offline: boolean;
    toast: Toast | null;
}
let state: State = { session: null, offline: false, toast: null };
const watchers = new Set<() => void>();
function set(part: Partial<State>): void {
    state = { ...state, ...part };
    watchers.forEach((watch) => watch());
}
export function useStore(): State {
    const drawn = state;
    const [, draw] = useReducer((n: number) => n + 1, 0);
    useEffect(() => {
        const watch = () => draw(0);
        watchers.add(watch);
        if (state !== drawn) watch(); // it changed between drawing and watching
        return () => void watchers.delete(watch);
    }, []);
    return state;
}
export const isAdministrator = (): boolean => state.session?.role === 'administrator';

export function showToast(text: string, undo?: () => void): void {
    set({ toast: { text, undo } });
}
export function hideToast(): void {
    if (state.toast) set({ toast: null });
}

let retry: ReturnType<typeof setTimeout> | undefined;
function reached(ok: boolean): void {
    if (ok) {
        if (state.offline) {
            set({ offline: false });
            refresh();
        }
        return;
    }
    if (!state.offline) set({ offline: true });
    clearTimeout(retry);
    retry = setTimeout(() => void startSession(), 5000);
}
export async function startSession(): Promise<void> {
    try {
        set({ session: await readSession() });
    } catch {
        // reached() tries again; an answer that is no session leaves things as they are
    }
}
export async function signIn(password: string): Promise<void> {
    await change<Session>('POST', '/session', { password });
    await startSession();
    refresh();
}
export async function signOut(): Promise<void> {
    await change('DELETE', '/session');
    await startSession();
}
watchClient(
    () => {
        if (state.session?.signed_in) set({ session: { ...state.session, signed_in: false, needs_sign_in: true } });
    },
    reached,
);
