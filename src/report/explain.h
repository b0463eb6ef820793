/* From a figure down to the records that it rests on. What is handed over lives until row()
 * returns, which is called at most sink->limit times. */
#pragma once

#include "report/activity.h"
#include "report/months.h"
#include "report/people.h"

/* The history that is covered for everyone listed and not invited, but for `unread` of them, and
 * `left_out` who are proven active without being read. */
struct history_range {
    bool is_read;
    int64_t from_ms, to_ms, unread, left_out;
};
bool explain_history(struct db *db, const struct account *a, struct history_range *out,
                     struct err *e);
struct active_sink {
    int64_t limit;
    const struct date_format *format; /* of days; NULL: ISO */
    void *ctx;
    bool (*row)(void *ctx, const struct user_row *r, int64_t end_ms, struct err *e);
};
/* Active users with what makes each of them active, the latest first. end_ms: of the meeting,
 * TIME_NONE when it has none or activity is known as a day. */
bool explain_active(struct db *db, const struct account *a, const struct active_sink *sink,
                    struct err *e);

/* A user as typed (key, or e-mail address whatever the case) to the key. ERR_USAGE: nobody, or
 * several, who are then named. The caller frees *key. */
bool user_resolve(struct db *db, const struct account *a, const char *typed, char **key,
                  struct err *e);

enum meeting_role { MEETING_COUNTS, MEETING_LATER, MEETING_RUNNING, MEETING_READ_LATER };
/* counts; "begins after T"; "had not ended at T"; "read by a later run" */
const char *meeting_role_words(enum meeting_role r);
struct stored_meeting {
    int64_t start_ms, end_ms; /* end TIME_NONE: none given */
    const char *type, *meeting_id;
    int64_t first_agg;
    enum meeting_role role;
};
struct meeting_sink {
    int64_t limit;
    void *ctx;
    bool (*row)(void *ctx, const struct stored_meeting *m, struct err *e);
};
/* The meetings that a user organised, the latest first. *total: how many there are. */
bool explain_meetings(struct db *db, const struct account *a, const char *user,
                      const struct meeting_sink *sink, int64_t *total, struct err *e);
struct day_sink {
    int64_t limit;
    void *ctx;
    bool (*row)(void *ctx, struct civil day, const char *file, int64_t imported_ms, struct err *e);
};
/* The days that imported reports name for a user, the latest first. *total: how many there are. */
bool explain_days(struct db *db, const struct account *a, const char *user,
                  const struct day_sink *sink, int64_t *total, struct err *e);

/* Which cost. */
struct cost_place {
    const char *subscription; /* key */
    int64_t month;
};
/* What a subscription costs in a month, and why. */
struct cost_explanation {
    const char *subscription; /* borrowed from the place */
    int64_t month;
    int64_t aggregation, t_ms;   /* the last that published up to the month's end; 0: none */
    struct figure_list figures;  /* of that aggregation */
    struct subscription_row row; /* figure NULL: it was not found by it, or there is none */
    const char *note;            /* of the period; borrowed from the account */
    int64_t until_month;         /* the next period of the subscription begins; MONTH_NONE: none */
    char *name;                  /* as it was read last; the key when it never was */
};
void cost_explanation_done(struct cost_explanation *x);
bool explain_cost(struct db *db, const struct account *a, const struct cost_place *of,
                  struct cost_explanation *out, struct err *e);
struct seat_holder {
    const char *key, *name, *email; /* name, email NULL: not listed */
    const char *state;              /* known at the latest aggregation alone; else NULL */
    int64_t since;                  /* the aggregation that found the seat first */
};
struct holder_sink {
    int64_t limit;
    void *ctx;
    bool (*row)(void *ctx, const struct seat_holder *h, struct err *e);
};
/* Who holds the assigned seats at an aggregation, by name, then key. */
bool explain_holders(struct db *db, const struct account *a, int64_t aggregation,
                     const char *subscription, const struct holder_sink *sink, struct err *e);
