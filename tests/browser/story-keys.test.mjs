// The whole story by keyboard alone: from nothing to figures and their cost, on the real program and the simulator.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { browser, pressOn, tabTo, typeInto, world } from './rig.mjs';

let w, b, page;
before(async () => {
    w = await world({ users: 60, sim: ['--limit', 'off'] });
    b = await browser(w.url);
    page = await b.context.newPage();
    // the mouse is dead: what is clicked by a pointer would be seen here
    await b.context.addInitScript(() => addEventListener('pointerdown', () => console.error('a pointer was used'), true));
});
after(async () => {
    await b.stop();
    await w.stop();
});
const button = (name) => page.getByRole('button', { name, exact: true });

test('n leads to the dialog, whose fields are filled in', async () => {
    await page.goto(`${w.url}/connectors`);
    await page.getByRole('heading', { name: 'Connectors' }).first().waitFor();
    await page.keyboard.press('n');
    await page.waitForURL(/discover/);
    await pressOn(page, page.locator('.provider').getByRole('link', { name: 'Add connector' }));
    await page.waitForFunction(() => document.activeElement.id === 'f-client_id');
    await page.keyboard.type('story');
    await page.keyboard.press('Tab');
    await page.keyboard.type('story-secret');
    await typeInto(page, page.getByLabel('Redirect Uri'), w.redirect);
    await typeInto(page, page.getByLabel('Name', { exact: true }), 'Acme');
    await pressOn(page, button('Proxy, limits, window…'));
    for (const [label, path] of [['API address', ''], ['Sign-in address', '/oauth/authorize'], ['Token address', '/oauth/token'], ['Revocation address', '/oauth/revoke']])
        await typeInto(page, page.getByLabel(label), w.sim + path);
    await pressOn(page, button('Back to the form'));
});
test('Get Token, the simulator\'s sign-in and Allow', async () => {
    const opens = b.context.waitForEvent('page');
    await pressOn(page, button('Get Token'));
    const window = await opens;
    const signIn = window.getByRole('button', { name: 'Sign in' });
    const allow = window.getByRole('button', { name: 'Allow' });
    await signIn.or(allow).first().waitFor();
    if (await signIn.isVisible()) await pressOn(window, signIn);
    await pressOn(window, allow);
    await page.getByText('Success!').waitFor();
});
test('Test Connection passes, Active is on, Ctrl+Enter saves', async () => {
    await pressOn(page, button('Test Connection'));
    await page.getByText('Passed: all 8 steps').waitFor({ timeout: 60_000 });
    const active = page.getByRole('switch', { name: 'Active' });
    await tabTo(page, active);
    if ((await active.getAttribute('aria-checked')) !== 'true') await page.keyboard.press('Space');
    assert.equal(await active.getAttribute('aria-checked'), 'true');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/\/connectors$/);
});
test('a aggregates, after it has asked; the run ends complete', async () => {
    await pressOn(page, page.getByRole('link', { name: 'Acme' }));
    await page.getByRole('heading', { name: 'Nothing aggregated yet' }).waitFor();
    await page.keyboard.press('a');
    await pressOn(page, page.getByRole('alertdialog').getByRole('button', { name: 'Aggregate now' }));
    await page.waitForURL(/\/runs$/);
    await page.getByRole('cell', { name: /^Complete$/ }).first().waitFor({ timeout: 60_000 });
});
test('a run is cancelled', async () => {
    await page.getByRole('button', { name: 'Aggregate now', disabled: false }).first().waitFor(); // the run before has left
    await w.control({ faults: ['slow=300'] });
    const sure = page.getByRole('alertdialog').getByRole('button', { name: 'Aggregate now' });
    for (let i = 0; i < 30 && !(await sure.isVisible()); i++) {
        await page.keyboard.press('a'); // until the run before has left
        await sure.waitFor({ timeout: 500 }).catch(() => {});
    }
    await pressOn(page, sure);
    await pressOn(page, button('Cancel run'));
    await pressOn(page, page.getByRole('alertdialog').getByRole('button', { name: 'Cancel run' }));
    await page.getByRole('cell', { name: 'Cancelled' }).first().waitFor({ timeout: 30_000 });
    await w.control({ faults: [] });
});
test('g o, g u: the figures are the truth; 3 shows the inactive users, and x downloads them', async () => {
    await w.readTruth(1);
    const { summary, users } = w.truth();
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.waitForURL(/\/c\/1$/);
    const value = page.getByRole('article', { name: 'Active users' }).locator('.card-value');
    await value.waitFor();
    assert.equal((await value.textContent()).trim(), `${summary.active_users} of ${summary.users}`);
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.waitForURL(/users/);
    await page.getByText(new RegExp(`of ${summary.users}$`)).first().waitFor();
    await page.keyboard.press('3');
    await page.waitForURL(/state=inactive/);
    await page.getByText(new RegExp(`of ${summary.inactive_users}$`)).first().waitFor();
    const downloads = page.waitForEvent('download');
    await page.keyboard.press('x');
    const text = readFileSync(await (await downloads).path(), 'utf8');
    for (const user of users) assert.equal(text.includes(user.key), user.state === 'inactive', user.key);
});
test('a price is entered, its effect is shown before, and the cost changes', async () => {
    const price = w.truth().prices.find((p) => p.metering === 'per-seat' && p.from <= w.truth().now.slice(0, 7));
    const cost = (await w.get('/connectors/1/summary')).monthly_cost;
    await page.goto(`${w.url}/c/1/subscriptions?open=${price.subscription}`);
    await typeInto(page, page.getByLabel('From month'), price.from);
    await typeInto(page, page.getByLabel('Amount'), price.amount);
    await typeInto(page, page.getByLabel('Currency'), price.currency);
    await page.locator('.effect tbody tr').first().waitFor();
    assert.deepEqual((await w.get('/connectors/1/summary')).monthly_cost, cost, 'nothing is stored yet');
    await page.keyboard.press('Enter');
    await page.locator('.price-form').waitFor({ state: 'detached' });
    assert.notDeepEqual((await w.get('/connectors/1/summary')).monthly_cost, cost);
});
test('the schedule is changed', async () => {
    await page.goto(`${w.url}/connectors`);
    await pressOn(page, button('Actions of Acme'));
    const item = page.getByRole('menuitem', { name: 'Schedule' });
    await item.waitFor();
    while (!(await item.evaluate((el) => el === document.activeElement))) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const daily = page.getByRole('radio', { name: 'Daily' });
    await tabTo(page, daily);
    await page.keyboard.press('ArrowRight');
    await page.locator('.next-runs li').nth(2).waitFor();
    await pressOn(page, button('Save'));
    await page.getByRole('row', { name: /Acme.*Weekly/ }).waitFor();
});
test('another connector, saved untested after its warning, and removed', async () => {
    await page.goto(`${w.url}/connectors`);
    await page.getByRole('link', { name: 'Acme' }).waitFor();
    await page.keyboard.press('n');
    await page.waitForURL(/discover/);
    const link = page.locator('.provider').getByRole('link', { name: 'Add connector' });
    await link.waitFor();
    while (!(await link.evaluate((el) => el === document.activeElement))) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByLabel('Client ID').waitFor();
    await page.waitForFunction(() => document.activeElement.id === 'f-client_id');
    await page.keyboard.type('other');
    await page.keyboard.press('Tab');
    await page.keyboard.type('secret');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('Beta');
    await page.keyboard.press('Control+Enter');
    const anyway = page.getByRole('button', { name: 'Save anyway' });
    await anyway.waitFor();
    while (!(await anyway.evaluate((el) => el === document.activeElement))) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/connectors$/);
    await page.getByRole('link', { name: 'Beta' }).waitFor();
    await page.getByRole('button', { name: 'Actions of Beta' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'menuitem');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Beta' }).waitFor({ state: 'detached' });
});
test('no error was logged, nothing was refused by the Content-Security-Policy, no pointer was used', () => {
    assert.deepEqual(b.errors, []);
});
