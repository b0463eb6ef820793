import { useEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../app/keys';
import { Icon } from './Icon';

/** `/` puts the cursor here; Esc empties it. What is typed is told after 150 ms of rest. */
export function Search({ label, value, onSearch }: { label: string; value: string; onSearch: (text: string) => void }) {
    const [text, setText] = useState(value);
    const box = useRef<HTMLInputElement>(null);
    const told = useRef(value);
    useEffect(() => {
        if (value !== told.current) setText(value);
        told.current = value;
    }, [value]);
    useEffect(() => {
        if (text === told.current) return undefined;
        const timer = setTimeout(() => {
            told.current = text;
            onSearch(text);
        }, 150);
        return () => clearTimeout(timer);
    }, [text, onSearch]);
    useKeys({
        '/': () => {
            box.current?.focus();
            box.current?.select();
        },
    });
    return (
        <div class="search" role="search">
            <Icon name="search" size={14} />
            <input
                class="input"
                type="search"
                ref={box}
                aria-label={label}
                aria-keyshortcuts="/"
                placeholder={label}
                value={text}
                spellcheck={false}
                onInput={(event) => setText(event.currentTarget.value)}
                onKeyDown={(event) => {
                    if (event.key !== 'Escape') return;
                    if (text) setText('');
                    else box.current?.blur();
                    event.stopPropagation();
                }}
            />
            <kbd aria-hidden="true">/</kbd>
        </div>
    );
}
