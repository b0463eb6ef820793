// Sentences with a little in them: **strong**, `code`, [link](/path). Texts stay whole, for translation.
import type { ComponentChildren } from 'preact';

const PARTS = /\*\*(.+?)\*\*|`(.+?)`|\[(.+?)\]\((.+?)\)/g;

export function rich(text: string): ComponentChildren {
    const out: ComponentChildren[] = [];
    let from = 0;
    for (const m of text.matchAll(PARTS)) {
        if (m.index > from) out.push(text.slice(from, m.index));
        if (m[1] !== undefined) out.push(<strong>{m[1]}</strong>);
        else if (m[2] !== undefined) out.push(<code>{m[2]}</code>);
        else if (m[4]!.startsWith('http'))
            out.push(
                <a href={m[4]} target="_blank" rel="noopener noreferrer">
                    {m[3]}
                </a>,
            );
        else out.push(<a href={m[4]}>{m[3]}</a>);
        from = m.index + m[0].length;
    }
    out.push(text.slice(from));
    return out;
}
