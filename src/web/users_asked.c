#include "web/users_asked.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "provider/provider.h"

void users_asked_done(struct users_asked *w)
{
    free(w->state);
    free(w->seat);
    free(w->group);
    free(w->search);
    free(w->sort);
    free(w->order);
}

static bool parse_order(const char *word, struct user_filter *f, struct err *e)
{
    f->descending = word && strcmp(word, "desc") == 0;
    return !word || f->descending || strcmp(word, "asc") == 0 ||
           err_set(e, ERR_USAGE, "order is asc or desc, not \"%s\"", word);
}

static bool read_wanted(const struct exchange *x, struct users_asked *w, struct err *e)
{
    struct user_filter *f = &w->filter;
    if (!exchange_parameter(x, "state", &w->state, e) ||
        !exchange_parameter(x, "seat", &w->seat, e) ||
        !exchange_parameter(x, "group", &w->group, e) ||
        !exchange_parameter(x, "q", &w->search, e) || !exchange_parameter(x, "sort", &w->sort, e) ||
        !exchange_parameter(x, "order", &w->order, e))
        return false;
    f->seat = w->seat;
    f->group = w->group;
    f->search = w->search;
    f->has_state = w->state != NULL;
    return (!w->state || user_state_parse(w->state, &f->state, e)) && parse_order(w->order, f, e) &&
           (!w->sort || user_sort_parse(w->sort, &f->sort, e));
}

bool users_asked(struct exchange *x, struct users_asked *w, struct asked *s, struct err *e)
{
    const struct provider *provider;
    if (!read_wanted(x, w, e) || !asked_account(x, s, e) ||
        !provider_find(s->connector.provider, &provider, e))
        return false;
    w->filter.format = provider->date_format(s->account.at.language);
    return true;
}
