import { utcTime, zone } from '../../format';
import { parseSchedule, type Schedule, scheduleText, WEEKDAYS } from '../../parts/schedule';
import { Segments } from '../../parts/Segments';
import { t } from '../../texts';
import type { ScheduleEdit } from './useSchedule';

const ZONES: string[] = Intl.supportedValuesOf?.('timeZone') ?? [];

/** Hourly, daily, weekly or monthly, in a zone; the next three runs in local time and UTC. */
export function ScheduleForm({ schedule, active }: { schedule: ScheduleEdit; active: boolean }) {
    const s = schedule.text ? parseSchedule(schedule.text) : null;
    const base: Schedule = s ?? { kind: 'daily', at: '23:00', days: ['mon'], day: '1', zone };
    const set = (part: Partial<Schedule>) => schedule.set(scheduleText({ ...base, zone: base.zone || zone, ...part }));
    return (
        <div class="schedule-form">
            <Segments
                label={t.schedule.title}
                value={s?.kind ?? 'off'}
                choices={[{ value: 'off', label: t.schedule.off }, ...(['hourly', 'daily', 'weekly', 'monthly'] as const).map((k) => ({ value: k, label: t.schedule.kinds[k]! }))]}
                onChoose={(kind) => (kind === 'off' ? schedule.set(null) : set({ kind: kind as Schedule['kind'] }))}
            />
            {s && (
                <div class="row wrap tops">
                    {s.kind === 'weekly' && (
                        <fieldset class="field">
                            <legend class="label">{t.schedule.days}</legend>
                            <div class="row wrap">
                                {WEEKDAYS.map((d) => (
                                    <label key={d} class="row">
                                        <input
                                            type="checkbox"
                                            checked={s.days.includes(d)}
                                            onChange={() => {
                                                const days = s.days.includes(d) ? s.days.filter((x) => x !== d) : [...s.days, d];
                                                if (days.length) set({ days });
                                            }}
                                        />
                                        {t.schedule.weekdays[d]}
                                    </label>
                                ))}
                            </div>
                        </fieldset>
                    )}
                    {s.kind === 'monthly' && (
                        <div class="field">
                            <label for="sc-day">{t.schedule.day}</label>
                            <select id="sc-day" class="select" value={s.day} onChange={(e) => set({ day: e.currentTarget.value })}>
                                {Array.from({ length: 28 }, (_, i) => String(i + 1)).map((d) => (
                                    <option key={d}>{d}</option>
                                ))}
                                <option value="last">{t.schedule.last}</option>
                            </select>
                        </div>
                    )}
                    {s.kind === 'hourly' ? (
                        <div class="field">
                            <label for="sc-minute">{t.schedule.minute}</label>
                            <input id="sc-minute" class="input" type="number" min="0" max="59" value={Number(s.at.slice(3))} onChange={(e) => set({ at: '00:' + String(Math.min(59, Math.max(0, Number(e.currentTarget.value)))).padStart(2, '0') })} />
                        </div>
                    ) : (
                        <>
                            <div class="field">
                                <label for="sc-at">{t.schedule.at}</label>
                                <input id="sc-at" class="input" type="time" value={s.at} onChange={(e) => e.currentTarget.value && set({ at: e.currentTarget.value })} />
                            </div>
                            <div class="field wide">
                                <label for="sc-zone">{t.schedule.zone}</label>
                                <input id="sc-zone" class="input" list="sc-zones" autocomplete="off" spellcheck={false} value={s.zone} aria-invalid={schedule.wrong ? true : undefined} aria-describedby="sc-says" onInput={(e) => set({ zone: e.currentTarget.value.trim() })} />
                                <datalist id="sc-zones">
                                    {ZONES.map((z) => (
                                        <option key={z} value={z} />
                                    ))}
                                </datalist>
                            </div>
                        </>
                    )}
                </div>
            )}
            {schedule.wrong ? (
                <p id="sc-says" class="wrong" role="alert">
                    {schedule.wrong}
                </p>
            ) : s ? (
                <div id="sc-says" aria-live="polite">
                    <h3>{t.schedule.nextRuns(s.zone)}</h3>
                    <ul class="next-runs">
                        {schedule.next.map((n) => (
                            <li key={n.utc} class="row">
                                <span>{utcTime(n.local.replace(' ', 'T') + ':00Z')}</span>
                                <span class="third">{t.schedule.utc(utcTime(n.utc))}</span>
                            </li>
                        ))}
                    </ul>
                    {!active && <p class="second">{t.dialog.inactive}</p>}
                </div>
            ) : (
                <p class="second">{t.schedule.offText}</p>
            )}
        </div>
    );
}
