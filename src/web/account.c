#include "web/account.h"

#include "aggregate/runs.h"
#include "base/cleanup.h"

void asked_done(struct asked *a)
{
    account_done(&a->account);
    connector_done(&a->connector);
}

bool asked_account(struct exchange *x, struct asked *a, struct err *e)
{
    if (!exchange_connector(x, &a->connector, e))
        return false;
    if (runs_account(&x->tx, x->server->env->home, &a->connector, &a->account, e))
        return true;
    if (e->kind == ERR_REMOTE) /* nothing to report on yet */
        x->status = 404;
    return false;
}

bool exchange_month(const struct exchange *x, const char *name, int64_t *out, struct err *e)
{
    CLEANUP(free_text) char *text = NULL;
    return exchange_parameter(x, name, &text, e) && (!text || month_parse(text, out, e));
}
