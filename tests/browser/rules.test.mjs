// Rules of the page that a person who tries it would miss first, on invented data.
import assert from 'node:assert/strict';
import test, { after, afterEach, before } from 'node:test';
import { launch } from '../../ui/dev/browser.mjs';
import { progress, rows } from '../../ui/dev/connectors.mjs';
import { start } from '../../ui/dev/server.mjs';
import { axeSource } from './rig.mjs';

let chromium, fixture, context, page;
before(async () => {
    chromium = await launch();
});
after(() => chromium.close());
// What a rule led to has no fault that axe knows of.
afterEach(async () => {
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
    const found = violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).join('; ')}`);
    await context.close();
    await fixture.stop();
    assert.deepEqual(found, []);
});
async function open(path, options = {}, look = {}) {
    fixture = await start(options);
    context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-IE', timezoneId: 'UTC', ...look });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.clock.setFixedTime(new Date('2026-11-25T08:41:00Z'));
    await page.goto(fixture.url + path);
}
const text = (of) => page.locator(of).first().innerText();
const hasFocus = (id) => page.waitForFunction((wanted) => document.activeElement.id === wanted, id);

// ---- figures

test('an earlier month shows the seats and the cost of that month', async () => {
    await open('/c/3/subscriptions?month=2026-06');
    const row = page.getByRole('row', { name: /GoToMeeting Business/ });
    await row.getByText('€5,600.00').waitFor();
    assert.match(await row.innerText(), /402/);
    await page.getByLabel('Month', { exact: true }).selectOption('2026-11');
    await row.getByText('€5,880.00').waitFor();
});
test('the latest month is that of the aggregation in the zone of the account', async () => {
    const aggregation = { id: 212, started_at: '2026-11-30T23:30:00Z', finished_at: '2026-11-30T23:31:00Z', status: 'complete' };
    await open('/c/3/subscriptions', { summary: { aggregation } });
    const months = page.getByLabel('Month', { exact: true });
    await months.waitFor();
    assert.equal(await months.inputValue(), '2026-12', 'in Oslo it is December');
});
test('what is not known of a month is a dash, never 0, and no figure of another month stands there', async () => {
    await open('/c/3/subscriptions?month=2025-12');
    await page.getByText('Nothing was aggregated up to December 2025').waitFor();
    assert.doesNotMatch(await text('main'), /€|Unlimited/);
    assert.deepEqual((await page.locator('tfoot td.num').allInnerTexts()).filter((x) => x.trim()), ['–', '–', '–', '–', '–', '–']);
    await page.getByRole('button', { name: 'Show November 2026' }).click();
    await page.getByText('€5,880.00').first().waitFor();
});
test('the cost is not compared with that of a month that nobody read', async () => {
    await open('/connectors');
    await page.route('**/connectors/3/overview*', async (route) => {
        const answer = await route.fetch();
        const body = await answer.json();
        const earlier = body.trend.months.slice(0, -1).map((m) => ({ ...m, aggregation: null, monthly_cost: [{ currency: 'EUR', amount: '0.00' }] }));
        await route.fulfill({ response: answer, json: { ...body, trend: { months: [...earlier, body.trend.months.at(-1)] } } });
    });
    await page.goto(fixture.url + '/c/3');
    await page.locator('.card', { hasText: 'Monthly cost' }).getByText('The first month with figures.').waitFor();
});
test('assigned seats are one figure: card, chart and subscriptions', async () => {
    await open('/c/3');
    await page.getByText('of 572 assigned').waitFor();
    const assigned = page.getByRole('table', { name: 'Seats' }).getByRole('row', { name: /Assigned/ });
    assert.match(await assigned.innerText(), /\b572\b/);
    await page.getByText('Assigned counts it.').waitFor();
    await page.goto(fixture.url + '/c/3/subscriptions');
    await page.locator('tfoot').getByText('572').waitFor();
});
test('currencies stand in the order of the monthly cost everywhere', async () => {
    const order = async (of) => {
        const found = (await text(of)).match(/€|US\$/g);
        assert.deepEqual(found.slice(0, 2), ['€', 'US$'], of);
    };
    await open('/c/3');
    await page.locator('.card').first().waitFor();
    for (const at of [0, 3]) await order(`.card >> nth=${at} >> .card-value`);
    await order('.definition');
    await page.goto(fixture.url + '/c/3/subscriptions');
    await page.locator('tfoot').waitFor();
    for (const of of ['tfoot .col-cost', 'tfoot .col-saving']) await order(of);
});
test('on a phone the table of months lists those with figures and says how many others there are', async () => {
    await open('/c/3', {}, { viewport: { width: 390, height: 844 } });
    await page.getByText('Table of 11 months').first().click();
    assert.equal(await page.locator('.month-list[open] tbody tr').count(), 11);
    await page.getByText('Nothing was aggregated in the other month: unknown.').first().waitFor();
});
test('one of a thing is said in the singular', async () => {
    await open('/c/3/users');
    await page.getByLabel('Search name or e-mail').fill('katrin.brandt@');
    await page.getByText('Row 1 of 1', { exact: true }).waitFor();
});
test('all times of an explanation are in the zone that the page names, as its tables are', async () => {
    await open('/c/3/users?state=inactive', {}, { timezoneId: 'Europe/Oslo' });
    await page.getByText('Times in Europe/Oslo').waitFor();
    await page.locator('[data-index="0"]').press('Enter');
    const panel = page.getByRole('dialog');
    await panel.locator('.facts').waitFor();
    const facts = await panel.locator('.facts').innerText();
    const meeting = await panel.getByRole('table', { name: 'Meetings, the latest first' }).locator('tbody td').first().innerText();
    assert.ok(facts.includes(`Last meeting\n${meeting}`), facts);
    assert.doesNotMatch(facts, /UTC/);
    assert.match(facts, /As of \(T\)\n24 Nov 2026, 23:00/);
});
test('a run has one time on every page: that of its start', async () => {
    await open('/connectors');
    const row = page.getByRole('row', { name: /Halden Group/ });
    assert.match(await row.innerText(), /24 Nov, 22:00/);
    await page.goto(fixture.url + '/c/3');
    await page.getByText('Data of 24 Nov 2026, 22:00').waitFor();
    await page.goto(fixture.url + '/c/3/runs');
    assert.match(await page.locator('tbody tr').first().innerText(), /24 Nov, 22:00/);
});
test('subscriptions of one name are told apart by their key, in the list and in the filter of seats', async () => {
    await open('/connectors');
    const rename = (list) => list.map((s) => (s.key === '7003002' ? { ...s, name: 'GoToMeeting Business' } : s));
    await page.route('**/connectors/3/subscriptions', async (route) => {
        const json = await (await route.fetch()).json();
        await route.fulfill({ json: { ...json, subscriptions: rename(json.subscriptions) } });
    });
    await page.route('**/connectors/3/users?**', async (route) => {
        const json = await (await route.fetch()).json();
        await route.fulfill({ json: { ...json, seats: json.seats && rename(json.seats) } });
    });
    await page.goto(fixture.url + '/c/3/subscriptions');
    for (const key of ['7003001', '7003002']) await page.getByRole('rowheader').getByText(key).waitFor();
    assert.doesNotMatch(await text('tbody'), /7003003/);
    await page.goto(fixture.url + '/c/3/users');
    const seats = await page.getByLabel('Any seat').innerText();
    for (const name of ['GoToMeeting Business (7003001)', 'GoToMeeting Business (7003002)']) assert.ok(seats.includes(name), seats);
    assert.doesNotMatch(seats, /7003003/);
});
test('a saving says what it counts and leads to its formula, on a line of its own', async () => {
    await open('/c/3/subscriptions');
    await page.getByText('Saving = price of the unassigned and reclaimable seats').waitFor();
    await page.getByRole('row', { name: /GoToMeeting Business/ }).getByRole('link', { name: '€1,540.00' }).click();
    await page.locator('.formula').nth(1).getByText(/^Potential saving: 14.00 EUR x max\(0, 420 paid/).waitFor();
    assert.doesNotMatch(await text('.formula'), /saving/);
    assert.equal(await page.locator('.side [aria-current=page]').innerText(), 'Subscriptions');
});
test('reclaimable seats lead to all users that hold them', async () => {
    await open('/c/3');
    const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Reclaimable seats' }) });
    assert.equal(await card.getByRole('link', { name: '92 inactive users' }).getAttribute('href'), '/c/3/users?state=inactive');
    assert.equal(await card.getByRole('link', { name: '71 none' }).getAttribute('href'), '/c/3/users?state=none');
});
test('the status of a user is translated and named as that of the provider', async () => {
    await open('/connectors');
    await page.route('**/connectors/3/users?**', async (route) => {
        const json = await (await route.fetch()).json();
        await route.fulfill({ json: { ...json, users: json.users.map((u, i) => (i ? u : { ...u, status: 'INACTIVE' })) } });
    });
    await page.goto(fixture.url + '/c/3/users?state=active');
    const tag = page.locator('[data-index="0"] .tag').first();
    await tag.getByText('GoTo: inactive', { exact: true }).waitFor();
    assert.match(await tag.getAttribute('title'), /^The status of the user at GoTo/);
    await page.locator('[data-index="0"]').press('Enter');
    await page.getByRole('dialog').locator('.facts').getByText('GoTo: active').waitFor();
});
const phone = { viewport: { width: 390, height: 844 } };
for (const path of ['/c/3', '/c/3/users', '/c/3/subscriptions', '/c/3/runs', '/connectors'])
    test(`on a phone the settings are one link away: ${path}`, async () => {
        await open(path, {}, phone);
        await page.getByRole('link', { name: 'Settings' }).first().click();
        await page.waitForURL(/\/settings\/alerts$/);
    });
test('on a phone users show their e-mail, and subscriptions their price and saving', async () => {
    await open('/c/3/users', {}, phone);
    await page.locator('[data-index="0"]').getByText('@halden.example').waitFor();
    await page.goto(fixture.url + '/c/3/subscriptions');
    const row = page.getByRole('row', { name: /GoToMeeting Business/ });
    for (const says of ['€14.00', '€1,540.00']) await row.getByText(says).waitFor();
    await page.getByRole('button', { name: 'Enter price of GoToMeeting Starter (pilot)' }).click();
    await hasFocus('p-amount');
});

// ---- runs and schedules

test('a run that could not begin is told with its sentence, what stands and what finds the cause', async () => {
    const why = 'The setting ca_file names a file that cannot be read.';
    await open('/connectors');
    const row = page.getByRole('row', { name: /Nordre Fjord/ });
    await row.getByText('Failed', { exact: true }).waitFor();
    await row.getByRole('link', { name: why }).click();
    await page.waitForURL(/\/c\/10\/runs\/1$/);
    const opened = page.locator('tr.opened');
    await opened.getByText(why).waitFor();
    await opened.getByText('A failed run changes no figure').waitFor();
    assert.equal(await opened.getByRole('link', { name: 'Test Connection' }).getAttribute('href'), '/connectors/10?do=test');
    await page.goto(fixture.url + '/c/10');
    await page.getByRole('alert').getByText(why).waitFor();
});
test('a run that was cut and goes on is not sent to Test Connection', async () => {
    await open('/connectors');
    await page.route('**/connectors/10/runs/1', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...(await answer.json()), goes_on: true } });
    });
    await page.goto(fixture.url + '/c/10/runs/1');
    const opened = page.locator('tr.opened');
    await opened.getByText('The next run goes on with it.').waitFor();
    await opened.getByText('A failed run changes no figure').waitFor();
    assert.equal(await opened.getByRole('link', { name: 'Test Connection' }).count(), 0);
});
test('a run that was cut and went on says so in its row, and while it runs', async () => {
    await open('/c/3/runs');
    const row = page.getByRole('row', { name: /Run 208/ });
    assert.match(await row.locator('.col-error').innerText(), /^It was cut, and went on at 21 Nov, 22:00\.$/);
    await page.route('**/connectors/3/aggregation', (route) => route.fulfill({ json: { ...progress(213, 40), resumed_at: '2026-11-25T08:40:00Z' } }));
    await page.reload();
    await page.getByText('goes on with the run that was cut, since 25 Nov, 08:40').waitFor();
});
test('a run is cancelled only after a question', async () => {
    for (const row of rows) row.running = null;
    await open('/c/3/runs');
    await page.getByRole('table', { name: 'Runs' }).waitFor();
    await beginElsewhere('POST');
    const sent = [];
    page.on('request', (request) => request.method() === 'DELETE' && sent.push(request.url()));
    await page.getByRole('button', { name: 'Cancel run' }).click();
    const question = page.getByRole('alertdialog', { name: /Cancel run \d+\?/ });
    await question.getByText('The earlier figures stand.').waitFor();
    await question.getByRole('button', { name: 'Let it run' }).click();
    assert.deepEqual(sent, []);
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await question.getByRole('button', { name: 'Cancel run' }).click();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    assert.equal(sent.length, 1);
});
test('a run that was cancelled says so, and that the earlier figures stand', async () => {
    await open('/c/3/runs/209');
    const says = 'It was cancelled. The earlier figures stand.';
    await page.locator('tr.opened').getByText(says).waitFor();
    assert.equal(await page.getByRole('row', { name: /Run 209/ }).locator('.col-error').innerText(), says);
});
test('before the first aggregation nothing asks for figures that are not there', async () => {
    await open('/connectors');
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    for (const at of ['/c/9/users', '/c/9/subscriptions']) {
        await page.goto(fixture.url + at);
        await page.getByRole('heading', { name: 'Nothing aggregated yet' }).waitFor();
    }
    assert.deepEqual(asked.filter((url) => url.endsWith('/summary')), []);
});
test('next runs are written as all times of the page are', async () => {
    await open('/connectors/3?page=schedule');
    await page.locator('.next-runs').getByText('25 Nov 2026, 23:00').waitFor();
    assert.doesNotMatch(await text('.next-runs'), /\d-\d\d-\d/);
});
/** A run that begins elsewhere: by its schedule, or on the command line. */
const beginElsewhere = (method) => fetch(fixture.url + '/api/v1/connectors/3/aggregation', { method, headers: { 'X-CSRF': 'fixture' } });
test('an open page of runs notices a run that began by itself', async () => {
    for (const row of rows) row.running = null; // else the page asks every second
    await open('/c/3/runs');
    await page.getByRole('table', { name: 'Runs' }).waitFor();
    assert.equal(await page.getByRole('progressbar').count(), 0);
    await beginElsewhere('POST');
    await page.getByRole('progressbar').first().waitFor();
    await beginElsewhere('DELETE');
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
});
test('a tab that nobody sees asks nothing, and what a page asks by itself is marked', async () => {
    await open('/c/3/runs');
    await page.getByRole('table', { name: 'Runs' }).waitFor();
    const polled = [];
    page.on('request', (request) => polled.push(request.headers()['x-poll']));
    const see = (state) => page.evaluate((now) => Object.defineProperty(document, 'visibilityState', { value: now, configurable: true }), state);
    await page.clock.runFor(11_000);
    assert.ok(polled.length >= 2 && polled.every((mark) => mark === '1'), String(polled));
    await see('hidden');
    const before = polled.length;
    await page.clock.runFor(60_000);
    assert.equal(polled.length, before);
    await see('visible');
    await page.clock.runFor(6_000);
    assert.ok(polled.length > before);
});
test('next runs are told in the zone of the schedule, with its name, and in UTC', async () => {
    await open('/connectors');
    const row = page.getByRole('row', { name: /Halden Group/ });
    assert.match(await row.innerText(), /next today, 23:00/);
    assert.match(await row.innerText(), /Europe\/Oslo/);
    await page.goto(fixture.url + '/c/3/runs');
    await page.getByText('Daily 23:00, Europe/Oslo · next today, 23:00 (22:00 UTC)').waitFor();
    await page.goto(fixture.url + '/connectors/3?page=schedule');
    await page.getByRole('heading', { name: 'Next runs, Europe/Oslo and UTC' }).waitFor();
});
test('a time zone that does not exist is said at its field, and nothing is saved', async () => {
    await open('/connectors/3?page=schedule');
    await page.getByLabel('Time zone').fill('Mars/Base');
    await page.getByRole('button', { name: 'Back to the form' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('"Mars/Base" is no time zone. Write it as Europe/Oslo.').waitFor();
    await hasFocus('sc-zone');
    assert.equal(await page.getByLabel('Time zone').getAttribute('aria-invalid'), 'true');
    assert.equal(fixture.state.drafts.size, 1);
});

// ---- the dialog

for (const button of ['Get Token', 'Test Connection', 'Save'])
    test(`a bad value in the other settings: ${button} shows the server's sentence at the field, which has the focus`, async () => {
        await open('/connectors/3?page=settings');
        await page.getByLabel('Activity window, days').fill('0');
        await page.getByRole('button', { name: 'Back to the form' }).click();
        await page.getByRole('button', { name: button, exact: true }).click();
        await page.waitForURL(/page=settings/);
        await page.getByText('window_days must be a whole number from 1 to 365. Leave it empty for 30.', { exact: true }).waitFor();
        await hasFocus('s-window_days');
    });
