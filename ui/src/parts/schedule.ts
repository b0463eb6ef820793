// "daily 23:00 Europe/Berlin" and its kind, taken apart for forms and put into words.
import { knowsZone, zone } from '../format';
import { t } from '../texts';

export type ScheduleKind = 'hourly' | 'daily' | 'weekly' | 'monthly';
export interface Schedule {
    kind: ScheduleKind;
    /** "HH:MM"; hourly: only the minute counts. */
    at: string;
    days: string[];
    /** 1 to 31 or "last". */
    day: string;
    zone: string;
}
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export function parseSchedule(text: string): Schedule | null {
    const words = text.trim().split(/\s+/);
    const kind = words.shift() as ScheduleKind;
    const s: Schedule = { kind, at: '23:00', days: ['mon'], day: '1', zone: '' };
    if (kind === 'hourly') s.at = '00' + (words.shift() ?? ':00');
    else if (kind === 'daily') s.at = words.shift() ?? s.at;
    else if (kind === 'weekly') {
        s.days = (words.shift() ?? 'mon').split(',');
        s.at = words.shift() ?? s.at;
    } else if (kind === 'monthly') {
        s.day = words.shift() ?? '1';
        s.at = words.shift() ?? s.at;
    } else return null;
    s.zone = words.join(' ');
    return s;
}
export function scheduleText(s: Schedule): string {
    if (s.kind === 'hourly') return `hourly :${s.at.slice(3)}`;
    if (s.kind === 'daily') return `daily ${s.at} ${s.zone}`;
    if (s.kind === 'weekly') return `weekly ${WEEKDAYS.filter((d) => s.days.includes(d)).join(',')} ${s.at} ${s.zone}`;
    return `monthly ${s.day} ${s.at} ${s.zone}`;
}
/** "Daily 23:00"; the zone apart. */
export function scheduleWords(text: string): string {
    const s = parseSchedule(text);
    if (!s) return text;
    if (s.kind === 'hourly') return t.schedule.hourly(s.at.slice(3));
    if (s.kind === 'daily') return t.schedule.daily(s.at);
    if (s.kind === 'weekly') return t.schedule.weekly(s.days.map((d) => t.schedule.weekdays[d] ?? d), s.at);
    return t.schedule.monthly(s.day, s.at);
}
/** "Daily 23:00, Europe/Oslo". */
export function scheduleFull(text: string): string {
    const zone = parseSchedule(text)?.zone;
    return scheduleWords(text) + (zone ? ', ' + zone : '');
}
/** The zone to tell its times in: its own; the reader's where it names none, UTC where this browser does not know it. */
export function scheduleZone(text: string): string {
    const name = parseSchedule(text)?.zone || zone;
    return knowsZone(name) ? name : 'UTC';
}
