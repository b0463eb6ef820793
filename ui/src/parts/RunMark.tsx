import { t } from '../texts';
import { Icon, type IconName } from './Icon';

const ICONS: Record<string, IconName> = {
    complete: 'ok',
    ok: 'ok',
    incomplete: 'bad',
    failed: 'bad',
    sign_in: 'bad',
    running: 'running',
    queued: 'ahead',
    cancelled: 'stopped',
    never: 'never',
};

/** What became of an aggregation; text replaces the usual word. */
export function RunMark({ status, text }: { status: string; text?: string }) {
    return (
        <span class={'mark run-' + status}>
            <Icon name={ICONS[status] ?? 'info'} turns={status === 'running'} />
            {text ?? t.runStatus[status] ?? status}
        </span>
    );
}
