import type { Connector, Provider } from '../../api/types';
import { Icon } from '../../parts/Icon';
import { t } from '../../texts';
import { Steps } from './Steps';
import type { Draft } from './useDraft';

/** Test Connection: eight steps, live; the failed one opens with its cure. */
export function TestPart({ d, draft, provider }: { d: Draft; draft: Connector; provider: Provider }) {
    const { test } = draft;
    const runs = test.state === 'running';
    const why = !draft.grant ? t.test.needs : null;
    const failed = test.steps.findIndex((s) => s.ok === false);
    const run = () => {
        if (!why && !runs) void d.act('POST', '/test');
    };
    return (
        <>
            <div class="act-row">
                <button type="button" class="btn" aria-disabled={why || runs ? true : undefined} aria-describedby="test-says" onClick={run}>
                    {t.test.button}
                </button>
                <div id="test-says" class="says" role="status">
                    {why ? (
                        <p class="second">{why}</p>
                    ) : runs ? (
                        <p class="mark run-running">
                            <Icon name="running" turns />
                            {t.test.running}
                            <button type="button" class="link underlined" onClick={() => void d.act('DELETE', '/test')}>
                                {t.cancel}
                            </button>
                        </p>
                    ) : test.state === 'failed' && failed >= 0 ? (
                        <p class="mark run-failed">
                            <Icon name="bad" />
                            <strong>{t.test.failed(failed + 1, test.steps.length, t.test.steps[test.steps[failed]!.name] ?? test.steps[failed]!.name)}</strong>
                        </p>
                    ) : test.state === 'passed' && draft.tested ? (
                        <p class="mark run-ok">
                            <Icon name="ok" />
                            <strong>{t.test.passed(test.steps.length)}</strong>
                        </p>
                    ) : (
                        <p class="second">{draft.tested ? t.test.before : test.state === 'passed' ? t.test.changed : t.test.not}</p>
                    )}
                </div>
            </div>
            {test.state !== 'none' && <Steps d={d} steps={test.steps} running={runs} provider={provider} onAgain={run} />}
        </>
    );
}
