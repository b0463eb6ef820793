import { useState } from 'preact/hooks';
import { read } from '../../api/client';
import type { AuditEntry } from '../../api/types';
import { useData } from '../../api/use';
import { dayTime, UNKNOWN } from '../../format';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { t } from '../../texts';

interface Entries {
    entries: AuditEntry[];
    more: boolean;
}
/** Who changed what, when; the latest first. */
export function Audit() {
    const { data, error, reload } = useData<Entries>('/audit?limit=100');
    const [older, setOlder] = useState<Entries | null>(null);
    const [failed, setFailed] = useState<Error | null>(null);
    if (!data) return error ? <Trouble error={error} onRetry={reload} /> : <Waiting rows={8} />;
    const list = [...data.entries, ...(older?.entries ?? [])];
    if (!list.length) return <p class="second">{t.settings.noAudit}</p>;
    const more = async () => {
        try {
            const { data: next } = await read<Entries>(`/audit?limit=100&before=${list.at(-1)!.id}`);
            setOlder({ entries: [...(older?.entries ?? []), ...next.entries], more: next.more });
        } catch (e) {
            setFailed(e as Error);
        }
    };
    return (
        <>
            <div class="wide-table">
                <table class="table lists audit" aria-label={t.settings.tabs.audit}>
                    <thead>
                        <tr>
                            {t.settings.auditColumns.map(([key, name]) => (
                                <th key={key} scope="col" class={'col-' + key}>
                                    {name}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {list.map((a) => (
                            <tr key={a.id}>
                                <td class="col-at">{dayTime(a.at)}</td>
                                <td class="col-who cut">
                                    <bdi>{a.who ?? UNKNOWN}</bdi>
                                </td>
                                <th scope="row" class="col-what cut">
                                    {a.what}
                                </th>
                                <td class="col-connector cut">
                                    <bdi>{a.connector ?? ''}</bdi>
                                </td>
                                <td class="col-detail cut second" title={a.detail ?? undefined}>
                                    <bdi>{a.detail ?? ''}</bdi>
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {failed && <Trouble error={failed} />}
            {(older ? older.more : data.more) && (
                <button type="button" class="btn older" onClick={() => void more()}>
                    {t.settings.older}
                </button>
            )}
        </>
    );
}
