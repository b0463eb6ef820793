import { Page } from '../parts/Page';
import { ConnectorsPage } from '../pages/connectors/ConnectorsPage';
import { RunsPage } from '../pages/runs/RunsPage';
import { SettingsPage } from '../pages/settings/SettingsPage';
import { SubscriptionsPage } from '../pages/subscriptions/SubscriptionsPage';
import { UsersPage } from '../pages/users/UsersPage';
import { OverviewPage } from '../pages/overview/OverviewPage';
import { Home } from '../pages/home/Home';
import { match, useLocation } from '../router';
import { t } from '../texts';

/** Which page an address shows. */
export function Routes() {
    const { path } = useLocation();
    if (path === '/') return <Home />;
    if (path === '/connectors' || path === '/connectors/discover') return <ConnectorsPage dialog={null} />;
    const dialog = match('/connectors/:which', path);
    if (dialog) return <ConnectorsPage dialog={dialog.which!} />;
    const at = (pattern: string) => match(pattern, path);
    const page = at('/c/:id') ?? at('/c/:id/explain/active');
    if (page) return <OverviewPage key={page.id} id={Number(page.id)} explain={path.includes('/explain/')} />;
    const users = at('/c/:id/users') ?? at('/c/:id/users/:key') ?? at('/c/:id/explain/user/:key');
    if (users) return <UsersPage key={users.id} id={Number(users.id)} open={users.key ?? null} />;
    const subscriptions = at('/c/:id/subscriptions') ?? at('/c/:id/explain/cost/:key/:month');
    if (subscriptions) return <SubscriptionsPage key={subscriptions.id} id={Number(subscriptions.id)} explain={subscriptions.key ? { key: subscriptions.key, month: subscriptions.month! } : null} />;
    const settings = at('/settings/:tab');
    if (settings && ['alerts', 'people', 'audit'].includes(settings.tab!)) return <SettingsPage tab={settings.tab!} />;
    const runs = at('/c/:id/runs') ?? at('/c/:id/runs/:run');
    if (runs) return <RunsPage key={runs.id} id={Number(runs.id)} open={runs.run ? Number(runs.run) : null} />;
    return (
        <Page title={t.notFound.title}>
            <p>
                {t.notFound.text} <a href="/">{t.notFound.back}</a>
            </p>
        </Page>
    );
}