test('an empty dialog says what is missing before it offers to save anyway', async () => {
    await open('/connectors/new?provider=gotomeeting');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    for (const says of ['Enter a name', 'Enter the Client ID', 'Enter the Client Secret']) await page.getByText(says).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Save anyway' }).count(), 0);
    await page.waitForFunction(() => document.activeElement.id === 'f-name');
    await page.getByLabel('Name', { exact: true }).fill('Costa Norte');
    await page.getByText('Enter a name').waitFor({ state: 'detached' });
    await page.getByText('Enter the Client ID').waitFor();
});
test('a name that is taken is said on leaving the field', async () => {
    await open('/connectors/new?provider=gotomeeting');
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('Halden Group');
    await page.getByLabel('Client ID').focus();
    await page.getByText('Another connector is called Halden Group. Choose another name.').waitFor();
    assert.equal(await name.getAttribute('aria-invalid'), 'true');
    await name.fill('Halden Group 2');
    await page.getByText('Another connector is called').waitFor({ state: 'detached' });
});
test('a connector that somebody else changed meanwhile is not overwritten: Load again shows what was saved', async () => {
    await open('/connectors/3', { stale: true });
    await page.getByLabel('Redirect Uri').fill('http://localhost:9090');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Save anyway' }).click();
    await page.getByRole('alert').getByText('Halden Group was changed by somebody else since you opened it.').waitFor();
    await page.getByRole('button', { name: 'Load again' }).click();
    await page.waitForFunction(() => document.getElementById('f-redirect_uri')?.value === 'http://localhost:8080');
    assert.equal(fixture.state.drafts.size, 1);
});

