import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ConnectorRow } from '../api/types';
import { Icon } from '../parts/Icon';
import { RunMark } from '../parts/RunMark';
import { navigate, path } from '../router';
import { t } from '../texts';
import { useKeys } from './keys';

/** Which connector the pages speak of: a button that opens a list with search (APG Combobox with Listbox). */
export function ConnectorSwitch({ row, all }: { row: ConnectorRow; all: ConnectorRow[] }) {
    const [open, setOpen] = useState(false);
    const [text, setText] = useState('');
    const [at, setAt] = useState(0);
    const box = useRef<HTMLDivElement>(null);
    const button = useRef<HTMLButtonElement>(null);
    const list = useId();
    useKeys({ w: () => setOpen(true) });
    useEffect(() => {
        if (!open) return undefined;
        setText('');
        setAt(Math.max(0, all.findIndex((c) => c.id === row.id)));
        box.current?.querySelector('input')?.focus();
        const away = (event: MouseEvent) => !box.current?.contains(event.target as Node) && setOpen(false);
        document.addEventListener('mousedown', away);
        return () => document.removeEventListener('mousedown', away);
    }, [open]);
    const lower = text.toLocaleLowerCase();
    const found = all.filter((c) => `${c.name} ${c.account?.name ?? ''}`.toLocaleLowerCase().includes(lower));
    const choose = (c: ConnectorRow | undefined) => {
        if (!c) return;
        setOpen(false);
        button.current?.focus();
        const page = /^\/c\/\d+\/(users|subscriptions|runs)/.exec(path())?.[1];
        navigate(`/c/${c.id}${page ? '/' + page : ''}`);
    };
    const onKeyDown = (event: KeyboardEvent) => {
        if (!open) return;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) setAt((at + step + found.length) % Math.max(1, found.length));
        else if (event.key === 'Enter' && event.target !== button.current) choose(found[at]);
        else if (event.key === 'Escape') {
            setOpen(false);
            button.current?.focus();
        } else if (event.key === 'Tab') {
            setOpen(false);
            return;
        } else return;
        event.preventDefault();
        event.stopPropagation();
    };
    useEffect(() => {
        if (open) document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: 'nearest' });
    }, [at, open]);
    return (
        <div class="chooser" ref={box} onKeyDown={onKeyDown}>
            <button type="button" ref={button} aria-haspopup="listbox" aria-expanded={open} onClick={() => setOpen(!open)}>
                <span class="grow">
                    <span class="hidden-text">{t.switchConnector}</span>
                    <bdi class="cut block">{row.name}</bdi>
                    <small class="cut">
                        <bdi>{row.account?.name ?? t.notConnected}</bdi>
                    </small>
                </span>
                <Icon name="down" />
            </button>
            {open && (
                <div class="pop">
                    <input
                        class="input"
                        role="combobox"
                        aria-label={t.searchConnector}
                        placeholder={t.searchConnector}
                        aria-expanded="true"
                        aria-controls={list}
                        aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
                        aria-autocomplete="list"
                        value={text}
                        onInput={(event) => {
                            setText(event.currentTarget.value);
                            setAt(0);
                        }}
                    />
                    <div role="listbox" id={list} aria-label={t.nav.connectors}>
                        {found.map((c, i) => (
                            <div
                                key={c.id}
                                id={`${list}-${i}`}
                                role="option"
                                aria-selected={c.id === row.id}
                                class={i === at ? 'at' : undefined}
                                onClick={() => choose(c)}
                                onMouseMove={() => setAt(i)}
                            >
                                <bdi class="grow cut">{c.name}</bdi>
                                <span class="small third">
                                    <RunMark status={c.status} />
                                </span>
                            </div>
                        ))}
                    </div>
                    {!found.length && <p class="hint">{t.noSuchConnector}</p>}
                </div>
            )}
        </div>
    );
}
