import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../texts';
import { Icon } from './Icon';

let isFirst = true;

/** Header and body of a page. The title gets focus when the page is come to from another, so that a screen reader says it. */
export function Page(props: { title: string; about?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren }) {
    const { title, about, actions, children } = props;
    const head = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        document.title = `${title} · seatledger`;
        if (!isFirst && document.activeElement === document.body) head.current?.focus({ preventScroll: true });
        isFirst = false;
    }, [title]);
    return (
        <main id="content" class="main" tabIndex={-1}>
            <header class="top">
                <div class="top-in">
                    <h1 ref={head} tabIndex={-1}>
                        {title}
                    </h1>
                    {about && <div class="about sentence">{about}</div>}
                    {actions && <div class="actions">{actions}</div>}
                    {title !== t.nav.settings && (
                        <a class="to-settings" href="/settings/alerts" aria-label={t.nav.settings} title={t.nav.settings}>
                            <Icon name="settings" />
                        </a>
                    )}
                </div>
            </header>
            <div class="body">{children}</div>
        </main>
    );
}
