import { useState } from 'preact/hooks';
import { KeyList } from './KeyList';
import { useKeys } from './keys';
import { Nav } from './Nav';
import { Patterns } from '../parts/Patterns';
import { Routes } from './Routes';
import { useStore } from './store';
import { toggleTheme } from './theme';
import { useCurrent } from './current';
import { navigate, useLocation } from '../router';
import { Boundary } from '../parts/Boundary';
import { Icon } from '../parts/Icon';
import { ToastBox } from '../parts/ToastBox';
import { SignIn } from '../pages/signin/SignIn';
import { t } from '../texts';

export function App() {
    const { session, offline } = useStore();
    return (
        <>
            <Patterns />
            {offline && (
                <div class="offline" role="alert">
                    <Icon name="bad" />
                    {t.offline}
                </div>
            )}
            {session && (session.signed_in ? <SignedIn /> : <SignIn />)}
        </>
    );
}

function SignedIn() {
    const [help, setHelp] = useState(false);
    const { id } = useCurrent();
    const { path } = useLocation();
    const go = (page: string) => () => id !== null && navigate(`/c/${id}${page}`);
    useKeys({
        '?': () => setHelp(true),
        t: toggleTheme,
        'g o': go(''),
        'g u': go('/users'),
        'g s': go('/subscriptions'),
        'g r': go('/runs'),
        'g c': () => navigate('/connectors'),
        n: () => navigate('/connectors/discover'),
    });
    return (
        <div class="frame">
            <a class="skip" href="#content" onClick={skip}>
                {t.skip}
            </a>
            <Nav onHelp={() => setHelp(true)} />
            <Boundary at={path}>
                <Routes />
            </Boundary>
            <ToastBox />
            {help && <KeyList onClose={() => setHelp(false)} />}
        </div>
    );
}
function skip(event: Event): void {
    event.preventDefault();
    document.getElementById('content')?.focus();
}
