import { useId, useState } from 'preact/hooks';
import type { ConnectorRow } from '../api/types';
import { aggregate } from '../app/actions';
import { useKeys } from '../app/keys';
import { isAdministrator } from '../app/store';
import { navigate } from '../router';
import { t } from '../texts';
import { Ask } from './Ask';

/** Aggregate now: asked about once; not available says why. */
export function AggregateButton({ row, primary, saysWhy }: { row: ConnectorRow | null; primary?: boolean; saysWhy?: boolean }) {
    const [asks, setAsks] = useState(false);
    const why = !row ? t.loading : !isAdministrator() ? t.onlyAdministrators : row.running || row.queued ? t.connectors.runsAlready : !row.grant ? t.connectors.needsGrant : !row.active ? t.connectors.needsActive : null;
    const id = useId();
    useKeys({ a: () => !why && setAsks(true) });
    return (
        <>
            <button
                type="button"
                class={'btn' + (primary && !why ? ' primary' : '')}
                aria-disabled={why ? true : undefined}
                aria-describedby={why ? id : undefined}
                aria-keyshortcuts="a"
                title={why ?? undefined}
                onClick={() => !why && setAsks(true)}
            >
                {t.aggregateNow}
            </button>
            {why && (
                <span id={id} class={saysWhy ? 'third beside' : 'hidden-text'}>
                    {why}
                </span>
            )}
            {asks && row && (
                <Ask
                    title={t.aggregateNow}
                    action={t.aggregateNow}
                    onDo={async () => {
                        await aggregate(row.id);
                        navigate(`/c/${row.id}/runs`);
                    }}
                    onClose={() => setAsks(false)}
                >
                    <p>{t.runs.ask(row.name)}</p>
                </Ask>
            )}
        </>
    );
}