// ---- prices

test('a price that was typed is not lost without a question', async () => {
    await open('/c/3/subscriptions?open=7003005');
    await page.getByLabel('Amount').fill('14.00');
    for (const leave of [() => page.getByRole('link', { name: /^Users/ }).first().click(), () => page.getByLabel('Amount').press('Escape'), () => page.getByLabel('Month', { exact: true }).selectOption('2026-10')]) {
        await leave();
        await page.getByRole('alertdialog', { name: 'Leave without saving the price?' }).waitFor();
        await page.getByRole('button', { name: 'Go on editing' }).click();
        assert.equal(await page.getByLabel('Amount').inputValue(), '14.00');
    }
    await page.getByRole('link', { name: /^Users/ }).first().click();
    await page.getByRole('button', { name: 'Leave without saving' }).click();
    await page.waitForURL(/\/users/);
});
test('a price that is refused shows its sentence, and nothing loads beside it', async () => {
    await open('/c/3/subscriptions?open=7003005', { fail: { '/connectors/3/prices/preview': 400 } });
    await page.getByLabel('Amount').fill('1.2.3');
    await page.getByLabel('Currency').fill('EUR');
    await page.locator('.price-form .wrong').waitFor();
    assert.doesNotMatch(await text('.effect'), /Loading/);
});
test('Enter price of the overview opens the form of the first subscription without a price', async () => {
    await open('/c/3');
    await page.getByRole('link', { name: 'Enter price' }).click();
    await page.waitForURL(/\/c\/3\/subscriptions\?open=7003005$/);
    await page.getByRole('heading', { name: 'Price periods of GoToMeeting Starter (pilot)' }).waitFor();
    await hasFocus('p-amount');
});
test('the way to enter and to change a price is a button with words, and a viewer has none', async () => {
    await open('/c/3/subscriptions');
    await page.getByRole('button', { name: 'Enter price of GoToMeeting Starter (pilot)' }).press('Enter');
    await hasFocus('p-amount');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Change price of GoToMeeting Business' }).click();
    await page.getByRole('heading', { name: 'Price periods of GoToMeeting Business' }).waitFor();
    await fixture.stop();
    await context.close();
    await open('/c/3/subscriptions', { role: 'viewer' });
    await page.getByText('No price').first().waitFor();
    assert.equal(await page.getByRole('button', { name: /(Enter|Change) price/ }).count(), 0);
});
test('a second price of one month names the subscription and what to do', async () => {
    await open('/c/3/subscriptions?open=7003001');
    await page.getByLabel('From month').fill('2026-01');
    await page.getByLabel('Amount').fill('15.00');
    await page.getByRole('alert').getByText('GoToMeeting Business has a price from January 2026 already. Remove that one above and save again, or choose another month.').waitFor();
});
for (const [typed, whole, decimal] of [['1,450', '1450', '1.45'], ['1.450', '1450', '1.45'], ['14,125', '14125', '14.1250']])
    test(`an amount that can be read in two ways is never guessed: ${typed}`, async () => {
        await open('/c/3/subscriptions?open=7003005');
        const sent = [];
        page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
        await page.getByLabel('Amount').fill(typed);
        await page.getByLabel('Currency').fill('EUR');
        await page.getByRole('alert').getByText(`“${typed}” can be read in two ways: write ${whole} or ${decimal}.`).waitFor();
        await page.getByRole('button', { name: 'Save price' }).click();
        await page.getByLabel('Amount').press('Control+Enter');
        assert.deepEqual(sent, []);
    });
