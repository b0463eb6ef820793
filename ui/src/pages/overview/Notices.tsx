import { useState } from 'preact/hooks';
import type { Notice } from '../../api/types';
import { Icon } from '../../parts/Icon';
import { t } from '../../texts';

const GRAVITY = { bad: 0, warn: 1, info: 2 };

/** What needs attention, gravest first, each with the button that mends it. On a phone one, then "2 more". */
export function Notices({ id, notices }: { id: number; notices: Notice[] }) {
    const [all, setAll] = useState(false);
    if (!notices.length) return null;
    const sorted = [...notices].sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
    return (
        <ul class={'notices' + (all ? '' : ' few')} aria-label={t.overview.attention}>
            {sorted.map((n) => {
                const end = n.text.search(/[.:,](\s|$)/);
                const to = n.action?.href ?? (n.action ? target(id, n.action.kind ?? n.kind) : null);
                return (
                    <li key={n.text} class={n.severity}>
                        <Icon name={n.severity === 'warn' ? 'warn' : n.severity} />
                        <span class="grow">
                            <strong>{n.text.slice(0, end < 0 ? undefined : end + (n.text[end] === ',' ? 0 : 1))}</strong>
                            {end < 0 ? '' : n.text.slice(end + (n.text[end] === ',' ? 0 : 1))}
                        </span>
                        {to && n.action && (
                            <a class="btn quiet" href={to}>
                                {n.action.label}
                            </a>
                        )}
                    </li>
                );
            })}
            {sorted.length > 1 && (
                <li class="more">
                    <button type="button" class="link" aria-expanded={all} onClick={() => setAll(!all)}>
                        {all ? t.overview.fewer : t.overview.more(sorted.length - 1)}
                    </button>
                </li>
            )}
        </ul>
    );
}
function target(id: number, kind: string): string | null {
    if (kind === 'token' || kind === 'grant') return `/connectors/${id}?do=token`;
    if (kind === 'test') return `/connectors/${id}?do=test`;
    if (kind === 'price') return `/c/${id}/subscriptions?open=unpriced`;
    if (kind === 'schedule') return `/connectors/${id}?page=schedule`;
    if (kind === 'users' || kind === 'incomplete') return `/c/${id}/users?state=unknown`;
    return kind === 'runs' || kind === 'failed' || kind === 'stale' || kind === 'aggregate' ? `/c/${id}/runs` : null;
}
