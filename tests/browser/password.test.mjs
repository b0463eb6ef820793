// A server with passwords: who may see, who may change.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { browser, world } from './rig.mjs';

const ADMINISTRATOR = 'correct horse battery staple';
const VIEWER = 'two wrongs make no right';
let w, b, page;
before(async () => {
    w = await world({ users: 40, passwords: { administrator: ADMINISTRATOR, viewer: VIEWER } });
    b = await browser(w.url);
    page = await b.context.newPage();
});
after(async () => {
    await b.stop();
    await w.stop();
});
const signIn = async (password) => {
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
};
/** A change as the page would send it. */
const change = () =>
    page.evaluate(async () => {
        const { csrf } = await (await fetch('/api/v1/session')).json();
        const answer = await fetch('/api/v1/connectors', { method: 'POST', headers: { 'Content-Type': 'application/json', ...(csrf && { 'X-CSRF': csrf }) }, body: JSON.stringify({ provider: 'gotomeeting' }) });
        return answer.status;
    });

test('nothing is shown before the sign-in, whatever page is asked for', async () => {
    await page.goto(`${w.url}/connectors`);
    await page.getByRole('heading', { name: 'Sign in to seatledger' }).waitFor();
    assert.equal(await page.getByRole('navigation').count(), 0);
    assert.ok([401, 403].includes(await change()));
});
test('a wrong password is refused with a sentence, and the field is emptied for the next try', async () => {
    await signIn('not the password');
    await page.getByRole('alert').getByText('The password is wrong.').waitFor();
    assert.equal(await page.getByLabel('Password').inputValue(), '');
});
test('the right one shows the page that was asked for; an administrator may change', async () => {
    await signIn(ADMINISTRATOR);
    await page.getByRole('link', { name: 'Add connector' }).first().waitFor();
    assert.ok(page.url().endsWith('/connectors'));
    assert.ok([200, 201].includes(await change()));
});
test('the session outlives a reload, and Sign out ends it', async () => {
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    await page.reload();
    await page.getByLabel('Password').waitFor();
});
test('a viewer sees the page without what changes, and the server refuses the change too', async () => {
    await signIn(VIEWER);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.getByRole('heading', { name: 'Connectors' }).first().waitFor();
    assert.equal(await page.getByRole('link', { name: 'Add connector' }).count(), 0);
    assert.equal(await change(), 403);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
});
test('no error was logged, nothing was refused by the Content-Security-Policy', () => {
    assert.deepEqual(b.errors, []);
});
