import { spanOf } from '../../format';
import { t } from '../../texts';
import type { Draft } from './useDraft';

export const ON_FIRST_PAGE = new Set(['client_id', 'redirect_uri']);

/** Every other setting with its default and what it means; empty goes back to the default. */
export function OtherSettings({ d }: { d: Draft }) {
    return (
        <div class="other">
            {d.draft!.settings
                .filter((s) => !ON_FIRST_PAGE.has(s.key))
                .map((s) => {
                    const wrong = d.wrong[s.key];
                    const fallback = s.default ?? s.default_text ?? '';
                    const common = { id: 's-' + s.key, 'aria-invalid': wrong ? true : undefined, 'aria-describedby': `s-${s.key}-hint` };
                    return (
                        <div class="field" key={s.key}>
                            <label for={'s-' + s.key}>
                                {t.settingNames[s.key] ?? s.key} <code>{s.key}</code>
                            </label>
                            {s.words && s.type === 'word' ? (
                                <select
                                    {...common}
                                    class="select"
                                    value={d.value(s.key) || fallback}
                                    onChange={(event) => {
                                        d.edit({ settings: { [s.key]: event.currentTarget.value } });
                                        void d.flush();
                                    }}
                                >
                                    {s.words.split(',').map((w) => (
                                        <option key={w}>{w}</option>
                                    ))}
                                </select>
                            ) : (
                                <input
                                    {...common}
                                    class="input"
                                    spellcheck={false}
                                    autocomplete="off"
                                    placeholder={fallback}
                                    value={d.value(s.key)}
                                    onInput={(event) => d.edit({ settings: { [s.key]: event.currentTarget.value.trim() || null } })}
                                    onBlur={() => void d.flush()}
                                />
                            )}
                            <div id={`s-${s.key}-hint`} class={wrong ? 'wrong' : 'hint'} role={wrong ? 'alert' : undefined}>
                                {wrong ?? t.dialog.settingHint(s.help, fallback, spanOf(s))}
                            </div>
                        </div>
                    );
                })}
        </div>
    );
}
