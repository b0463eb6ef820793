import type { Run } from '../../api/types';
import { sentence } from '../../parts/Trouble';
import { t } from '../../texts';

/** What stopped a run, in sentences; null where nothing did. */
export function whatStopped(run: Run): string | null {
    const why = run.error && run.error !== 'interrupted' ? sentence(run.error) : null;
    return run.status === 'cancelled' ? `${why ?? t.runs.wasCancelled} ${t.runs.stands}` : run.error && sentence(run.error);
}
