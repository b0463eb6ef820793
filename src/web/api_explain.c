/* From a figure down to its records. */
#include "base/cleanup.h"
#include "present/explanation.h"
#include "provider/provider.h"
#include "store/price.h"
#include "web/account.h"
#include "web/routes.h"

enum { LIMIT = 100, LIMIT_MAX = 1000 };

static bool read_limit(const struct exchange *x, int64_t *out, struct err *e)
{
    *out = LIMIT;
    return exchange_number(x, "limit", 1, LIMIT_MAX, out, e);
}

bool api_explain_active(struct exchange *x, struct err *e)
{
    const struct provider *p;
    int64_t limit;
    CLEANUP(asked_done) struct asked s = {0};
    CLEANUP(explanation_done) struct explanation it = {0};
    if (!read_limit(x, &limit, e) || !asked_account(x, &s, e) ||
        !provider_find(s.connector.provider, &p, e) ||
        !explanation_active(&it, x->server->db, &s.account, p->date_format(s.account.at.language),
                            limit, e))
        return false;
    explanation_write(exchange_json(x), NULL, &it);
    return true;
}

/* Whatever the path names and the account does not have is not there. */
static bool or_missing(struct exchange *x, bool ok, const struct err *e)
{
    if (!ok && e->kind == ERR_USAGE)
        x->status = 404;
    return ok;
}

bool api_explain_user(struct exchange *x, struct err *e)
{
    int64_t limit;
    CLEANUP(asked_done) struct asked s = {0};
    CLEANUP(free_text) char *key = NULL;
    CLEANUP(explanation_done) struct explanation it = {0};
    if (!read_limit(x, &limit, e) || !asked_account(x, &s, e) ||
        !or_missing(x, user_resolve(x->server->db, &s.account, x->values[1], &key, e), e) ||
        !explanation_user(&it, x->server->db, &s.account, key, limit, e))
        return false;
    explanation_write(exchange_json(x), NULL, &it);
    return true;
}

bool api_explain_cost(struct exchange *x, struct err *e)
{
    int64_t limit, month;
    struct db *db = x->server->db;
    CLEANUP(asked_done) struct asked s = {0};
    CLEANUP(free_text) char *key = NULL;
    CLEANUP(explanation_done) struct explanation it = {0};
    if (!read_limit(x, &limit, e) || !month_parse(x->values[2], &month, e) ||
        !asked_account(x, &s, e) ||
        !or_missing(x, subscription_resolve(db, s.connector.id, x->values[1], &key, e), e) ||
        !explanation_cost(&it, db, &s.account, &(struct cost_place){key, month}, limit, e))
        return false;
    explanation_write(exchange_json(x), NULL, &it);
    return true;
}
