/* Users: a page of them as JSON, all that match as CSV. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "present/csv.h"
#include "present/output.h"
#include "present/report_tables.h"
#include "provider/provider.h"
#include "report/groups.h"
#include "web/account.h"
#include "web/routes.h"

enum { LIMIT = 200, LIMIT_MAX = 500 };

/* What is asked for, as it stands in the query. */
struct wanted {
    char *state, *seat, *group, *search, *sort, *order;
    struct user_filter filter;
};

static void wanted_done(struct wanted *w)
{
    free(w->state);
    free(w->seat);
    free(w->group);
    free(w->search);
    free(w->sort);
    free(w->order);
}

static bool parse_state(const char *word, struct user_filter *f, struct err *e)
{
    if (!word)
        return true;
    f->has_state = true;
    for (f->state = STATE_ACTIVE; f->state < STATE_COUNT; f->state++)
        if (strcmp(word, user_state_word(f->state)) == 0)
            return true;
    return err_set(e, ERR_USAGE,
                   "state is one of active, inactive, none, unknown; \"%s\" is none of them", word);
}

static bool parse_order(const char *word, struct user_filter *f, struct err *e)
{
    f->descending = word && strcmp(word, "desc") == 0;
    return !word || f->descending || strcmp(word, "asc") == 0 ||
           err_set(e, ERR_USAGE, "order is asc or desc, not \"%s\"", word);
}

static bool read_wanted(const struct exchange *x, struct wanted *w, struct err *e)
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
    return parse_state(w->state, f, e) && parse_order(w->order, f, e) &&
           (!w->sort || user_sort_parse(w->sort, &f->sort, e));
}

static bool open_users(struct exchange *x, struct wanted *w, struct asked *s, struct err *e)
{
    const struct provider *provider;
    if (!read_wanted(x, w, e) || !asked_account(x, s, e) ||
        !provider_find(s->connector.provider, &provider, e))
        return false;
    w->filter.format = provider->date_format(s->account.at.language);
    return true;
}

static bool add_user(void *ctx, const struct user_row *r, __attribute__((unused)) struct err *e)
{
    users_table_add(ctx, r);
    return true;
}

static void write_named(struct json_out *w, const char *key, const char *name)
{
    json_object(w, NULL);
    json_text(w, "key", key);
    json_text(w, "name", name);
    json_object_end(w);
}

static bool write_group(void *ctx, const char *key, const char *name,
                        __attribute__((unused)) struct err *e)
{
    write_named(ctx, key, name);
    return true;
}

static void write_counts(struct json_out *w, const struct user_counts *c)
{
    int64_t all = 0;
    for (enum user_state s = STATE_ACTIVE; s < STATE_COUNT; s++)
        all += c->states[s];
    json_int(w, "total", c->matching);
    json_object(w, "counts");
    json_int(w, "all", all);
    for (enum user_state s = STATE_ACTIVE; s < STATE_COUNT; s++)
        json_int(w, user_state_word(s), c->states[s]);
    json_object_end(w);
}

/* What the account can be filtered by: with the first page only, it is the same for all. */
static bool write_choices(struct json_out *w, struct db *db, const struct account *a, bool is_first,
                          struct err *e)
{
    if (!is_first) {
        json_null(w, "groups");
        json_null(w, "seats");
        return true;
    }
    json_array(w, "groups");
    if (!groups_each(db, a, write_group, w, e))
        return false;
    json_array_end(w);
    json_array(w, "seats");
    for (size_t i = 0; i < a->figures.count; i++)
        write_named(w, a->figures.items[i].key, a->figures.items[i].name);
    json_array_end(w);
    return true;
}

bool api_users(struct exchange *x, struct err *e)
{
    struct user_counts counts;
    CLEANUP(asked_done) struct asked s = {0};
    CLEANUP(wanted_done) struct wanted wanted = {.filter.limit = LIMIT};
    CLEANUP(table_done) struct table t = REPORT_TABLE("users", users_columns, USERS_COLUMNS);
    struct user_filter *f = &wanted.filter;
    if (!exchange_number(x, "limit", 1, LIMIT_MAX, &f->limit, e) ||
        !exchange_number(x, "offset", 0, INT32_MAX, &f->offset, e) ||
        !open_users(x, &wanted, &s, e) ||
        !activity_count(x->server->db, &s.account, f, &counts, e) ||
        !activity_each(x->server->db, &s.account, f, add_user, &t, e))
        return false;
    struct json_out *w = exchange_json(x);
    const char *language = s.account.at.language;
    json_object(w, NULL);
    write_counts(w, &counts);
    if (!write_choices(w, x->server->db, &s.account, f->offset == 0, e))
        return false;
    json_text(w, "language", *language ? language : NULL);
    output_rows(w, &t);
    json_object_end(w);
    return true;
}

bool api_users_csv(struct exchange *x, struct err *e)
{
    CLEANUP(asked_done) struct asked s = {0};
    CLEANUP(wanted_done) struct wanted wanted = {0};
    CLEANUP(table_done) struct table t = REPORT_TABLE("users", users_columns, USERS_COLUMNS);
    if (!open_users(x, &wanted, &s, e) ||
        !activity_each(x->server->db, &s.account, &wanted.filter, add_user, &t, e))
        return false;
    csv_table(exchange_out(x), &t);
    x->answer->content_type = "text/csv; charset=utf-8; header=present";
    listen_add_header(x->answer, "Content-Disposition", "attachment; filename=\"users.csv\"");
    return true;
}
