#include "report/figures.h"

#include "base/time.h"
#include "model/records.h"

const char *user_state_word(enum user_state s)
{
    switch (s) {
    case STATE_ACTIVE:
        return "active";
    case STATE_INACTIVE:
        return "inactive";
    case STATE_NONE:
        return "none";
    case STATE_UNKNOWN:
    case STATE_COUNT:
        break;
    }
    return "unknown";
}

bool meeting_counts(int64_t start_ms, int64_t end_ms, int64_t t_ms)
{
    return start_ms <= t_ms && (end_ms == TIME_NONE || end_ms <= t_ms);
}

enum last_activity last_activity_of(const struct user_facts *f)
{
    /* A meeting that starts on the day itself or later is the same activity, known better. */
    if (f->has_day && (!f->has_meeting || f->last_start_ms < f->day_from_ms))
        return LAST_DAY;
    if (f->has_meeting)
        return LAST_MEETING;
    return f->is_invalid_at_source ? LAST_INVALID_AT_SOURCE : LAST_NONE;
}

enum user_state user_state_of(const struct user_facts *f, int64_t t_ms, int64_t window_days)
{
    int64_t window_from_ms = t_ms - window_days * DAY_MS;
    if (!f->is_listed)
        return STATE_UNKNOWN;
    if (f->has_meeting && f->last_start_ms >= window_from_ms)
        return STATE_ACTIVE;
    if (last_activity_of(f) == LAST_DAY && f->day_from_ms <= t_ms && f->day_to_ms > window_from_ms)
        return STATE_ACTIVE;
    if (f->is_invited) /* their history is never asked for */
        return STATE_NONE;
    if (!f->has_coverage || f->covered_from_ms > window_from_ms || f->covered_to_ms < t_ms)
        return STATE_UNKNOWN;
    return f->has_meeting ? STATE_INACTIVE : STATE_NONE;
}

void seat_figures_derive(struct seat_figures *f)
{
    if (f->purchased == COUNT_NONE) {
        f->available = COUNT_NONE;
        f->over_assigned = 0;
        return;
    }
    int64_t free_seats = f->purchased - f->assigned - f->invited;
    int64_t over = f->assigned - f->purchased;
    f->available = free_seats > 0 ? free_seats : 0;
    f->over_assigned = over > 0 ? over : 0;
}

int64_t reclaimable_of(const struct seat_figures *f)
{
    return f->states[STATE_INACTIVE] + f->states[STATE_NONE];
}
