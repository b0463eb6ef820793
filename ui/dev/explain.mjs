import { prices, subscriptions } from './data.mjs';
const T = '2026-11-24T22:00:00Z';
const at = { aggregation: 212, t: T, window_days: 30, window_from: '2026-10-25T22:00:00Z' };
const states = (of) => ['active', 'inactive', 'none', 'unknown'].map((state) => ({ state, count: of[state] }));
const later = (start, minutes) => new Date(Date.parse(start) + minutes * 60000).toISOString().slice(0, 19) + 'Z';

export const explainActive = (active) => ({
    what: 'active', title: `Active users: how ${active.length} is counted`, definition: 'A user is active when a meeting that the user organised began in the window and had ended by T.',
    formula: `${active.length} = users whose last counted meeting began from 2026-10-25T22:00:00Z to ${T}`,
    facts: { aggregation: 212, status: 'incomplete', error: 'the history of 12 users could not be read', ...at, users: 571, history_from: '2026-09-25T22:00:00Z', history_to: T, history_unread: 12, active_users: active.length },
    states: states({ active: active.length, inactive: 92, none: 71, unknown: 12 }), unread: [{ what: 'history', reason: 'GoTo answered 502 five times', count: 12 }],
    records: [...active].sort((a, b) => b.last_activity_at.localeCompare(a.last_activity_at)).slice(0, 50).map((u) => ({ key: u.key, name: u.name, email: u.email, started_at: u.last_activity_at, ended_at: later(u.last_activity_at, 35), last_activity_text: u.last_activity_text })),
});
export const explainUser = (u) => ({
    what: 'user', title: u.name, definition: 'A user is active when a meeting that the user organised began in the window and had ended by T.', formula: null,
    facts: { key: u.key, email: u.email, status: u.status, group: u.group, state: u.state, rule: { active: 'a counted meeting began in the window', inactive: 'the last counted meeting began before the window', none: 'no counted meeting is known', unknown: 'the history of the window was not read' }[u.state], last_meeting_at: u.last_activity_at, ...at },
    meetings: u.last_activity_at ? [{ started_at: u.last_activity_at, ended_at: later(u.last_activity_at, 42), type: 'scheduled', role: 'last activity', aggregation: 212 }] : [],
    days: [], seats: u.seats.map((key) => ({ subscription: key, name: subscriptions.find((s) => s.key === key)?.name })),
});
export const explainCost = (key, month) => {
    const s = subscriptions.find((x) => x.key === key);
    const p = prices.find((x) => x.subscription === key) ?? {};
    return {
        what: 'cost', title: `${s.name} in ${month}`, definition: 'The price of the period in force, times the quantity where it is metered, for one month; rounded once.',
        formula: p.amount ? `${p.amount} ${p.currency}${p.metering === 'per-seat' ? ' × ' + s.purchased : ''}${p.billing === 'yearly' ? ' / 12' : ''} = ${s.monthly_cost?.amount} ${p.currency}${p.metering === 'per-seat' ? `\nPotential saving: ${p.amount} ${p.currency} x max(0, ${s.purchased} paid - (${s.assigned} assigned - ${s.inactive + s.none} reclaimable))${p.billing === 'yearly' ? ' / 12 months' : ''} = ${s.potential_saving?.amount} ${p.currency}` : ''}` : null,
        facts: { subscription: key, month, ...at, enabled: s.enabled, purchased: s.purchased, assigned: s.assigned, metering: p.metering, price: p.amount, currency: p.currency, billing: p.billing, price_from: p.from, monthly_cost: s.monthly_cost, potential_saving: s.potential_saving }, states: states(s), holders: [],
    };
};
