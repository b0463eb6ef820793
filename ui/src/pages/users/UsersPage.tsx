import { useState } from 'preact/hooks';
import { useCurrent, useSummary } from '../../app/current';
import { useKeys } from '../../app/keys';
import { count, languageName } from '../../format';
import { DataOf } from '../../parts/DataOf';
import { NothingYet } from '../../parts/NothingYet';
import { Page } from '../../parts/Page';
import { Segments } from '../../parts/Segments';
import { Waiting } from '../../parts/Waiting';
import { navigate, setQuery, useLocation } from '../../router';
import { t } from '../../texts';
import { ExplainPanel } from '../explain/ExplainPanel';
import { FilterBar } from './FilterBar';
import { apiPath, filtersOf } from './filters';
import { NoMatch } from './NoMatch';
import { UserTable } from './UserTable';
import { useUserPages } from './useUserPages';

const STATES = ['', 'active', 'inactive', 'none', 'unknown'];

export function UsersPage({ id, open }: { id: number; open: string | null }) {
    const { query } = useLocation();
    const { row } = useCurrent();
    const f = filtersOf(query);
    const pages = useUserPages(apiPath(id, f));
    const summary = useSummary(id);
    const [iso, setIso] = useState(localStorage.getItem('dates') === 'iso');
    const [rows, setRows] = useState<[number, number]>([0, 0]);
    const { head } = pages;
    const csv = '/api/v1' + apiPath(id, f, 'users.csv');
    useKeys({
        x: () => document.querySelector<HTMLElement>('[data-export]')?.click(),
        ...Object.fromEntries(STATES.map((state, i) => [String(i + 1), () => setQuery({ state })])),
    });
    return (
        <Page
            title={t.nav.users}
            about={<DataOf id={id} summary={summary.data} />}
            actions={
                head && (
                    <a class="btn" href={csv} download data-export aria-keyshortcuts="x">
                        {t.users.csv(count(head.total))}
                    </a>
                )
            }
        >
            {!head ? (
                pages.error ? (
                    <NothingYet error={pages.error} row={row} onRetry={pages.reload} />
                ) : (
                    <Waiting rows={12} />
                )
            ) : (
                <>
                    <FilterBar filters={f} head={head} />
                    {pages.error && <NothingYet error={pages.error} row={row} onRetry={pages.reload} />}
                    {head.total ? <UserTable id={id} pages={pages} filters={f} iso={iso} onRows={(first, last) => setRows([first, last])} /> : <NoMatch filters={f} head={head} users={summary.data?.users ?? null} />}
                    <div class="foot-bar">
                        <span>{pages.updating ? t.updating : head.total ? t.users.rows(rows[0] + 1, rows[1], head.total) : ''}</span>
                        <span class="no-phone">{head.language ? t.users.language(languageName(head.language)) : t.users.noLanguage}</span>
                        {head.language && (
                            <span class="right">
                                <Segments
                                    label={t.users.dates}
                                    value={iso ? 'iso' : 'language'}
                                    choices={[
                                        { value: 'language', label: languageName(head.language) },
                                        { value: 'iso', label: 'ISO' },
                                    ]}
                                    onChoose={(v) => {
                                        localStorage.setItem('dates', v);
                                        setIso(v === 'iso');
                                    }}
                                />
                            </span>
                        )}
                    </div>
                </>
            )}
            {open && (
                <ExplainPanel
                    key={open}
                    id={id}
                    path={`/users/${encodeURIComponent(open)}`}
                    title={t.explain.user}
                    command={(words) => [...words, 'user', open]}
                    onClose={() => navigate(`/c/${id}/users${location.search}`)}
                />
            )}
        </Page>
    );
}
