// The tokens' contrasts, recomputed from the style sheet (WCAG 2.x; design: text 4.5, graphics and edges 3).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const css = readFileSync(new URL('../../ui/src/css/tokens.css', import.meta.url), 'utf8');
const block = (selector) => {
    const from = css.indexOf(selector + ' {');
    return Object.fromEntries([...css.slice(from, css.indexOf('}', from)).matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
};
const luminance = (hex) => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
};
const GROUNDS = ['bg', 'side', 'raised'];
const TEXT = ['text', 'text-2', 'text-3', 'accent', 'ok', 'warn', 'bad'];
const GRAPHICS = ['field', 'c-purchased', 'c-cost', 'c-assigned', 'c-active', 'c-reclaim', 'c-unknown'];

for (const [theme, selector] of [['light', ':root'], ['dark', ":root[data-theme='dark']"]]) {
    const of = block(selector);
    const least = (front, back, wanted) => {
        const got = contrast(of[front], of[back]);
        assert.ok(got >= wanted, `${theme}: ${front} on ${back} is ${got.toFixed(2)}, wanted ${wanted}`);
    };
    test(`${theme}: text stands out by 4.5 on every ground`, () => {
        for (const ground of GROUNDS) for (const token of TEXT) least(token, ground, 4.5);
    });
    test(`${theme}: graphics and edges stand out by 3 on every ground`, () => {
        for (const ground of GROUNDS) for (const token of GRAPHICS) least(token, ground, 3);
    });
    test(`${theme}: what stands on a coloured ground stands out by 4.5`, () => {
        least('on-accent', 'accent', 4.5);
        for (const token of ['text', 'text-3']) least(token, 'accent-soft', 4.5);
        for (const [front, back] of [['warn', 'warn-soft'], ['bad', 'bad-soft'], ['text', 'warn-soft'], ['text', 'bad-soft'], ['text-2', 'bad-soft'], ['accent', 'warn-soft'], ['accent', 'bad-soft']]) least(front, back, 4.5);
    });
}
