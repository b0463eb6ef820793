import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { useKeys } from '../../app/keys';
import { isPhone } from '../../parts/chart/Plot';
import { labelOf, sameNamed } from '../../parts/names';
import { SortHead } from '../../parts/SortHead';
import { useVendor } from '../../parts/vendor';
import { useWindowRows } from '../../parts/useWindowRows';
import { navigate } from '../../router';
import { t } from '../../texts';
import type { Filters } from './filters';
import { UserLine, UserLineWaiting } from './UserLine';
import type { UserPages } from './useUserPages';

const COLUMNS: [key: string, sort: string | null, css: string][] = [
    ['name', 'name', ''],
    ['state', 'state', ''],
    ['last', 'last_activity', 'num'],
    ['seat', null, ''],
    ['group', 'group', 'late'],
    ['email', 'email', 'late'],
    ['status', null, 'wide-only'],
    ['days', null, 'num wide-only'],
];

/** Any number of rows, of which those near the window are drawn. One tab stop; arrows move from row to row. */
export function UserTable(props: { id: number; pages: UserPages; filters: Filters; iso: boolean; onRows: (first: number, last: number) => void }) {
    const { id, pages, filters, iso, onRows } = props;
    const total = pages.head!.total;
    const height = isPhone() ? 74 : 36;
    const vendor = useVendor();
    const body = useRef<HTMLTableSectionElement>(null);
    const at = useWindowRows(body, total, height);
    const [chosen, setChosen] = useState(0);
    const wantsFocus = useRef<number | null>(null);
    const [, draw] = useReducer((n: number) => n + 1, 0);
    useEffect(() => {
        onRows(at.first, at.last);
        pages.want(at.from, at.to);
    }, [at.first, at.last, at.from, at.to, pages.want]);
    useEffect(() => setChosen(0), [filters.state, filters.seat, filters.group, filters.q, filters.sort, filters.order]);
    useEffect(() => {
        if (wantsFocus.current === null) return;
        const row = body.current?.querySelector<HTMLElement>(`[data-index="${wantsFocus.current}"]:not(.waits)`);
        if (!row) return;
        wantsFocus.current = null;
        row.focus({ preventScroll: true });
        row.scrollIntoView({ block: 'nearest' });
    });
    const go = (to: number) => {
        const next = Math.min(total - 1, Math.max(0, to));
        wantsFocus.current = next;
        if (next < at.from || next >= at.to) {
            const top = body.current!.getBoundingClientRect().top + scrollY;
            scrollTo(0, top + next * height - innerHeight / 2);
        }
        setChosen(next);
        draw(0); // the focus is set after drawing, also when the row was chosen before
    };
    const page = Math.max(1, at.last - at.first - 1);
    const onChosen = () => body.current?.contains(document.activeElement) ?? false;
    const step = (n: number) => () => (onChosen() ? go(chosen + n) : go(Math.max(chosen, at.first)));
    const open = (index: number) => {
        const user = pages.row(index);
        if (user) navigate(`/c/${id}/users/${encodeURIComponent(user.key)}${location.search}`);
    };
    useKeys({
        j: step(1), k: step(-1), ArrowDown: step(1), ArrowUp: step(-1), PageDown: step(page), PageUp: step(-page),
        Home: () => go(0), End: () => go(total - 1), e: () => open(chosen),
    });
    const same = useMemo(() => sameNamed(pages.head!.seats), [pages.head!.seats]);
    const names = useMemo(() => new Map(pages.head!.seats.map((s) => [s.key, labelOf(s, same)])), [same]);
    const lines = [];
    for (let i = at.from; i < at.to; i++) {
        const user = pages.row(i);
        lines.push(
            user ? (
                <UserLine
                    key={i}
                    user={user}
                    index={i}
                    iso={iso}
                    seats={names}
                    vendor={vendor}
                    tabbable={i === chosen || (i === at.from && (chosen < at.from || chosen >= at.to))}
                    href={`/c/${id}/users/${encodeURIComponent(user.key)}${location.search}`}
                    onFocus={() => setChosen(i)}
                    onOpen={() => open(i)}
                />
            ) : (
                <UserLineWaiting key={i} index={i} />
            ),
        );
    }
    return (
        <div class="wide-table">
            <table class="table lists users" role="grid" aria-rowcount={total + 1} aria-busy={pages.updating} aria-label={t.nav.users}>
                <thead>
                    <tr aria-rowindex={1}>
                        {COLUMNS.map(([key, sort, css]) => (
                            <SortHead key={key} class={`col-${key} ${css}`} label={t.users.columns[key]!} sort={sort} at={filters.sort} order={filters.order} />
                        ))}
                    </tr>
                </thead>
                <tbody ref={body}>
                    {at.from > 0 && <Space height={at.from * height} />}
                    {lines}
                    {at.to < total && <Space height={(total - at.to) * height} />}
                </tbody>
            </table>
        </div>
    );
}
function Space({ height }: { height: number }) {
    return (
        <tr class="pad" aria-hidden="true">
            <td colSpan={innerWidth >= 1600 ? 8 : innerWidth >= 1024 ? 6 : 4} style={{ height: `${height}px` }} />
        </tr>
    );
}
