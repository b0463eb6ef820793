// The schedule in the dialog: kept here until Save, then stored with the connector.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, change, read } from '../../api/client';
import type { ScheduleText } from '../../api/types';
import { zone } from '../../format';
import { sentence } from '../../parts/Trouble';

export interface ScheduleEdit {
    /** null: by hand only. */
    text: string | null;
    next: ScheduleText['next'];
    wrong: string | null;
    dirty: boolean;
    set: (text: string | null) => void;
    /** Asks the server before anything is saved; what is wrong is said at the form. */
    check: () => Promise<boolean>;
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
    const ask = (of: string) =>
        change<ScheduleText>('POST', '/schedules/preview', { text: of }).then(
            (s) => {
                setNext(s.next);
                setWrong(null);
                return true;
            },
            (e: Error) => {
                setWrong([e.message, e instanceof ApiError ? e.problem.next : null].filter((part): part is string => !!part).map(sentence).join(' '));
                return false;
            },
        );
    useEffect(() => {
        if (text === null || (of && !dirty)) return undefined;
        const timer = setTimeout(() => void ask(text), 250);
        return () => clearTimeout(timer);
    }, [text, dirty]);
    return {
        text,
        next,
        wrong,
        dirty,
        set: (to) => {
            setText(to);
            if (to === null) setWrong(null);
            setDirty(true);
        },
        check: async () => text === null || (!!of && !dirty) || ask(text),
        store: async (id) => {
            if (of && !dirty) return;
            if (text === null) {
                if (of) await change('DELETE', `/connectors/${id}/schedule`);
            } else await change('PUT', `/connectors/${id}/schedule`, { text });
        },
    };
}