test('an amount has one mark with 1, 2 or 4 digits after it, and is sent with a point', async () => {
    await open('/c/3/subscriptions?open=7003005');
    await page.getByLabel('Currency').fill('EUR');
    for (const [typed, amount] of [['14', '14'], ['14,5', '14.5'], ['14.50', '14.50'], ['1,4500', '1.4500'], ['1450,00', '1450.00'], ['1,450.00', '1,450.00'], ['1.450.000', '1.450.000']]) {
        const asked = page.waitForRequest((request) => request.url().endsWith('/prices/preview'));
        await page.getByLabel('Amount').fill(typed);
        assert.equal((await asked).postDataJSON().amount, amount, typed);
    }
});
for (const [typed, says] of [['1 450', 'write it as 1450.'], ['1\u00a0450,00', 'write it as 1450,00.'], ['1’450.00', 'write it as 1450.00.'], ['0.125', 'write 0.1250.'], ['1450.125', 'write 1450.1250.']])
    test(`an amount with a grouping blank, or with three digits after its mark, is refused with how to write it: ${typed}`, async () => {
        await open('/c/3/subscriptions?open=7003005');
        await page.getByLabel('Amount').fill(typed);
        await page.getByLabel('Currency').fill('EUR');
        await page.getByRole('alert').getByText(says).waitFor();
    });
