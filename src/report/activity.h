/* Report users: everyone listed, with state, last activity and seats. */
#pragma once

#include "model/records.h"
#include "report/account.h"
#include "report/people.h"

struct user_row {
    const struct person *person;
    enum last_activity last;
    int64_t last_ms;        /* LAST_MEETING: its start */
    struct civil last_day;  /* LAST_MEETING, LAST_DAY: in the account zone */
    const char *last_text;  /* that day in the language of who granted access; else ISO */
    const char *seats;      /* keys of subscriptions, separated by '\n' */
    const char *seat_names; /* their names */
};
struct user_filter {
    bool has_state;
    enum user_state state;
    const char *seat;   /* key of a subscription; NULL: any or none */
    const char *search; /* in name or e-mail address, whatever the case; NULL: everyone */
    int64_t limit;      /* 0: all */
    const struct date_format *format; /* of last_text; NULL: ISO */
};
/* By name without the blanks it begins with, then key. Texts live until on_row returns. */
bool activity_each(struct db *db, const struct account *a, const struct user_filter *filter,
                   bool (*on_row)(void *ctx, const struct user_row *r, struct err *e), void *ctx,
                   struct err *e);
