import type { Summary } from '../api/types';
import { dayTime } from '../format';
import { t } from '../texts';

/** Of when the figures are, and of which run; a run that is not complete says so. */
export function DataOf({ id, summary }: { id: number; summary: Summary | undefined }) {
    if (!summary) return null;
    const { aggregation: a } = summary;
    return (
        <>
            {t.dataOf(dayTime(a.started_at))} ·{' '}
            {a.status === 'complete' ? (
                t.runN(a.id)
            ) : (
                <>
                    {t.runN(a.id)}{' '}
                    <a class="underlined" href={`/c/${id}/runs/${a.id}`}>
                        {t.runStatus[a.status]?.toLowerCase()}
                    </a>
                </>
            )}
        </>
    );
}
