/* From a request to its answer: the checks, the table of routes, the handler, the answer's form. */
#pragma once

#include "web/exchange.h"

/* The listen_handler of the server; ctx is the struct server. */
void answer_request(void *ctx, const struct listen_request *rq, struct listen_answer *a);
