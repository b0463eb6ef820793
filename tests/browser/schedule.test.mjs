// A schedule saved in the page fires when the server's clock comes to it, and the page tells.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { browser, consent, fillConnector, world } from './rig.mjs';

const NOON = '2026-07-31T12:00:00Z';
let w, b, page;
before(async () => {
    w = await world({ users: 40, sim: ['--limit', 'off'], now: NOON });
    b = await browser(w.url);
    page = await b.context.newPage();
});
after(async () => {
    await b.stop();
    await w.stop();
});

test('daily at 23:00 in the zone of the browser: the run of tonight begins by itself and is shown as scheduled', async () => {
    await page.goto(`${w.url}/connectors/new?provider=gotomeeting`);
    await fillConnector(page, w, 'Acme');
    await consent(page);
    await page.getByText('Success!').waitFor();
    await page.getByRole('button', { name: 'Test Connection' }).click();
    await page.getByText('Passed: all 8 steps').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/\/connectors$/);
    const { text, next } = await w.get('/connectors/1/schedule');
    assert.equal(text, 'daily 23:00 Europe/Oslo');
    assert.equal(next[0].utc.slice(0, 16), '2026-07-31T21:00', 'Oslo is two hours ahead in July');
    assert.deepEqual((await w.get('/connectors/1/runs')).aggregations ?? [], []);

    const due = Date.parse(next[0].utc);
    const before = new Date(due - 10_000);
    await w.control({ clock_ms: before - Date.parse(NOON) });
    await w.turnClock(before.toISOString().replace('.000', ''));
    await page.goto(`${w.url}/c/1/runs`); // and it stays open: nobody loads it again
    await page.getByText('Nothing aggregated yet').first().waitFor();
    await page.getByRole('row').filter({ hasText: 'Schedule' }).filter({ hasText: 'Complete' }).waitFor({ timeout: 60_000 });
    const [run, ...others] = (await w.get('/connectors/1/runs')).aggregations;
    assert.deepEqual([run.trigger, run.status, others.length], ['schedule', 'complete', 0]);
    assert.ok(Date.parse(run.started_at) >= due - 1000, `${run.started_at} is before ${next[0].utc}`);
});
