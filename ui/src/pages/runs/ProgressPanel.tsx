import { useEffect, useRef, useState } from 'preact/hooks';
import { change } from '../../api/client';
import type { Progress } from '../../api/types';
import { put } from '../../api/use';
import { isAdministrator } from '../../app/store';
import { count, duration, shortTime, time } from '../../format';
import { Ask } from '../../parts/Ask';
import { Icon } from '../../parts/Icon';
import { rich } from '../../parts/rich';
import { RunMark } from '../../parts/RunMark';
import { t } from '../../texts';

const PHASES = ['users', 'licenses', 'history', 'publish'] as const;

/** A running aggregation, whoever started it: requests done of those planned, rate, waits, errors, time left. */
export function ProgressPanel({ id, progress: p }: { id: number; progress: Progress }) {
    const [asks, setAsks] = useState(false);
    const part = p.planned ? Math.min(1, p.done / p.planned) : 0;
    const quarter = Math.floor(part * 4);
    const said = useRef(-1);
    const [words, setWords] = useState('');
    useEffect(() => {
        if (quarter === said.current) return;
        said.current = quarter;
        if (p.planned) setWords(t.runs.said(count(p.done), count(p.planned)));
    }, [quarter, !!p.planned]);
    const cancel = async () => {
        await change('DELETE', `/connectors/${id}/aggregation`);
        put(`/connectors/${id}/aggregation`, { ...p, cancelling: true });
    };
    const why = !isAdministrator() ? t.onlyAdministrators : !p.here ? t.runs.notHere : p.cancelling ? t.runs.cancelling : null;
    const facts = [
        p.planned ? t.runs.done(count(p.done), count(p.planned)) : t.runs.doneUnknown(count(p.requests)),
        p.rate_per_second && t.runs.rate(p.rate_per_second),
        t.runs.waited(duration(p.waited_ms)),
        t.runs.errors(p.errors),
        p.seconds_left !== null && t.runs.left_(duration(p.seconds_left * 1000)),
        p.waiting_until && t.runs.waitingUntil(time(p.waiting_until)),
    ].filter(Boolean) as string[];
    const at = p.phase ? PHASES.indexOf(p.phase) : -1;
    return (
        <section class="progress" aria-label={t.runs.run(p.id)}>
            <header>
                <h2>{t.runs.run(p.id)}</h2>
                <RunMark status={p.state} text={p.cancelling ? t.runs.cancelling : undefined} />
                <span class="third small">{p.started_at && t.runs.started(shortTime(p.started_at), t.runs.triggers[p.trigger] ?? p.trigger)}</span>
                {p.resumed_at && <span class="second small">{t.runs.goesOn(shortTime(p.resumed_at))}</span>}
                <button type="button" class="btn small danger" aria-disabled={why ? true : undefined} title={why ?? undefined} onClick={() => !why && setAsks(true)}>
                    {t.runs.cancel}
                </button>
            </header>
            <div
                class="progress-bar"
                role="progressbar"
                aria-label={t.runs.run(p.id)}
                aria-valuemin={0}
                aria-valuemax={p.planned ?? undefined}
                aria-valuenow={p.planned ? p.done : undefined}
                aria-valuetext={p.planned ? t.runs.said(count(p.done), count(p.planned)) : t.runs.counting}
            >
                <i style={{ width: `${part * 100}%` }} />
            </div>
            <p class="progress-facts small second">
                {facts.map((f) => (
                    <span key={f}>{rich(f)}</span>
                ))}
            </p>
            <ol class="progress-phases small">
                {PHASES.map((phase, i) => (
                    <li key={phase} class={'mark ' + (i < at ? 'run-ok second' : i === at ? 'run-running' : 'run-never third')} aria-current={i === at ? 'step' : undefined}>
                        <Icon name={i < at ? 'ok' : i === at ? 'running' : 'ahead'} turns={i === at} size={14} />
                        {i === at ? <strong>{t.runs.phases[phase]}</strong> : t.runs.phases[phase]}
                    </li>
                ))}
            </ol>
            {asks && !why && (
                <Ask title={t.runs.cancelTitle(p.id)} action={t.runs.cancel} danger cancel={t.runs.cancelStay} onDo={cancel} onClose={() => setAsks(false)}>
                    <p>{t.runs.cancelText}</p>
                </Ask>
            )}
            <div class="hidden-text" role="status">
                {words}
            </div>
        </section>
    );
}
