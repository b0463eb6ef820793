/* Which users are asked for, as it stands in the query: for the page's list and the file. */
#pragma once

#include "report/activity.h"
#include "web/account.h"

struct users_asked {
    char *state, *seat, *group, *search, *sort, *order; /* the filter borrows them */
    struct user_filter filter;
};
void users_asked_done(struct users_asked *w);
/* Of which connector, and which of its users; dates are in the language of its account. */
bool users_asked(struct exchange *x, struct users_asked *w, struct asked *s, struct err *e);
