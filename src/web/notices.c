#include "web/notices.h"

#include <string.h>

#include "aggregate/runs.h"
#include "alert/facts.h"
#include "alert/options.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "provider/provider.h"
#include "store/grant.h"

enum { TEXT_BYTES_MAX = 4000 };

struct notice {
    const char *severity, *kind;
    const char *label, *href, *act; /* of its action: where to go, or what to do */
};

static void write_notice(struct json_out *w, const struct notice *n, const struct buf *text)
{
    json_object(w, NULL);
    json_text(w, "severity", n->severity);
    json_text(w, "kind", n->kind);
    json_text(w, "text", buf_text(text));
    json_object(w, "action");
    json_text(w, "label", n->label);
    if (n->href)
        json_text(w, "href", n->href);
    if (n->act)
        json_text(w, "kind", n->act);
    json_object_end(w);
    json_object_end(w);
}

static void say_grant(struct json_out *w, const char *severity, const struct buf *text)
{
    const struct notice n = {severity, "grant", "Get Token", NULL, "token"};
    write_notice(w, &n, text);
}

static void about_expiry(struct json_out *w, const struct alert_limits *l, const struct grant *g,
                         int64_t now_ms)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    char at[TIME_TEXT];
    int64_t left_ms = g->refresh_expires_ms - now_ms, days = left_ms / DAY_MS;
    int64_t grade = alert_grant_grade(l, g, now_ms);
    time_format(g->refresh_expires_ms, at);
    if (!grade)
        return;
    if (left_ms <= 0)
        buf_addf(&text, "The grant expired on %.10s. Run Get Token, or nothing is aggregated.", at);
    else
        buf_addf(&text,
                 "The grant expires in %lld day%s, on %.10s. Run Get Token before then, or "
                 "aggregations stop.",
                 (long long)days, days == 1 ? "" : "s", at);
    say_grant(w, grade > 1 ? "bad" : "warn", &text);
}

/* Without one of its scopes a grant reads half of the account. */
static void about_scope(struct json_out *w, const struct provider *p, const struct grant *g)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    const char *scope = NULL, *box = p->missing_scope(g->scopes, &scope);
    if (!box)
        return;
    buf_addf(
        &text,
        "The grant lacks the scope %s. In the %s developer centre, tick %s in the OAuth client. "
        "Then run Get Token again.",
        scope, p->vendor, box);
    say_grant(w, "bad", &text);
}

static bool about_grant(struct exchange *x, const struct asked *a, const struct alert_limits *l,
                        struct err *e)
{
    const struct provider *p;
    bool found;
    CLEANUP(grant_done) struct grant g = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    if (!provider_find(a->connector.provider, &p, e) ||
        !grant_get(x->server->db, a->connector.id, &g, &found, e))
        return false;
    if (found && !g.refused_ms) {
        about_expiry(exchange_json(x), l, &g, exchange_now(x));
        about_scope(exchange_json(x), p, &g);
        return true;
    }
    if (!found)
        buf_adds(&text, "Nobody has granted access. Run Get Token, or nothing is aggregated.");
    else
        buf_addf(&text, "%s no longer takes the grant. Run Get Token again.", p->vendor);
    say_grant(exchange_json(x), "bad", &text);
    return true;
}

static bool about_last_run(struct exchange *x, const struct asked *a, struct err *e)
{
    const struct aggregation_page page = {.limit = 1};
    CLEANUP(aggregation_list_done) struct aggregation_list runs = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    char href[64];
    if (!runs_list(&x->tx, x->server->env->home, &a->connector, &page, &runs, e))
        return false;
    if (!runs.count || strcmp(runs.items[0].status, "failed") != 0 ||
        (aggregation_was_cut(&runs.items[0]) &&
         aggregation_is_followed(&runs.items[0], exchange_now(x))))
        return true;
    bool goes_on = false;
    if (a->connector.active && aggregation_was_cut(&runs.items[0]) &&
        !runs_goes_on(x->server->db, &a->connector, &runs.items[0], exchange_now(x), &goes_on, e))
        return false;
    if (goes_on)
        buf_addf(&text,
                 "Run %lld was cut. It goes on by itself ten minutes after its last sign of life, "
                 "or at once with Aggregate now.",
                 (long long)runs.items[0].id);
    else
        buf_addf(&text, "Run %lld failed: %s.", (long long)runs.items[0].id,
                 runs.items[0].error ? runs.items[0].error : "nothing says why");
    snprintf(href, sizeof href, "/c/%lld/runs/%lld", (long long)a->connector.id,
             (long long)runs.items[0].id);
    const struct notice n = {goes_on ? "warn" : "bad", goes_on ? "cut" : "failed", "Show the run",
                             href, NULL};
    write_notice(exchange_json(x), &n, &text);
    return true;
}

