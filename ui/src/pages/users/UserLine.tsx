import type { UserRow } from '../../api/types';
import { count, UNKNOWN } from '../../format';
import { StateMark } from '../../parts/StateMark';
import { t } from '../../texts';

const DAY_MS = 86_400_000;

export function LastActivity({ user, iso }: { user: UserRow; iso: boolean }) {
    const isOrLater = user.last_activity_note === 'or later';
    if (user.last_activity_note && !isOrLater)
        return (
            <span class="tag bad" title={t.users.invalidWhy}>
                {t.users.invalid}
            </span>
        );
    if (!user.last_activity) return <abbr title={t.users.noActivity}>{UNKNOWN}</abbr>;
    const day = iso ? user.last_activity : (user.last_activity_text ?? user.last_activity);
    return isOrLater ? <abbr title={t.users.orLaterWhy}>{t.users.orLater(day)}</abbr> : <>{day}</>;
}

export function UserLine(props: {
    user: UserRow;
    index: number;
    iso: boolean;
    /** Their names by key. */
    seats: Map<string, string>;
    vendor: string;
    tabbable: boolean;
    href: string;
    onFocus: () => void;
    onOpen: () => void;
}) {
    const { user, index, iso, seats, vendor, tabbable, href, onFocus, onOpen } = props;
    const seatName = (key: string) => seats.get(key) ?? key;
    const status = user.status && t.users.statusAt(vendor, user.status);
    const days = user.last_activity ? Math.max(0, Math.floor((Date.now() - Date.parse(user.last_activity)) / DAY_MS)) : null;
    return (
        <tr
            data-index={index}
            aria-rowindex={index + 2}
            tabIndex={tabbable ? 0 : -1}
            onFocus={onFocus}
            onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
                event.preventDefault();
                onOpen();
            }}
            onClick={(event) => {
                if ((event.target as Element).closest('a') || getSelection()?.toString()) return;
                onOpen();
            }}
        >
            <th scope="row" class="col-name">
                <span class="with-tag">
                    <a class="cut plain" href={href} tabIndex={-1} title={user.name ?? user.email ?? user.key}>
                        <bdi>{user.name ?? user.email ?? user.key}</bdi>
                    </a>
                    {status && user.status !== 'ACTIVE' && (
                        <span class="tag" title={t.users.statusWhy(vendor)}>
                            {status}
                        </span>
                    )}
                </span>
            </th>
            <td class="col-state">
                <StateMark state={user.state} why={user.unknown_reason ?? undefined} />
            </td>
            <td class="col-last num">
                <LastActivity user={user} iso={iso} />
            </td>
            <td class="col-seat">
                {user.seats.length ? (
                    <span class="with-tag" title={user.seats.map(seatName).join('\n')}>
                        <bdi class="cut">{seatName(user.seats[0]!)}</bdi>
                        {user.seats.length > 1 && <span class="tag">+{count(user.seats.length - 1)}</span>}
                    </span>
                ) : (
                    <span class="third">{t.users.noSeat}</span>
                )}
            </td>
            <td class="col-group late cut second" title={user.group ?? undefined}>
                <bdi>{user.group ?? ''}</bdi>
            </td>
            <td class="col-email late cut second" title={user.email ?? undefined}>
                <bdi>{user.email ?? UNKNOWN}</bdi>
            </td>
            <td class="col-status wide-only second" title={t.users.statusWhy(vendor)}>
                {status ?? UNKNOWN}
            </td>
            <td class="col-days num wide-only">{count(days)}</td>
        </tr>
    );
}

/** Scrolled past what is there. */
export function UserLineWaiting({ index }: { index: number }) {
    return (
        <tr data-index={index} aria-rowindex={index + 2} tabIndex={-1} class="waits">
            {['name', 'state', 'last', 'seat', 'group late', 'email late', 'status wide-only', 'days wide-only'].map((key) => (
                <td key={key} class={'col-' + key}>
                    <span class="bar-wait" />
                </td>
            ))}
        </tr>
    );
}
