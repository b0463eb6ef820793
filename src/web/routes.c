#include "web/routes.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/url.h"

#define API "/api/v1"
#define CONNECTOR API "/connectors/{}"

static const struct route open_routes[] = {
    {"GET", "/healthz", ROLE_NONE, api_healthz},
    {"GET", "/readyz", ROLE_NONE, api_readyz},
    {"GET", "/metrics", ROLE_VIEWER, api_metrics},
    {"GET", API "/session", ROLE_NONE, api_session_get},
    {"POST", API "/session", ROLE_NONE, api_session_post},
    {"DELETE", API "/session", ROLE_VIEWER, api_session_delete},
    {NULL, NULL, ROLE_NONE, NULL},
};

static const struct route read_routes[] = {
    {"GET", API "/providers", ROLE_VIEWER, api_providers},
    {"GET", API "/audit", ROLE_VIEWER, api_audit},
    {"GET", API "/connectors", ROLE_VIEWER, api_connectors},
    {"GET", CONNECTOR "/summary", ROLE_VIEWER, api_summary},
    {"GET", CONNECTOR "/subscriptions", ROLE_VIEWER, api_subscriptions},
    {"GET", CONNECTOR "/cost", ROLE_VIEWER, api_cost},
    {"GET", CONNECTOR "/trend", ROLE_VIEWER, api_trend},
    {"GET", CONNECTOR "/overview", ROLE_VIEWER, api_overview},
    {"GET", CONNECTOR "/users", ROLE_VIEWER, api_users},
    {"GET", CONNECTOR "/users.csv", ROLE_VIEWER, api_users_csv},
    {"GET", CONNECTOR "/users/{}", ROLE_VIEWER, api_explain_user},
    {"GET", CONNECTOR "/explain/active", ROLE_VIEWER, api_explain_active},
    {"GET", CONNECTOR "/explain/cost/{}/{}", ROLE_VIEWER, api_explain_cost},
    {"GET", CONNECTOR "/runs", ROLE_VIEWER, api_runs},
    {"GET", CONNECTOR "/runs/{}", ROLE_VIEWER, api_run},
    {NULL, NULL, ROLE_NONE, NULL},
};

static const struct route connector_routes[] = {
    {"POST", API "/connectors", ROLE_ADMINISTRATOR, api_draft_new},
    {"POST", CONNECTOR "/draft", ROLE_ADMINISTRATOR, api_draft_of},
    {"GET", CONNECTOR, ROLE_ADMINISTRATOR, api_connector},
    {"PUT", CONNECTOR, ROLE_ADMINISTRATOR, api_connector_put},
    {"POST", CONNECTOR "/save", ROLE_ADMINISTRATOR, api_connector_save},
    {"DELETE", CONNECTOR, ROLE_ADMINISTRATOR, api_connector_delete},
    {"DELETE", CONNECTOR "/data", ROLE_ADMINISTRATOR, api_connector_delete_data},
    {"POST", CONNECTOR "/token", ROLE_ADMINISTRATOR, api_token_begin},
    {"POST", CONNECTOR "/token/paste", ROLE_ADMINISTRATOR, api_token_paste},
    {"POST", CONNECTOR "/token/account", ROLE_ADMINISTRATOR, api_token_account},
    {"DELETE", CONNECTOR "/token", ROLE_ADMINISTRATOR, api_token_cancel},
    {"POST", CONNECTOR "/test", ROLE_ADMINISTRATOR, api_test_begin},
    {"DELETE", CONNECTOR "/test", ROLE_ADMINISTRATOR, api_test_cancel},
    {"GET", CONNECTOR "/aggregation", ROLE_VIEWER, api_aggregation},
    {"POST", CONNECTOR "/aggregation", ROLE_ADMINISTRATOR, api_aggregation_begin},
    {"DELETE", CONNECTOR "/aggregation", ROLE_ADMINISTRATOR, api_aggregation_cancel},
    {"GET", CONNECTOR "/schedule", ROLE_VIEWER, api_schedule},
    {"PUT", CONNECTOR "/schedule", ROLE_ADMINISTRATOR, api_schedule_put},
    {"DELETE", CONNECTOR "/schedule", ROLE_ADMINISTRATOR, api_schedule_delete},
    {"POST", API "/schedules/preview", ROLE_ADMINISTRATOR, api_schedule_preview},
    {"GET", CONNECTOR "/prices", ROLE_VIEWER, api_prices},
    {"POST", CONNECTOR "/prices", ROLE_ADMINISTRATOR, api_price_add},
    {"POST", CONNECTOR "/prices/preview", ROLE_ADMINISTRATOR, api_price_preview},
    {"DELETE", CONNECTOR "/prices/{}/{}", ROLE_ADMINISTRATOR, api_price_remove},
    {"POST", API "/aggregations", ROLE_ADMINISTRATOR, api_aggregations_begin},
    {"GET", API "/alerts", ROLE_VIEWER, api_alerts},
    {"PUT", API "/alerts", ROLE_ADMINISTRATOR, api_alerts_put},
    {"PUT", API "/alerts/thresholds", ROLE_ADMINISTRATOR, api_alerts_thresholds},
    {"POST", API "/alerts/test", ROLE_ADMINISTRATOR, api_alerts_test},
    {NULL, NULL, ROLE_NONE, NULL},
};

