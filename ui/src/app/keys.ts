// Single-key shortcuts: off inside inputs and under dialogs, and off altogether when the person says so (WCAG 2.1.4).
import { useEffect, useRef } from 'preact/hooks';

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;
const maps: { current: KeyMap; layer: number }[] = [];
let layer = 0;
let prefix = '';
let prefixAt = 0;

export const keysAreOn = (): boolean => localStorage.getItem('keys') !== 'off';
export const turnKeys = (on: boolean): void => localStorage.setItem('keys', on ? 'on' : 'off');

/** While a dialog is open only the keys registered within it count. */
export function raiseLayer(): () => void {
    layer++;
    return () => {
        layer--;
        // A page that was shown before its dialog had gone is of no dialog.
        for (const map of maps) map.layer = Math.min(map.layer, layer);
    };
}

function isTyping(target: EventTarget | null): boolean {
    const at = target as HTMLElement | null;
    if (!at?.tagName) return false;
    return at.isContentEditable || /^(TEXTAREA|SELECT)$/.test(at.tagName) || (at.tagName === 'INPUT' && !/^(checkbox|radio|button)$/.test((at as HTMLInputElement).type));
}

function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target)) return;
    const single = event.key.length === 1;
    if (single && !keysAreOn()) return;
    const chord = prefix && Date.now() - prefixAt < 1500 ? `${prefix} ${event.key}` : '';
    prefix = '';
    for (const name of chord ? [chord, event.key] : [event.key]) {
        for (let i = maps.length - 1; i >= 0; i--) {
            const map = maps[i]!;
            const act = map.layer === layer ? map.current[name] : undefined;
            if (!act) continue;
            event.preventDefault();
            act(event);
            return;
        }
    }
    if (single && maps.some((map) => map.layer === layer && Object.keys(map.current).some((k) => k.startsWith(event.key + ' ')))) {
        prefix = event.key;
        prefixAt = Date.now();
    }
}
document.addEventListener('keydown', onKeyDown);

/** Keys by name ("x", "Escape", "g o") while the component is shown; the latest shown wins. */
export function useKeys(keys: KeyMap): void {
    const held = useRef({ current: keys, layer });
    held.current.current = keys;
    useEffect(() => {
        const map = held.current;
        map.layer = layer;
        maps.push(map);
        return () => void maps.splice(maps.indexOf(map), 1);
    }, []);
}
