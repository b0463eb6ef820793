import type { Alert } from '../../api/types';
import { dayTime, shortTime } from '../../format';
import { Icon } from '../../parts/Icon';
import { sentence } from '../../parts/Trouble';
import { t } from '../../texts';

const INK = { bad: 'bad-ink', warn: 'warn-ink', info: 'third' };

/** The latest alerts: whether they are still true, and what became of telling them. */
export function RecentAlerts({ alerts }: { alerts: Alert[] }) {
    return (
        <section class="stack">
            <h2>{t.alerts.recent}</h2>
            {!alerts.length ? (
                <p class="second">{t.alerts.noRecent}</p>
            ) : (
                <div class="wide-table">
                    <table class="table lists alerts" aria-label={t.alerts.recent}>
                        <thead>
                            <tr>
                                {t.alerts.columns.map(([key, name]) => (
                                    <th key={key} scope="col" class={'col-' + key}>
                                        {name}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {alerts.map((x) => (
                                <tr key={x.id}>
                                    <td class="col-began">
                                        {dayTime(x.began_at)}
                                        <span class="under">{x.ended_at ? t.alerts.over(shortTime(x.ended_at)) : t.alerts.still}</span>
                                    </td>
                                    <th scope="row" class="col-text">
                                        <div class="row tops">
                                            <span class={INK[x.severity]} title={t.alerts.severities[x.severity]}>
                                                <Icon name={x.severity} />
                                                <span class="hidden-text">{t.alerts.severities[x.severity]}</span>
                                            </span>
                                            <div>
                                                <bdi>{sentence(x.text)}</bdi>
                                                <span class="under">{sentence(x.next)}</span>
                                            </div>
                                        </div>
                                    </th>
                                    <td class="col-connector">
                                        <a class="plain" href={`/c/${x.connector_id}`}>
                                            <bdi>{x.connector}</bdi>
                                        </a>
                                    </td>
                                    <td class="col-told">
                                        {!x.deliveries.length && <span class="third">{t.alerts.notTold}</span>}
                                        {x.deliveries.map((d) => (
                                            <div key={d.channel}>
                                                {t.alerts.ways[d.channel] ?? d.channel}: {d.state === 'sent' ? t.alerts.sent(shortTime(d.at)) : d.state === 'given_up' ? t.alerts.givenUp : d.next_at && d.tries ? t.alerts.waiting(shortTime(d.next_at)) : t.alerts.goesOut}
                                                {d.error && d.state !== 'sent' && <span class="under">{sentence(d.error)}</span>}
                                            </div>
                                        ))}
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </section>
    );
}
