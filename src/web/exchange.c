#include "web/exchange.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/scan.h"
#include "base/xalloc.h"
#include "net/url.h"
#include "store/store.h"

FILE *exchange_out(struct exchange *x)
{
    if (!x->out)
        x->out = open_memstream(&x->text, &x->text_len);
    if (!x->out)
        abort(); /* out of memory, as in xalloc.h */
    return x->out;
}

struct json_out *exchange_json(struct exchange *x)
{
    if (!x->json)
        x->json = json_out_new(exchange_out(x), false);
    return x->json;
}

bool exchange_read(struct exchange *x, struct err *e)
{
    return x->tx.db || tx_begin_read(&x->tx, x->server->db, e);
}

bool exchange_connector(struct exchange *x, struct connector *out, struct err *e)
{
    int64_t id;
    bool found = false;
    if (!exchange_read(x, e))
        return false;
    if (parse_int(x->values[0], 1, INT64_MAX, &id) &&
        !connector_find(x->server->db, id, out, &found, e))
        return false;
    if (found)
        return true;
    x->status = 404;
    err_set(e, ERR_USAGE, "there is no connector %s", x->values[0]);
    return err_next(e, "it may have been removed: see the list of connectors");
}

bool exchange_parameter(const struct exchange *x, const char *name, char **out, struct err *e)
{
    if (!query_get(x->rq->query, name, out, e))
        return false;
    if (*out && !**out) {
        free(*out);
        *out = NULL;
    }
    return true;
}

bool exchange_number(const struct exchange *x, const char *name, int64_t min, int64_t max,
                     int64_t *out, struct err *e)
{
    CLEANUP(free_text) char *text = NULL;
    if (!exchange_parameter(x, name, &text, e))
        return false;
    return !text || parse_int(text, min, max, out) ||
           err_set(e, ERR_USAGE, "%s is a number from %lld to %lld, not \"%s\"", name,
                   (long long)min, (long long)max, text);
}

const char *exchange_token(const struct exchange *x)
{
    return listen_cookie(x->rq, SERVER_COOKIE);
}

int64_t exchange_now(const struct exchange *x)
{
    return clock_wall(x->server->env->clock);
}

bool exchange_audit(struct exchange *x, const char *what, const char *connector, const char *detail,
                    struct err *e)
{
    return audit_add(x->server->env->db, exchange_now(x), what, connector, detail, e);
}
