import type { UserState, UsersHead } from '../../api/types';
import { count } from '../../format';
import { t } from '../../texts';
import { clearFilters, type Filters } from './filters';

/** "No inactive user in Finance." and the way back. */
export function NoMatch({ filters: f, head, users }: { filters: Filters; head: UsersHead; users: number | null }) {
    const group = head.groups.find((g) => g.key === f.group)?.name;
    const seat = head.seats.find((s) => s.key === f.seat)?.name;
    return (
        <p class="second sentence no-match">
            {t.users.noMatch(f.state ? t.states[f.state as UserState]?.toLowerCase() : null, group ?? null, seat ?? null, f.q)}{' '}
            <button type="button" class="link" onClick={clearFilters}>
                {users === null ? t.clearFilters : t.clearToAll(count(users))}
            </button>
        </p>
    );
}
