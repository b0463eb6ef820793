// Bundles src/ into dist/{index.html,app.js,app.css}. Names carry no hash: the server's build adds them.
// Fails when the three together weigh 100 kB or more, compressed.
import { build } from 'esbuild';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 100_000;
const out = new URL('dist/', import.meta.url).pathname;
rmSync(out, { recursive: true, force: true });
await build({
    absWorkingDir: new URL('.', import.meta.url).pathname,
    entryPoints: { app: 'src/main.tsx' },
    outdir: 'dist',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
});
writeFileSync(out + 'index.html', readFileSync(new URL('src/index.html', import.meta.url)));

let total = 0;
for (const name of ['index.html', 'app.js', 'app.css']) {
    const bytes = gzipSync(readFileSync(out + name), { level: 9 }).length;
    total += bytes;
    console.log(`${name.padEnd(12)}${String(bytes).padStart(8)} bytes compressed`);
}
console.log(`${'all'.padEnd(12)}${String(total).padStart(8)} of ${LIMIT}`);
if (total >= LIMIT) {
    console.error('build: the page is too heavy; find what grew and make it smaller');
    process.exit(1);
}
