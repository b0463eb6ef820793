import { useEffect, useRef, useState } from 'preact/hooks';
import type { Provider } from '../../api/types';
import { refresh } from '../../api/use';
import { useConnectors } from '../../app/current';
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
import { ON_FIRST_PAGE, OtherSettings } from './OtherSettings';
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
    const [named, setNamed] = useState(false);
    const [failed, setFailed] = useState<Error | null>(null);
    const saved = useRef<number | null>(null);
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
    // What a button was refused for is shown where it is: its page opens, its field has the focus.
    useEffect(() => {
        const field = ORDER.find((key) => d.wrong[key]) ?? Object.keys(d.wrong)[0];
        if (!d.refused || !field) return;
        if (field !== 'name') openPage(ON_FIRST_PAGE.has(field) || field === 'client_secret' ? null : 'settings');
        requestAnimationFrame(() => fieldOf(field)?.focus());
    }, [d.refused]);
    useEffect(() => {
        if (d.error ?? d.stale) body.current?.querySelector('.trouble')?.scrollIntoView({ block: 'nearest' });
    }, [d.error, d.stale]);
    useEffect(() => {
        if (!dirty) return undefined;
        const ask = (event: BeforeUnloadEvent) => event.preventDefault();
        addEventListener('beforeunload', ask);
        return () => removeEventListener('beforeunload', ask);
    }, [dirty]);
    const others = useConnectors().data?.connectors.filter((c) => String(c.id) !== which) ?? [];
    const taken = (text: string) => others.some((c) => c.name === text.trim());
    const nameWrong = d.wrong.name ?? (named && taken(d.value('name')) ? t.dialog.taken(d.value('name').trim()) : null);
    const missing = (): Record<string, string> => {
        const given: Record<string, boolean> = { name: !!d.value('name').trim(), client_id: !!d.value('client_id'), client_secret: !!d.draft?.has_secret || !!d.value('client_secret') };
        const fields = Object.fromEntries(Object.entries(t.dialog.missing).filter(([key]) => !given[key]));
        if (taken(d.value('name'))) fields.name = t.dialog.taken(d.value('name').trim());
        return fields;
    };

    const save = async (anyway = false) => {
        if (busy || !d.draft) return;
        const fields = missing();
        if (Object.keys(fields).length) return d.refuse(fields);
        if (!(await d.flush(true))) return;
        if (!(await schedule.check())) {
            openPage('schedule');
            requestAnimationFrame(() => document.getElementById('sc-zone')?.focus());
            return;
        }
        if (!d.draft.tested && (which === 'new' || d.touched) && !anyway) {
            setWarned(true);
            return;
        }
        setBusy(true);
        saved.current ??= await d.save();
        if (saved.current === null) setWarned(false);
        else
            try {
                await schedule.store(saved.current);
                refresh('/connectors');
                navigate('/connectors', { force: true });
                showToast(t.dialog.saved(d.value('name')));
            } catch (e) {
                setFailed(e as Error); // the connector is saved: Save tries its schedule once more
            }
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
                aria-invalid={nameWrong ? true : undefined}
                aria-describedby={nameWrong ? 'f-name-wrong' : undefined}
                data-first={todo === 'rename' ? '' : undefined}
                onInput={(event) => {
                    setNamed(false);
                    d.edit({ name: event.currentTarget.value });
                }}
                onBlur={() => setNamed(true)}
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
                    {nameWrong && (
                        <div id="f-name-wrong" class="wrong" role="alert">
                            {nameWrong}
                        </div>
                    )}
                    {d.stale && <Trouble error={d.stale} retry={t.dialog.loadAgain} more={t.dialog.loadAgainText} onRetry={() => void d.loadAgain()} />}
                    {(d.error ?? failed) && <Trouble error={(d.error ?? failed)!} />}
                    {!d.draft ? (
                        !d.error && <Waiting />
                    ) : page === 'settings' ? (
                        <OtherSettings d={d} />
                    ) : page === 'schedule' ? (
                        <ScheduleForm schedule={schedule} active={d.draft.active} />
                    ) : (
                        <MainForm key={d.draft.id} d={d} draft={d.draft} provider={provider} todo={todo} schedule={schedule.text} />
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
/** The first of these that is wrong has the focus. */
const ORDER = ['name', 'client_id', 'client_secret', 'redirect_uri'];
const fieldOf = (key: string) => document.getElementById('f-' + key) ?? document.getElementById('s-' + key);

export const openPage = (page: string | null) => setQuery({ page, do: null }, false);
