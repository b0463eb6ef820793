/* One request and its answer, as a handler sees them. */
#pragma once

#include <stdio.h>

#include "data/json_out.h"
#include "store/connector.h"
#include "web/server.h"

enum { EXCHANGE_VALUES_MAX = 3 };
struct exchange {
    struct server *server;
    const struct listen_request *rq;
    struct listen_answer *answer;
    char peer[TRIES_PEER];             /* who asks: the client's address, or what the proxy says */
    enum role role;                    /* of whoever asks */
    bool is_open;                      /* there is no password, and none is needed */
    char *values[EXCHANGE_VALUES_MAX]; /* what stands at each {} of the route's pattern, decoded */
    /* Of the answer. A handler that fails may set it first, to say more than its error's kind. */
    unsigned status;
    const char *field; /* of an error: the name of what was wrong in the body; may be NULL */
    FILE *out;         /* its body, once exchange_out() was called */
    char *text;
    size_t text_len;
    struct json_out *json;
    struct tx tx; /* that reads, once exchange_read() was called */
};

/* A row of the table of routes. A pattern is a path whose parts may be "{}": any one part. The
 * handler fills the answer, or returns false: the error becomes the answer, unless answer->later is
 * set. */
struct route {
    const char *method, *pattern;
    enum role role; /* the least that whoever asks must have */
    bool (*handler)(struct exchange *x, struct err *e);
};

/* Where the answer's body is written, and a JSON writer on it (ended by the server). */
FILE *exchange_out(struct exchange *x);
struct json_out *exchange_json(struct exchange *x);
/* Everything that is read through x->server->db from here on is of one moment. */
bool exchange_read(struct exchange *x, struct err *e);
/* exchange_read(), and the connector whose number is the path's first value. ERR_USAGE, and the
 * answer 404, when there is none. */
bool exchange_connector(struct exchange *x, struct connector *out, struct err *e);
/* The query's parameter; *out is NULL when it is absent or empty. The caller frees it. */
bool exchange_parameter(const struct exchange *x, const char *name, char **out, struct err *e);
/* The same as a number; *out stays what it is when absent. ERR_USAGE: not within min and max. */
bool exchange_number(const struct exchange *x, const char *name, int64_t min, int64_t max,
                     int64_t *out, struct err *e);
/* What the browser's cookie holds; NULL: none. */
const char *exchange_token(const struct exchange *x);
int64_t exchange_now(const struct exchange *x);
/* A line in the audit log, on the handle for changes. */
bool exchange_audit(struct exchange *x, const char *what, const char *connector, const char *detail,
                    struct err *e);
