import type { ComponentChildren } from 'preact';
import { count, dayTime, UNKNOWN } from '../../format';
import { StateMark } from '../../parts/StateMark';
import { sentence } from '../../parts/Trouble';
import { t } from '../../texts';
import type { Explanation } from './shapes';

/** The parts of an explanation: what adds up to the figure, what could not be read, and the records. */
export function Records({ id, x }: { id: number; x: Explanation }) {
    const person = (key: string, name: string | null, email: string | null) => (
        <a href={`/c/${id}/users/${encodeURIComponent(key)}`}>
            <bdi>{name ?? email ?? key}</bdi>
        </a>
    );
    const time = (at: string | null) => (at ? dayTime(at) : UNKNOWN);
    const total = x.states?.reduce((sum, s) => sum + s.count, 0);
    return (
        <>
            {x.states && (
                <table class="parts" aria-label={t.explain.parts}>
                    <tbody>
                        {x.states.map((s) => (
                            <tr key={s.state}>
                                <th scope="row">
                                    <StateMark state={s.state} />
                                </th>
                                <td class="num">
                                    <strong>{count(s.count)}</strong>
                                </td>
                                <td class="second">{t.explain.rule[s.state]}</td>
                            </tr>
                        ))}
                        <tr>
                            <th scope="row">
                                <strong>{x.what === 'cost' ? t.chart.assigned : t.nav.users}</strong>
                            </th>
                            <td class="num">
                                <strong>{count(total)}</strong>
                            </td>
                            <td />
                        </tr>
                    </tbody>
                </table>
            )}
            {!!x.unread?.length && (
                <div>
                    <h3>{t.explain.unread}</h3>
                    {x.unread.map((u) => (
                        <p key={u.what + u.reason} class="small second">
                            {u.what}: {count(u.count)}. {u.reason && sentence(u.reason)}
                        </p>
                    ))}
                </div>
            )}
            <List
                title={t.explain.records}
                heads={[t.explain.user, t.explain.lastCounted]}
                rows={x.records?.map((r) => [person(r.key, r.name, r.email), r.started_at ? dayTime(r.started_at) : (r.last_activity_text ?? UNKNOWN)])}
                more={x.states?.find((s) => s.state === 'active')?.count}
                all={<a href={`/c/${id}/users?state=active`}>{t.explain.allRecords}</a>}
            />
            <List title={t.explain.meetings} heads={[t.explain.started, t.explain.ended, t.explain.counts]} rows={x.meetings?.map((m) => [time(m.started_at), time(m.ended_at), m.role ?? ''])} />
            <List title={t.explain.days} heads={[t.explain.day, t.explain.file]} rows={x.days?.map((d) => [d.day, d.file ?? ''])} />
            <List title={t.seatsWord} heads={[t.users.columns.seat!]} rows={x.seats?.map((s) => [<bdi>{s.name ?? s.subscription}</bdi>])} />
            <List title={t.explain.holders} heads={[t.explain.user, t.users.state]} rows={x.holders?.map((h) => [person(h.key, h.name, h.email), <StateMark state={h.state} />])} more={total} />
        </>
    );
}

function List(props: { title: string; heads: string[]; rows: ComponentChildren[][] | undefined; more?: number; all?: ComponentChildren }) {
    const { title, heads, rows, more, all } = props;
    if (!rows?.length) return null;
    return (
        <div>
            <h3>{title}</h3>
            <table class="records" aria-label={title}>
                <thead>
                    <tr>
                        {heads.map((h, i) => (
                            <th key={h} scope="col" class={i && i === heads.length - 1 ? 'num' : undefined}>
                                {h}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row, r) => (
                        <tr key={r}>
                            {row.map((cell, i) => (
                                <td key={i} class={i && i === row.length - 1 ? 'num cut' : 'cut'}>
                                    {cell}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
            {more !== undefined && more > rows.length && (
                <p class="small sentence">
                    {t.explain.someOf(count(rows.length), count(more))} {all}
                </p>
            )}
        </div>
    );
}
