import { useEffect, useRef, useState } from 'preact/hooks';
import type { Provider, TestStep } from '../../api/types';
import { count } from '../../format';
import { Icon } from '../../parts/Icon';
import { sentence } from '../../parts/Trouble';
import { t } from '../../texts';
import { openPage } from './ConnectorDialog';
import type { Draft } from './useDraft';

const NEEDS_TOKEN = /grant|role|history|users|subscriptions/i;

export function Steps(props: { d: Draft; steps: TestStep[]; running: boolean; provider: Provider; onAgain: () => void }) {
    const { d, steps, running, provider, onAgain } = props;
    const at = running ? steps.findIndex((s) => s.ok === null) : -1;
    return (
        <ol class="steps">
            {steps.map((s, i) => {
                const state = s.ok ? 'ok' : s.ok === false ? 'failed' : i === at ? 'running' : 'ahead';
                return (
                    <li key={s.name} class={state} aria-current={i === at ? 'step' : undefined}>
                        <span class={'mark run-' + state}>
                            <Icon name={state === 'failed' ? 'bad' : state} turns={state === 'running'} />
                            <span class="hidden-text">{t.test.words[state]}:</span>
                        </span>
                        <span class="step-name">{t.test.steps[s.name] ?? s.name}</span>
                        {state === 'failed' ? <Failed d={d} step={s} provider={provider} onAgain={onAgain} /> : <span class="second grow">{s.detail}</span>}
                        {s.ok && s.ms !== null && <span class="third">{count(s.ms)} ms</span>}
                    </li>
                );
            })}
        </ol>
    );
}

/** Focus goes to the first thing that mends it. */
function Failed({ d, step, provider, onAgain }: { d: Draft; step: TestStep; provider: Provider; onAgain: () => void }) {
    const box = useRef<HTMLDivElement>(null);
    const [copied, setCopied] = useState(false);
    const token = NEEDS_TOKEN.test(step.name);
    useEffect(() => box.current?.querySelector('button')?.focus(), []);
    const getToken = () => document.querySelector<HTMLElement>('[aria-describedby=token-says]')?.click();
    const copy = () =>
        void navigator.clipboard?.writeText(`${step.name}: ${step.detail}\n${step.next ?? ''}\n${new Date().toISOString()}`).then(() => setCopied(true));
    return (
        <div class="grow" ref={box}>
            <p>
                <strong>{step.detail && sentence(step.detail)}</strong> {step.next && sentence(step.next)}
            </p>
            <p class="row wrap">
                {token ? (
                    <>
                        <button type="button" class="btn small" onClick={getToken}>
                            {t.test.tokenAgain}
                        </button>
                        <a class="btn small" href={provider.developer_centre} target="_blank" rel="noopener noreferrer">
                            {t.first.centre}
                        </a>
                    </>
                ) : (
                    <>
                        <button type="button" class="btn small" onClick={onAgain}>
                            {t.test.again}
                        </button>
                        <button type="button" class="btn small" onClick={() => openPage('settings')}>
                            {t.dialog.otherLink}
                        </button>
                    </>
                )}
                <button type="button" class="btn small quiet" onClick={copy}>
                    {copied ? t.copied : t.copyDetails}
                </button>
            </p>
            {d.draft && !d.draft.grant && <p class="second">{t.test.needs}</p>}
        </div>
    );
}
