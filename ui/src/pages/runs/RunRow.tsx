import { useState } from 'preact/hooks';
import type { RunDetail } from '../../api/types';
import { useData } from '../../api/use';
import { useCurrent } from '../../app/current';
import { isAdministrator } from '../../app/store';
import { count, dayTime, duration, signed } from '../../format';
import { rich } from '../../parts/rich';
import { sentence, Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { t } from '../../texts';
import { whatFollows, whatStopped } from './happened';

/** A run opened: what was incomplete and why, and what changed since the run before. */
export function RunRow({ id, run, alone }: { id: number; run: number; alone?: boolean }) {
    const { data, error, reload } = useData<RunDetail>(`/connectors/${id}/runs/${run}`);
    return (
        <tr class="opened">
            <td colSpan={9}>
                <div class="run-more">
                    {!data ? (
                        error ? (
                            <Trouble error={error} onRetry={reload} />
                        ) : (
                            <Waiting rows={3} height={20} />
                        )
                    ) : (
                        <>
                            <div>
                                {alone && (
                                    <h2 class="minor">
                                        {t.runs.run(data.id)}, {dayTime(data.started_at)}
                                    </h2>
                                )}
                                <Why id={id} run={data} />
                                {data.resumed_at && <p class="small second">{t.runs.wentOn(dayTime(data.resumed_at))}</p>}
                            </div>
                            <Differences run={data} />
                        </>
                    )}
                </div>
            </td>
        </tr>
    );
}

function Why({ id, run }: { id: number; run: RunDetail }) {
    const [copied, setCopied] = useState(false);
    const unread = run.incomplete.reduce((sum, x) => sum + x.users, 0);
    const copy = () =>
        void navigator.clipboard
            ?.writeText(`run ${run.id} · ${run.status} · ${run.started_at}\n${run.error ?? ''}\n${run.incomplete.map((x) => `${x.users}: ${x.reason}`).join('\n')}`)
            .then(() => setCopied(true));
    if (run.status === 'complete')
        return (
            <>
                <h2 class="minor">{t.runs.complete}</h2>
                <p class="small second">{t.runs.completeText(duration(run.rate_limited_ms))}</p>
            </>
        );
    return (
        <>
            <h2 class="minor">{run.status === 'incomplete' ? t.runs.why : t.runs.whatHappened}</h2>
            {whatStopped(run) && <p class="small">{whatStopped(run)}</p>}
            {whatFollows(run).length > 0 && <p class="small">{whatFollows(run).join(' ')}</p>}
            {run.incomplete.map((x) => (
                <p key={x.reason} class="small second">
                    {rich(t.runs.unread(x.users, sentence(x.reason)))}
                </p>
            ))}
            {unread > 0 && <p class="small second">{t.runs.kept}</p>}
            {run.status === 'failed' && <Cure id={id} goesOn={run.goes_on} />}
            <p class="small sentence">
                {unread > 0 && (
                    <>
                        <a class="underlined" href={`/c/${id}/users?state=unknown`}>
                            {t.runs.show_(unread)}
                        </a>{' '}
                        ·{' '}
                    </>
                )}
                <button type="button" class="link" onClick={copy}>
                    {copied ? t.copied : t.copyDetails}
                </button>
            </p>
        </>
    );
}

/** What stands, and the button that finds or mends the cause. One that goes on by itself needs a grant for it, and no test. */
function Cure({ id, goesOn }: { id: number; goesOn: boolean }) {
    const { row } = useCurrent();
    const mend = row && (row.status === 'sign_in' || !row.grant) ? ['token', t.token.get] : ['test', t.test.button];
    const isNeeded = mend[0] === 'token' || !goesOn;
    return (
        <>
            <p class="small second">
                {t.runs.failedText} {mend[0] === 'test' && isNeeded && t.runs.findOut}
            </p>
            {isNeeded && isAdministrator() && (
                <p>
                    <a class="btn small" href={`/connectors/${id}?do=${mend[0]}`}>
                        {mend[1]}
                    </a>
                </p>
            )}
        </>
    );
}

function Differences({ run }: { run: RunDetail }) {
    const d = run.differences;
    if (!d) return null;
    const lines: [string, string][] = [
        [signed(d.joined), t.runs.joined],
        [d.left === null ? '–' : d.left ? '−' + count(d.left) : '0', t.runs.left],
        [count(d.became_inactive), t.runs.becameInactive],
        [signed(d.seats_bought), t.runs.seatsBought],
    ];
    return (
        <div>
            <h2 class="minor">{d.to === null ? t.runs.noBefore : t.runs.differences(d.to)}</h2>
            {d.to !== null && (
                <dl class="differences small">
                    {lines.map(([n, what]) => (
                        <div key={what}>
                            <dt class="second">{what}</dt>
                            <dd>
                                <strong>{n}</strong>
                            </dd>
                        </div>
                    ))}
                </dl>
            )}
        </div>
    );
}
