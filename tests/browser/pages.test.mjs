// Every page: axe finds nothing in either theme or at phone width, nothing scrolls sideways at 390 px, no error is logged.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch } from '../../ui/dev/browser.mjs';
import { openPage, PAGES } from '../../ui/dev/screenshots.mjs';
import { axeSource } from './rig.mjs';

let chromium;
before(async () => {
    chromium = await launch();
});
after(() => chromium.close());

async function findsNothing(page) {
    const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
    assert.deepEqual(
        violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join('; ')}`),
        [],
    );
}
async function fits(page) {
    const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= window, `the page is ${wide} px wide in a window of ${window}`);
}
for (const name of Object.keys(PAGES)) {
    test(`${name}: axe finds nothing, light and dark`, async () => {
        const { page, errors, close } = await openPage(chromium, name, { colorScheme: 'light' });
        try {
            await page.evaluate(axeSource);
            await findsNothing(page);
            await page.emulateMedia({ colorScheme: 'dark' });
            await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
            await findsNothing(page);
            await fits(page);
            assert.deepEqual(errors, []);
        } finally {
            await close();
        }
    });
    test(`${name} on a phone: axe finds nothing, and nothing scrolls sideways`, async () => {
        const { page, errors, close } = await openPage(chromium, name, { viewport: { width: 390, height: 844 } });
        try {
            await page.evaluate(axeSource);
            await findsNothing(page);
            await fits(page);
            assert.deepEqual(errors, []);
        } finally {
            await close();
        }
    });
}
