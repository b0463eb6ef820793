import { useState } from 'preact/hooks';
import type { ConnectorRow } from '../../api/types';
import { aggregate, setActive } from '../../app/actions';
import { isAdministrator, showToast } from '../../app/store';
import { byCost, count, day, money, percent, shortTime } from '../../format';
import { Ask } from '../../parts/Ask';
import { Menu } from '../../parts/Menu';
import { RunMark } from '../../parts/RunMark';
import { scheduleWords, scheduleZone } from '../../parts/schedule';
import { Switch } from '../../parts/Switch';
import { sentence } from '../../parts/Trouble';
import { navigate } from '../../router';
import { t } from '../../texts';
import { DeleteData, Remove } from './Remove';

export function ConnectorLine({ row }: { row: ConnectorRow }) {
    const [asks, setAsks] = useState<'aggregate' | 'remove' | 'data' | null>(null);
    const to = `/connectors/${row.id}`;
    const why = row.running || row.queued ? t.connectors.runsAlready : !row.grant ? t.connectors.needsGrant : !row.active ? t.connectors.needsActive : null;
    const wantsToken = row.status === 'sign_in' || !row.grant || (row.grant.days_left ?? 1) <= 0;
    return (
        <tr class={row.active ? undefined : 'off'}>
            <th scope="row" class="col-name">
                <a class="cut block plain" href={`/c/${row.id}`} data-row title={row.name}>
                    <bdi>{row.name}</bdi>
                </a>
                <span class="under cut">
                    <bdi>{row.account ? (row.account.name ?? row.account.key) : t.notConnected}</bdi>
                </span>
            </th>
            <td class="col-active">
                <Switch
                    on={row.active}
                    hideLabel
                    label={t.connectors.activeOf(row.name)}
                    disabled={isAdministrator() ? null : t.onlyAdministrators}
                    onChange={(on) => void setActive(row, on).catch((e: Error) => showToast(e.message))}
                />
            </td>
            <td class="col-last">
                <LastRun row={row} />
            </td>
            <td class="col-cost num wide-only">{row.monthly_cost.length ? byCost(row.monthly_cost, row.monthly_cost).map((m) => <div key={m.currency}>{money(m)}</div>) : '–'}</td>
            <td class="col-users num wide-only">
                {count(row.active_users)}
                <span class="under">{row.users === null ? '' : t.of(count(row.users))}</span>
            </td>
            <td class="col-schedule">
                <ScheduleCell row={row} />
            </td>
            <td class="col-grant">
                <GrantCell row={row} />
            </td>
            <td class="col-menu num">
                {isAdministrator() && (
                    <div class="row end">
                        {wantsToken && (
                            <a class="btn" href={`${to}?do=token`}>
                                {t.token.get}
                            </a>
                        )}
                        <Menu
                            label={t.connectors.menuOf(row.name)}
                            items={[
                                { label: t.connectors.edit, onChoose: () => navigate(to) },
                                { label: t.aggregateNow, disabled: why, onChoose: () => setAsks('aggregate') },
                                { label: t.test.button, disabled: row.grant ? null : t.connectors.needsGrant, onChoose: () => navigate(to + '?do=test') },
                                { label: t.schedule.title, onChoose: () => navigate(to + '?page=schedule') },
                                { label: t.connectors.rename, onChoose: () => navigate(to + '?do=rename') },
                                { label: t.connectors.deleteData, danger: true, disabled: row.data_of ? null : t.connectors.noData, onChoose: () => setAsks('data') },
                                { label: t.connectors.remove, danger: true, onChoose: () => setAsks('remove') },
                            ]}
                        />
                    </div>
                )}
                {asks === 'aggregate' && (
                    <Ask title={t.aggregateNow} action={t.aggregateNow} onDo={() => aggregate(row.id)} onClose={() => setAsks(null)}>
                        <p>{t.runs.ask(row.name)}</p>
                    </Ask>
                )}
                {asks === 'remove' && <Remove row={row} onClose={() => setAsks(null)} />}
                {asks === 'data' && <DeleteData row={row} onClose={() => setAsks(null)} />}
            </td>
        </tr>
    );
}

function LastRun({ row }: { row: ConnectorRow }) {
    const { last_aggregation: last, running } = row;
    if (row.queued && !running)
        return (
            <>
                <RunMark status="queued" />
                <span class="under">{t.connectors.queued}</span>
            </>
        );
    if (running)
        return (
            <>
                <RunMark status="running" text={running.planned ? t.connectors.running(percent(running.done / running.planned)) : undefined} />
                <span class="under">{running.planned ? t.connectors.requests(count(running.done), count(running.planned)) : t.runs.counting}</span>
            </>
        );
    if (!last)
        return (
            <>
                <RunMark status="never" />
                <span class="under">{t.connectors.never}</span>
            </>
        );
    const failed = last.status === 'failed';
    const rest = failed ? (row.data_of ? t.connectors.dataOf(day(row.data_of)) : null) : row.active_users === null ? null : t.connectors.activeUsers(count(row.active_users));
    return (
        <>
            <span title={last.error ?? undefined}>
                <RunMark status={last.status} text={row.status === 'sign_in' ? t.connectors.signIn : undefined} />
            </span>
            <span class="under">
                {shortTime(last.started_at)}
                {rest && ' · ' + rest}
            </span>
            {failed && last.error && (
                <a class="under cut block underlined" href={`/c/${row.id}/runs/${last.id}`} title={sentence(last.error)}>
                    {sentence(last.error)}
                </a>
            )}
        </>
    );
}

function ScheduleCell({ row }: { row: ConnectorRow }) {
    const next = row.schedule?.next[0];
    const zone = row.schedule ? scheduleZone(row.schedule.text) : '';
    return (
        <>
            {row.schedule ? scheduleWords(row.schedule.text) : t.schedule.off}
            <span class="under" title={next ? t.schedule.both(next, zone) : undefined}>
                {!row.active ? t.connectors.isInactive : !row.schedule ? t.schedule.byHand : row.status === 'sign_in' ? t.schedule.paused : next ? t.schedule.next(next, zone) : ''}
            </span>
            {row.schedule && row.schedule.text.includes(zone) && <span class="under">{zone}</span>}
        </>
    );
}

function GrantCell({ row }: { row: ConnectorRow }) {
    const g = row.grant;
    if (!g)
        return (
            <>
                <span class="third">{t.grant.none}</span>
                <span class="under">{t.grant.runGetToken}</span>
            </>
        );
    const over = !!g.refused_at || (g.days_left !== null && g.days_left <= 0);
    const until = g.refused_at ?? g.refresh_expires_at;
    return (
        <>
            {over ? (
                <span class="tag bad">{g.refused_at ? t.grant.refused : t.grant.expired}</span>
            ) : g.days_left !== null && g.days_left <= 7 ? (
                <span class={'tag ' + (g.days_left <= 1 ? 'bad' : 'warn')}>{t.grant.left(g.days_left)}</span>
            ) : g.days_left === null ? (
                <span class="third">{t.grant.notKnown}</span>
            ) : (
                t.grant.left(g.days_left)
            )}
            {until && <span class="under">{over ? t.grant.on(day(until)) : t.grant.until(day(until))}</span>}
        </>
    );
}
