// The whole story on the real program and the simulator: from nothing to figures that are the truth.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { browser, consent, fillConnector, freePort, world } from './rig.mjs';

let w, b, page;
before(async () => {
    w = await world({ users: 120, sim: ['--limit', 'off'] });
    b = await browser(w.url);
    page = await b.context.newPage();
});
after(async () => {
    await b.stop();
    await w.stop();
});
const getToken = () => page.getByRole('button', { name: 'Get Token', exact: true });
const edit = async (name, row) => {
    await page.goto(`${w.url}/connectors`);
    await page.getByRole('button', { name: `Actions of ${row}` }).click();
    await page.getByRole('menuitem', { name }).click();
};

test('nothing yet: the first page leads to the dialog, and Get Token waits for Client ID and Client Secret', async () => {
    await page.goto(w.url);
    await page.getByRole('link', { name: 'Add connector' }).click();
    await page.getByRole('link', { name: 'Add connector' }).first().click();
    assert.equal(await getToken().getAttribute('aria-disabled'), 'true');
    await page.getByText('Needs Client ID and Client Secret.').waitFor();
    await fillConnector(page, w, 'Acme');
});
test('Get Token: Deny is said, with what to do', async () => {
    await (await consent(page, 'Deny')).close();
    await page.locator('#token-says .run-failed').waitFor();
});
test('Get Token: Allow is Success!, with who signed in', async () => {
    await consent(page, 'Allow');
    await page.getByText('Success!').waitFor();
    await page.locator('#token-says').getByText('admin@example.com').waitFor();
    await page.locator('#token-says').getByText('collab:').waitFor();
});
test('Get Token when already signed in: the answer comes at once', async () => {
    await page.getByLabel('Client ID').fill('story');
    const opens = b.context.waitForEvent('page');
    await getToken().click();
    await (await opens).waitForURL(/localhost/);
    await page.getByText('Success!').waitFor();
});
test('Get Token where windows are blocked and the answer is not caught: a link, and the redirected address is pasted', async () => {
    await page.evaluate(() => {
        globalThis.open = () => null;
    });
    await getToken().click();
    const link = page.getByRole('link', { name: 'The browser blocked the window: open the sign-in page' });
    const answer = await b.context.request.get(await link.getAttribute('href'), { maxRedirects: 0 });
    await page.locator('#token-says').getByRole('button', { name: 'Paste the redirected URL' }).click();
    await page.getByLabel('Redirected URL').fill(answer.headers().location);
    await page.getByRole('button', { name: 'Use URL' }).click();
    await page.getByText('Success!').waitFor();
});
test('Test Connection passes its eight steps; Save; the connector is in the list with its schedule', async () => {
    await page.getByRole('button', { name: 'Test Connection' }).click();
    await page.getByText('Passed: all 8 steps').waitFor();
    const active = page.getByRole('switch', { name: 'Active' });
    if ((await active.getAttribute('aria-checked')) !== 'true') await active.click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/\/connectors$/);
    await page.getByRole('row', { name: /Acme.*Daily 23:00/ }).waitFor();
    assert.equal((await w.get('/connectors')).connectors.length, 1);
});
test('Aggregate now shows its progress and ends complete', async () => {
    await page.getByRole('link', { name: 'Acme' }).click();
    await page.getByRole('heading', { name: 'Nothing aggregated yet' }).waitFor();
    await page.getByRole('button', { name: 'Aggregate now' }).first().click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Aggregate now' }).click();
    await page.waitForURL(/\/runs$/);
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('row', { name: /Run 1.*Complete/ }).or(page.getByRole('cell', { name: /^Complete$/ })).first().waitFor({ timeout: 60_000 });
});
test('the overview, the users and their states are the truth', async () => {
    await w.readTruth(1);
    const { summary } = w.truth();
    await page.goto(`${w.url}/c/1`);
    const card = (name) => page.getByRole('article', { name }).locator('.card-value');
    await page.waitForFunction(() => document.querySelector('.card-value'));
    assert.equal((await card('Active users').textContent()).trim(), `${summary.active_users} of ${summary.users}`);
    await page.getByRole('link', { name: `${summary.active_users} users` }).click();
    await page.getByText(new RegExp(`Rows 1–\\d+ of ${summary.active_users}$`)).waitFor();
    for (const [state, n] of [['Inactive', summary.inactive_users], ['None', summary.no_activity_users], ['Unknown', summary.unknown_users]])
        await page.getByRole('radio', { name: `${state}${n}` }).or(page.getByRole('radio', { name: `${state} ${n}` })).waitFor();
});
test('what is shown is downloaded as CSV: the inactive ones, every one', async () => {
    await page.goto(`${w.url}/c/1/users?state=inactive`);
    const link = page.getByRole('link', { name: /^Export \d+ as CSV$/ });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const text = readFileSync(await download.path(), 'utf8');
    for (const user of w.truth().users.filter((u) => u.state === 'inactive')) assert.ok(text.includes(user.key), user.key);
    for (const user of w.truth().users.filter((u) => u.state === 'active')) assert.ok(!text.includes(user.key), user.key);
});
test('a user is explained down to the meetings', async () => {
    const active = w.truth().users.find((u) => u.state === 'active' && u.email);
    await page.goto(`${w.url}/c/1/users/${active.key}`);
    const panel = page.getByRole('dialog');
    await panel.getByText('Meetings, the latest first').waitFor();
    await panel.getByText(/seatledger explain Acme user/).waitFor();
});
test('prices entered in the page show their effect first, and make the monthly cost the truth', async () => {
    const truth = w.truth();
    const month = truth.now.slice(0, 7);
    for (const price of truth.prices.filter((p) => p.from <= month)) {
        await page.goto(`${w.url}/c/1/subscriptions?open=${price.subscription}`);
        await page.getByLabel('From month').fill(price.from);
        await page.getByLabel('Metering').selectOption(price.metering);
        if (price.metering !== 'free') {
            await page.getByLabel('Amount').fill(price.amount);
            await page.getByLabel('Currency').fill(price.currency);
            await page.getByLabel('Billing').selectOption(price.billing);
            if (price.quantity !== null) await page.getByLabel('Quantity').fill(String(price.quantity));
        }
        await page.locator('.effect tbody tr').first().waitFor();
        await page.getByRole('button', { name: 'Save price' }).click();
        await page.locator('.price-form').waitFor({ state: 'detached' });
    }
    assert.deepEqual((await w.get('/connectors/1/summary')).monthly_cost, truth.summary.monthly_cost);
    await page.goto(`${w.url}/c/1`);
    const value = page.getByRole('article', { name: /Monthly cost/ }).locator('.card-value');
    await value.waitFor();
    const shown = (await value.textContent()).replace(/[^\d]/g, '');
    for (const { amount } of truth.summary.monthly_cost) assert.ok(shown.includes(amount.replace('.', '')), `${amount} in ${shown}`);
});
test('the cost of a subscription is explained with its formula', async () => {
    const { subscription, month } = w.truth().cost.months.at(-1);
    await page.goto(`${w.url}/c/1/explain/cost/${subscription}/${month}`);
    await page.getByRole('dialog').locator('.formula').first().waitFor();
});
for (const [what, proxy, faults, step, says] of [
    ['nobody answers', true, [], /Failed at step \d of 8/, /connect|answer|reach/i],
    ['who signed in is no administrator', false, ['not_admin'], /Failed at step \d of 8/, /administrator/],
    ['a web page answers', false, ['html200'], /Failed at step \d of 8/, /HTML/],
])
    test(`Test Connection fails when ${what}: the step, its cure, and nothing of it is kept on Cancel`, async () => {
        await w.control({ faults });
        await edit('Change settings', 'Acme');
        if (proxy) {
            await page.getByRole('button', { name: 'Proxy, limits, window…' }).click();
            await page.getByRole('textbox', { name: /^Proxy/ }).fill(`http://127.0.0.1:${await freePort()}`);
            await page.getByRole('button', { name: 'Back to the form' }).click();
        }
        await page.getByRole('button', { name: 'Test Connection' }).click();
        await page.getByText(step).waitFor({ timeout: 60_000 });
        assert.match(await page.locator('.steps .failed').textContent(), says);
        await page.getByRole('button', { name: 'Cancel', exact: true }).click();
        await page.getByRole('button', { name: 'Close without saving' }).last().click();
        await page.waitForURL(/\/connectors$/);
        await w.control({ faults: [] });
        assert.equal((await w.get('/connectors')).connectors[0].status, 'ok');
    });
