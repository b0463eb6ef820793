import { useEffect, useState } from 'preact/hooks';
import type { Connector } from '../../api/types';
import { Icon } from '../../parts/Icon';
import { sentence } from '../../parts/Trouble';
import { t } from '../../texts';
import { ChooseAccount } from './ChooseAccount';
import { GrantFacts } from './GrantFacts';
import { PasteUrl } from './PasteUrl';
import type { Draft } from './useDraft';

const onThisMachine = () => /^(localhost|127\.|\[::1\])/.test(location.hostname);

/** Get Token and what came of it. The sign-in stands in a window of its own; closing that harms nothing. */
export function TokenPart({ d, draft, ready, first }: { d: Draft; draft: Connector; ready: boolean; first: boolean }) {
    const { token, grant } = draft;
    const [paste, setPaste] = useState(false);
    const [blocked, setBlocked] = useState(false);
    const works = token.state === 'waiting' || token.state === 'exchanging';
    const elsewhere = !token.can_catch || !onThisMachine();
    useEffect(() => {
        if (token.state === 'waiting' && elsewhere) setPaste(true);
        if (token.state === 'done') setPaste(false);
    }, [token.state, elsewhere]);
    useEffect(() => {
        const wanted = () => setPaste(true);
        document.addEventListener('paste-url', wanted);
        return () => document.removeEventListener('paste-url', wanted);
    }, []);
    const get = async () => {
        if (!ready) return;
        // The window must be opened in the click itself; its address comes a moment later.
        const opened = window.open('', '_blank');
        const c = await d.act('POST', '/token');
        const url = c?.token.url;
        setBlocked(!!url && !opened);
        if (!opened) return;
        if (url) {
            opened.opener = null;
            opened.location.href = url;
        } else opened.close();
    };
    const why = !ready ? t.token.needs : null;
    return (
        <div class="act-row">
            <button type="button" class="btn" aria-disabled={why ? true : undefined} aria-describedby="token-says" data-first={first ? '' : undefined} onClick={() => void get()}>
                {t.token.get}
            </button>
            <div id="token-says" class="says" role="status">
                {why ? (
                    <p class="second">{why}</p>
                ) : token.state === 'waiting' ? (
                    <Waits d={d} text={t.token.waiting} url={token.url} blocked={blocked} onPaste={() => setPaste(!paste)} />
                ) : token.state === 'exchanging' ? (
                    <Waits d={d} text={t.token.exchanging} url={null} blocked={false} />
                ) : token.state === 'choose' ? (
                    <ChooseAccount d={d} accounts={token.accounts} />
                ) : token.state === 'failed' ? (
                    <p>
                        <span class="mark run-failed">
                            <Icon name="bad" />
                            <strong>{sentence(token.message ?? t.token.failed)}</strong>
                        </span>{' '}
                        {token.next && <span class="second">{sentence(token.next)}</span>}
                    </p>
                ) : grant ? (
                    <GrantFacts grant={grant} fresh={token.state === 'done'} warning={draft.warning} />
                ) : (
                    <p class="second">{t.token.none}</p>
                )}
                {paste && (works || token.state === 'failed' || token.state === 'none') && !why && <PasteUrl d={d} draft={draft} elsewhere={elsewhere && token.state === 'waiting'} />}
            </div>
        </div>
    );
}

function Waits(props: { d: Draft; text: string; url: string | null; blocked: boolean; onPaste?: () => void }) {
    const { d, text, url, blocked, onPaste } = props;
    return (
        <>
            <p class="mark run-running">
                <Icon name="running" turns />
                {text}
            </p>
            <p class="row wrap">
                {url && (
                    <a href={url} target="_blank" rel="noopener noreferrer">
                        {blocked ? t.token.blocked : t.token.openAgain}
                    </a>
                )}
                {onPaste && (
                    <button type="button" class="link underlined" onClick={onPaste}>
                        {t.token.paste}
                    </button>
                )}
                <button type="button" class="link underlined" onClick={() => void d.act('DELETE', '/token')}>
                    {t.cancel}
                </button>
            </p>
        </>
    );
}