test('a quantity that is no whole number is refused, never left out', async () => {
    await open('/c/3/subscriptions?open=7003005');
    await page.getByLabel('Amount').fill('14.00');
    await page.getByLabel('Currency').fill('EUR');
    await page.getByLabel('Quantity').fill('1,450');
    await page.getByRole('alert').getByText('“1,450” is no quantity: write a whole number in digits only, such as 1450.').waitFor();
});
test('a limit of money that can be read in two ways is refused at its field', async () => {
    await open('/settings/alerts');
    const limit = page.getByLabel('Limit 1: limit');
    await limit.fill('1.450');
    await page.getByRole('button', { name: 'Save limits' }).click();
    await page.getByRole('alert').getByText('“1.450” can be read in two ways: write 1450 or 1.45.').waitFor();
    assert.equal(await limit.getAttribute('aria-invalid'), 'true');
});

// ---- words

test('People names the command that sets a password, for each role', async () => {
    await open('/settings/people');
    await page.getByText('seatledger password set --password-file FILE').first().waitFor();
    await page.getByText('seatledger password set --role viewer --password-file FILE').waitFor();
});
test('a wrong password is said in one sentence, with what to do', async () => {
    await open('/connectors', { password: 'right' });
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The password is wrong. Type it again; where seatledger runs, seatledger password set --password-file FILE sets a new one.').waitFor();
});
test('an address that is no page says so and leads back', async () => {
    await open('/nonsense');
    await page.getByText('Nothing is at this address.').waitFor();
    await page.getByRole('link', { name: 'Go to the overview.' }).waitFor();
});
