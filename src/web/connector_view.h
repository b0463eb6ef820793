/* A connector as the dialog sees it, saved or a draft. */
#pragma once

#include "store/connector.h"
#include "web/exchange.h"

/* The one of the path's first value, drafts too, read on the handle for changes. ERR_USAGE, and the
 * answer 404, when there is none. */
bool view_connector(struct exchange *x, struct connector *out, struct err *e);
/* CONNECTOR of docs/openapi.json as the answer. wait_ms: how long to wait for the URL of a sign-in
 * that has just begun. */
bool view_write(struct exchange *x, int64_t id, int64_t wait_ms, struct err *e);
