/* Report users: everyone listed at the latest aggregation, with state, last activity and seats;
 * filtered, sorted and cut into pages by the store. */
#pragma once

#include "model/records.h"
#include "report/account.h"

struct user_row {
    const char *key, *email, *name, *status;
    const char *group, *group_key; /* group: its name, else its key; NULL: in none */
    enum user_state state;
    const char *unknown_reason; /* STATE_UNKNOWN: why the history was not read; NULL: not said */
    enum last_activity last;
    int64_t last_ms;        /* LAST_MEETING: its start */
    struct civil last_day;  /* LAST_MEETING, LAST_DAY: in the account zone */
    const char *last_text;  /* that day in the language of who granted access; else ISO */
    bool may_be_later;      /* not read up to T: there may be activity on a later day */
    const char *seats;      /* keys of subscriptions, separated by '\n' */
    const char *seat_names; /* their names */
};
/* Ties go by name (but those of an e-mail address), then by key. Texts are in the order of readers,
 * without the blanks that they begin with. */
enum user_sort {
    SORT_NAME,
    SORT_EMAIL,
    SORT_STATE,         /* active, inactive, none, unknown */
    SORT_LAST_ACTIVITY, /* never first */
    SORT_GROUP,         /* no group first */
    SORT_COUNT
};
/* name, email, state, last_activity, group. ERR_USAGE: lists the words. */
bool user_sort_parse(const char *word, enum user_sort *out, struct err *e);
/* active, inactive, none, unknown. ERR_USAGE: lists the words. */
bool user_state_parse(const char *word, enum user_state *out, struct err *e);

struct user_filter {
    bool has_state;
    enum user_state state;
    const char *seat;   /* key of a subscription; NULL: any or none */
    const char *group;  /* key of a group; NULL: any or none */
    const char *search; /* in name or e-mail address, whatever the case; NULL: everyone */
    enum user_sort sort;
    bool descending;
    int64_t offset, limit;            /* limit 0: all */
    const struct date_format *format; /* of last_text; NULL: ISO */
};
/* Texts live until on_row returns. A page costs no more than its rows, whatever the sort and the
 * size of the account, as long as only a state filters a sort by name; else a pass over the
 * account's users. */
bool activity_each(struct db *db, const struct account *a, const struct user_filter *filter,
                   bool (*on_row)(void *ctx, const struct user_row *r, struct err *e), void *ctx,
                   struct err *e);

/* The same, row by row, for whoever cannot take them all at once; a transaction that reads is open
 * for as long. db, a, filter's texts and ctx must live until it is closed. */
struct activity;
bool activity_open(struct activity **out, struct db *db, const struct account *a,
                   const struct user_filter *filter,
                   bool (*on_row)(void *ctx, const struct user_row *r, struct err *e), void *ctx,
                   struct err *e);
/* Gives the next row to on_row; *row false: there was none. */
bool activity_next(struct activity *c, bool *row, struct err *e);
void activity_close(struct activity *c); /* NULL is fine */

/* The row of one user; none when nobody listed has that key. Its day is ISO. */
bool activity_find(struct db *db, const struct account *a, const char *key,
                   bool (*on_row)(void *ctx, const struct user_row *r, struct err *e), void *ctx,
                   struct err *e);

/* How many there are in each state under the filter but for its own state, offset and limit; and
 * how many match with its state. */
struct user_counts {
    int64_t states[STATE_COUNT], matching;
};
bool activity_count(struct db *db, const struct account *a, const struct user_filter *filter,
                    struct user_counts *out, struct err *e);
