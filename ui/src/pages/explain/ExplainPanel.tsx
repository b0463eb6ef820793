import type { ComponentChildren } from 'preact';
import { Dialog } from '../../parts/Dialog';
import { t } from '../../texts';

/** From a figure down to its records: the definition, when and over what it was counted, the parts that add up. */
export function ExplainPanel(props: { title: ComponentChildren; definition?: string; facts: [string, ComponentChildren][]; children: ComponentChildren; command: string; onClose: () => void }) {
    const { title, definition, facts, children, command, onClose } = props;
    return (
        <Dialog title={title} kind="panel" onClose={onClose}>
            <div class="panel-body">
                {definition && <p>{definition}</p>}
                <dl class="facts">
                    {facts
                        .filter(([, words]) => words !== null && words !== undefined && words !== '')
                        .map(([term, words]) => [<dt key={term}>{term}</dt>, <dd key={term + '/'}>{words}</dd>])}
                </dl>
                {children}
                <div>
                    <h3>{t.explain.command}</h3>
                    <code class="command">{command}</code>
                </div>
            </div>
        </Dialog>
    );
}
/** A word for the shell: quoted when it must be. */
export const shellWord = (text: string): string => (/^[\w.@:-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`);
