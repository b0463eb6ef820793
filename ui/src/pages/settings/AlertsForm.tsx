import { Icon } from '../../parts/Icon';
import { sentence, Trouble } from '../../parts/Trouble';
import { t } from '../../texts';
import { SecretField, SettingField } from './AlertFields';
import type { AlertsEdit } from './useAlerts';

/** What is told and by which ways; one Save for all of it, and a test of what is saved. */
export function AlertsForm({ a }: { a: AlertsEdit }) {
    const data = a.data!;
    const kinds = a.counting('kinds').split(',').filter(Boolean);
    const all = a.setting('kinds')?.words?.split(',') ?? [];
    const choose = (kind: string) => {
        const next = all.filter((k) => (k === kind ? !kinds.includes(k) : kinds.includes(k)));
        if (next.length) a.edit('kinds', next.length === all.length ? null : next.join(','));
    };
    const submit = (event: Event) => {
        event.preventDefault();
        void a.save();
    };
    const way = (name: 'webhook' | 'mail') => <span class="tag">{data.channels.includes(name) ? t.alerts.isSetUp : t.alerts.notSetUp}</span>;
    return (
        <form
            class="alerts-form"
            onSubmit={submit}
            onKeyDown={(event) => {
                if (event.key === 'Enter' && event.ctrlKey) submit(event);
            }}
        >
            <section class="box">
                <h2>{t.alerts.what}</h2>
                <fieldset>
                    <legend class="hidden-text">{t.alerts.what}</legend>
                    {all.map((kind) => (
                        <label key={kind} class="row">
                            <input type="checkbox" checked={kinds.includes(kind)} onChange={() => choose(kind)} />
                            {t.alerts.kinds[kind] ?? kind}
                        </label>
                    ))}
                </fieldset>
                <div class="pairs">
                    <SettingField a={a} name="grant_days" inputmode="numeric" />
                    <SettingField a={a} name="stale_days" inputmode="numeric" />
                    <SettingField a={a} name="stale_margin" />
                </div>
            </section>
            <section class="box">
                <h2 class="row">
                    {t.alerts.webhook} {way('webhook')}
                </h2>
                <div class="pairs">
                    <SecretField a={a} name="webhook_url" label={t.alerts.url} hint={data.webhook_host ? t.alerts.urlKept(data.webhook_host) : t.alerts.urlHint} />
                    <SettingField a={a} name="webhook_format" />
                </div>
            </section>
            <section class="box">
                <h2 class="row">
                    {t.alerts.mail} {way('mail')}
                </h2>
                <div class="pairs">
                    <SettingField a={a} name="mail_host" />
                    <SettingField a={a} name="mail_port" inputmode="numeric" />
                    <SettingField a={a} name="mail_security" />
                    <SettingField a={a} name="mail_from" />
                    <SettingField a={a} name="mail_to" />
                    <SettingField a={a} name="mail_user" autocomplete="username" />
                    <SecretField a={a} name="mail_password" label={t.alerts.password} hidden hint={data.has_mail_password ? t.alerts.passwordKept : t.alerts.passwordHint} />
                    <SettingField a={a} name="ca_file" />
                </div>
            </section>
            {a.failed && <Trouble error={a.failed} />}
            <div class="row wrap tops">
                <button type="submit" class="btn primary" aria-disabled={a.busy || !a.dirty || undefined} aria-keyshortcuts="Control+Enter">
                    {t.save}
                </button>
                <TestButton a={a} />
            </div>
        </form>
    );
}

/** A test goes by every way that is set up; what became of it stands beside. */
function TestButton({ a }: { a: AlertsEdit }) {
    const { test, channels } = a.data!;
    const runs = test.state === 'running';
    const why = a.dirty ? t.alerts.testDirty : !channels.length ? t.alerts.testNone : null;
    return (
        <>
            <button
                type="button"
                class="btn"
                aria-disabled={why || runs || a.busy ? true : undefined}
                aria-describedby="alerts-test"
                onClick={() => !why && !runs && !a.busy && void a.send('POST', '/alerts/test')}
            >
                {t.alerts.test}
            </button>
            <div id="alerts-test" class="grow alerts-test" role="status">
                {why && <p class="second">{why}</p>}
                {runs && (
                    <p class="mark run-running">
                        <Icon name="running" turns />
                        {t.alerts.testing}
                    </p>
                )}
                {test.state === 'failed' && test.message && <Outcome ok={false} words={[test.message, test.next]} />}
                {test.channels.map((c) => (
                    <Outcome key={c.channel} ok={c.ok} way={t.alerts.ways[c.channel]} words={c.ok ? [t.alerts.arrived] : [c.message, c.next]} />
                ))}
            </div>
        </>
    );
}
function Outcome({ ok, way, words }: { ok: boolean; way?: string; words: (string | null)[] }) {
    return (
        <p class={'mark ' + (ok ? 'run-ok' : 'run-failed')}>
            <Icon name={ok ? 'ok' : 'bad'} />
            <span>
                {way && <strong>{way}: </strong>}
                {words
                    .filter((w): w is string => !!w)
                    .map(sentence)
                    .join(' ')}
            </span>
        </p>
    );
}
