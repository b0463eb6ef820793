#include "account.h"

#include "base/time.h"

#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)

static int64_t ago(const struct account *a, int64_t ms)
{
    return a->t_ms - ms;
}

/* A start on a whole second, between two ages. */
static int64_t draw_start(struct account *a, int64_t youngest_ms, int64_t oldest_ms)
{
    int64_t age = rng_range(&a->rng, youngest_ms / SECOND_MS, oldest_ms / SECOND_MS);
    return ago(a, age * SECOND_MS);
}

static int64_t draw_length(struct account *a)
{
    return rng_range(&a->rng, 60, 7200) * SECOND_MS;
}

static struct meeting *add_from(struct account *a, struct person *p, int64_t start_ms)
{
    return person_add_meeting(a, p, start_ms, start_ms + draw_length(a));
}

/* Meetings that began before `before_ms` and are over long before T; oldest is an age. */
static void add_earlier(struct account *a, struct person *p, int64_t before_ms, int64_t oldest_ms,
                        uint64_t most)
{
    int64_t youngest = a->t_ms - before_ms + SECOND_MS;
    if (youngest < 3 * HOUR_MS)
        youngest = 3 * HOUR_MS;
    if (youngest > oldest_ms)
        return;
    for (uint64_t n = rng_below(&a->rng, most + 1); n > 0; n--)
        add_from(a, p, draw_start(a, youngest, oldest_ms));
}

/* One room, used every week until last_ms. */
static void add_recurring(struct account *a, struct person *p, int64_t last_ms, int64_t weeks)
{
    const struct meeting *m = person_add_meeting(a, p, last_ms, last_ms + 30 * MINUTE_MS);
    uint64_t room = m->id;
    for (int64_t week = 1; week <= weeks; week++) {
        int64_t start = last_ms - week * 7 * DAY_MS;
        struct meeting *again = person_add_meeting(a, p, start, start + 30 * MINUTE_MS);
        again->id = room;
        again->type = 1;
    }
}

static void make_active(struct account *a, struct person *p, unsigned nth)
{
    const int64_t window = WINDOW_DAYS * DAY_MS;
    int64_t last = draw_start(a, 3 * HOUR_MS, window - HOUR_MS);
    switch (nth % 12) {
    case 0: /* the very edge of the window counts */
        last = ago(a, window);
        add_from(a, p, last);
        break;
    case 1: /* ended at T */
        last = ago(a, 10 * MINUTE_MS);
        person_add_meeting(a, p, last, a->t_ms);
        break;
    case 2: /* began and ended at T */
        last = a->t_ms;
        person_add_meeting(a, p, last, last);
        break;
    case 3:
        add_recurring(a, p, last, 4);
        break;
    case 4: { /* restarted: the same room minutes later */
        const struct meeting *m =
            person_add_meeting(a, p, last - 8 * MINUTE_MS, last - 3 * MINUTE_MS);
        uint64_t room = m->id;
        person_add_meeting(a, p, last, last + 20 * MINUTE_MS)->id = room;
        break;
    }
    case 5: /* running now: does not count, the earlier one does */
        add_from(a, p, last);
        person_add_meeting(a, p, ago(a, 15 * MINUTE_MS), a->t_ms + 3 * HOUR_MS);
        break;
    case 6: /* ends just after T: in the history soon, and still not counted at T */
        add_from(a, p, last);
        person_add_meeting(a, p, ago(a, 30 * MINUTE_MS), a->t_ms + 2 * SECOND_MS);
        break;
    case 7: /* begins after T */
        add_from(a, p, last);
        person_add_meeting(a, p, a->t_ms + 1 * SECOND_MS, a->t_ms + 3 * SECOND_MS);
        break;
    default:
        add_from(a, p, last);
        break;
    }
    p->last_ms = last;
    add_earlier(a, p, last, 90 * DAY_MS, 9);
}

static void make_inactive(struct account *a, struct person *p, unsigned nth)
{
    const int64_t window = WINDOW_DAYS * DAY_MS;
    int64_t last = draw_start(a, window + HOUR_MS, (LOOK_BACK_DAYS - 1) * DAY_MS);
    int64_t end = last + draw_length(a);
    if (nth % 6 == 0) { /* one second before the window */
        last = ago(a, window) - SECOND_MS;
        end = last + SECOND_MS;
    } else if (nth % 6 == 1) { /* began before the window, ended in it */
        last = ago(a, window) - 10 * MINUTE_MS;
        end = last + HOUR_MS;
    } else if (nth % 6 == 2) { /* running now, with an end */
        person_add_meeting(a, p, ago(a, 40 * MINUTE_MS), a->t_ms + 2 * HOUR_MS);
    } else if (nth % 6 == 3) { /* running now, without one */
        person_add_meeting(a, p, ago(a, MINUTE_MS), NO_END);
    }
    person_add_meeting(a, p, last, end);
    p->last_ms = last;
    add_earlier(a, p, last, 90 * DAY_MS, 6);
}

static void make_none(struct account *a, struct person *p, unsigned nth)
{
    p->last_ms = NO_ACTIVITY;
    if (p->status == STATUS_INVITED)
        return;
    if (nth % 6 == 0) /* all before the look-back */
        add_earlier(a, p, ago(a, (LOOK_BACK_DAYS + 2) * DAY_MS), 90 * DAY_MS, 5);
    else if (nth % 6 == 1)
        person_add_meeting(a, p, ago(a, 5 * MINUTE_MS), NO_END);
    else if (nth % 6 == 2)
        person_add_meeting(a, p, ago(a, 20 * MINUTE_MS), a->t_ms + 3 * SECOND_MS);
    /* the others attend at most: nothing about them is in any history */
}

void activity_make(struct account *a, struct person *p, unsigned nth)
{
    switch (p->state) {
    case STATE_ACTIVE:
        make_active(a, p, nth);
        break;
    case STATE_INACTIVE:
        make_inactive(a, p, nth);
        break;
    case STATE_NONE:
        make_none(a, p, nth);
        break;
    }
}

enum state activity_state(const struct person *p, int64_t at_ms, int64_t since_ms, int64_t *last_ms)
{
    *last_ms = NO_ACTIVITY;
    if (p->status == STATUS_INVITED)
        return STATE_NONE;
    for (uint32_t i = 0; i < p->meeting_count; i++) {
        const struct meeting *m = &p->meetings[i];
        bool counts = m->start_ms <= at_ms && m->end_ms != NO_END && m->end_ms <= at_ms;
        if (counts && m->start_ms >= since_ms && m->start_ms > *last_ms)
            *last_ms = m->start_ms;
    }
    if (*last_ms == NO_ACTIVITY)
        return STATE_NONE;
    return *last_ms >= at_ms - WINDOW_DAYS * DAY_MS ? STATE_ACTIVE : STATE_INACTIVE;
}
