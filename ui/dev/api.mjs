// The routes of the stand-in.
import * as data from './data.mjs';
import * as c from './connectors.mjs';
import { alerts } from './alerts.mjs';
import { explainActive, explainCost, explainUser } from './explain.mjs';
import { notBegun, runDetail, runs } from './runs.mjs';

const ok = (body, status = 200) => ({ status, body });
const no = (status, kind, message, next = null, more = {}) => ({ status, body: { error: { kind, message, next, ...more } } });
const T = '2026-11-24T22:00:00Z';

function summaryOf(state) {
    return {
        connector: 'Halden Group', account: { key: '400000000000000003', name: 'Halden Group AS' }, aggregation: { id: 212, started_at: T, finished_at: '2026-11-24T22:01:14Z', status: 'incomplete' }, window_days: 30,
        users: 571, active_users: 396, inactive_users: 92, no_activity_users: 71, unknown_users: 12, monthly_cost: [{ currency: 'EUR', amount: '10690.00' }, { currency: 'USD', amount: '456.00' }], subscriptions_without_price: 1,
        cost_per_active_user: [{ currency: 'USD', amount: '1.15' }, { currency: 'EUR', amount: '26.99' }], potential_saving: [{ currency: 'EUR', amount: '2728.00' }, { currency: 'USD', amount: '95.00' }], partial: true, seats: data.trend(1).months[0].seats, limited_seats: data.trend(1).months[0].limited_seats, unlimited_subscriptions: 1, time_zone: 'Europe/Oslo', ...state.summary,
    };
}
const notices = [
    { severity: 'warn', kind: 'grant', text: 'The grant expires in 6 days, on 1 Dec 2026. Run Get Token before then, or aggregations stop.', action: { label: 'Get Token', kind: 'token' } },
    { severity: 'info', kind: 'incomplete', text: 'Run 212 is incomplete. The history of 12 users could not be read; they are unknown, not inactive.', action: { label: 'Show 12 users', href: '/c/3/users?state=unknown' } },
    { severity: 'info', kind: 'price', text: '1 subscription has no price. It is in no sum.', action: { label: 'Enter price', kind: 'price' } },
];
function filtered(state, q) {
    state.users ??= data.makeUsers(state.pad ?? 0);
    const text = (q.get('q') ?? '').toLowerCase();
    const base = state.users.filter((u) => (!text || `${u.name} ${u.email}`.toLowerCase().includes(text)) && (!q.get('seat') || u.seats.includes(q.get('seat'))) && (!q.get('group') || u.group === data.GROUPS.find((g) => g.key === q.get('group'))?.name));
    const counts = { all: base.length, active: 0, inactive: 0, none: 0, unknown: 0 };
    for (const u of base) counts[u.state]++;
    const sort = q.get('sort') ?? 'name';
    const sign = q.get('order') === 'desc' ? -1 : 1;
    const found = base.filter((u) => !q.get('state') || u.state === q.get('state')).sort((a, b) => sign * String(a[sort] ?? '').localeCompare(String(b[sort] ?? '')));
    return { counts, found };
}
function report(state, path, q) {
    if (path === '/overview') {
        const months = Number(q.get('months') ?? 12);
        return ok({ summary: summaryOf(state), reclaimable_seats: 152, assigned_seats: 572, trend: data.trend(months), notices });
    }
    if (path === '/summary') return ok(summaryOf(state));
    if (path === '/subscriptions') return ok(data.subscriptionsOf(q.get('month')));
    if (path === '/users') {
        const { counts, found } = filtered(state, q);
        const offset = Number(q.get('offset') ?? 0);
        return ok({ total: found.length, counts, groups: q.get('choices') ? data.GROUPS : null, seats: !q.get('choices') ? null : data.subscriptions.map(({ key, name }) => ({ key, name })), language: 'de_DE', users: found.slice(offset, offset + Number(q.get('limit') ?? 200)) });
    }
    if (path === '/users.csv') return { csv: 'key,email\n' + filtered(state, q).found.map((u) => `${u.key},${u.email}\n`).join('') };
    if (path === '/explain/active') return ok(explainActive(filtered(state, q).found.filter((u) => u.state === 'active')));
    if (path.startsWith('/users/')) {
        state.users ??= data.makeUsers(state.pad ?? 0);
        const u = state.users.find((x) => x.key === path.slice(7));
        return u ? ok(explainUser(u)) : no(404, 'usage', 'no user has this key');
    }
    if (path.startsWith('/explain/cost/')) return ok(explainCost(path.split('/')[3], path.split('/')[4]));
    if (path === '/prices') return ok({ prices: data.prices });
    if (path === '/runs') {
        const all = runs.filter((r) => !q.get('status') || r.status === q.get('status')).filter((r) => !q.get('before') || r.id < Number(q.get('before')));
        return ok({ aggregations: all.slice(0, Number(q.get('limit') ?? 50)), more: all.length > Number(q.get('limit') ?? 50) });
    }
    const one = /^\/runs\/(\d+)$/.exec(path);
    if (one) return runDetail(Number(one[1])) ? ok(runDetail(Number(one[1]))) : no(404, 'usage', 'there is no such run');
    return null;
}
function jobs(state, method, id, path, body) {
    const draft = (state.drafts ??= new Map()).get(id);
    const row = c.rows.find((r) => r.id === id);
    const work = draft ?? (row && (state.saved ??= new Map()).get(id)) ?? (row && state.saved.set(id, { ...c.newConnector(row), id, draft: false, draft_of: null }).get(id));
    if (!work) return no(404, 'usage', 'there is no such connector');
    if (method === 'FIXTURE') return c.endToken(work, path.slice(1)), ok(null);
    if (path === '' && method === 'GET') return ok(work);
    if (path === '' && method === 'PUT') {
        for (const key of ['name', 'active']) if (body[key] !== undefined) work[key] = body[key];
        if (row && body.active !== undefined) row.active = body.active;
        if (body.client_secret) work.has_secret = true;
        for (const [key, value] of Object.entries(body.settings ?? {})) {
            const s = work.settings.find((x) => x.key === key);
            if (key === 'window_days' && value !== null && !(Number(value) > 0)) return no(400, 'usage', 'window_days must be a whole number from 1 to 365', 'leave it empty for 30', { field: key });
            Object.assign(s, { value, source: value === null ? 'default' : 'set' });
        }
        if (body.settings || body.client_secret) work.tested = false;
        return ok(work);
    }
    if (path === '' && method === 'DELETE') return state.drafts.delete(id), row && c.rows.splice(c.rows.indexOf(row), 1), ok(null, 200);
    if (path === '/data') return ok(null);
    if (path === '/draft') {
        const d = c.newConnector(row);
        return state.drafts.set(d.id, d), ok(d, 201);
    }
    if (path === '/save') {
        if (!work.name) return no(400, 'usage', 'the connector needs a name', 'Enter a name.', { field: 'name' });
        if (state.stale && work.draft_of) return (state.stale = false), no(409, 'busy', `${work.name} was changed by somebody else since you opened it`, 'look at what was saved, then change it again');
        if (c.rows.some((r) => r.name === work.name && r.id !== work.draft_of)) return no(400, 'usage', `there is a connector named "${work.name}" already`, null, { field: 'name' });
        state.drafts.delete(id);
        return ok({ id: work.draft_of ?? 9 });
    }
    if (path === '/token') return method === 'DELETE' ? (work.token.state = 'none') : c.startToken(work, { can_catch: !state.remote }), ok(work);
    if (path === '/token/paste') return c.endToken(work, /code=/.test(body.url) ? 'allow' : 'deny'), ok(work);
    if (path === '/token/account') return c.endToken(work, 'allow'), ok(work);
    if (path === '/test') return method === 'DELETE' ? (work.test = c.blankTest()) : c.runTest(work, state.failAt ?? -1, state.step ?? 120), ok(work);
    if (path === '/aggregation') {
        if (method === 'GET') return ok(row.running);
        if (method === 'DELETE') return (row.running = null), ok(null, 202);
        row.running = c.progress(213, 0);
        const timer = setInterval(() => {
            if (row.running && row.running.done < 570) row.running = c.progress(213, row.running.done + 10);
            else clearInterval(timer), (row.running = null);
        }, 1000);
        timer.unref();
        return ok(row.running, 202);
    }
    if (path === '/schedule') {
        if (method === 'PUT' && wrongZone(body.text)) return wrongZone(body.text);
        if (method === 'PUT') row.schedule = { text: body.text, next: ['2026-11-25T22:00:00Z'] };
        if (method === 'DELETE') row.schedule = null;
        return ok(row.schedule ? preview(row.schedule.text) : null);
    }
    return null;
}
function wrongZone(text) {
    const zone = text.split(' ').slice(text.startsWith('daily') ? 2 : 3).join(' ');
    try {
        new Intl.DateTimeFormat('en', { timeZone: zone || 'UTC' });
        return null;
    } catch {
        return no(400, 'usage', `"${zone}" is no time zone`, 'write it as Europe/Oslo', { field: 'text' });
    }
}
const preview = (text) => ({ text, next: [25, 26, 27].map((d) => ({ utc: `2026-11-${d}T22:00:00Z`, local: `2026-11-${d} 23:00` })) });

