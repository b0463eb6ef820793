import { change } from '../../api/client';
import type { ConnectorRow } from '../../api/types';
import { refresh } from '../../api/use';
import { showToast } from '../../app/store';
import { Ask } from '../../parts/Ask';
import { rich } from '../../parts/rich';
import { navigate } from '../../router';
import { t } from '../../texts';

/** Says what goes and what stays; where figures are lost the name is typed first. */
export function Remove({ row, onClose }: { row: ConnectorRow; onClose: () => void }) {
    const remove = async () => {
        await change('DELETE', `/connectors/${row.id}`);
        refresh('/connectors');
        navigate('/connectors', { force: true });
        showToast(t.connectors.removed(row.name));
    };
    return (
        <Ask title={t.connectors.removeTitle(row.name)} action={t.connectors.removeButton} danger mustType={row.data_of ? row.name : undefined} onDo={remove} onClose={onClose}>
            <p>{rich(t.connectors.removeText)}</p>
        </Ask>
    );
}

export function DeleteData({ row, onClose }: { row: ConnectorRow; onClose: () => void }) {
    const remove = async () => {
        await change('DELETE', `/connectors/${row.id}/data`);
        refresh();
        showToast(t.connectors.dataDeleted(row.name));
    };
    return (
        <Ask title={t.connectors.dataTitle(row.name)} action={t.connectors.dataButton} danger mustType={row.data_of ? row.name : undefined} onDo={remove} onClose={onClose}>
            <p>{rich(t.connectors.dataText)}</p>
        </Ask>
    );
}
