import type { Summary, UserState } from '../../api/types';
import { useData } from '../../api/use';
import { count, dayTime, utcTime } from '../../format';
import { StateMark } from '../../parts/StateMark';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { t } from '../../texts';
import { ExplainPanel, shellWord } from './ExplainPanel';
import type { ExplainedActive } from './shapes';

export function ExplainActive({ id, summary: s, onClose }: { id: number; summary: Summary; onClose: () => void }) {
    const { data, error, reload } = useData<ExplainedActive>(`/connectors/${id}/explain/active`);
    const T = s.aggregation.started_at;
    const from = new Date(Date.parse(T) - s.window_days * 86_400_000).toISOString();
    const parts: [UserState, number][] = [
        ['active', s.active_users],
        ['inactive', s.inactive_users],
        ['none', s.no_activity_users],
        ['unknown', s.unknown_users],
    ];
    return (
        <ExplainPanel
            title={t.explain.activeTitle(count(s.active_users))}
            definition={t.explain.activeText}
            facts={[
                [t.explain.aggregation, `${t.runN(s.aggregation.id)}, ${t.runStatus[s.aggregation.status]?.toLowerCase()}`],
                ['T', `${utcTime(T)} UTC`],
                [t.explain.window, t.explain.windowText(s.window_days, `${utcTime(from)} UTC`)],
            ]}
            command={`seatledger explain ${shellWord(s.connector)} active`}
            onClose={onClose}
        >
            <table class="parts" aria-label={t.explain.parts}>
                <tbody>
                    {parts.map(([state, n]) => (
                        <tr key={state}>
                            <th scope="row">
                                <StateMark state={state} />
                            </th>
                            <td class="num">
                                <strong>{count(n)}</strong>
                            </td>
                            <td class="second">{t.explain.rule[state]}</td>
                        </tr>
                    ))}
                    <tr>
                        <th scope="row">
                            <strong>{t.nav.users}</strong>
                        </th>
                        <td class="num">
                            <strong>{count(s.users)}</strong>
                        </td>
                        <td />
                    </tr>
                </tbody>
            </table>
            <div>
                <h3>{t.explain.records(s.active_users)}</h3>
                {error ? (
                    <Trouble error={error} onRetry={reload} />
                ) : !data ? (
                    <Waiting rows={6} height={24} />
                ) : (
                    <table class="records">
                        <thead>
                            <tr>
                                <th scope="col">{t.explain.user}</th>
                                <th scope="col" class="num">
                                    {t.explain.lastCounted}
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {data.users.slice(0, 100).map((u) => (
                                <tr key={u.key}>
                                    <td class="cut">
                                        <a href={`/c/${id}/users/${encodeURIComponent(u.key)}`}>
                                            <bdi>{u.name ?? u.email ?? u.key}</bdi>
                                        </a>
                                    </td>
                                    <td class="num">{u.last_activity_at ? dayTime(u.last_activity_at) : (u.last_activity ?? '')}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                )}
                <p class="small sentence">
                    {data && data.users.length < s.active_users && t.explain.someOf(count(Math.min(100, data.users.length)), count(s.active_users))}{' '}
                    <a href={`/c/${id}/users?state=active`}>{t.explain.allRecords}</a>
                </p>
            </div>
        </ExplainPanel>
    );
}
