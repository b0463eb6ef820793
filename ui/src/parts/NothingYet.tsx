import type { ApiError } from '../api/client';
import type { ConnectorRow } from '../api/types';
import { isAdministrator } from '../app/store';
import { t } from '../texts';
import { AggregateButton } from './AggregateButton';
import { sentence, Trouble } from './Trouble';

/** In place of figures: nothing was aggregated yet, or the block failed. */
export function NothingYet({ error, row, onRetry }: { error: ApiError; row: ConnectorRow | null; onRetry: () => void }) {
    if (error.problem.status !== 404 || !row || row.data_of) return <Trouble error={error} onRetry={onRetry} />;
    const failed = !row.running && row.last_aggregation?.status === 'failed' ? row.last_aggregation : null;
    return (
        <div class="empty">
            <h2>{row.running ? t.empty.running : t.empty.title}</h2>
            {failed && (
                <p role="alert">
                    <strong>{t.empty.failed}</strong> {failed.error && sentence(failed.error)} <a href={`/c/${row.id}/runs/${failed.id}`}>{t.empty.showRun}</a>
                </p>
            )}
            <p>{row.grant ? t.empty.text : t.empty.noGrant}</p>
            {row.running ? (
                <a class="btn" href={`/c/${row.id}/runs`}>
                    {t.empty.watch}
                </a>
            ) : row.grant ? (
                <AggregateButton row={row} primary saysWhy />
            ) : (
                isAdministrator() && (
                    <a class="btn primary" href={`/connectors/${row.id}?do=token`}>
                        {t.token.get}
                    </a>
                )
            )}
        </div>
    );
}