export async function answer(state, method, path, q, body, headers) {
    if (path === '/session') {
        if (method === 'POST') {
            if (body.password !== state.password) return no(401, 'auth', 'the password is wrong', 'type it again; where seatledger runs, `seatledger password set --password-file FILE` sets a new one');
            state.signedIn = true;
        }
        if (method === 'DELETE') state.signedIn = false;
        return ok({ version: '0.1.0', needs_sign_in: !!state.password, signed_in: state.signedIn, role: state.signedIn ? state.role : null, csrf: state.signedIn ? 'fixture' : null, now: data.NOW });
    }
    if (!state.signedIn) return no(401, 'auth', 'sign in first');
    if (method !== 'GET' && method !== 'FIXTURE' && headers['x-csrf'] !== 'fixture') return no(403, 'auth', 'the CSRF token is missing');
    if (path === '/providers') return ok({ providers: [c.provider] });
    if (path === '/connectors' && method === 'GET') return ok({ connectors: state.empty ? [] : c.rows });
    if (path === '/connectors' && method === 'POST') {
        const d = c.newConnector();
        (state.drafts ??= new Map()).set(d.id, d);
        return ok(d, 201);
    }
    if (path === '/schedules/preview') return wrongZone(body.text) ?? ok(preview(body.text));
    if (path === '/aggregations') return ok(null, 202);
    if (path === '/audit') return ok({ entries: [{ id: 3, at: '2026-11-25T08:38:00Z', who: 'admin', what: 'price.add', connector: 'Halden Group', detail: '7003004 from 2026-01' }, { id: 2, at: '2026-11-24T09:12:00Z', who: 'admin', what: 'token.get', connector: 'Halden Group', detail: 'Katrin Brandt' }, { id: 1, at: '2026-11-24T09:10:00Z', who: 'command line', what: 'connector.add', connector: 'Halden Group', detail: null }], more: false });
    if (path.startsWith('/alerts')) return alerts(state, method, path, body, ok, no);
    const at = /^\/connectors\/(\d+)(.*)$/.exec(path);
    if (!at) return no(404, 'usage', 'nothing is at this address');
    const id = Number(at[1]);
    if (at[2] === '/prices/preview') {
        const money = (amount) => [{ currency: 'EUR', amount }];
        return ok({
            month: '2026-11', subscription: { key: body.subscription, name: null, before: { quantity: null, monthly_cost: null, potential_saving: null }, after: { quantity: 25, ...Object.fromEntries([['monthly_cost', money('350.00')[0]], ['potential_saving', money('126.00')[0]]]) } },
            before: { monthly_cost: money('10690.00'), potential_saving: money('2728.00'), cost_per_active_user: money('26.99'), subscriptions_without_price: 1 },
            after: { monthly_cost: money('11040.00'), potential_saving: money('2854.00'), cost_per_active_user: money('27.88'), subscriptions_without_price: 0 },
        });
    }
    if (at[2] === '/prices' && method === 'POST') return data.prices.some((p) => p.subscription === body.subscription && p.from === body.from) ? no(400, 'usage', `subscription ${body.subscription} has a price from ${body.from} on already`) : ok(null, 201);
    if (method === 'GET' && id >= 9 && /^\/(overview|summary|users|subscriptions|runs$)/.test(at[2])) return at[2] === '/runs' ? ok({ aggregations: id === 10 ? notBegun : [], more: false }) : no(404, 'usage', 'nothing was aggregated yet', 'Run Aggregate now.');
    return (method === 'GET' && report(state, at[2], q)) || jobs(state, method, id, at[2], body) || no(404, 'usage', 'nothing is at this address');
}
