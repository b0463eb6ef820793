// The connectors of the invented installation, and the jobs that run on them (by the clock, a second is a second).
export const provider = {
    name: 'gotomeeting', title: 'GoToMeeting', vendor: 'GoTo', developer_centre: 'https://developer.goto.com',
    summary: 'users, subscriptions and seats, and the meetings each user organised',
    who: 'A GoTo user with the Administrator role.',
    guide: [
        'Log in to the GoTo developer centre (https://developer.goto.com) and open OAuth clients.', 'Choose Create a new client.', 'Give it a name and, if you like, a description.',
        'Enter the redirect URI http://localhost:8080 (or what your setting redirect_uri says), and choose Next.', 'Tick the scopes Admin Center (identity:) and GoToMeeting, GoToWebinar, GoToTraining (collab:), and choose Save.',
        'Copy the Client ID and the Client secret: the secret is shown only now.', 'Tick I have stored the client secret, and choose Done.',
    ],
    scopes: ['identity:', 'collab:'],
    settings: [
        ['client_id', null, 'none, must be given', 'text', null, 'Client ID of the OAuth client that you created in the GoTo developer centre'],
        ['redirect_uri', 'http://localhost:8080', null, 'redirect', null, 'where the browser returns after signing in; exactly as registered on the OAuth client'],
        ['products', 'G2M', null, 'list', null, 'licenses that hold one of these products are subscriptions, as G2M,G2W'],
        ['window_days', '30', null, 'int', '1 to 365', 'a user who organised a meeting within so many days is active'],
        ['look_back_days', '60', null, 'int', '1 to 366', 'how many days of meeting history are read; at least window_days'],
        ['time_zone', null, "the granting user's", 'zone', null, 'time zone that days and months of the account are counted in, as Europe/Stockholm'],
        ['requests_per_second', '10', null, 'int', '0 to 100', "most requests a second to each of GoTo's APIs; 0: no limit"],
        ['timeout', '60s', null, 'duration', '1000 to 600000', 'how long to wait for a connection or for the next bytes of an answer'],
        ['retries', '5', null, 'int', '0 to 20', 'how often a request that failed for a passing reason is sent again'],
        ['proxy', null, "the environment's (https_proxy, no_proxy)", 'proxy', null, 'proxy for every request, as http://proxy.example:3128'],
        ['ca_file', null, "the system's", 'file', null, "PEM file of the certificate authorities to trust instead of the system's"],
        ['api_url', 'https://api.getgo.com', null, 'url', null, "base of GoTo's APIs"],
    ].map(([key, def, default_text, type, range, help]) => ({ key, default: def, default_text, type, range: range && { min: Number(range.split(' ')[0]), max: Number(range.split(' ')[2]) }, words: null, help })),
};
const last = (id, started_at, finished_at, status, error = null) => ({ id, started_at, finished_at, status, error });
const row = (id, name, account, active, last_aggregation, data_of, active_users, users, cost, text, next, days, until, status) => ({
    id, name, provider: 'gotomeeting', active, account: account && { key: String(4e17 + id), name: account }, last_aggregation, data_of, active_users, users,
    monthly_cost: cost ? [{ currency: 'EUR', amount: cost }] : [], schedule: text ? { text, next: [next] } : null, running: null,
    grant: until ? { days_left: days, refresh_expires_at: until, refused_at: null } : null, status, queued: false,
});
export const rows = [
    row(3, 'Halden Group', 'Halden Group AS', true, last(212, '2026-11-24T22:00:00Z', '2026-11-24T22:01:14Z', 'incomplete', 'the history of 12 users could not be read'), '2026-11-24T22:00:00Z', 396, 571, '10690.00', 'daily 23:00 Europe/Oslo', '2026-11-25T22:00:00Z', 6, '2026-12-01T09:00:00Z', 'incomplete'),
    row(4, 'Brightwater Clinics', 'Brightwater Clinics Ltd', true, last(88, '2026-11-24T23:30:00Z', '2026-11-24T23:32:00Z', 'complete'), '2026-11-24T23:30:00Z', 1204, 1710, '21440.00', 'daily 00:30 Europe/London', '2026-11-26T00:30:00Z', 23, '2026-12-18T09:00:00Z', 'ok'),
    row(5, '東和物産', '東和物産株式会社', true, last(401, '2026-11-25T07:00:00Z', null, 'complete'), '2026-11-25T07:00:00Z', 503, 640, '8120.00', 'hourly :00', '2026-11-25T09:00:00Z', 29, '2026-12-24T09:00:00Z', 'running'),
    row(6, 'Kessler & Söhne', 'Kessler & Söhne GmbH', true, last(57, '2026-11-22T22:00:00Z', '2026-11-22T22:00:03Z', 'failed', 'the provider no longer takes the grant'), '2026-11-21T22:00:00Z', 77, 90, '1190.00', 'weekly sun 23:00 Europe/Berlin', null, 0, '2026-11-22T22:00:00Z', 'sign_in'),
    row(7, 'São Bento Logística', 'São Bento Logística SA', true, last(33, '2026-11-24T21:10:00Z', '2026-11-24T21:10:40Z', 'complete'), '2026-11-24T21:10:00Z', 88, 120, '1680.00', 'monthly 1 22:00 Europe/Lisbon', '2026-12-01T22:00:00Z', 12, '2026-12-07T09:00:00Z', 'ok'),
    row(8, 'Aster Retail', 'Aster Retail BV', false, last(150, '2026-10-03T21:00:00Z', '2026-10-03T21:01:00Z', 'complete'), '2026-10-03T21:00:00Z', 215, 300, '4200.00', null, null, 9, '2026-12-04T09:00:00Z', 'ok'),
    row(10, 'Nordre Fjord', 'Nordre Fjord AS', true, last(1, '2026-11-25T05:00:00Z', '2026-11-25T05:00:00Z', 'failed', 'the setting ca_file names a file that cannot be read'), null, null, null, null, 'daily 06:00 Europe/Oslo', '2026-11-26T05:00:00Z', 29, '2026-12-24T09:00:00Z', 'failed'),
    row(9, 'مجموعة النخيل', null, false, null, null, null, null, null, null, null, null, null, 'never'),
];

