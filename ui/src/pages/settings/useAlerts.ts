import { useState } from 'preact/hooks';
import { ApiError, change } from '../../api/client';
import type { Alerts, AlertsChange } from '../../api/types';
import { put, useData } from '../../api/use';
import { showToast } from '../../app/store';
import { sentence } from '../../parts/Trouble';
import { t } from '../../texts';

export type Secret = 'webhook_url' | 'mail_password';

/** What was typed and is not saved yet, beside what the server holds. */
export function useAlerts() {
    const { data, error, reload } = useData<Alerts>('/alerts', (a) => a.test.state === 'running');
    const [edits, setEdits] = useState<Record<string, string | null>>({});
    const [secrets, setSecrets] = useState<Partial<Record<Secret, string | null>>>({});
    const [wrong, setWrong] = useState<Record<string, string>>({});
    const [failed, setFailed] = useState<Error | null>(null);
    const [busy, setBusy] = useState(false);
    const setting = (key: string) => data?.settings.find((s) => s.key === key);
    const kept = (key: string) => {
        const s = setting(key);
        return s?.source === 'set' ? s.value : null;
    };

    /** True: done. A fault of one field is said at the field. */
    const send = async (method: 'PUT' | 'POST', path: string, body?: object): Promise<boolean> => {
        setBusy(true);
        setFailed(null);
        setWrong({});
        try {
            put('/alerts', await change<Alerts>(method, path, body));
            return true;
        } catch (e) {
            const field = e instanceof ApiError && e.problem.field;
            if (field) setWrong({ [field]: [e.message, (e as ApiError).problem.next].filter((part): part is string => !!part).map(sentence).join(' ') });
            else setFailed(e as Error);
            return false;
        } finally {
            setBusy(false);
        }
    };
    const save = async (): Promise<void> => {
        if (busy) return;
        const body: AlertsChange = { settings: edits, ...secrets };
        if (!(await send('PUT', '/alerts', body))) return;
        setEdits({});
        setSecrets({});
        showToast(t.alerts.saved);
    };
    return {
        data,
        error,
        reload,
        wrong,
        failed,
        busy,
        dirty: Object.keys(edits).length + Object.keys(secrets).length > 0,
        setting,
        secrets,
        /** What stands in a field: nothing where the default counts. */
        value: (key: string) => (key in edits ? edits[key] : kept(key)) ?? '',
        /** What counts: the default where nothing is set. */
        counting: (key: string) => (key in edits ? edits[key] : kept(key)) ?? setting(key)?.default ?? '',
        edit: (key: string, value: string | null) => {
            const { [key]: _, ...rest } = edits;
            setEdits((value || null) === kept(key) ? rest : { ...edits, [key]: value || null });
        },
        /** undefined: the one that is kept stays; null: it goes. */
        editSecret: (key: Secret, value: string | null | undefined) => {
            const { [key]: _, ...rest } = secrets;
            setSecrets(value === undefined || value === '' ? rest : { ...secrets, [key]: value });
        },
        save,
        send,
        /** A fault that the page finds by itself. */
        refuse: (field: string, why: string) => setWrong({ [field]: why }),
    };
}
export type AlertsEdit = ReturnType<typeof useAlerts>;
