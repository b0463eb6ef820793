import type { Named, Summary } from '../../api/types';
import { useData } from '../../api/use';
import { dayTime, utcTime } from '../../format';
import { ExplainPanel, shellWord } from '../explain/ExplainPanel';
import type { ExplainedUser } from '../explain/shapes';
import { Dialog } from '../../parts/Dialog';
import { StateMark } from '../../parts/StateMark';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { navigate } from '../../router';
import { t } from '../../texts';
import { LastActivity } from './UserLine';

/** One user: state and why, seats, and the meetings that it rests on. */
export function UserPanel({ id, user: key, seats }: { id: number; user: string; seats: Named[] }) {
    const { data, error, reload } = useData<ExplainedUser>(`/connectors/${id}/users/${encodeURIComponent(key)}`);
    const summary = useData<Summary>(`/connectors/${id}/summary`);
    const close = () => navigate(`/c/${id}/users${location.search}`);
    if (!data)
        return (
            <Dialog title={t.explain.user} kind="panel" onClose={close}>
                <div class="panel-body">{error ? <Trouble error={error} onRetry={reload} /> : <Waiting rows={6} height={24} />}</div>
            </Dialog>
        );
    const u = data.user;
    const meetings = data.meetings ?? [];
    return (
        <ExplainPanel
            title={<bdi>{u.name ?? u.email ?? u.key}</bdi>}
            facts={[
                [t.users.columns.email!, u.email && <bdi>{u.email}</bdi>],
                [t.users.columns.status!, u.status ? (t.users.statuses[u.status] ?? u.status) : null],
                [t.users.columns.group!, u.group && <bdi>{u.group}</bdi>],
                [t.users.state, <StateMark state={u.state} />],
                [t.explain.why, data.reason ?? u.unknown_reason ?? t.explain.rule[u.state]],
                [t.users.columns.last!, <LastActivity user={u} iso={false} />],
                [t.explain.started, u.last_activity_at && `${utcTime(u.last_activity_at)} UTC`],
                [t.explain.history, data.coverage && t.explain.covered(utcTime(data.coverage.from), utcTime(data.coverage.to))],
                [t.users.columns.seat!, u.seats.length ? u.seats.map((s) => <div key={s}>{seats.find((x) => x.key === s)?.name ?? s}</div>) : t.users.noSeat],
                [t.explain.key, <span class="mono">{u.key}</span>],
            ]}
            command={`seatledger explain ${shellWord(summary.data?.connector ?? 'NAME')} user ${shellWord(u.email ?? u.key)}`}
            onClose={close}
        >
            {meetings.length > 0 && (
                <div>
                    <h3>{t.explain.meetings(meetings.length)}</h3>
                    <table class="records">
                        <thead>
                            <tr>
                                <th scope="col">{t.explain.started}</th>
                                <th scope="col">{t.explain.ended}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {meetings.map((m) => (
                                <tr key={m.start + m.end}>
                                    <td>{dayTime(m.start)}</td>
                                    <td>{m.counts === false ? t.explain.notCounted : m.end ? dayTime(m.end) : ''}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </ExplainPanel>
    );
}