const blankToken = (uri) => ({ state: 'none', url: null, redirect_uri: uri, can_catch: true, message: null, next: null, accounts: [] });
const STEPS = ['settings', 'network', 'TLS', 'grant', 'role and scopes', 'users', 'subscriptions', 'history'];
const DETAIL = ['Client ID, Client Secret, Redirect Uri', 'api.getgo.com, no proxy', 'certificate valid until 14 Mar 2027', 'refreshed; expires in 30 days', 'Administrator; identity: collab:', '318 listed', '3 licenses, all enabled', 'the last 30 days of 1 user'];
export const blankTest = () => ({ state: 'none', steps: STEPS.map((name) => ({ name, ok: null, detail: null, next: null, ms: null })) });
export const grant = (language = 'es_ES') => ({
    granted_by: 'ana.ferrer@costanorte.example', granted_by_name: 'Ana Lucía Ferrer', is_admin: true, granted_at: '2026-11-25T08:38:00Z', language, time_zone: 'Europe/Madrid',
    scopes: ['identity:', 'collab:'], account_key: '4938571206613478912', account_name: 'Costa Norte SL', access_expires_at: '2026-11-25T09:38:00Z', refresh_expires_at: '2026-12-25T08:38:00Z', days_left: 30, refused_at: null,
});
let nextId = 20;
export function newConnector(of = null) {
    const uri = 'http://localhost:8080';
    return {
        id: nextId++, name: of?.name ?? null, provider: 'gotomeeting', active: of?.active ?? false, draft: true, draft_of: of?.id ?? null, has_secret: !!of, tested: false,
        settings: provider.settings.map((s) => ({ ...s, value: s.key === 'client_id' && of ? '5f0c1d7e-92ab-4b3f-8e61-d7c04a9b2f18' : null, source: s.key === 'client_id' && of ? 'set' : 'default' })),
        grant: of?.grant ? grant('de_DE') : null, warning: null, token: blankToken(uri), test: blankTest(),
    };
}
export function startToken(c, { can_catch = true } = {}) {
    c.token = { ...blankToken('http://localhost:8080'), state: 'waiting', can_catch, url: `/fixture/consent?id=${c.id}` };
}
export function endToken(c, how) {
    if (how === 'allow') {
        c.token = { ...blankToken('http://localhost:8080'), state: 'done' };
        c.grant = grant();
    } else c.token = { ...blankToken('http://localhost:8080'), state: 'failed', message: 'the person who signed in did not allow it', next: 'Run Get Token again and choose Allow.' };
}
/** steps pass at one every STEP ms; failAt stops it there. */
export function runTest(c, failAt = -1, step = 120) {
    c.test = { ...blankTest(), state: 'running' };
    let at = 0;
    const timer = setInterval(() => {
        const s = c.test.steps[at];
        if (at === failAt) {
            Object.assign(s, { ok: false, ms: 90, detail: 'The grant lacks the scope collab:', next: 'In the GoTo developer centre, tick GoToMeeting, GoToWebinar, GoToTraining in the OAuth client. Then run Get Token again.' });
            c.test.state = 'failed';
        } else Object.assign(s, { ok: true, ms: [1, 38, 52, 310, 190, 420, 240, 380][at], detail: DETAIL[at] });
        if (c.test.state === 'running' && ++at === STEPS.length) {
            c.test.state = 'passed';
            c.tested = true;
        }
        if (c.test.state !== 'running') clearInterval(timer);
    }, step);
    timer.unref();
}
const PHASES = ['users', 'licenses', 'history', 'publish'];
export function progress(id, done, planned = 574) {
    return {
        id, state: 'running', phase: PHASES[done < 3 ? 0 : done < 5 ? 1 : done < planned ? 2 : 3], trigger: 'web', started_at: '2026-11-25T08:41:00Z', planned: done < 5 ? null : planned, done, requests: done, records: done * 11,
        retries: 0, rate_per_second: '9.8', waited_ms: 4000, waiting_until: null, errors: 0, seconds_left: Math.round((planned - done) / 9.8), cancelling: false, here: true,
    };
}
rows[2].running = progress(402, 352);
