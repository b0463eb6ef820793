import { spanOf } from '../../format';
import { t } from '../../texts';
import type { AlertsEdit, Secret } from './useAlerts';

/** One setting: its words as a choice, or what is typed; the default counts where it is empty. */
export function SettingField({ a, name, ...more }: { a: AlertsEdit; name: string; autocomplete?: string; inputmode?: 'numeric' }) {
    const s = a.setting(name);
    if (!s) return null;
    const wrong = a.wrong[name];
    const fallback = s.default ?? s.default_text ?? '';
    const common = { id: 'a-' + name, 'aria-invalid': wrong ? true : undefined, 'aria-describedby': `a-${name}-hint` };
    return (
        <div class="field">
            <label for={'a-' + name}>{t.alerts.names[name] ?? name}</label>
            {s.type === 'word' && s.words ? (
                <select {...common} class="select" value={a.counting(name)} onChange={(e) => a.edit(name, e.currentTarget.value)}>
                    {s.words.split(',').map((w) => (
                        <option key={w} value={w}>
                            {t.alerts.words[w] ?? w}
                        </option>
                    ))}
                </select>
            ) : (
                <input {...common} {...more} class="input" spellcheck={false} autocomplete={more.autocomplete ?? 'off'} placeholder={fallback} value={a.value(name)} onInput={(e) => a.edit(name, e.currentTarget.value.trim())} />
            )}
            <div id={`a-${name}-hint`} class={wrong ? 'wrong' : 'hint'} role={wrong ? 'alert' : undefined}>
                {wrong ?? t.dialog.settingHint(s.help, s.type === 'word' ? '' : fallback, spanOf(s))}
            </div>
        </div>
    );
}

/** What is sealed is never shown again: it is typed anew, or removed. */
export function SecretField({ a, name, label, hint, hidden = false }: { a: AlertsEdit; name: Secret; label: string; hint: string; hidden?: boolean }) {
    const there = name === 'webhook_url' ? a.data!.has_webhook_url : a.data!.has_mail_password;
    const typed = a.secrets[name];
    const wrong = a.wrong[name];
    const goes = typed === null;
    return (
        <div class="field">
            <label for={'a-' + name}>{label}</label>
            <div class="row">
                <input
                    id={'a-' + name}
                    class="input grow"
                    {...((hidden ? { type: 'password', autocomplete: 'new-password' } : { autocomplete: 'off' }) as object)}
                    spellcheck={false}
                    placeholder={there && !goes ? '••••••••••••••••' : ''}
                    disabled={goes}
                    value={typed ?? ''}
                    aria-invalid={wrong ? true : undefined}
                    aria-describedby={`a-${name}-hint`}
                    onInput={(e) => a.editSecret(name, hidden ? e.currentTarget.value : e.currentTarget.value.trim())}
                />
                {there && (
                    <button type="button" class="btn" aria-label={goes ? t.alerts.keep(label) : t.alerts.removeSecret(label)} onClick={() => a.editSecret(name, goes ? undefined : null)}>
                        {goes ? t.undo : t.price.remove}
                    </button>
                )}
            </div>
            <div id={`a-${name}-hint`} class={wrong ? 'wrong' : 'hint'} role={wrong ? 'alert' : undefined}>
                {wrong ?? (goes ? t.alerts.goes : hint)}
            </div>
        </div>
    );
}
