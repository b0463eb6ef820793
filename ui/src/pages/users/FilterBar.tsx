import { useCallback } from 'preact/hooks';
import type { Named, UserState, UsersHead } from '../../api/types';
import { count } from '../../format';
import { labelOf, sameNamed } from '../../parts/names';
import { Search } from '../../parts/Search';
import { Segments } from '../../parts/Segments';
import { StateShape } from '../../parts/StateMark';
import { setQuery } from '../../router';
import { t } from '../../texts';
import { clearFilters, type Filters, isFiltered } from './filters';

const STATES: UserState[] = ['active', 'inactive', 'none', 'unknown'];

export function FilterBar({ filters: f, head }: { filters: Filters; head: UsersHead }) {
    const onSearch = useCallback((q: string) => setQuery({ q }), []);
    const select = (key: 'seat' | 'group', any: string, list: Named[]) => {
        const same = sameNamed(list);
        return list.length > 0 && (
            <select class="select" aria-label={any} value={f[key]} onChange={(event) => setQuery({ [key]: event.currentTarget.value })}>
                <option value="">{any}</option>
                {list.map((x) => (
                    <option key={x.key} value={x.key}>
                        {labelOf(x, same)}
                    </option>
                ))}
            </select>
        );
    };
    return (
        <div class="filters users-filters">
            <Search label={t.users.search} value={f.q} onSearch={onSearch} />
            <Segments
                label={t.users.state}
                value={f.state || 'all'}
                choices={[
                    { value: 'all', label: t.all, tally: count(head.counts.all) },
                    ...STATES.map((s) => ({
                        value: s,
                        tally: count(head.counts[s]),
                        label: (
                            <span class={'mark mark-' + s}>
                                <StateShape state={s} />
                                {t.states[s]}
                            </span>
                        ),
                    })),
                ]}
                onChoose={(state) => setQuery({ state: state === 'all' ? null : state })}
            />
            {select('seat', t.users.anySeat, head.seats)}
            {select('group', t.users.anyGroup, head.groups)}
            {isFiltered(f) && (
                <button type="button" class="btn quiet" onClick={clearFilters}>
                    {t.clearFilters}
                </button>
            )}
            <span class="hidden-text" aria-live="polite">
                {t.users.found(head.total)}
            </span>
        </div>
    );
}
