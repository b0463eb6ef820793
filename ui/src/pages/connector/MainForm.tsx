import { useEffect } from 'preact/hooks';
import type { Connector, Provider } from '../../api/types';
import { scheduleFull } from '../../parts/schedule';
import { Switch } from '../../parts/Switch';
import { t } from '../../texts';
import { openPage } from './ConnectorDialog';
import { TestPart } from './TestPart';
import { TokenPart } from './TokenPart';
import type { Draft } from './useDraft';

export function MainForm(props: { d: Draft; draft: Connector; provider: Provider; todo: string | null; schedule: string | null }) {
    const { d, draft, provider, todo, schedule } = props;
    const first = todo ? '' : !d.value('client_id') ? 'client_id' : !draft.has_secret ? 'client_secret' : 'client_id';
    useEffect(() => {
        // The dialog was open before its fields were there.
        document.querySelector<HTMLElement>('.connector-body [data-first], .name-field [data-first]')?.focus();
        if (todo === 'test' && draft.grant) void d.act('POST', '/test');
    }, []);
    const field = (key: string, label: string, hint: string, more: object = {}) => {
        const wrong = d.wrong[key];
        return (
            <div class="field">
                <label for={'f-' + key}>{label}</label>
                <input
                    id={'f-' + key}
                    class="input"
                    spellcheck={false}
                    autocomplete={key === 'client_secret' ? 'new-password' : 'off'}
                    {...more}
                    value={d.value(key)}
                    aria-invalid={wrong ? true : undefined}
                    aria-describedby={`f-${key}-hint`}
                    data-first={first === key ? '' : undefined}
                    onInput={(event) => {
                        const value = event.currentTarget.value;
                        d.edit(key === 'client_secret' ? { client_secret: value } : { settings: { [key]: value || null } });
                    }}
                    onBlur={() => void d.flush()}
                />
                <div id={`f-${key}-hint`} class={wrong ? 'wrong' : 'hint'} role={wrong ? 'alert' : undefined}>
                    {wrong ?? hint}
                </div>
            </div>
        );
    };
    const ready = !!d.value('client_id') && (draft.has_secret || !!d.value('client_secret'));
    return (
        <>
            <form class="fields" onSubmit={(event) => event.preventDefault()}>
                {field('client_id', t.dialog.clientId, t.dialog.clientIdHint, { placeholder: t.dialog.clientIdExample })}
                {field('client_secret', t.dialog.secret, draft.has_secret && !d.value('client_secret') ? t.dialog.secretKept : t.dialog.secretHint, {
                    type: 'password',
                    placeholder: draft.has_secret ? '••••••••••••••••' : '',
                })}
                {field('redirect_uri', t.dialog.redirect, t.dialog.redirectHint)}
            </form>
            <hr />
            <TokenPart d={d} draft={draft} ready={ready} first={todo === 'token'} />
            <TestPart d={d} draft={draft} provider={provider} />
            <hr />
            <div class="act-row">
                <Switch on={draft.active} label={t.dialog.active} describedBy="active-hint" onChange={(active) => d.edit({ active })} />
                <p id="active-hint" class="second">
                    {draft.active ? (
                        <>
                            {t.dialog.scheduled(schedule && scheduleFull(schedule))}{' '}
                            <button type="button" class="link underlined" onClick={() => openPage('schedule')}>
                                {t.dialog.changeSchedule}
                            </button>
                        </>
                    ) : (
                        t.dialog.inactive
                    )}
                </p>
            </div>
        </>
    );
}
