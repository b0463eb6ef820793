// Every page in light, dark and phone width, into docs/screenshots/: light and dark beside each other, phone on its own.
//   node dev/screenshots.mjs [OUTDIR [PAGE ...]]
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { launch } from './browser.mjs';
import { start } from './server.mjs';

export const PAGES = {
    overview: { path: '/c/3', full: true },
    users: { path: '/c/3/users?sort=group' },
    user: { path: '/c/3/users?sort=group', after: (page) => page.locator('[data-index="3"]').press('Enter') },
    subscriptions: {
        path: '/c/3/subscriptions?open=7003005',
        after: async (page) => {
            await page.getByLabel('Amount').fill('14.00');
            await page.getByLabel('Currency').fill('EUR');
            await page.getByText('11,040.00').waitFor();
        },
    },
    runs: {
        path: '/c/5/runs',
        after: async (page) => {
            await page.getByRole('button', { name: 'Run 212' }).click();
            await page.getByText('Differences to run 211').waitFor();
        },
    },
    explain: { path: '/c/3/explain/active' },
    'explain-cost': { path: '/c/3/explain/cost/7003002/2026-11' },
    connectors: { path: '/connectors' },
    discover: { path: '/connectors/discover' },
    'connector-new': { path: '/connectors/new?provider=gotomeeting' },
    'connector-token': { path: '/connectors/3' },
    'connector-test': { path: '/connectors/3?do=test', options: { failAt: 7, step: 20 }, after: (page) => page.getByText('Failed at step 8').waitFor() },
    'connector-schedule': { path: '/connectors/3?page=schedule' },
    'connector-settings': { path: '/connectors/3?page=settings' },
    'first-run': { path: '/', options: { empty: true } },
    'sign-in': { path: '/connectors', options: { password: 'x' } },
    alerts: { path: '/settings/alerts', full: true },
    audit: { path: '/settings/audit' },
    people: { path: '/settings/people' },
    keys: { path: '/connectors', after: (page) => page.keyboard.press('?') },
};
export const NOW = new Date('2026-11-25T08:41:00Z');

/** A page of the fixture, still, at the time of its data. */
export async function openPage(chromium, name, look = {}) {
    const { path, options, after } = PAGES[name];
    const fixture = await start({ ...options });
    const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', locale: 'en-IE', timezoneId: 'Europe/Oslo', ...look });
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error.stack ?? error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.clock.setFixedTime(NOW);
    await page.goto(fixture.url + path);
    const settled = () => page.waitForFunction(() => document.querySelector('main') && !document.querySelector('.waiting, [aria-busy=true]'));
    await settled();
    await after?.(page);
    await settled();
    await page.waitForTimeout(150); // what follows from ResizeObserver and requestAnimationFrame
    return { page, errors, close: async () => (await context.close(), await fixture.stop()) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [, , dir = '../docs/screenshots', ...only] = process.argv;
    const out = resolve(dir);
    mkdirSync(out, { recursive: true });
    const chromium = await launch();
    for (const name of only.length ? only : Object.keys(PAGES)) {
        for (const [suffix, look] of [
            ['light', { colorScheme: 'light' }],
            ['dark', { colorScheme: 'dark' }],
            ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
        ]) {
            const { page, close } = await openPage(chromium, name, look);
            await page.screenshot({ path: `${out}/${name}-${suffix}.png`, fullPage: suffix !== 'phone' && !!PAGES[name].full });
            await close();
        }
        console.log(name);
    }
    await chromium.close();
}
