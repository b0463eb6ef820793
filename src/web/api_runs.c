/* Aggregations: a page of them, and one with what it found otherwise and could not read. */
#include <stdlib.h>
#include <string.h>

#include "aggregate/runs.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "present/output.h"
#include "present/runs.h"
#include "report/unread.h"
#include "web/routes.h"

enum { LIMIT = 50, LIMIT_MAX = 500, PEOPLE_LIMIT = 100 };

static bool goes_on_of(struct exchange *x, const struct connector *c, const struct aggregation *a,
                       bool *goes_on, struct err *e)
{
    return runs_goes_on(x->server->db, c, a, exchange_now(x), goes_on, e);
}

bool api_runs(struct exchange *x, struct err *e)
{
    struct aggregation_page page = {.limit = LIMIT};
    CLEANUP(free_text) char *status = NULL;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(aggregation_list_done) struct aggregation_list runs = {0};
    CLEANUP(table_done)
    struct table t = {
        .name = "aggregations", .columns = runs_columns, .column_count = RUNS_COLUMNS};
    /* Only the last that did more than fail does. */
    bool goes_on, may_go_on = true;
    if (!exchange_number(x, "limit", 1, LIMIT_MAX, &page.limit, e) ||
        !exchange_number(x, "before", 1, INT64_MAX, &page.before, e) ||
        !exchange_parameter(x, "status", &status, e) || !exchange_connector(x, &c, e))
        return false;
    size_t shown = (size_t)page.limit++; /* one more tells whether there are more */
    page.status = status;
    if (!runs_list(&x->tx, x->server->env->home, &c, &page, &runs, e))
        return false;
    for (size_t i = 0; i < runs.count && i < shown; i++) {
        const struct aggregation *a = &runs.items[i];
        goes_on = false;
        may_go_on = may_go_on && strcmp(a->status, "failed") == 0;
        if ((may_go_on && !goes_on_of(x, &c, a, &goes_on, e)) ||
            !runs_table_add(&t, x->server->db, a, goes_on, e))
            return false;
        may_go_on = may_go_on && !goes_on;
    }
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    output_rows(w, &t);
    json_bool(w, "more", runs.count > shown);
    json_object_end(w);
    return true;
}

static bool find_run(struct exchange *x, const struct connector *c, struct aggregation_list *out,
                     struct err *e)
{
    int64_t id = 0;
    bool is_id = parse_int(x->values[1], 1, INT64_MAX - 1, &id);
    const struct aggregation_page page = {.before = id + 1, .limit = 1};
    if (is_id && !runs_list(&x->tx, x->server->env->home, c, &page, out, e))
        return false;
    if (is_id && out->count && out->items[0].id == id)
        return true;
    x->status = 404;
    err_set(e, ERR_USAGE, "%s has no run %s", c->name, x->values[1]);
    return err_next(e, "see the list of its runs");
}

static void write_members(struct json_out *w, const struct table *t)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (t->columns[i].key)
            output_cell(w, t->columns[i].key, &t->cells[i]);
}

static void write_differences(struct json_out *w, const struct run_tables *t)
{
    if (!t->has_differences) {
        json_null(w, "differences");
        return;
    }
    json_object(w, "differences");
    json_int(w, "to", t->differences.previous);
    for (enum difference d = DIFFERENCE_JOINED; d < DIFFERENCE_COUNT; d++)
        json_int(w, difference_word(d), difference_total(&t->differences, d));
    json_int(w, "seats_bought", t->differences.seats_bought);
    json_int(w, "subscriptions_changed", t->differences.subscriptions);
    json_object_end(w);
}

static bool write_unread(void *ctx, const char *what, const char *reason, int64_t count,
                         __attribute__((unused)) struct err *e)
{
    struct json_out *w = ctx;
    json_object(w, NULL);
    json_text(w, "what", what);
    json_text(w, "reason", reason);
    json_int(w, "users", count);
    json_object_end(w);
    return true;
}

bool api_run(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(aggregation_list_done) struct aggregation_list runs = {0};
    CLEANUP(run_tables_done) struct run_tables t = {0};
    bool goes_on;
    if (!exchange_connector(x, &c, e) || !find_run(x, &c, &runs, e) ||
        !goes_on_of(x, &c, &runs.items[0], &goes_on, e) ||
        !run_tables_load(&t, x->server->db, &runs.items[0], goes_on, PEOPLE_LIMIT, e))
        return false;
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    write_members(w, &t.run);
    json_array(w, "incomplete");
    if (!unread_each(x->server->db, &runs.items[0], write_unread, w, e))
        return false;
    json_array_end(w);
    write_differences(w, &t);
    output_rows(w, &t.people);
    output_rows(w, &t.subscriptions);
    json_object_end(w);
    return true;
}
