import type { Provider } from '../../api/types';
import { rich } from '../../parts/rich';
import { t } from '../../texts';

/** The steps at the provider, beside the form. Its sentences are the provider's own; addresses become links. */
export function Guide({ provider }: { provider: Provider }) {
    return (
        <aside class="guide">
            <h3>{t.guide.title}</h3>
            <ol>
                {provider.guide.map((step, i) => (
                    <li key={step}>
                        <span class="third">{i + 1}</span>
                        <span>{rich(dress(step))}</span>
                    </li>
                ))}
            </ol>
            <hr />
            <h3>{t.guide.whoTitle}</h3>
            <p class="second">
                {provider.who} {t.guide.consent}
            </p>
            <p class="second">
                {t.guide.elsewhere}{' '}
                <button type="button" class="link underlined" onClick={() => document.dispatchEvent(new Event('paste-url'))}>
                    {t.token.paste}
                </button>
                .
            </p>
        </aside>
    );
}
function dress(text: string): string {
    return text
        .replace(/ \((https:\/\/[^)]+)\)/g, (_, url: string) => ` ([${url.slice(8)}](${url}))`)
        .replace(/http:\/\/localhost:\d+|\b(?:identity|collab):|\bredirect_uri\b/g, (word) => '`' + word + '`');
}
