import { useState } from 'preact/hooks';
import { Dialog } from '../parts/Dialog';
import { Switch } from '../parts/Switch';
import { t } from '../texts';
import { keysAreOn, turnKeys } from './keys';

export function KeyList({ onClose }: { onClose: () => void }) {
    const [on, setOn] = useState(keysAreOn());
    return (
        <Dialog title={t.keys.title} kind="ask" onClose={onClose}>
            <div class="ask-body">
                <dl class="key-list">
                    {t.keys.list.map(([keys, what]) => (
                        <div key={what}>
                            <dt>
                                {keys.split(' ').map((k) => (
                                    <kbd key={k}>{k}</kbd>
                                ))}
                            </dt>
                            <dd>{what}</dd>
                        </div>
                    ))}
                </dl>
                <Switch
                    on={on}
                    label={t.keys.single}
                    onChange={(next) => {
                        turnKeys(next);
                        setOn(next);
                    }}
                />
            </div>
        </Dialog>
    );
}
