#include "report/people.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/zone.h"
#include "model/records.h"
#include "store/import.h"

#define LISTED                                                                                     \
    "SELECT u.key, u.email, u.name, u.status, coalesce(nullif(u.group_name, ''), u.group_key),"    \
    " c.user_key IS NOT NULL, c.from_ms, c.to_ms, u.group_key"                                     \
    " FROM user_span u LEFT JOIN coverage_user c"                                                  \
    " ON c.connector = u.connector AND c.user_key = u.key"                                         \
    " WHERE u.connector = $1 AND u.from_agg <= $2 AND (u.to_agg IS NULL OR u.to_agg > $2)"
static const char EVERYONE[] = LISTED " ORDER BY u.key";
static const char ONE[] = LISTED " AND u.key = $3";

static const char COVERAGE[] = "SELECT from_ms, to_ms FROM coverage WHERE connector = $1";

/* In the order of the primary key, backwards: the first that counts is the latest that counts. */
static const char MEETINGS[] =
    "SELECT start_ms, end_ms FROM meeting"
    " WHERE connector = $1 AND organizer = $2 AND start_ms <= $3 AND first_agg <= $4"
    " ORDER BY start_ms DESC";

static const char SEATS[] =
    "SELECT subscription FROM seat_span WHERE connector = $1 AND user_key = $2"
    " AND from_agg <= $3 AND (to_agg IS NULL OR to_agg > $3) AND kind = 'assigned'"
    " ORDER BY subscription";

static const char UNLISTED_SEATS[] =
    "SELECT s.subscription, count(*) FROM seat_span s WHERE s.connector = $1"
    " AND s.from_agg <= $2 AND (s.to_agg IS NULL OR s.to_agg > $2) AND s.kind = 'assigned'"
    " AND NOT EXISTS (SELECT 1 FROM user_span u WHERE u.connector = s.connector"
    " AND u.key = s.user_key AND u.from_agg <= $2 AND (u.to_agg IS NULL OR u.to_agg > $2))"
    " GROUP BY 1";

struct range {
    bool known;
    int64_t from_ms, to_ms;
};

static bool read_coverage(struct db *db, int64_t connector, struct range *out, struct err *e)
{
    struct query *q = query(db, COVERAGE);
    bool row;
    q_int(q, 1, connector);
    if (!q_next(q, &row, e))
        return false;
    *out = row ? (struct range){true, q_get_int(q, 0), q_get_int(q, 1)} : (struct range){0};
    q_end(q);
    return true;
}

static bool read_last_meeting(struct db *db, const struct aggregation *at, const char *key,
                              struct user_facts *f, struct err *e)
{
    struct query *q = query(db, MEETINGS);
    q_int(q, 1, at->connector);
    q_text(q, 2, key);
    q_int(q, 3, at->t_ms);
    q_int(q, 4, at->id);
    bool row;
    while (!f->has_meeting) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        int64_t start_ms = q_get_int(q, 0);
        if (meeting_counts(start_ms, q_is_null(q, 1) ? TIME_NONE : q_get_int(q, 1), at->t_ms)) {
            f->has_meeting = true;
            f->last_start_ms = start_ms;
        }
    }
    q_end(q);
    return true;
}

/* Days come from imports, which most connectors never have. */
struct days {
    bool any;
    struct zone *zone; /* of the account, when any */
    int64_t today;     /* the day of T in it */
};

static void days_done(struct days *d)
{
    zone_close(d->zone);
}

static bool days_open(struct days *d, struct db *db, const struct aggregation *at, struct err *e)
{
    if (!import_is_any(db, at->connector, &d->any, e))
        return false;
    if (!d->any)
        return true;
    if (!zone_open(&d->zone, at->time_zone, e))
        return false;
    d->today = civil_to_days(zone_day(d->zone, at->t_ms));
    return true;
}

