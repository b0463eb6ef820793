/* /metrics: the figures of each connector, and the server's own counters. No label names a person.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "model/money.h"
#include "present/prometheus.h"
#include "report/summary.h"
#include "store/grant.h"
#include "web/routes.h"

struct figures {
    const char *name;         /* of the connector */
    bool is_active, is_known; /* is_known: something has been published */
    struct summary summary;
    int64_t t_ms, finished_ms, requests, grant_ends_ms; /* 0: not known */
};
struct all_figures {
    struct connector_list connectors;
    struct figures *of;
};

static void all_figures_done(struct all_figures *a)
{
    for (size_t i = 0; a->of && i < a->connectors.count; i++)
        summary_done(&a->of[i].summary);
    free(a->of);
    connector_list_done(&a->connectors);
}

static bool load(struct db *db, const struct connector *c, struct figures *f, struct err *e)
{
    CLEANUP(account_done) struct account a = {0};
    CLEANUP(grant_done) struct grant g = {0};
    bool has_grant;
    f->name = c->name;
    f->is_active = c->active;
    if (!grant_get(db, c->id, &g, &has_grant, e))
        return false;
    f->grant_ends_ms = g.refused_ms ? g.refused_ms : g.refresh_expires_ms;
    f->is_known = account_load(db, c, &a, e);
    if (!f->is_known) {
        if (e->kind != ERR_REMOTE)
            return false;
        err_clear(e);
        return true;
    }
    f->t_ms = a.at.t_ms;
    f->finished_ms = a.at.finished_ms;
    f->requests = a.at.requests;
    return summary_of(&a, &f->summary, e);
}

/* One number of each connector. */
static void write_each(FILE *to, const struct all_figures *a, const char *name, const char *help,
                       int64_t (*number)(const struct figures *f)) /* negative: not known */
{
    prometheus_metric(to, name, "gauge", help);
    for (size_t i = 0; i < a->connectors.count; i++) {
        const struct prometheus_label labels[] = {{"connector", a->of[i].name}, {NULL, NULL}};
        int64_t value = number(&a->of[i]);
        if (value >= 0)
            prometheus_int(to, name, labels, value);
    }
}

static int64_t is_active(const struct figures *f)
{
    return f->is_active;
}
static int64_t without_price(const struct figures *f)
{
    return f->is_known ? f->summary.without_price : -1;
}
static int64_t data_s(const struct figures *f)
{
    return f->is_known ? f->t_ms / SECOND_MS : -1;
}
static int64_t success_s(const struct figures *f)
{
    return f->is_known ? f->finished_ms / SECOND_MS : -1;
}
static int64_t provider_requests(const struct figures *f)
{
    return f->is_known ? f->requests : -1;
}
static int64_t grant_s(const struct figures *f)
{
    return f->grant_ends_ms ? f->grant_ends_ms / SECOND_MS : -1;
}

static void write_users(FILE *to, const struct all_figures *a)
{
    static const char name[] = "seatledger_users";
    prometheus_metric(to, name, "gauge", "Users of the account, by state.");
    for (size_t i = 0; i < a->connectors.count; i++)
        for (enum user_state s = STATE_ACTIVE; a->of[i].is_known && s < STATE_COUNT; s++) {
            const struct prometheus_label labels[] = {
                {"connector", a->of[i].name}, {"state", user_state_word(s)}, {NULL, NULL}};
            prometheus_int(to, name, labels, a->of[i].summary.states[s]);
        }
}

static void write_seats(FILE *to, const struct all_figures *a)
{
    static const char name[] = "seatledger_seats";
    prometheus_metric(to, name, "gauge",
                      "Seats of the enabled subscriptions that have a limit, by kind.");
    for (size_t i = 0; i < a->connectors.count; i++) {
        const struct seat_totals *t = &a->of[i].summary.limited_seats;
        const struct {
            const char *kind;
            int64_t value;
        } kinds[] = {{"purchased", t->purchased},
                     {"assigned", t->assigned},
                     {"invited", t->invited},
                     {"reclaimable", t->reclaimable}};
        for (size_t k = 0; a->of[i].is_known && k < sizeof kinds / sizeof *kinds; k++) {
            const struct prometheus_label labels[] = {
                {"connector", a->of[i].name}, {"kind", kinds[k].kind}, {NULL, NULL}};
            prometheus_int(to, name, labels, kinds[k].value);
        }
    }
}

