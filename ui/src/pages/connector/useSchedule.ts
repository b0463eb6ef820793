// The schedule in the dialog: kept here until Save, then stored with the connector.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, change, read } from '../../api/client';
import type { ScheduleText } from '../../api/types';
import { zone } from '../../format';

export interface ScheduleEdit {
    /** null: by hand only. */
    text: string | null;
    next: ScheduleText['next'];
    wrong: string | null;
    dirty: boolean;
    set: (text: string | null) => void;
    store: (id: number) => Promise<void>;
}
export function useSchedule(of: string | null): ScheduleEdit {
    const [text, setText] = useState<string | null>(of ? null : `daily 23:00 ${zone}`);
    const [next, setNext] = useState<ScheduleText['next']>([]);
    const [wrong, setWrong] = useState<string | null>(null);
    const [dirty, setDirty] = useState(false);
    useEffect(() => {
        if (!of) return;
        read<ScheduleText | null>(`/connectors/${of}/schedule`).then(
            ({ data }) => {
                setText(data?.text ?? null);
                setNext(data?.next ?? []);
            },
            () => undefined, // the connector itself says what is wrong
        );
    }, [of]);
    useEffect(() => {
        if (text === null || (of && !dirty)) return undefined;
        const timer = setTimeout(() => {
            change<ScheduleText>('POST', '/schedules/preview', { text }).then(
                (s) => {
                    setNext(s.next);
                    setWrong(null);
                },
                (e: Error) => setWrong(e instanceof ApiError ? e.problem.message : e.message),
            );
        }, 250);
        return () => clearTimeout(timer);
    }, [text, dirty]);
    return {
        text,
        next,
        wrong,
        dirty,
        set: (to) => {
            setText(to);
            setDirty(true);
        },
        store: async (id) => {
            if (of && !dirty) return;
            if (text === null) {
                if (of) await change('DELETE', `/connectors/${id}/schedule`);
            } else await change('PUT', `/connectors/${id}/schedule`, { text });
        },
    };
}
