// What the page shows when things are not as one would like: failures, nothing there, no right to change.
import assert from 'node:assert/strict';
import test, { after, afterEach, before } from 'node:test';
import { launch } from '../../ui/dev/browser.mjs';
import { start } from '../../ui/dev/server.mjs';

let chromium, fixture, context;
before(async () => {
    chromium = await launch();
});
after(() => chromium.close());
afterEach(async () => {
    await context.close();
    await fixture.stop();
});
async function open(path, options = {}, look = {}) {
    fixture = await start(options);
    context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-IE', timezoneId: 'Europe/Oslo', ...look });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(fixture.url + path);
    return page;
}

test('a block that failed says why and what to do, and is tried again; the rest of the page lives', async () => {
    const page = await open('/c/3', { fail: { '/connectors/3/overview': 500 } });
    await page.getByRole('alert').getByText('The store could not be read.').waitFor();
    await page.getByText('Run seatledger doctor.').waitFor();
    await page.getByRole('link', { name: 'Users' }).first().waitFor();
    fixture.state.fail = {};
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('€10,690.00').first().waitFor();
});
test('a server that is gone is said, what is shown stays, and it is found again by itself', async () => {
    const page = await open('/connectors');
    await page.getByRole('link', { name: 'Halden Group' }).waitFor();
    fixture.state.fail = { '*': 'drop' };
    await page.getByText('Not connected to seatledger.').waitFor();
    await page.getByRole('link', { name: 'Halden Group' }).waitFor();
    fixture.state.fail = {};
    await page.getByText('Not connected to seatledger.').waitFor({ state: 'detached', timeout: 15000 });
});
test('no connector: what to do first', async () => {
    const page = await open('/', { empty: true });
    await page.getByRole('heading', { name: 'No connector yet' }).waitFor();
    await page.getByRole('link', { name: 'Add connector' }).click();
    await page.waitForURL(/connectors/);
});
test('nothing aggregated yet: the next step is a button', async () => {
    const page = await open('/c/9');
    await page.getByRole('heading', { name: 'Nothing aggregated yet' }).waitFor();
    await page.getByRole('link', { name: 'Get Token' }).waitFor();
});
test('nothing matches: the filter is named and cleared', async () => {
    const page = await open('/c/3/users?state=unknown&group=g2&q=zzz');
    await page.getByText('No unknown user in Gulf matches “zzz”.').waitFor();
    await page.getByRole('button', { name: 'Clear filters to see all 571' }).click();
    await page.getByText('of 571').first().waitFor();
});
test('a viewer sees no control that changes; Aggregate now says why not', async () => {
    const page = await open('/connectors', { role: 'viewer' });
    await page.getByRole('link', { name: 'Halden Group' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Add connector' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: /Actions of/ }).count(), 0);
    await page.goto(fixture.url + '/c/3');
    const button = page.getByRole('button', { name: 'Aggregate now' });
    await button.waitFor();
    assert.equal(await button.getAttribute('aria-disabled'), 'true');
    assert.equal(await button.getAttribute('title'), 'Only an administrator may do this.');
});
test('with a password: sign in, and the page that was asked for', async () => {
    const page = await open('/c/3/users', { password: 'right' });
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The password is wrong.').waitFor();
    await page.getByLabel('Password').fill('right');
    await page.keyboard.press('Enter');
    await page.getByText('of 571').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
});
test('closing a dialog with changes asks once, and the draft is deleted', async () => {
    const page = await open('/connectors/new?provider=gotomeeting');
    await page.getByLabel('Client ID').fill('abc');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Go on editing' }).click();
    assert.equal(await page.getByLabel('Client ID').inputValue(), 'abc');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Close without saving' }).last().click();
    await page.waitForURL(/\/connectors$/);
    await page.waitForFunction(() => !document.querySelector('dialog'));
    assert.equal(fixture.state.drafts.size, 0);
});
test('a wrong setting is said at its field, which has the focus', async () => {
    const page = await open('/connectors/3?page=settings');
    const field = page.getByLabel('Activity window, days');
    await field.fill('-1');
    await page.getByText('window_days must be a whole number from 1 to 365').waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
});
test('a failed test names its step, its cure, and the focus is on the first thing that mends it', async () => {
    const page = await open('/connectors/3', { failAt: 7, step: 20 });
    await page.getByRole('button', { name: 'Test Connection' }).click();
    await page.getByText('Failed at step 8 of 8: History').waitFor();
    await page.getByText('The grant lacks the scope collab:').waitFor();
    await page.waitForFunction(() => document.activeElement.textContent === 'Get Token again');
});
test('a browser on another machine than the server: the page explains, and takes the pasted address', async () => {
    const page = await open('/connectors/3', { remote: true });
    await page.getByRole('button', { name: 'Get Token', exact: true }).click();
    await page.getByText('seatledger may not be able to catch the answer').waitFor();
    await page.getByLabel('Redirected URL').fill('http://localhost:8080/?code=abc&state=1');
    await page.getByRole('button', { name: 'Use URL' }).click();
    await page.getByText('Success!').waitFor();
    await page.getByText('Ana Lucía Ferrer').first().waitFor();
});
test('removing asks with the focus on Cancel, says what goes, and wants the name where figures are lost', async () => {
    const page = await open('/connectors');
    await page.getByRole('button', { name: 'Actions of Aster Retail' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    const ask = page.getByRole('alertdialog', { name: 'Remove connector Aster Retail?' });
    await ask.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Cancel');
    const button = ask.getByRole('button', { name: 'Remove connector' });
    assert.equal(await button.getAttribute('aria-disabled'), 'true');
    await ask.getByLabel('Type Aster Retail to go on').fill('Aster Retail');
    await button.click();
    await page.getByText('Aster Retail is removed.').waitFor();
});
test('100,000 users: the page draws some dozen rows, wherever it is scrolled to', async () => {
    const page = await open('/c/3/users', { pad: 100000 - 571 });
    await page.getByText('Rows 1–').waitFor();
    for (const part of [0.3, 0.9, 1]) {
        await page.evaluate((at) => scrollTo(0, document.documentElement.scrollHeight * at), part);
        await page.waitForFunction(() => [...document.querySelectorAll('tbody tr[data-index] a')].some((a) => { const r = a.getBoundingClientRect(); return r.top > 100 && r.bottom < innerHeight; }));
        const rows = await page.locator('tbody tr[data-index]').count();
        assert.ok(rows < 90, `${rows} rows`);
    }
    await page.getByText('of 100,000').first().waitFor();
    await page.locator('tr[data-index="99999"]').waitFor();
});
test('the right-hand figures and words are those of the reader: German', async () => {
    const page = await open('/c/3', {}, { locale: 'de-DE' });
    await page.getByText('10.690,00 €').first().waitFor();
});
