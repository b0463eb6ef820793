// By keyboard alone, on invented data: every key of the list, and where focus goes.
import assert from 'node:assert/strict';
import test, { after, afterEach, before, beforeEach } from 'node:test';
import { launch } from '../../ui/dev/browser.mjs';
import { start } from '../../ui/dev/server.mjs';

let chromium, fixture, page;
before(async () => {
    chromium = await launch();
});
after(() => chromium.close());
beforeEach(async () => {
    fixture = await start();
    page = await (await chromium.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-IE', timezoneId: 'Europe/Oslo' })).newPage();
    page.setDefaultTimeout(15_000);
});
afterEach(async () => {
    await page.context().close();
    await fixture.stop();
});
const open = async (path) => {
    await page.goto(fixture.url + path);
    await page.waitForFunction(() => document.querySelector('main') && !document.querySelector('.waiting'));
};
const rowIsFocused = (row) => page.waitForFunction((index) => document.activeElement.getAttribute('aria-rowindex') === index, row);
const focused = () => page.evaluate(() => document.activeElement.closest('tr')?.getAttribute('aria-rowindex') ?? document.activeElement.textContent);

test('g and a letter go to the pages', async () => {
    await open('/c/3');
    for (const [key, path] of [['u', '/c/3/users'], ['s', '/c/3/subscriptions'], ['r', '/c/3/runs'], ['c', '/connectors'], ['o', '/c/3']]) {
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        await page.waitForURL(fixture.url + path);
    }
});
test('/ searches, Esc empties the search, and keys are letters in it', async () => {
    await open('/c/3/users');
    await page.keyboard.press('/');
    await page.keyboard.type('gx1');
    await page.waitForURL(/q=gx1/);
    await page.getByText('No user matches “gx1”.').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.search.includes('q='));
});
test('1 to 5 choose the state of users', async () => {
    await open('/c/3/users');
    for (const [key, state] of [['2', 'active'], ['3', 'inactive'], ['4', 'none'], ['5', 'unknown']]) {
        await page.keyboard.press(key);
        await page.waitForURL(new RegExp(`state=${state}`));
    }
    await page.getByText('Rows 1–12 of 12').waitFor();
    await page.keyboard.press('1');
    await page.waitForURL((url) => !url.search.includes('state='));
});
test('j, k and the arrows move among users; Enter opens one, Esc closes it and its row has the focus', async () => {
    await open('/c/3/users');
    await page.locator('[data-index="0"]').waitFor();
    await page.keyboard.press('j');
    await rowIsFocused('2');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    await rowIsFocused('4');
    await page.keyboard.press('k');
    await rowIsFocused('3');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.waitForURL(/users\/\d+/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await rowIsFocused('3');
});
test('End goes to the last of 571 users, which is fetched then', async () => {
    await open('/c/3/users');
    await page.locator('[data-index="0"]').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('End');
    await page.locator('tr[data-index="570"] a').waitFor();
    await page.waitForFunction(() => document.activeElement.dataset.index === '570');
    await page.getByText(/of 571/).waitFor();
});
test('? lists the keys; single keys can be switched off, and ? in the page foot still shows them', async () => {
    await open('/connectors');
    await page.keyboard.press('?');
    await page.getByRole('switch', { name: 'Single-key shortcuts' }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.keyboard.press('?');
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.ok(page.url().endsWith('/connectors'));
    await page.getByRole('button', { name: /for keys/ }).click();
    await page.getByRole('dialog').waitFor();
});
test('w switches the connector by name', async () => {
    await open('/c/3/users');
    await page.keyboard.press('w');
    await page.keyboard.type('bright');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/c\/4\/users/);
});
test('e explains, t turns the theme, [ and ] change the month, a asks before it aggregates', async () => {
    await open('/c/3');
    await page.keyboard.press('e');
    await page.getByRole('dialog', { name: /how 396 is counted/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(fixture.url + '/c/3');
    const before = await page.evaluate(() => document.documentElement.dataset.theme);
    await page.keyboard.press('t');
    assert.notEqual(await page.evaluate(() => document.documentElement.dataset.theme), before);
    await page.keyboard.press('a');
    await page.getByRole('alertdialog').waitFor();
    assert.equal(await focused(), 'Cancel');
    await page.keyboard.press('Escape');
    await open('/c/3/subscriptions');
    await page.keyboard.press('[');
    await page.waitForURL(/month=2026-10/);
    await page.keyboard.press(']');
    await page.waitForURL((url) => !url.search.includes('month='));
});
test('the months of a chart are read with the arrows', async () => {
    await open('/c/3');
    await page.locator('.plot').first().focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('Seats by month. October 2026: 585 purchased, 569 assigned, 414 active.').first().waitFor();
    assert.equal(await page.locator('.months').first().locator('th.at').textContent(), 'Oct');
});
test('the first Tab offers to skip to the content', async () => {
    await open('/connectors');
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
});
test('the menu of a row opens, moves and closes by keyboard, and gives the focus back', async () => {
    await open('/connectors');
    const button = page.getByRole('button', { name: 'Actions of Halden Group' });
    await button.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menuitem', { name: 'Change settings' }).waitFor();
    await page.keyboard.press('End');
    assert.equal(await focused().then(() => page.evaluate(() => document.activeElement.textContent)), 'Remove');
    await page.keyboard.press('Escape');
    assert.ok(await button.evaluate((el) => el === document.activeElement));
});
test('Ctrl+Enter saves the connector, after it has said what is missing and warned that it was not tested', async () => {
    await open('/connectors/new?provider=gotomeeting');
    await page.getByLabel('Name', { exact: true }).fill('Costa Norte');
    await page.getByLabel('Client ID').fill('abc');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Enter the Client Secret of the OAuth client').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Save anyway' }).count(), 0);
    await page.waitForFunction(() => document.activeElement.id === 'f-client_secret');
    await page.keyboard.type('secret');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Test Connection has not passed with these settings.').waitFor();
    await page.getByRole('button', { name: 'Save anyway' }).press('Enter');
    await page.waitForURL(/\/connectors$/);
    await page.getByText('Costa Norte is saved.').waitFor();
});
