// An invented account whose figures agree with each other: 571 users = 396 + 92 + 71 + 12, 572 seats assigned =
// 407 + 88 + 64 + 13. PAD users more can be asked for, to try long lists.
export const NOW = '2026-11-25T08:41:00Z';
export const MONTHS = ['2025-12', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'];
const SEATS = [
    // name, products, purchased, invited, active, unknown, inactive, none, metering, amount, currency, billing, key
    ['GoToMeeting Business', 'G2M', 420, 3, 301, 9, 62, 40, 'per-seat', '14.00', 'EUR', 'monthly', '7003001'],
    ['Meeting + Webinar bundle', 'G2M,G2W', 40, 0, 27, 1, 6, 4, 'per-seat', '1188.00', 'EUR', 'yearly', '7003002'],
    ['GoToMeeting Warsaw site', 'G2M', 70, 0, 41, 2, 11, 9, 'agreement', '850.00', 'EUR', 'monthly', '7003003'],
    ['GoToMeeting Pro (US)', 'G2M', 30, 0, 19, 0, 3, 2, 'per-user', '19.00', 'USD', 'monthly', '7003004'],
    ['GoToMeeting Starter (pilot)', 'G2M', 25, 0, 15, 1, 4, 6, null, null, null, null, '7003005'],
    ['GoToMeeting Rooms', 'G2M', null, 0, 4, 0, 2, 3, 'free', null, null, 'monthly', '7003006'],
    ['GoToMeeting Legacy', 'G2M', 10, 0, 0, 0, 0, 0, null, null, null, null, '7003007'],
];
const cost = { 7003001: ['5880.00', 'EUR', '1540.00'], 7003002: ['3960.00', 'EUR', '1188.00'], 7003003: ['850.00', 'EUR', '0.00'], 7003004: ['456.00', 'USD', '95.00'], 7003006: ['0.00', 'EUR', '0.00'] };
const money = (amount, currency) => (amount === undefined ? null : { currency, amount });

export const subscriptions = SEATS.map(([name, products, purchased, invited, active, unknown, inactive, none, metering, , , , key]) => {
    const assigned = active + unknown + inactive + none;
    const c = cost[key] ?? [];
    return {
        key, name, products: products.split(','), enabled: key !== '7003007', purchased, assigned, invited,
        available: purchased === null ? null : Math.max(0, purchased - assigned - invited),
        over_assigned: purchased === null ? null : Math.max(0, assigned - purchased),
        active, inactive, none, unknown, metering, monthly_cost: money(c[0], c[1]), potential_saving: money(c[2], c[1]), user_count: assigned,
    };
});
/** In an earlier month fewer seats; before 2026 nothing was aggregated, and only an agreement has a known cost. */
export function subscriptionsOf(month) {
    if (!month || month === '2026-11') return { subscriptions };
    const unread = Object.fromEntries(['purchased', 'assigned', 'invited', 'available', 'over_assigned', 'active', 'inactive', 'none', 'unknown', 'user_count', 'potential_saving', 'monthly_cost'].map((key) => [key, null]));
    const then = (s) => (month < '2026-01' ? { ...s, ...unread } : s.key === '7003001' ? { ...s, purchased: 400, assigned: 402, over_assigned: 2, available: 0, active: 291, monthly_cost: money('5600.00', 'EUR') } : s);
    return { month, aggregation: month < '2026-01' ? null : 112, subscriptions: subscriptions.map(then) };
}
export const prices = SEATS.filter((s) => s[8]).map((s) => ({ subscription: s[12], from: '2026-01', metering: s[8], amount: s[9], currency: s[10], billing: s[11], quantity: null, note: null }));

const FIRST = ['أحمد', 'Aïcha', 'अनन्या', 'Bjørn', 'Dmitri', 'Ελένη', 'Fernanda', 'Jürgen', 'Лариса', 'Łukasz', 'María José', '美咲', 'Hồng Nhung', 'Oluwaseun', '서연', 'Siobhán', '小明', 'יעל', 'Žaneta', 'Zoë', 'Katrin', 'Ana Lucía', 'Mehmet', 'Sven'];
const LAST = ['المنصوري', 'Benali', 'शर्मा', 'Østergård', 'Volkov', 'Παπαδοπούλου', 'Lima', 'Groß', 'Ковальчук', 'Wójcik', 'Núñez Íñiguez-Castellanos', '佐藤', 'Nguyễn', 'Adéyẹmí', '김', 'O’Brien', '王', 'כהן', 'Dvořáková', 'van der Berg', 'Brandt', 'Ferrer', 'Yılmaz', 'Lindqvist'];
const LATIN = ['ahmed.almansoori', 'aicha.benali', 'ananya.sharma', 'bjorn.ostergard', 'dmitri.volkov', 'eleni.papadopoulou', 'fernanda.lima', 'juergen.gross', 'larysa.kovalchuk', 'lukasz.wojcik', 'mariajose.nunez.iniguez', 'misaki.sato', 'nhung.nguyen', 'oluwaseun.adeyemi', 'seoyeon.kim', 'siobhan.obrien', 'xiaoming.wang', 'yael.cohen', 'zaneta.dvorakova', 'zoe.vanderberg', 'katrin.brandt', 'ana.ferrer', 'mehmet.yilmaz', 'sven.lindqvist'];
export const GROUPS = ['Finance', 'Gulf', 'Logistics', 'Sales', 'Support', 'São Paulo', 'Tokyo', 'Warsaw'].map((name, i) => ({ key: `g${i + 1}`, name }));
const T = Date.parse('2026-11-24T22:00:00Z');
const day = (back, hour = 10) => new Date(T - back * 86400000 + (hour - 22) * 3600000).toISOString().slice(0, 19) + 'Z';

function person(i, state, nth) {
    const a = i % FIRST.length;
    const b = i < FIRST.length ? a : (a * 7 + Math.floor(i / FIRST.length) * 5) % LAST.length;
    const invited = state === 'none' && nth < 3;
    const spoilt = state === 'unknown' && nth === 0;
    const back = { active: (i * 7) % 29, inactive: 31 + ((i * 5) % 80), unknown: 50 + (i % 9) }[state];
    const at = back === undefined || spoilt ? null : day(back, 8 + (i % 9));
    const date = at?.slice(0, 10) ?? null;
    return {
        key: String(8000000000000000000n + BigInt(i * 7919)), email: i < FIRST.length ? `${LATIN[a]}@halden.example` : `${LATIN[b].split('.').at(-1)}.${LATIN[a].split('.')[0]}.${i}@halden.example`, name: `${FIRST[a]} ${LAST[b]}`,
        status: invited ? 'INVITED' : state === 'inactive' && nth % 23 === 5 ? 'SUSPENDED' : 'ACTIVE', state, last_activity: date, last_activity_at: at,
        last_activity_text: date ? date.split('-').reverse().join('.') : null, last_activity_note: spoilt ? 'invalid at source' : date && nth % 9 === 4 ? 'or later' : null, seats: [], group: GROUPS[(i * 5 + 3) % GROUPS.length].name,
    };
}
export function makeUsers(pad = 0) {
    const want = { active: 396 + pad, inactive: 92, none: 71, unknown: 12 };
    const by = { active: [], inactive: [], none: [], unknown: [] };
    const users = [];
    const order = Object.keys(want);
    const total = Object.values(want).reduce((a, b) => a + b, 0);
    for (let i = 0, k = 0; i < total; i++) {
        const pattern = i < 24 ? ['active', 'active', 'inactive', 'active', 'none', 'active', 'unknown', 'inactive', 'unknown'][i % 9] : order[[0, 0, 1, 0, 2, 0, 0, 1, 0, 0, 0, 2, 0][k++ % 13]];
        const state = by[pattern].length < want[pattern] ? pattern : order.find((s) => by[s].length < want[s]);
        const u = person(i, state, by[state].length);
        by[state].push(u);
        users.push(u);
    }
    for (const state of order) {
        const taking = by[state].filter((u) => u.status !== 'INVITED' && u.status !== 'SUSPENDED');
        let at = 0;
        for (const s of subscriptions) for (let n = 0; n < s[state]; n++) taking[at++ % taking.length].seats.push(s.key);
    }
    return users;
}

const row = (values) => [null, ...values];
const series = {
    purchased: row([540, 540, 555, 555, 575, 575, 575, 585, 585, 585, 585]), assigned: row([505, 511, 516, 524, 533, 541, 546, 552, 558, 560, 563]), active_seats: row([395, 399, 408, 411, 406, 379, 358, 354, 396, 410, 403]),
    active: row([388, 392, 401, 404, 399, 372, 351, 347, 389, 403, 396]), inactive: row([71, 74, 73, 75, 80, 101, 112, 110, 94, 88, 92]), none: row([58, 60, 60, 62, 64, 66, 67, 69, 70, 70, 71]), unknown: row([0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 12]),
    eur: row(['9635.00', '9635.00', '9845.00', '9845.00', '10125.00', '10125.00', '10125.00', '10690.00', '10690.00', '10690.00', '10690.00']), usd: row(['342.00', '361.00', '361.00', '380.00', '399.00', '418.00', '418.00', '437.00', '437.00', '456.00', '456.00']),
    reclaim: row([124, 130, 129, 132, 139, 162, 174, 175, 160, 146, 152]), save: row(['2114.00', '2240.00', '2200.00', '2290.00', '2400.00', '2790.00', '2960.00', '2980.00', '2840.00', '2616.00', '2728.00']),
};
export function trend(months) {
    const back = [];
    for (let n = months - 1; n >= 0; n--) {
        const d = new Date(Date.UTC(2026, 10 - n, 1));
        back.push(d.toISOString().slice(0, 7));
    }
    return {
        months: back.map((month) => {
            const i = MONTHS.indexOf(month);
            const of = (name) => series[name][i] ?? null;
            const known = of('active') !== null;
            const moneys = (eur, usd) => (known ? [money(eur, 'EUR'), money(usd, 'USD')] : null);
            const share = (assigned, active) => ({ purchased: of('purchased'), assigned, invited: 3, active, inactive: 88, none: 64, unknown: of('unknown'), reclaimable: of('reclaim') });
            return {
                month, aggregation: known ? { id: 212 - (11 - i) * 20, started_at: month === '2026-11' ? '2026-11-24T22:00:00Z' : `${month}-28T22:00:00Z`, status: month === '2026-11' ? 'incomplete' : 'complete' } : null,
                users: known ? of('active') + of('inactive') + of('none') + of('unknown') : null, active_users: of('active'), inactive_users: of('inactive'), no_activity_users: of('none'), unknown_users: of('unknown'),
                monthly_cost: moneys(of('eur'), of('usd')), subscriptions_without_price: known ? 1 : null, cost_per_active_user: known ? [] : null, potential_saving: moneys(of('save'), '95.00'), partial: known ? true : null,
                seats: known ? share(of('assigned') + 9, of('active_seats') + 4) : null, limited_seats: known ? share(of('assigned'), of('active_seats')) : null, unlimited_subscriptions: known ? 1 : null,
                subscriptions: known ? subscriptions : null,
            };
        }),
    };
}
