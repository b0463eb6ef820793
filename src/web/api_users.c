/* Users: a page of them as JSON. */
#include "base/cleanup.h"
#include "present/output.h"
#include "present/report_tables.h"
#include "report/groups.h"
#include "web/routes.h"
#include "web/users_asked.h"

enum { LIMIT = 200, LIMIT_MAX = 500 };

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

/* What the account can be filtered by: the same for all pages, so only where it is asked for. */
static bool write_choices(struct json_out *w, struct db *db, const struct account *a, bool is_asked,
                          struct err *e)
{
    if (!is_asked) {
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
    CLEANUP(users_asked_done) struct users_asked wanted = {.filter.limit = LIMIT};
    CLEANUP(table_done) struct table t = REPORT_TABLE("users", users_columns, USERS_COLUMNS);
    struct user_filter *f = &wanted.filter;
    int64_t choices = 0;
    if (!exchange_number(x, "limit", 1, LIMIT_MAX, &f->limit, e) ||
        !exchange_number(x, "offset", 0, INT32_MAX, &f->offset, e) ||
        !exchange_number(x, "choices", 0, 1, &choices, e) || !users_asked(x, &wanted, &s, e) ||
        !activity_count(x->server->db, &s.account, f, &counts, e) ||
        !activity_each(x->server->db, &s.account, f, add_user, &t, e))
        return false;
    struct json_out *w = exchange_json(x);
    const char *language = s.account.at.language;
    json_object(w, NULL);
    write_counts(w, &counts);
    if (!write_choices(w, x->server->db, &s.account, choices == 1, e))
        return false;
    json_text(w, "language", *language ? language : NULL);
    output_rows(w, &t);
    json_object_end(w);
    return true;
}
