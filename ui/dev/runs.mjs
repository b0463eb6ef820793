const run = (id, day, status, trigger, seconds, requests, records, waited, error = null) => ({
    id, trigger, started_at: `2026-11-${day}T22:00:00Z`, finished_at: new Date(Date.parse(`2026-11-${day}T22:00:00Z`) + seconds * 1000).toISOString().slice(0, 19) + 'Z', status, requests, records, rate_limited_ms: waited * 1000, error, resumed_at: null,
});
const cut = (r, resumed_at) => ({ ...r, resumed_at });
export const runs = [
    run(212, 24, 'incomplete', 'schedule', 74, 586, 6214, 9, 'the history of 12 users could not be read'),
    run(211, 23, 'complete', 'schedule', 63, 574, 6190, 6), run(210, 22, 'complete', 'schedule', 61, 574, 6171, 5), run(209, 22, 'cancelled', 'cli', 18, 143, 1020, 0, 'interrupted'),
    cut(run(208, 21, 'complete', 'schedule', 62, 573, 6158, 6), '2026-11-21T22:00:40Z'), run(207, 20, 'failed', 'schedule', 31, 6, 0, 0, 'the proxy refused the connection'),
    ...Array.from({ length: 18 }, (_, i) => run(206 - i, String(19 - i).padStart(2, '0'), 'complete', 'schedule', 58 + (i % 4), 569 + (i % 3), 6120 - i * 20, 4)),
];
/** Of a connector whose only run could not begin. */
export const notBegun = [{ id: 1, trigger: 'schedule', started_at: '2026-11-25T05:00:00Z', finished_at: '2026-11-25T05:00:00Z', status: 'failed', requests: 0, records: 0, rate_limited_ms: 0, error: 'the setting ca_file names a file that cannot be read', resumed_at: null }];
export function runDetail(id) {
    const r = [...runs, ...notBegun].find((x) => x.id === id);
    if (!r) return null;
    return {
        ...r, incomplete: id === 212 ? [{ reason: 'GoTo answered 502 five times', users: 12 }] : [],
        differences: r.status === 'failed' || r.status === 'cancelled' ? null : { to: id - 1, joined: id === 212 ? 3 : 0, left: id === 212 ? 1 : 0, became_inactive: id === 212 ? 2 : 0, seats_bought: id === 208 ? 10 : 0 },
    };
}
