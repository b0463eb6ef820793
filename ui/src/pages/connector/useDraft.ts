// The connector being edited lives on the server as a draft: Get Token and Test Connection work on it, Save makes it
// the connector, closing deletes it. What is typed goes there after a rest, and at the latest before a button acts.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, change, read } from '../../api/client';
import type { Connector } from '../../api/types';
import { sentence } from '../../parts/Trouble';
import { setQuery } from '../../router';

const REST_MS = 400;
const works = (c: Connector | null) => !!c && (c.token.state === 'waiting' || c.token.state === 'exchanging' || c.test.state === 'running');

export interface Edits {
    name?: string;
    active?: boolean;
    client_secret?: string;
    settings?: Record<string, string | null>;
}
export interface Draft {
    draft: Connector | null;
    error: Error | null;
    /** Sentences by field: a key of the settings, name or client_secret. */
    wrong: Record<string, string>;
    /** Counts what a button or Save was refused for because of a field: the field is then shown. */
    refused: number;
    /** The saved connector was changed by somebody else since: their sentence. */
    stale: Error | null;
    dirty: boolean;
    /** What Test Connection tests was changed: settings, secret or grant. */
    touched: boolean;
    value: (key: string) => string;
    edit: (edits: Edits) => void;
    /** asked: by a button; what is refused is then shown. */
    flush: (asked?: boolean) => Promise<boolean>;
    /** A change to the draft whose answer is the draft again. */
    act: (method: 'POST' | 'DELETE', path: string, body?: unknown) => Promise<Connector | null>;
    /** Says at fields what is wrong with them, before the server is asked. */
    refuse: (wrong: Record<string, string>) => void;
    save: () => Promise<number | null>;
    /** Begins anew from what is saved. */
    loadAgain: () => Promise<void>;
    discard: () => Promise<void>;
}

async function open(which: string, provider: string, known: string | null): Promise<Connector> {
    if (which !== 'new') return change<Connector>('POST', `/connectors/${which}/draft`, {});
    if (known) {
        try {
            const { data } = await read<Connector>(`/connectors/${known}`);
            if (data.draft) return data;
        } catch (error) {
            if (!(error instanceof ApiError && error.problem.status === 404)) throw error;
        }
    }
    return change<Connector>('POST', '/connectors', { provider });
}

export function useDraft(which: string, provider: string, known: string | null): Draft {
    const [draft, setDraft] = useState<Connector | null>(null);
    const [error, setError] = useState<Error | null>(null);
    const [wrong, setWrong] = useState<Record<string, string>>({});
    const [refused, setRefused] = useState(0);
    const [stale, setStale] = useState<Error | null>(null);
    const [dirty, setDirty] = useState(false);
    const [typed, setTyped] = useState<Edits>({});
    const waiting = useRef<Edits>({});
    const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
    const sending = useRef<Promise<boolean>>(Promise.resolve(true));
    const gone = useRef(false);
    const id = useRef(0);

    const begin = () =>
        open(which, provider, known).then(
            (c) => {
                id.current = c.id;
                if (gone.current) void change('DELETE', `/connectors/${c.id}`).catch(() => undefined);
                else setDraft(c);
                if (which === 'new' && !gone.current) setQuery({ draft: String(c.id) });
            },
            (e: Error) => setError(e),
        );
    const say = (e: unknown) => {
        const problem = e instanceof ApiError ? e.problem : null;
        if (problem?.field) setWrong({ [problem.field]: [problem.message, problem.next].filter((part): part is string => !!part).map(sentence).join(' ') });
        else setError(e as Error);
    };
    const refuse = (fields: Record<string, string>) => {
        setWrong(fields);
        setRefused((n) => n + 1);
    };
    useEffect(() => {
        void begin();
        return () => clearTimeout(timer.current);
    }, []);

    const send = async (): Promise<boolean> => {
        clearTimeout(timer.current);
        const edits = waiting.current;
        if (!Object.keys(edits).length || !id.current) return true;
        waiting.current = {};
        try {
            setDraft(await change<Connector>('PUT', `/connectors/${id.current}`, edits));
            const { settings, ...rest } = edits;
            const sent = Object.keys({ ...rest, ...settings });
            setWrong((old) => Object.fromEntries(Object.entries(old).filter(([key]) => !sent.includes(key))));
            return true;
        } catch (e) {
            say(e);
            waiting.current = { ...edits, ...waiting.current, settings: { ...edits.settings, ...waiting.current.settings } };
            return false;
        }
    };
    /** One after the other, so that an older answer never covers a newer one. */
    const flush = async (asked = false) => {
        const ok = await (sending.current = sending.current.then(send));
        if (!ok && asked) setRefused((n) => n + 1);
        return ok;
    };

    const poll = works(draft);
    useEffect(() => {
        if (!poll) return undefined;
        const look = async () => {
            if (document.visibilityState !== 'visible') return;
            try {
                const { data } = await read<Connector>(`/connectors/${id.current}`);
                if (!gone.current) setDraft(data);
            } catch {
                // the next look tells
            }
        };
        const every = setInterval(() => void look(), 1000);
        const seen = () => void look();
        document.addEventListener('visibilitychange', seen);
        return () => {
            clearInterval(every);
            document.removeEventListener('visibilitychange', seen);
        };
    }, [poll]);

    return {
        draft,
        error,
        wrong,
        refused,
        stale,
        dirty,
        touched: !!typed.settings || typed.client_secret !== undefined || draft?.token.state === 'done',
        value: (key) => {
            if (key === 'name') return typed.name ?? draft?.name ?? '';
            if (key === 'client_secret') return typed.client_secret ?? '';
            const mine = typed.settings?.[key];
            if (mine !== undefined) return mine ?? '';
            const s = draft?.settings.find((x) => x.key === key);
            return s?.value ?? (key === 'redirect_uri' ? (s?.default ?? '') : '');
        },
        edit: (edits) => {
            const merge = (old: Edits): Edits => ({ ...old, ...edits, ...(edits.settings || old.settings ? { settings: { ...old.settings, ...edits.settings } } : {}) });
            setTyped(merge);
            waiting.current = merge(waiting.current);
            if (edits.active !== undefined && draft) setDraft({ ...draft, active: edits.active });
            setDirty(true);
            setError(null);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => void flush(), REST_MS);
        },
        flush,
        refuse,
        act: async (method, path, body = {}) => {
            if (method === 'POST' && !(await flush(true))) return null;
            setError(null);
            try {
                const c = await change<Connector>(method, `/connectors/${id.current}${path}`, method === 'POST' ? body : undefined);
                setDraft(c);
                setDirty(true);
                return c;
            } catch (e) {
                setError(e as Error);
                return null;
            }
        },
        save: async () => {
            if (!(await flush(true))) return null;
            try {
                const saved = await change<{ id: number }>('POST', `/connectors/${id.current}/save`, {});
                gone.current = true;
                return saved.id;
            } catch (e) {
                if (which !== 'new' && e instanceof ApiError && e.problem.status === 409) setStale(e);
                else {
                    say(e);
                    setRefused((n) => n + 1);
                }
                return null;
            }
        },
        loadAgain: async () => {
            await change('DELETE', `/connectors/${id.current}`).catch(() => undefined);
            waiting.current = {};
            setTyped({});
            setDirty(false);
            setStale(null);
            setWrong({});
            setDraft(null);
            await begin();
        },
        discard: async () => {
            gone.current = true;
            clearTimeout(timer.current);
            if (id.current) await change('DELETE', `/connectors/${id.current}`).catch(() => undefined);
        },
    };
}
