/* Test Connection: does the stored grant work, and if not, which step failed and what to do. */
#pragma once

#include "aggregate/session.h"

enum check_result { CHECK_NOT_TRIED, CHECK_OK, CHECK_FAILED };
struct check_step {
    const char *name; /* settings, network, TLS, grant, role and scopes, users, licenses, history */
    enum check_result result;
    char detail[640], next[400];
};
enum { CHECK_STEPS = 8 };
struct check {
    struct check_step steps[CHECK_STEPS];
    struct err err; /* of the step that failed; kind ERR_NONE: all is well */
};
const char *check_step_name(unsigned i); /* i < CHECK_STEPS */
/* Runs the steps in order; one that fails leaves the later ones untried. on_step (may be NULL) is
 * called after each. Stores nothing but a refreshed token, and that it passed. False only for
 * ERR_STOPPED. */
bool check_connection(struct session *s, struct check *out,
                      void (*on_step)(void *ctx, const struct check_step *step), void *ctx,
                      struct err *e);
