import { useState } from 'preact/hooks';
import type { Named } from '../../api/types';
import { t } from '../../texts';
import type { Draft } from './useDraft';

/** The granting user belongs to several accounts: one of them is read. */
export function ChooseAccount({ d, accounts }: { d: Draft; accounts: Named[] }) {
    const [key, setKey] = useState(accounts[0]?.key ?? '');
    return (
        <fieldset>
            <legend>{t.token.choose}</legend>
            {accounts.map((a) => (
                <label key={a.key} class="row choice">
                    <input type="radio" name="account" checked={a.key === key} onChange={() => setKey(a.key)} />
                    <bdi>{a.name ?? a.key}</bdi> <span class="third small">{a.name ? a.key : ''}</span>
                </label>
            ))}
            <button type="button" class="btn" onClick={() => void d.act('POST', '/token/account', { key })}>
                {t.token.useAccount}
            </button>
        </fieldset>
    );
}
