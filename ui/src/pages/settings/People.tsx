import { useStore } from '../../app/store';
import { rich } from '../../parts/rich';
import { t } from '../../texts';

/** Who may do what. Passwords are set where the server runs. */
export function People() {
    const { session } = useStore();
    return (
        <section class="prose">
            <p>{rich(session?.needs_sign_in ? t.settings.signedInAs(session.role ?? '') : t.settings.noPassword)}</p>
            <dl class="facts">
                <dt>{t.settings.administrator}</dt>
                <dd>{t.settings.administratorText}</dd>
                <dt>{t.settings.viewer}</dt>
                <dd>{t.settings.viewerText}</dd>
            </dl>
            <p class="second">{rich(t.settings.passwords)}</p>
        </section>
    );
}
