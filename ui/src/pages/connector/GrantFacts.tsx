import type { Grant } from '../../api/types';
import { day, dayTime, language } from '../../format';
import { Icon } from '../../parts/Icon';
import { sentence } from '../../parts/Trouble';
import { t } from '../../texts';

/** Who signed in, for which account, until when. */
export function GrantFacts({ grant, fresh, warning }: { grant: Grant; fresh: boolean; warning: string | null }) {
    const over = !!grant.refused_at || (grant.days_left !== null && grant.days_left <= 0);
    return (
        <>
            {over ? (
                <p class="mark run-failed">
                    <Icon name="bad" />
                    <strong>{grant.refused_at ? t.token.refused(day(grant.refused_at)) : t.token.expired(day(grant.refresh_expires_at))}</strong>
                </p>
            ) : (
                <p class="mark run-ok">
                    <Icon name="ok" />
                    <strong>{fresh ? t.token.success : t.token.there}</strong>
                </p>
            )}
            <dl class="facts">
                <dt>{t.token.signedIn}</dt>
                <dd>
                    <bdi>{[grant.granted_by_name, grant.granted_by].filter((x, i, all) => x && all.indexOf(x) === i).join(', ')}</bdi>
                </dd>
                <dt>{t.token.account}</dt>
                <dd>
                    <bdi>{grant.account_name}</bdi> <span class="third">{grant.account_key}</span>
                </dd>
                <dt>{t.token.language}</dt>
                <dd>{grant.language ? `${language(grant.language)} (${grant.language})` : t.token.noLanguage}</dd>
                <dt>{t.token.scopes}</dt>
                <dd>
                    {grant.scopes.map((s) => (
                        <>
                            <code key={s}>{s}</code>{' '}
                        </>
                    ))}
                </dd>
                <dt>{t.token.until}</dt>
                <dd>
                    {grant.refresh_expires_at ? dayTime(grant.refresh_expires_at) : t.grant.notKnown}
                    {grant.days_left !== null && grant.days_left > 0 && ` (${t.grant.left(grant.days_left)})`}
                </dd>
            </dl>
            {warning && (
                <p class="warn-ink row">
                    <Icon name="warn" />
                    <span>{sentence(warning)}</span>
                </p>
            )}
        </>
    );
}
