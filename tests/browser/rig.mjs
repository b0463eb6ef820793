// The real program against the simulator, and a browser in front. SEATLEDGER_BUILD is the build folder.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../../ui/dev/browser.mjs';

const top = fileURLToPath(new URL('../../', import.meta.url));
const build = process.env.SEATLEDGER_BUILD ?? join(top, 'build');
export const axeSource = readFileSync(join(top, 'ui/node_modules/axe-core/axe.min.js'), 'utf8');

export const freePort = () =>
    new Promise((resolve) => {
        const server = createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });

/** Starts a program and waits for the line that says it is ready. */
function run(program, args, env, ready) {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    return new Promise((resolve, reject) => {
        const ended = new Promise((done) => child.on('exit', done));
        const hear = (part) => {
            said += part;
            const found = ready.exec(said);
            if (found) resolve({ url: found[1], said: () => said, stop: () => (child.kill('SIGTERM'), ended) });
        };
        child.stdout.on('data', hear);
        child.stderr.on('data', hear);
        child.on('exit', (code) => reject(new Error(`${program} ended with ${code}: ${said}`)));
    });
}

/** A fresh home, the simulator and `serve`. now: where both clocks start; passwords: {role: password}, set before. */
export async function world({ users = 120, sim = [], now, passwords = {} } = {}) {
    const home = mkdtempSync(join(tmpdir(), 'seatledger-browser-'));
    const redirect = `http://localhost:${await freePort()}`;
    const program = join(build, 'src/seatledger');
    for (const [role, password] of Object.entries(passwords)) {
        const { status, stderr } = spawnSync(program, ['password', 'set', '--role', role, '--password-file', '-'], { input: password + '\n', env: { ...process.env, SEATLEDGER_HOME: home } });
        assert.equal(status, 0, String(stderr));
    }
    const clock = now ? ['--now', now] : [];
    const goto = await run(join(build, 'sim/gotosim'), ['--users', String(users), '--client-id', 'story', '--client-secret', 'story-secret', '--redirect-uri', redirect, ...clock, ...sim], {}, /ready (http\S+)/);
    const serve = (at) => run(program, ['serve', '--listen', '127.0.0.1:0'], { SEATLEDGER_HOME: home, ...(at && { SEATLEDGER_NOW: at }) }, /ready (http\S+)/);
    let server = await serve(now);
    let truth;
    const w = {
        redirect,
        sim: goto.url,
        url: server.url,
        /** What the figures of connector id must be: the simulator's truth at the T of its aggregation. */
        readTruth: async (id) => {
            const { aggregation } = await w.get(`/connectors/${id}/summary`);
            truth = await (await fetch(`${goto.url}/sim/truth?at=${aggregation.started_at}`)).json();
        },
        truth: () => truth,
        get: async (path) => (await fetch(`${w.url}/api/v1${path}`)).json(),
        /** What the simulator is to do from now on: its README, /sim/control. */
        control: async (order) => {
            const answer = await fetch(`${goto.url}/sim/control`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(order) });
            assert.equal(answer.status, 200, await answer.text());
        },
        /** Ends `serve` and starts it where its clock shows another time: at another address, w.url. */
        turnClock: async (at) => {
            await server.stop();
            server = await serve(at);
            w.url = server.url;
        },
        stop: async () => {
            await server.stop();
            await goto.stop();
            rmSync(home, { recursive: true });
        },
    };
    return w;
}

/** A browser that keeps the errors of our pages (at url): exceptions, content that the CSP refused. */
export async function browser(url, options = {}) {
    const chromium = await launch();
    const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Oslo', ...options });
    context.setDefaultTimeout(15_000);
    const errors = [];
    context.on('page', (page) => {
        page.on('pageerror', (error) => page.url().startsWith(url) && errors.push(String(error.stack ?? error)));
        page.on('console', (message) => {
            if (message.type() === 'error' && page.url().startsWith(url) && !/Failed to load resource/.test(message.text())) errors.push(message.text());
        });
    });
    return { context, errors, stop: () => chromium.close() };
}

/** Fills the dialog of a new connector, all but the buttons. */
export async function fillConnector(page, w, name, { id = 'story', secret = 'story-secret' } = {}) {
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Client ID').fill(id);
    await page.getByLabel('Client Secret').fill(secret);
    await page.getByLabel('Redirect Uri').fill(w.redirect);
    await page.getByRole('button', { name: 'Proxy, limits, window…' }).click();
    await page.getByLabel('API address').fill(w.sim);
    await page.getByLabel('Sign-in address').fill(w.sim + '/oauth/authorize');
    await page.getByLabel('Token address').fill(w.sim + '/oauth/token');
    await page.getByLabel('Revocation address').fill(w.sim + '/oauth/revoke');
    await page.getByRole('button', { name: 'Back to the form' }).click();
}

/** Presses Get Token and answers the simulator's consent page in the window that opens. */
export async function consent(page, answer = 'Allow') {
    const opens = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Get Token', exact: true }).click();
    const window = await opens;
    await signInWindow(window, answer);
    return window;
}

/** The simulator's pages: sign in (unless already), then Allow or Deny. */
export async function signInWindow(window, answer) {
    await window.waitForURL(/oauth|localhost/);
    const signIn = window.getByRole('button', { name: 'Sign in' });
    const decide = window.getByRole('button', { name: answer ?? 'Allow' });
    await signIn.or(decide).or(window.getByText(/close this|Success/i)).first().waitFor();
    if (await signIn.isVisible()) await signIn.click();
    if (answer) {
        await decide.click();
        await window.waitForLoadState();
    }
}

/** By keyboard: Tab until it has the focus. */
export async function tabTo(page, target) {
    await target.waitFor();
    for (let i = 0; i < 150; i++) {
        if (await target.evaluate((el) => el === document.activeElement)) return;
        await page.keyboard.press('Tab');
    }
    assert.fail(`Tab never came to ${target}`);
}
/** By keyboard: to it, and press a key there. */
export async function pressOn(page, target, key = 'Enter') {
    await tabTo(page, target);
    await page.keyboard.press(key);
}
/** By keyboard: to the field, and its text replaced. */
export async function typeInto(page, target, text) {
    await tabTo(page, target);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
}
