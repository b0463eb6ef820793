// Bundles src/ into index.html, app.js and app.css. Names carry no hash: tools/embed adds them.
// Fails when the three together weigh 100 kB or more, compressed.
//   node build.mjs [OUTDIR (dist) [DEPFILE NAME-IN-DEPFILE]]
import { build } from 'esbuild';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT = 100_000;
const here = fileURLToPath(new URL('.', import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));
const depfile = process.argv[3];
mkdirSync(out, { recursive: true });
const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: { app: 'src/main.tsx' },
    outdir: out,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'esm',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
});
writeFileSync(join(out, 'index.html'), readFileSync(join(here, 'src/index.html')));
if (depfile) {
    const inputs = ['build.mjs', 'package-lock.json', 'src/index.html', ...Object.keys(metafile.inputs)];
    const word = (path) => path.replace(/ /g, '\\ ');
    writeFileSync(depfile, `${process.argv[4]}: ${inputs.map((path) => word(resolve(here, path))).join(' ')}\n`);
}

let total = 0;
const lines = ['index.html', 'app.js', 'app.css'].map((name) => {
    const bytes = gzipSync(readFileSync(join(out, name)), { level: 9 }).length;
    total += bytes;
    return `${name.padEnd(12)}${String(bytes).padStart(8)} bytes compressed`;
});
if (!depfile || total >= LIMIT) console.log([...lines, `${'all'.padEnd(12)}${String(total).padStart(8)} of ${LIMIT}`].join('\n'));
if (total >= LIMIT) {
    console.error('build: the page is too heavy; find what grew and make it smaller');
    process.exit(1);
}
