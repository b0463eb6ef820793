/* Who may ask what: names by which the server is called, origins, roles. */
#pragma once

#include "web/exchange.h"

/* The Host header is one of the server's own (against DNS rebinding), the body is not too long, and
 * what would change something comes from the server's own page. Sets x->peer. */
bool guard_check(struct exchange *x, struct err *e);
/* Whoever asks may do this, and brings along the token where something changes. Sets x->role, and
 * in whose name the store is changed. */
bool guard_may(struct exchange *x, const struct route *r, struct err *e);
