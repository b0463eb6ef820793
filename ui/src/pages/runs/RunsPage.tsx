import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, read } from '../../api/client';
import type { Progress, Run, ScheduleText } from '../../api/types';
import { refresh, useData } from '../../api/use';
import { useCurrent } from '../../app/current';
import { useRowKeys } from '../../app/rows';
import { isAdministrator } from '../../app/store';
import { timeIn } from '../../format';
import { AggregateButton } from '../../parts/AggregateButton';
import { NothingYet } from '../../parts/NothingYet';
import { Page } from '../../parts/Page';
import { scheduleFull, scheduleZone } from '../../parts/schedule';
import { Segments } from '../../parts/Segments';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { href, navigate, setQuery, useLocation } from '../../router';
import { t } from '../../texts';
import { ProgressPanel } from './ProgressPanel';
import { RunLine } from './RunLine';
import { RunRow } from './RunRow';

const STATUSES = ['incomplete', 'failed', 'cancelled'];
const PAGE = 50;
interface Runs {
    aggregations: Run[];
    more?: boolean;
}

export function RunsPage({ id, open }: { id: number; open: number | null }) {
    const { query } = useLocation();
    const { row } = useCurrent();
    const body = useRef<HTMLTableSectionElement>(null);
    const status = query.get('status') ?? '';
    const path = href(`/connectors/${id}/runs`, { limit: PAGE, status });
    const { data, error, reload } = useData<Runs>(path, () => false);
    const [older, setOlder] = useState<{ path: string; list: Run[]; more: boolean } | null>(null);
    const [failed, setFailed] = useState<Error | null>(null);
    const progress = useData<Progress | null>(`/connectors/${id}/aggregation`, (p) => p !== null);
    const schedule = useData<ScheduleText | null>(`/connectors/${id}/schedule`);
    const runs = progress.data ?? null;
    const ran = useRef(false);
    useRowKeys(body);
    // One that was started elsewhere (schedule, command line) may be seen by the list of connectors first.
    useEffect(() => {
        if (row?.running && !runs) progress.reload();
    }, [!!row?.running]);
    useEffect(() => {
        if (ran.current && !runs) {
            refresh(`/connectors/${id}/`);
            refresh('/connectors');
        }
        ran.current = !!runs;
    }, [!!runs]);
    const extra = older?.path === path ? older.list : [];
    const list = [...(data?.aggregations ?? []), ...extra].filter((r) => r.id !== runs?.id || r.status !== 'running');
    const more = older?.path === path ? older.more : data?.more;
    const showOlder = async () => {
        try {
            const { data: next } = await read<Runs>(href(`/connectors/${id}/runs`, { limit: PAGE, status, before: list.at(-1)?.id }));
            setOlder({ path, list: [...extra, ...next.aggregations], more: !!next.more });
        } catch (e) {
            setFailed(e as Error);
        }
    };
    const next = schedule.data?.next[0];
    return (
        <Page
            title={t.nav.runs}
            about={
                schedule.data ? (
                    <>
                        {scheduleFull(schedule.data.text)}
                        {next && ` · ${t.schedule.next(next.utc, scheduleZone(schedule.data.text))} (${timeIn(next.utc, 'UTC')} UTC)`}
                    </>
                ) : (
                    schedule.data === null && t.runs.noSchedule
                )
            }
            actions={
                <>
                    {isAdministrator() && (
                        <a class="btn" href={`/connectors/${id}?page=schedule`}>
                            {t.schedule.title}
                        </a>
                    )}
                    <AggregateButton row={row} />
                </>
            }
        >
            {runs && <ProgressPanel id={id} progress={runs} />}
            {!data ? (
                error ? (
                    <Trouble error={error} onRetry={reload} />
                ) : (
                    <Waiting rows={8} />
                )
            ) : !list.length && !status ? (
                !runs && <NothingYet error={noRun} row={row && { ...row, data_of: null }} onRetry={reload} />
            ) : (
                <>
                    <Segments
                        label={t.runs.show}
                        value={status || 'all'}
                        choices={[{ value: 'all', label: t.all }, ...STATUSES.map((s) => ({ value: s, label: t.runStatus[s]! }))]}
                        onChoose={(s) => setQuery({ status: s === 'all' ? null : s })}
                    />
                    {list.length > 0 && (
                        <div class="wide-table">
                            <table class="table lists runs" aria-label={t.nav.runs}>
                                <thead>
                                    <tr>
                                        {t.runs.columns.map(([key, name]) => (
                                            <th key={key} scope="col" class={'col-' + key}>
                                                {name}
                                            </th>
                                        ))}
                                    </tr>
                                </thead>
                                <tbody ref={body}>
                                    {list.map((r) => [
                                        <RunLine
                                            key={r.id}
                                            run={r}
                                            open={r.id === open}
                                            onToggle={() => navigate((r.id === open ? `/c/${id}/runs` : `/c/${id}/runs/${r.id}`) + location.search)}
                                        />,
                                        r.id === open && <RunRow key={`${r.id}/more`} id={id} run={r.id} />,
                                    ])}
                                    {open !== null && !list.some((r) => r.id === open) && <RunRow key={`${open}/more`} id={id} run={open} alone />}
                                </tbody>
                            </table>
                        </div>
                    )}
                    {!list.length && <p class="second">{t.runs.noneOf(t.runStatus[status]?.toLowerCase() ?? status)}</p>}
                    {failed && <Trouble error={failed} />}
                    {more && (
                        <button type="button" class="btn older" onClick={() => void showOlder()}>
                            {t.runs.older}
                        </button>
                    )}
                </>
            )}
        </Page>
    );
}
const noRun = new ApiError({ kind: 'usage', message: '', next: null, status: 404, request: '', at: '' });
