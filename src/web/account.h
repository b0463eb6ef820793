/* What the reports' answers are about: a connector and its figures, read in one transaction. */
#pragma once

#include "present/table.h"
#include "report/account.h"
#include "web/exchange.h"

struct asked {
    struct connector connector;
    struct account account;
};
void asked_done(struct asked *a);
/* The connector of the path's first value. ERR_REMOTE, and the answer 404, when nothing has been
 * published of it yet. */
bool asked_account(struct exchange *x, struct asked *a, struct err *e);
/* A month of the query; *out stays when absent. */
bool exchange_month(const struct exchange *x, const char *name, int64_t *out, struct err *e);
