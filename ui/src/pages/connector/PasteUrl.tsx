import { useState } from 'preact/hooks';
import type { Connector } from '../../api/types';
import { rich } from '../../parts/rich';
import { t } from '../../texts';
import type { Draft } from './useDraft';

/** For a browser on another machine than the server: the address that it was sent to is pasted by hand. */
export function PasteUrl({ d, draft, elsewhere }: { d: Draft; draft: Connector; elsewhere: boolean }) {
    const [url, setUrl] = useState('');
    const send = async (event: Event) => {
        event.preventDefault();
        if (!url.trim()) return;
        // Pasting without a sign-in begun here: begin it, the answer says what is wrong otherwise.
        if (await d.act('POST', '/token/paste', { url: url.trim() })) setUrl('');
    };
    return (
        <form class="paste" onSubmit={(event) => void send(event)}>
            <p class="small second">{rich(elsewhere ? t.token.elsewhere(draft.token.redirect_uri ?? '') : t.token.pasteHow(draft.token.redirect_uri ?? ''))}</p>
            <div class="row">
                <input
                    class="input"
                    aria-label={t.token.pasteLabel}
                    placeholder={`${draft.token.redirect_uri ?? 'http://localhost:8080'}/?code=…`}
                    autocomplete="off"
                    spellcheck={false}
                    value={url}
                    onInput={(event) => setUrl(event.currentTarget.value)}
                />
                <button type="submit" class="btn" aria-disabled={url.trim() ? undefined : true}>
                    {t.token.use}
                </button>
            </div>
        </form>
    );
}