test('the secret and the grant do not follow to another API address: Get Token anew', async () => {
    await edit('Change settings', 'Acme');
    await page.getByRole('button', { name: 'Proxy, limits, window…' }).click();
    await page.getByLabel('API address').fill(`${w.sim}/elsewhere`);
    await page.getByRole('button', { name: 'Back to the form' }).click();
    await page.locator('#test-says').getByText('Needs a token.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Test Connection' }).getAttribute('aria-disabled'), 'true');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Close without saving' }).last().click();
    await page.waitForURL(/\/connectors$/);
});
test('a schedule is changed in the page and its next runs are shown', async () => {
    await edit('Schedule', 'Acme');
    await page.getByRole('radio', { name: 'Weekly' }).click();
    await page.locator('.next-runs li').nth(2).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/\/connectors$/);
    await page.getByRole('row', { name: /Acme.*Weekly/ }).waitFor();
    assert.match((await w.get('/connectors')).connectors[0].schedule.text, /^weekly mon 23:00 /);
});
test('an aggregation is cancelled, and the figures stay', async () => {
    await w.control({ faults: ['slow=300'] });
    await page.goto(`${w.url}/c/1/runs`);
    await page.getByRole('button', { name: 'Aggregate now' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Aggregate now' }).click();
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel run' }).click();
    await page.getByRole('cell', { name: 'Cancelled' }).first().waitFor({ timeout: 30_000 });
    assert.equal((await w.get('/connectors/1/summary')).aggregation.id, 1);
});
test('no error was logged, nothing was refused by the Content-Security-Policy', () => {
    assert.deepEqual(b.errors, []);
});