static void write_money(FILE *to, const struct all_figures *a, const char *name, const char *help,
                        const struct money_list *(*money)(const struct figures *f))
{
    prometheus_metric(to, name, "gauge", help);
    for (size_t i = 0; i < a->connectors.count; i++) {
        const struct money_list *l = money(&a->of[i]);
        for (size_t k = 0; k < l->count; k++) {
            char amount[MONEY_TEXT];
            int digits = currency_digits(l->items[k].currency);
            const struct prometheus_label labels[] = {
                {"connector", a->of[i].name}, {"currency", l->items[k].currency}, {NULL, NULL}};
            money_format(l->items[k].minor, digits > 0 ? digits : 0, amount);
            prometheus_text(to, name, labels, amount);
        }
    }
}

static const struct money_list *cost(const struct figures *f)
{
    return &f->summary.monthly_cost;
}
static const struct money_list *saving(const struct figures *f)
{
    return &f->summary.potential_saving;
}

static void write_server(FILE *to, const struct server *s)
{
    static const char build[] = "seatledger_build_info",
                      requests[] = "seatledger_http_requests_total";
    static const char *const codes[] = {NULL, NULL, "2xx", "3xx", "4xx", "5xx"};
    const struct prometheus_label version[] = {{"version", SEATLEDGER_VERSION}, {NULL, NULL}};
    prometheus_metric(to, build, "gauge", "The version that runs.");
    prometheus_int(to, build, version, 1);
    prometheus_metric(to, requests, "counter", "Requests answered, by the status of the answer.");
    for (size_t i = 2; i < sizeof codes / sizeof *codes; i++) {
        const struct prometheus_label labels[] = {{"code", codes[i]}, {NULL, NULL}};
        prometheus_int(to, requests, labels, (int64_t)s->requests[i]);
    }
}

static void write_all(FILE *to, const struct all_figures *a)
{
    write_each(to, a, "seatledger_connector_active", "1: the connector is active.", is_active);
    write_users(to, a);
    write_seats(to, a);
    write_money(to, a, "seatledger_monthly_cost",
                "Monthly subscription cost, without subscriptions that have no price.", cost);
    write_money(to, a, "seatledger_potential_saving", "What reclaimable seats cost in a month.",
                saving);
    write_each(to, a, "seatledger_subscriptions_without_price",
               "Enabled subscriptions that are in no sum.", without_price);
    write_each(to, a, "seatledger_data_timestamp_seconds", "The instant that the figures are of.",
               data_s);
    write_each(to, a, "seatledger_last_success_timestamp_seconds",
               "When the last aggregation that published ended.", success_s);
    write_each(to, a, "seatledger_last_success_requests", "Requests to the provider that it took.",
               provider_requests);
    write_each(to, a, "seatledger_grant_expires_timestamp_seconds",
               "When Get Token must be run again.", grant_s);
}

bool api_metrics(struct exchange *x, struct err *e)
{
    CLEANUP(all_figures_done) struct all_figures a = {0};
    struct db *db = x->server->db;
    if (!exchange_read(x, e) || !connector_list(db, &a.connectors, e))
        return false;
    a.of = xcalloc(a.connectors.count + 1, sizeof *a.of);
    for (size_t i = 0; i < a.connectors.count; i++)
        if (!load(db, &a.connectors.items[i], &a.of[i], e))
            return false;
    write_server(exchange_out(x), x->server);
    write_all(exchange_out(x), &a);
    x->answer->content_type = "text/plain; version=0.0.4; charset=utf-8";
    return true;
}