static void about_unknown(struct json_out *w, const struct asked *a, const struct summary *s)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    char href[64], label[64];
    long long unknown = s->states[STATE_UNKNOWN], run = a->account.at.id;
    if (strcmp(a->account.at.status, "incomplete") != 0 && !unknown)
        return;
    if (!unknown) {
        buf_addf(&text, "Run %lld is incomplete. %s", run,
                 a->account.at.error ? a->account.at.error : "Not everything could be read.");
        const struct notice n = {"warn", "incomplete", "Show the runs", NULL, "runs"};
        write_notice(w, &n, &text);
        return;
    }
    buf_addf(&text,
             "Run %lld is incomplete. The history of %lld user%s could not be read; %s unknown, "
             "not inactive.",
             run, unknown, unknown == 1 ? "" : "s", unknown == 1 ? "this one is" : "they are");
    snprintf(href, sizeof href, "/c/%lld/users?state=unknown", (long long)a->connector.id);
    snprintf(label, sizeof label, "Show %lld user%s", unknown, unknown == 1 ? "" : "s");
    const struct notice n = {"warn", "incomplete", label, href, NULL};
    write_notice(w, &n, &text);
}

static void about_prices(struct json_out *w, const struct summary *s)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    long long without = s->without_price;
    if (!without)
        return;
    buf_addf(&text, "%lld subscription%s no price. %s in no sum.", without,
             without == 1 ? " has" : "s have", without == 1 ? "It is" : "They are");
    const struct notice n = {"info", "price", "Enter price", NULL, "price"};
    write_notice(w, &n, &text);
}

/* Of an active connector; the schedule's own page says when its text is not good. */
static void about_age(struct exchange *x, const struct asked *a, const struct alert_limits *l)
{
    CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_BYTES_MAX);
    char at[TIME_TEXT];
    struct err ignored = {0};
    int64_t due_ms = 0, now_ms = exchange_now(x), t_ms = a->account.at.t_ms;
    if (!alert_find_due(x->server->db, a->connector.id, t_ms, &due_ms, &ignored))
        due_ms = 0;
    if (!a->connector.active || !alert_is_stale(l, now_ms, t_ms, due_ms))
        return;
    time_format(t_ms, at);
    buf_addf(&text, "The figures are of %.10s, %lld days ago%s", at,
             (long long)((now_ms - t_ms) / DAY_MS),
             due_ms ? ", although the schedule named a start. Aggregate now, or see in Runs why."
                    : ". Aggregate now, or set a schedule.");
    const struct notice n = {"info", "stale", "Schedule", NULL, "schedule"};
    write_notice(exchange_json(x), &n, &text);
}

static void config_done(struct config **c)
{
    config_free(*c);
}

bool notices_write(struct exchange *x, const struct asked *a, const struct summary *s,
                   struct err *e)
{
    struct json_out *w = exchange_json(x);
    CLEANUP(config_done) struct config *options = NULL;
    if (!alert_options_load(x->server->db, &options, e))
        return false;
    const struct alert_limits limits = alert_limits_of(options);
    json_array(w, "notices");
    if (!about_grant(x, a, &limits, e) || !about_last_run(x, a, e))
        return false;
    about_unknown(w, a, s);
    about_prices(w, s);
    about_age(x, a, &limits);
    json_array_end(w);
    return true;
}
