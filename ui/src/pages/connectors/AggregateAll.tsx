import { useState } from 'preact/hooks';
import type { ConnectorRow } from '../../api/types';
import { aggregateAll } from '../../app/actions';
import { Ask } from '../../parts/Ask';
import { t } from '../../texts';

export function AggregateAll({ list }: { list: ConnectorRow[] }) {
    const [asks, setAsks] = useState(false);
    const active = list.filter((c) => c.active).length;
    return (
        <>
            <button
                type="button"
                class="btn no-phone"
                aria-disabled={!active || undefined}
                title={active ? undefined : t.connectors.noneActive}
                onClick={() => active && setAsks(true)}
            >
                {t.connectors.all}
            </button>
            {asks && (
                <Ask title={t.connectors.all} action={t.aggregateNow} onDo={aggregateAll} onClose={() => setAsks(false)}>
                    <p>{t.connectors.allAsk(active)}</p>
                </Ask>
            )}
        </>
    );
}