static bool read_last_day(struct db *db, const struct aggregation *at, const struct days *d,
                          const char *key, struct user_facts *f, struct err *e)
{
    int64_t day;
    if (!d->any)
        return true;
    if (!import_last_day(db, at->connector, key, d->today, &day, &f->has_day, e) ||
        !import_is_invalid(db, at->connector, key, &f->is_invalid_at_source, e))
        return false;
    if (f->has_day) {
        f->day_from_ms = zone_day_start(d->zone, civil_from_days(day));
        f->day_to_ms = zone_day_start(d->zone, civil_from_days(day + 1));
    }
    return true;
}

/* From a row of LISTED. */
static struct person person_of(struct query *q, const struct range *everyone)
{
    struct person p = {.key = q_get_text(q, 0),
                       .email = q_get_text(q, 1),
                       .name = q_get_text(q, 2),
                       .status = q_get_text(q, 3),
                       .group = q_is_null(q, 4) ? NULL : q_get_text(q, 4),
                       .group_key = q_is_null(q, 8) ? NULL : q_get_text(q, 8)};
    struct range own = *everyone;
    if (q_get_int(q, 5))
        own =
            (struct range){!q_is_null(q, 6) && !q_is_null(q, 7), q_get_int(q, 6), q_get_int(q, 7)};
    p.facts = (struct user_facts){.is_listed = true,
                                  .is_invited = strcmp(p.status, "INVITED") == 0,
                                  .has_coverage = own.known,
                                  .covered_from_ms = own.from_ms,
                                  .covered_to_ms = own.to_ms};
    return p;
}

/* Rows of LISTED, from a query whose parameters are bound. */
static bool walk(struct query *q, struct db *db, const struct aggregation *at,
                 bool (*on_person)(void *ctx, const struct person *p, struct err *e), void *ctx,
                 bool *any, struct err *e)
{
    struct range everyone;
    CLEANUP(days_done) struct days days = {0};
    bool ok = read_coverage(db, at->connector, &everyone, e) && days_open(&days, db, at, e), row;
    *any = false;
    while (ok) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        *any = true;
        struct person p = person_of(q, &everyone);
        ok = read_last_meeting(db, at, p.key, &p.facts, e) &&
             read_last_day(db, at, &days, p.key, &p.facts, e);
        p.state = user_state_of(&p.facts, at->t_ms, at->window_days);
        ok = ok && on_person(ctx, &p, e);
    }
    q_end(q);
    return false;
}

bool people_each(struct db *db, const struct aggregation *at,
                 bool (*on_person)(void *ctx, const struct person *p, struct err *e), void *ctx,
                 struct err *e)
{
    struct query *q = query(db, EVERYONE);
    bool any;
    q_int(q, 1, at->connector);
    q_int(q, 2, at->id);
    return walk(q, db, at, on_person, ctx, &any, e);
}

bool person_find(struct db *db, const struct aggregation *at, const char *key,
                 bool (*on_person)(void *ctx, const struct person *p, struct err *e), void *ctx,
                 bool *found, struct err *e)
{
    struct query *q = query(db, ONE);
    q_int(q, 1, at->connector);
    q_int(q, 2, at->id);
    q_text(q, 3, key);
    return walk(q, db, at, on_person, ctx, found, e);
}

bool person_each_seat(struct db *db, const struct aggregation *at, const char *user_key,
                      void (*on_seat)(void *ctx, const char *subscription), void *ctx,
                      struct err *e)
{
    struct query *q = query(db, SEATS);
    q_int(q, 1, at->connector);
    q_text(q, 2, user_key);
    q_int(q, 3, at->id);
    bool row;
    while (q_next(q, &row, e)) {
        if (!row)
            return true;
        on_seat(ctx, q_get_text(q, 0));
    }
    return false;
}

bool unlisted_seats(struct db *db, const struct aggregation *at, const struct figure_list *of,
                    int64_t *out, struct err *e)
{
    struct query *q = query(db, UNLISTED_SEATS);
    q_int(q, 1, at->connector);
    q_int(q, 2, at->id);
    *out = 0;
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        if (figure_find(of, q_get_text(q, 0)))
            *out += q_get_int(q, 1);
    }
}
