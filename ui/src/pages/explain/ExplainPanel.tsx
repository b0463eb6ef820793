import type { ComponentChildren } from 'preact';
import type { UserState } from '../../api/types';
import { useData } from '../../api/use';
import { useSummary } from '../../app/current';
import { amount, count, dayTime, money, month } from '../../format';
import { Dialog } from '../../parts/Dialog';
import { StateMark } from '../../parts/StateMark';
import { sentence, Trouble } from '../../parts/Trouble';
import { useVendor } from '../../parts/vendor';
import { Waiting } from '../../parts/Waiting';
import { t } from '../../texts';
import { Records } from './Records';
import type { Explanation, Fact } from './shapes';

/** From a figure down to its records: the definition, the formula with its numbers, the facts, the parts that add up. */
export function ExplainPanel({ id, path, title, command, onClose }: { id: number; path: string; title: string; command: (words: string[]) => string[]; onClose: () => void }) {
    const { data: x, error, reload } = useData<Explanation>(`/connectors/${id}${path}`);
    const summary = useSummary(id);
    const vendor = useVendor();
    const words = ['seatledger', 'explain', summary.data?.connector ?? 'NAME'];
    return (
        <Dialog title={<bdi>{x?.title ?? title}</bdi>} kind="panel" onClose={onClose}>
            <div class="panel-body">
                {!x ? (
                    error ? (
                        <Trouble error={error} onRetry={reload} />
                    ) : (
                        <Waiting rows={8} height={24} />
                    )
                ) : (
                    <>
                        {x.definition && <p>{sentence(x.definition)}</p>}
                        {x.formula?.split('\n').map((line) => (
                            <p key={line} class="formula">
                                {line}
                            </p>
                        ))}
                        <dl class="facts">
                            {Object.entries(x.facts)
                                .filter(([, value]) => value !== null)
                                .map(([key, value]) => [<dt key={key}>{t.explain.facts[key] ?? key.replace(/_/g, ' ')}</dt>, <dd key={key + '/'}>{x.what === 'user' && key === 'status' ? <span title={t.users.statusWhy(vendor)}>{t.users.statusAt(vendor, String(value))}</span> : factText(key, value)}</dd>])}
                        </dl>
                        <Records id={id} x={x} />
                        <div>
                            <h3>{t.explain.command}</h3>
                            <code class="command">{command(words).map(shellWord).join(' ')}</code>
                        </div>
                    </>
                )}
            </div>
        </Dialog>
    );
}
/** A word for the shell: quoted when it must be. */
const shellWord = (text: string): string => (/^[\w.@:-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`);

function factText(key: string, value: Fact): ComponentChildren {
    if (key === 'state') return <StateMark state={value as UserState} />;
    if (key === 'status') return t.runStatus[String(value)]?.toLowerCase() ?? String(value);
    if (key === 'price') return amount(String(value));
    if (key === 'metering') return t.price.meterings[String(value)] ?? String(value);
    if (key === 'billing') return t.price.billings[String(value)] ?? String(value);
    if (typeof value === 'number') return key === 'aggregation' ? t.runN(value) : count(value);
    if (typeof value === 'boolean') return value ? t.yes : t.no;
    if (typeof value === 'object' && value) return money(value);
    const text = String(value);
    if (/^\d{4}-\d\d-\d\dT/.test(text)) return dayTime(text);
    if (/^\d{4}-\d\d$/.test(text)) return month(text);
    return <bdi class={/(^|_)key$|^subscription$/.test(key) ? 'mono' : undefined}>{text}</bdi>;
}
