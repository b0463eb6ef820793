import { Icon } from '../../parts/Icon';
import { scheduleFull } from '../../parts/schedule';
import { t } from '../../texts';
import { openPage } from './ConnectorDialog';
import type { Draft } from './useDraft';

/** Save and Cancel; before untested settings are saved, what that means. */
export function Foot(props: {
    d: Draft;
    warned: boolean;
    busy: boolean;
    page: string | null;
    schedule: string | null;
    onSave: (anyway?: boolean) => Promise<void>;
    onCancel: () => void;
    onUnwarn: () => void;
}) {
    const { d, warned, busy, page, schedule, onSave, onCancel, onUnwarn } = props;
    const canTest = !!d.draft?.grant && d.draft.test.state !== 'running';
    if (warned && d.draft && !d.draft.tested)
        return (
            <>
                <p class="grow row" role="alert">
                    <span class="warn-ink">
                        <Icon name="warn" />
                    </span>
                    {t.dialog.untested(d.draft.active && schedule ? scheduleFull(schedule) : null)}
                </p>
                <button type="button" class="btn quiet" onClick={onUnwarn}>
                    {t.back}
                </button>
                {canTest && (
                    <button
                        type="button"
                        class="btn"
                        onClick={() => {
                            onUnwarn();
                            openPage(null);
                            void d.act('POST', '/test');
                        }}
                    >
                        {t.test.button}
                    </button>
                )}
                <button type="button" class="btn primary" aria-disabled={busy || undefined} onClick={() => void onSave(true)}>
                    {t.dialog.saveAnyway}
                </button>
            </>
        );
    return (
        <>
            <span class="grow">
                {page ? (
                    <button type="button" class="btn quiet" onClick={() => openPage(null)}>
                        {t.dialog.toMain}
                    </button>
                ) : (
                    <button type="button" class="btn quiet flush" onClick={() => openPage('settings')}>
                        {t.dialog.otherLink}
                    </button>
                )}
            </span>
            <button type="button" class="btn" onClick={onCancel}>
                {t.cancel}
            </button>
            <button type="button" class="btn primary" aria-keyshortcuts="Control+Enter" aria-disabled={busy || undefined} onClick={() => void onSave()}>
                {t.save}
            </button>
        </>
    );
}
