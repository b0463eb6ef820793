#include "web/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "web/guard.h"
#include "web/routes.h"
#include "web/words.h"

static unsigned status_of(enum err_kind kind)
{
    switch (kind) {
    case ERR_USAGE:
        return 400;
    case ERR_AUTH:
        return 401;
    case ERR_BUSY:
        return 409;
    case ERR_REMOTE:
        return 502;
    case ERR_LIMIT:
    case ERR_RETRY:
    case ERR_STOPPED:
        return 503;
    case ERR_LOCAL:
    case ERR_NONE:
        return 500;
    }
    return 500;
}

/* Nothing of what the handler began to write is kept. */
static void drop_body(struct exchange *x)
{
    if (x->json)
        json_out_end(x->json);
    if (x->out)
        fclose(x->out);
    free(x->text);
    x->json = NULL;
    x->out = NULL;
    x->text = NULL;
}

/* The error becomes the body. */
static void fail(struct exchange *x, const struct err *e)
{
    drop_body(x);
    if (x->status < 400)
        x->status = status_of(e->kind);
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    json_object(w, "error");
    json_text(w, "kind", e->kind == ERR_STOPPED ? "busy" : err_kind_name(e->kind));
    json_text(w, "message", e->msg);
    CLEANUP(buf_done) struct buf next = BUF_INIT(2000);
    words_for_page(&next, e->next);
    json_text(w, "next", next.len ? buf_text(&next) : NULL);
    if (x->field)
        json_text(w, "field", x->field);
    json_object_end(w);
    json_object_end(w);
}

/* The body goes over to the answer. */
static void finish(struct exchange *x)
{
    struct listen_answer *a = x->answer;
    bool is_json = x->json != NULL;
    a->status = x->status;
    if (is_json && !json_out_end(x->json))
        abort(); /* a handler wrote what is no JSON document */
    x->json = NULL;
    if (x->out) {
        fclose(x->out);
        a->body = MOVE(x->text);
        a->body_len = x->text_len;
        x->out = NULL;
    }
    if (is_json || !a->content_type)
        a->content_type = "application/json";
    if (!a->fixed)
        listen_add_header(a, "Cache-Control", "no-store");
}

/* It is called again, and begins anew. */
static bool waits(struct exchange *x)
{
    if (!x->answer->later.ctx)
        return false;
    drop_body(x);
    return true;
}

static bool handle(struct exchange *x, struct err *e)
{
    const struct route *route = NULL;
    return guard_check(x, e) && route_find(x, &route, e) && guard_may(x, route, e) &&
           route->handler(x, e);
}

void answer_request(void *ctx, const struct listen_request *rq, struct listen_answer *a)
{
    struct server *s = ctx;
    struct exchange x = {.server = s, .rq = rq, .answer = a, .status = 200};
    struct err e = {0};
    int64_t began_ms = clock_mono(s->env->clock);
    bool ok = handle(&x, &e);
    tx_done(&x.tx);
    bool is_later = waits(&x);
    if (!ok && !is_later)
        fail(&x, &e);
    for (size_t i = 0; i < EXCHANGE_VALUES_MAX; i++)
        free(x.values[i]);
    if (is_later)
        return;
    finish(&x);
    s->requests[a->status / 100 < 6 ? a->status / 100 : 5]++;
    if (a->status >= 500 && e.kind != ERR_NONE)
        log_line(s->env->log, LOG_ERROR, "request_failed", "path=\"%s\" kind=%s msg=\"%s\"",
                 rq->path, err_kind_name(e.kind), e.msg);
    log_line(s->env->log, LOG_DEBUG, "request", "method=%s path=\"%s\" status=%u ms=%lld peer=%s",
             rq->method, rq->path, a->status, (long long)(clock_mono(s->env->clock) - began_ms),
             x.peer);
}
