// A stand-in for `seatledger serve`: answers the API with invented data, and can be made to fail. For work on the
// page, for its pictures and for tests of states that a real server rarely shows.
//   node dev/server.mjs [--port N] [--viewer] [--password P] [--empty] [--pad N] [--fail /path[=STATUS]] ...
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { answer } from './api.mjs';

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = { js: 'text/javascript', css: 'text/css', html: 'text/html; charset=utf-8' };
const dist = new URL('../dist/', import.meta.url);

export function start(options = {}) {
    const state = { fail: {}, role: 'administrator', signedIn: !options.password, ...options };
    const server = createServer(async (request, response) => {
        const url = new URL(request.url, 'http://localhost');
        const send = (status, type, body, headers = {}) => {
            response.writeHead(status, { 'Content-Type': type, 'Content-Security-Policy': CSP, 'Cache-Control': 'no-store', ...headers });
            response.end(body);
        };
        if (url.pathname.startsWith('/api/v1/')) {
            let text = '';
            for await (const part of request) text += part;
            const body = text ? JSON.parse(text) : undefined;
            const path = url.pathname.slice(7);
            const failing = Object.keys(state.fail).find((p) => path === p || (p.endsWith('*') && path.startsWith(p.slice(0, -1))));
            if (failing) {
                if (state.fail[failing] === 'drop') return response.destroy();
                return send(state.fail[failing], 'application/json', JSON.stringify({ error: { kind: 'local', message: 'the store could not be read', next: 'Run seatledger doctor.' } }));
            }
            const out = await answer(state, request.method, path, url.searchParams, body, request.headers);
            if (out.csv !== undefined) return send(200, 'text/csv; charset=utf-8', out.csv, { 'Content-Disposition': 'attachment; filename="users.csv"' });
            return send(out.status, 'application/json', out.status === 204 ? '' : JSON.stringify(out.body));
        }
        if (url.pathname === '/fixture/consent') return send(200, TYPES.html, `<!doctype html><title>Consent</title><h1>Allow?</h1><p><a href="/fixture/do?id=${url.searchParams.get('id')}&how=allow">Allow</a> <a href="/fixture/do?id=${url.searchParams.get('id')}&how=deny">Deny</a></p>`);
        if (url.pathname === '/fixture/do') {
            await answer(state, 'FIXTURE', `/connectors/${url.searchParams.get('id')}/${url.searchParams.get('how')}`, url.searchParams, undefined, {});
            return send(200, TYPES.html, '<!doctype html><title>Done</title><p>You may close this window.</p>');
        }
        const name = /^\/assets\/app\.(js|css)$/.exec(url.pathname) ? url.pathname.slice(8) : 'index.html';
        try {
            send(200, TYPES[name.split('.').pop()], await readFile(new URL(name, dist)));
        } catch {
            send(500, 'text/plain', 'dist/ is not there: npm run build');
        }
    });
    return new Promise((resolve) => server.listen(options.port ?? 0, '127.0.0.1', () => resolve({ server, state, url: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))) })));
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
    const options = { port: 8485, fail: {} };
    const args = process.argv.slice(2);
    while (args.length) {
        const word = args.shift();
        if (word === '--viewer') options.role = 'viewer';
        else if (word === '--empty') options.empty = true;
        else if (word === '--fail') {
            const [path, status = '500'] = args.shift().split('=');
            options.fail[path] = Number(status) || status;
        } else options[word.slice(2)] = word === '--password' ? args.shift() : Number(args.shift());
    }
    console.log(`fixture: ${(await start(options)).url}`);
}
