import { Page } from '../parts/Page';
import { ConnectorsPage } from '../pages/connectors/ConnectorsPage';
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
    const overview = match('/c/:id', path);
    if (overview) return <OverviewPage key={overview.id} id={Number(overview.id)} />;
    return (
        <Page title={t.notFound.title}>
            <p>
                {t.notFound.text} <a href="/">{t.notFound.back}</a>
            </p>
        </Page>
    );
}
