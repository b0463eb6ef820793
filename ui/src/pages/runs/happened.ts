import type { Run } from '../../api/types';
import { sentence } from '../../parts/Trouble';
import { shortTime } from '../../format';
import { t } from '../../texts';

/** What stopped a run, in sentences; null where nothing did. */
export function whatStopped(run: Run): string | null {
    const why = run.error && run.error !== 'interrupted' ? sentence(run.error) : null;
    return run.status === 'cancelled' ? `${why ?? t.runs.wasCancelled} ${t.runs.stands}` : run.error && sentence(run.error);
}

/** What comes after it, in sentences; empty where nothing is known to. */
export function whatFollows(run: Run): string[] {
    const isAhead = run.again_at !== null && Date.parse(run.again_at) > Date.now();
    return [run.goes_on ? t.runs.willGoOn : '', isAhead ? t.runs.again(shortTime(run.again_at)) : ''].filter(Boolean);
}
