import { useEffect, useRef, useState } from 'preact/hooks';
import type { Provider } from '../../api/types';
import { refresh } from '../../api/use';
import { showToast } from '../../app/store';
import { Ask } from '../../parts/Ask';
import { Dialog } from '../../parts/Dialog';
import { Trouble } from '../../parts/Trouble';
import { Waiting } from '../../parts/Waiting';
import { navigate, setGuard, setQuery, useLocation } from '../../router';
import { t } from '../../texts';
import { Foot } from './Foot';
import { Guide } from './Guide';
import { MainForm } from './MainForm';
import { OtherSettings } from './OtherSettings';
import { ScheduleForm } from './ScheduleForm';
import { useDraft } from './useDraft';
import { useSchedule } from './useSchedule';

/** One connector, in the order Client ID, Client Secret, Redirect Uri, Get Token, Test Connection, Active, Save. */
export function ConnectorDialog({ which, provider }: { which: string; provider: Provider }) {
    const { query } = useLocation();
    const d = useDraft(which, provider.name, query.get('draft'));
    const schedule = useSchedule(which === 'new' ? null : which);
    const [leaving, setLeaving] = useState<string | null>(null);
    const [busy, setBusy] = useState(false);
    const [warned, setWarned] = useState(false);
    const page = query.get('page');
    const todo = query.get('do');
    const body = useRef<HTMLDivElement>(null);
    const dirty = d.dirty || schedule.dirty;

    const leave = (to: string) => void d.discard().then(() => navigate(to, { force: true }));
    const close = () => (dirty ? setLeaving('/connectors') : leave('/connectors'));
    useEffect(() => {
        const stay = (to: string) => {
            if (to.split('?')[0] === location.pathname) return true;
            if (dirty) setLeaving(to);
            else leave(to);
            return false;
        };
        setGuard(stay);
        return () => setGuard(null);
    });
    useEffect(() => {
        body.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
    }, [d.wrong]);

    const save = async (anyway = false) => {
        if (busy || !d.draft) return;
        if (!(await d.flush())) return;
        if (!d.draft.tested && (which === 'new' || d.touched) && !anyway) {
            setWarned(true);
            return;
        }
        setBusy(true);
        const id = await d.save();
        if (id !== null) {
            await schedule.store(id);
            refresh('/connectors');
            navigate('/connectors', { force: true });
            showToast(t.dialog.saved(d.value('name')));
        } else setWarned(false);
        setBusy(false);
    };
    const title = (
        <>
            {page === 'settings' ? t.dialog.other : page === 'schedule' ? t.schedule.title : which === 'new' ? t.connectors.add : t.dialog.edit} <span class="third light">{provider.title}</span>
        </>
    );
    const name = (
        <div class="name-field">
            <label for="f-name">{t.dialog.name}</label>
            <input
                id="f-name"
                class="input"
                placeholder={t.dialog.nameHint}
                autocomplete="off"
                value={d.value('name')}
                aria-invalid={d.wrong.name ? true : undefined}
                aria-describedby={d.wrong.name ? 'f-name-wrong' : undefined}
                data-first={todo === 'rename' ? '' : undefined}
                onInput={(event) => d.edit({ name: event.currentTarget.value })}
            />
        </div>
    );
    return (
        <Dialog
            title={title}
            head={d.draft && name}
            onSave={() => void save()}
            onClose={close}
            foot={d.draft && <Foot d={d} warned={warned} busy={busy} page={page} schedule={schedule.text} onSave={save} onCancel={close} onUnwarn={() => setWarned(false)} />}
        >
            <div class={'connector-body' + (page ? ' one' : '')} ref={body}>
                <div class="form-part">
                    {d.wrong.name && (
                        <div id="f-name-wrong" class="wrong" role="alert">
                            {d.wrong.name}
                        </div>
                    )}
                    {d.error && <Trouble error={d.error} />}
                    {!d.draft ? (
                        !d.error && <Waiting />
                    ) : page === 'settings' ? (
                        <OtherSettings d={d} />
                    ) : page === 'schedule' ? (
                        <ScheduleForm schedule={schedule} active={d.draft.active} />
                    ) : (
                        <MainForm d={d} draft={d.draft} provider={provider} todo={todo} schedule={schedule.text} />
                    )}
                </div>
                {!page && <Guide provider={provider} />}
            </div>
            {leaving && (
                <Ask title={t.dialog.discardTitle} action={t.dialog.discard} danger cancel={t.dialog.goOn} onDo={() => leave(leaving)} onClose={() => setLeaving(null)}>
                    <p>{which === 'new' ? t.dialog.discardNew : t.dialog.discardEdit}</p>
                </Ask>
            )}
        </Dialog>
    );
}
export const openPage = (page: string | null) => setQuery({ page, do: null }, false);
