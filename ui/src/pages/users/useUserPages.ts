// Users come in pages of 100, fetched as they are scrolled to and one ahead. A new filter keeps the old rows until
// its first page is there.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type ApiError, OfflineError, read } from '../../api/client';
import type { UserRow, UsersHead, UsersPage } from '../../api/types';

const SIZE = 100;

export interface UserPages {
    head: UsersHead | null;
    error: ApiError | null;
    updating: boolean;
    row: (index: number) => UserRow | undefined;
    /** Rows from..to are looked at. */
    want: (from: number, to: number) => void;
    reload: () => void;
}
interface Held {
    key: string;
    head: UsersHead;
    pages: Map<number, UserRow[]>;
}
/** path: ".../users" with every filter in its query. */
export function useUserPages(path: string): UserPages {
    const [held, setHeld] = useState<Held | null>(null);
    const [error, setError] = useState<ApiError | null>(null);
    const [again, setAgain] = useState(0);
    const asked = useRef(new Set<number>());
    const choices = useRef(''); // whose are there
    const whose = path.replace(/\?.*/, '');
    const key = useRef('');
    const join = path.includes('?') ? '&' : '?';

    const load = useCallback(
        async (page: number, mine: string) => {
            if (asked.current.has(page)) return;
            asked.current.add(page);
            try {
                const { data } = await read<UsersPage>(`${path}${join}offset=${page * SIZE}&limit=${SIZE}${choices.current === whose ? '' : '&choices=1'}`);
                if (key.current !== mine) return;
                if (data.groups) choices.current = whose;
                setError(null);
                setHeld((old) => {
                    const pages = new Map(old?.key === mine ? old.pages : []);
                    pages.set(page, data.users);
                    // What one can filter by comes once.
                    const known = choices.current === whose ? old?.head : null;
                    return { key: mine, head: { ...data, groups: data.groups ?? known?.groups ?? [], seats: data.seats ?? known?.seats ?? [] }, pages };
                });
            } catch (e) {
                asked.current.delete(page);
                if (key.current === mine && !(e instanceof OfflineError)) setError(e as ApiError);
            }
        },
        [path],
    );
    useEffect(() => {
        const mine = `${path}#${again}`;
        key.current = mine;
        asked.current = new Set();
        void load(0, mine);
    }, [path, again]);

    const current = held?.key === `${path}#${again}`;
    const want = useCallback(
        (from: number, to: number) => {
            if (!current) return;
            const last = Math.floor((held.head.total - 1) / SIZE);
            for (let p = Math.floor(from / SIZE); p <= Math.min(last, Math.floor(to / SIZE) + 1); p++) void load(p, key.current);
        },
        [current, held?.head.total, load],
    );
    return {
        head: held?.head ?? null,
        error,
        updating: !!held && !current,
        row: (index) => held?.pages.get(Math.floor(index / SIZE))?.[index % SIZE],
        want,
        reload: () => {
            choices.current = '';
            setAgain(again + 1);
        },
    };
}
