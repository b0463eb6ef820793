import { Page } from '../../parts/Page';
import { t } from '../../texts';
import { Alerts } from './Alerts';
import { Audit } from './Audit';
import { People } from './People';

const TABS = ['alerts', 'people', 'audit'] as const;

export function SettingsPage({ tab }: { tab: string }) {
    return (
        <Page title={t.nav.settings}>
            <nav class="tabs" aria-label={t.nav.settings}>
                {TABS.map((key) => (
                    <a key={key} href={`/settings/${key}`} aria-current={key === tab ? 'page' : undefined}>
                        {t.settings.tabs[key]}
                    </a>
                ))}
            </nav>
            {tab === 'alerts' ? <Alerts /> : tab === 'people' ? <People /> : <Audit />}
        </Page>
    );
}
