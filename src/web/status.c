/* For whoever watches the process: does it live, can it answer. */
#include "web/routes.h"

static bool say(struct exchange *x, const char *text)
{
    fputs(text, exchange_out(x));
    x->answer->content_type = "text/plain; charset=utf-8";
    return true;
}

bool api_healthz(struct exchange *x, __attribute__((unused)) struct err *e)
{
    return say(x, "alive\n");
}

bool api_readyz(struct exchange *x, struct err *e)
{
    struct connector_list all = {0};
    if (stop_asked(x->server->env->stop)) {
        return err_set(e, ERR_STOPPED, "the server is stopping");
    }
    /* The store can be read. */
    if (!exchange_read(x, e) || !connector_list(x->server->db, &all, e)) {
        x->status = 503;
        return false;
    }
    connector_list_done(&all);
    return say(x, "ready\n");
}
