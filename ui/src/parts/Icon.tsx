const PATHS = {
    overview: 'M2.5 13.5h11M4 11V8M8 11V3M12 11V6',
    users: 'M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8zM2.8 13.5c.6-2.6 2.6-4 5.2-4s4.6 1.4 5.2 4',
    subscriptions: 'M3 3h10v4H3zM3 9.5h10v4H3zM7 3v4M10 9.5v4',
    runs: 'M8 2.3a5.7 5.7 0 1 0 0 11.4A5.7 5.7 0 0 0 8 2.3zM8 4.8V8l2.2 1.6',
    connectors: 'M6 2v3.5M10 2v3.5M4 5.5h8V8a4 4 0 0 1-8 0zM8 12v2.5',
    settings: 'M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 3v3M6 10v3',
    search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14',
    down: 'm4 6 4 4 4-4',
    up: 'm4 10 4-4 4 4',
    close: 'm4 4 8 8M12 4l-8 8',
    more: 'M3 8h.01M8 8h.01M13 8h.01',
    warn: 'M8 2.5 14 13H2zM8 6.5v3M8 11.3v.01',
    bad: 'M8 2.3a5.7 5.7 0 1 0 0 11.4A5.7 5.7 0 0 0 8 2.3zM8 5v3.5M8 10.8v.01',
    info: 'M8 2.3a5.7 5.7 0 1 0 0 11.4A5.7 5.7 0 0 0 8 2.3zM8 7.5V11M8 5.2v.01',
    ok: 'M8 2.3a5.7 5.7 0 1 0 0 11.4A5.7 5.7 0 0 0 8 2.3zM5.5 8.2l1.8 1.8 3.3-3.7',
    stopped: 'M8 2.3a5.7 5.7 0 1 0 0 11.4A5.7 5.7 0 0 0 8 2.3zM4.2 11.8l7.6-7.6',
    never: 'M4 8h8',
    running: 'M8 2.3a5.7 5.7 0 1 1-5.7 5.7',
    ahead: 'M8 2.3a5.7 5.7 0 1 0 0 11.4A5.7 5.7 0 0 0 8 2.3z',
    check: 'm3.5 8.5 3 3 6-7',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16, turns = false }: { name: IconName; size?: number; turns?: boolean }) {
    return (
        <svg
            class={turns ? 'turns' : undefined}
            width={size}
            height={size}
            viewBox="0 0 16 16"
            fill="none"
            stroke="currentColor"
            stroke-width={name === 'more' ? 2.2 : 1.5}
            stroke-linecap="round"
            stroke-linejoin="round"
            stroke-dasharray={name === 'ahead' ? '1.5 2.5' : undefined}
            aria-hidden="true"
        >
            <path d={PATHS[name]} />
        </svg>
    );
}
