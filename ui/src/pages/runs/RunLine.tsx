import type { Run } from '../../api/types';
import { count, duration, shortTime, took } from '../../format';
import { RunMark } from '../../parts/RunMark';
import { t } from '../../texts';
import { whatFollows, whatStopped } from './happened';

export function RunLine({ run, open, onToggle }: { run: Run; open: boolean; onToggle: () => void }) {
    const happened = [whatStopped(run), run.resumed_at && t.runs.cutAndOn(shortTime(run.resumed_at)), ...whatFollows(run)].filter(Boolean).join(' ');
    return (
        <tr class={open ? 'chosen' : undefined}>
            <th scope="row" class="col-run">
                <button type="button" class="link" data-row aria-expanded={open} aria-label={t.runs.run(run.id)} onClick={onToggle}>
                    {run.id}
                </button>
            </th>
            <td class="col-status">
                <RunMark status={run.status} />
            </td>
            <td class="col-started">{shortTime(run.started_at)}</td>
            <td class="col-trigger late">{t.runs.triggers[run.trigger] ?? run.trigger}</td>
            <td class="col-took num">{duration(took(run.started_at, run.finished_at))}</td>
            <td class="col-requests num late">{count(run.requests)}</td>
            <td class="col-records num late">{count(run.records)}</td>
            <td class="col-waited num late">{duration(run.rate_limited_ms)}</td>
            <td class={'col-error cut ' + (run.status === 'failed' ? 'bad-ink' : 'second')} title={happened || undefined}>
                {happened}
            </td>
        </tr>
    );
}