const struct route *const all_routes[] = {open_routes, read_routes, connector_routes, NULL};

/* The page's own: its files, and its routes, which are answered with index.html. */
static const struct route page_route = {"GET", "/", ROLE_NONE, page_file};

enum { PART_BYTES_MAX = 1024 };

static void forget(struct exchange *x)
{
    for (size_t i = 0; i < EXCHANGE_VALUES_MAX; i++) {
        free(x->values[i]);
        x->values[i] = NULL;
    }
}

/* path is as it was sent: a "%2F" is no end of a part. */
static bool matches(struct exchange *x, const char *pattern, const char *path)
{
    size_t count = 0;
    while (*pattern == '/' && *path == '/') {
        size_t wanted = strcspn(++pattern, "/"), given = strcspn(++path, "/");
        if (wanted == 2 && strncmp(pattern, "{}", 2) == 0) {
            struct buf part = BUF_INIT(PART_BYTES_MAX);
            bool ok = given && count < EXCHANGE_VALUES_MAX && url_add_unescaped(&part, path, given);
            if (ok)
                x->values[count++] = buf_take(&part);
            buf_done(&part);
            if (!ok)
                return false;
        } else if (wanted != given || strncmp(pattern, path, given) != 0) {
            return false;
        }
        pattern += wanted;
        path += given;
    }
    return !*pattern && !*path;
}

static bool is_method(const struct exchange *x, const char *method)
{
    return strcmp(x->rq->method, method) == 0 ||
           (strcmp(x->rq->method, "HEAD") == 0 && strcmp(method, "GET") == 0);
}

bool route_find(struct exchange *x, const struct route **out, struct err *e)
{
    bool is_known = false;
    for (const struct route *const *rows = x->server->routes; *rows; rows++)
        for (const struct route *r = *rows; r->method; r++) {
            if (matches(x, r->pattern, x->rq->raw_path)) {
                is_known = true;
                *out = r;
                if (is_method(x, r->method))
                    return true;
            }
            forget(x);
        }
    bool is_api = strncmp(x->rq->raw_path, "/api/", 5) == 0;
    if (!is_known && !is_api && is_method(x, "GET")) {
        *out = &page_route;
        return true;
    }
    x->status = is_known ? 405 : 404;
    return is_known ? err_set(e, ERR_USAGE, "%s is not for %s", x->rq->path, x->rq->method)
                    : err_set(e, ERR_USAGE, "there is nothing at %s", x->rq->path);
}
