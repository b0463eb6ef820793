import { count, zone } from '../format';
import { Icon, type IconName } from '../parts/Icon';
import { useLocation } from '../router';
import { t } from '../texts';
import { ConnectorSwitch } from './ConnectorSwitch';
import { useCurrent } from './current';
import { signOut, useStore } from './store';

interface Way {
    icon: IconName;
    label: string;
    href: string;
    here: boolean;
    tally?: number | null;
}

export function Nav({ onHelp }: { onHelp: () => void }) {
    const { path } = useLocation();
    const { session } = useStore();
    const { id, row, all } = useCurrent();
    const base = id === null ? null : `/c/${id}`;
    const under = (page: string) => base !== null && (path === base + page || path.startsWith(`${base}${page}/`));
    const pages: Way[] = base
        ? [
              { icon: 'overview', label: t.nav.overview, href: base, here: path === base || under('/explain/active') },
              { icon: 'users', label: t.nav.users, href: `${base}/users`, here: under('/users') || under('/explain/user'), tally: row?.users },
              { icon: 'subscriptions', label: t.nav.subscriptions, href: `${base}/subscriptions`, here: under('/subscriptions') || under('/explain/cost') },
              { icon: 'runs', label: t.nav.runs, href: `${base}/runs`, here: under('/runs') },
          ]
        : [];
    const connectors: Way = { icon: 'connectors', label: t.nav.connectors, href: '/connectors', here: path.startsWith('/connectors'), tally: all.length };
    const settings: Way = { icon: 'settings', label: t.nav.settings, href: '/settings/alerts', here: path.startsWith('/settings') };
    return (
        <>
            <header class="side">
                <div class="brand">
                    <svg width="18" height="16" viewBox="0 0 18 16" aria-hidden="true">
                        <rect y="1" width="17" height="3.5" rx="1" fill="var(--c-active)" />
                        <rect y="6.2" width="12" height="3.5" rx="1" fill="var(--c-assigned)" />
                        <rect y="11.4" width="7" height="3.5" rx="1" fill="var(--c-reclaim)" />
                    </svg>
                    seatledger
                </div>
                {row && <ConnectorSwitch row={row} all={all} />}
                <nav aria-label={t.nav.main}>
                    {pages.map(link)}
                    {pages.length > 0 && <div class="group">{t.nav.all}</div>}
                    {link(connectors)}
                    {link(settings)}
                </nav>
                <div class="side-foot">
                    <button type="button" class="link" onClick={onHelp}>
                        {t.nav.press} <kbd>?</kbd> {t.nav.forKeys}
                    </button>
                    <div>{t.nav.zone(zone)}</div>
                    <div>seatledger {session?.version}</div>
                    {session?.needs_sign_in && (
                        <button type="button" class="link" onClick={() => void signOut()}>
                            {t.signIn.out}
                        </button>
                    )}
                </div>
            </header>
            <nav class="tabbar" aria-label={t.nav.main}>
                {(pages.length ? [...pages, connectors] : [connectors, settings]).map((way) => (
                    <a key={way.href} href={way.href} aria-current={way.here ? 'page' : undefined}>
                        <Icon name={way.icon} />
                        {way.label}
                    </a>
                ))}
            </nav>
        </>
    );
}

function link(way: Way) {
    return (
        <a key={way.href} href={way.href} aria-current={way.here ? 'page' : undefined}>
            <Icon name={way.icon} />
            {way.label}
            {!!way.tally && <span class="tally">{count(way.tally)}</span>}
        </a>
    );
}
