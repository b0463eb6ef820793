/* The route table: one row an endpoint; a new endpoint is a row and a handler. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"

struct param_list;
struct request;
struct sim;

enum {
    ROUTE_LIST = 1, /* answers a list, which the fault "empty" may empty */
};

struct route {
    const char *method, *pattern; /* a part "{}" takes any text without a slash */
    enum api api;
    const char *query; /* allowed query parameters, separated by blanks */
    void (*handle)(struct request *r);
    unsigned flags;
};

extern const struct route routes[];
extern const size_t route_count; /* counters have one row more: what no route is for */

/* An HTTP date of the simulated clock, moved by some seconds. */
void request_date(const struct sim *s, int64_t in_s, char *out, size_t size);
/* The body as a form; false: refused and answered. */
bool request_form(struct request *r);
/* Writes 400 and returns false when a name is not allowed, is there twice, or is malformed. */
bool request_params_allowed(struct request *r, const struct param_list *p, const char *allowed);

/* authorize.c */
void handle_authorize(struct request *r);
void handle_sign_in(struct request *r);
void handle_consent(struct request *r);
/* token.c */
void handle_token(struct request *r);
void handle_revoke(struct request *r);
void handle_metadata(struct request *r);
/* admin.c */
void handle_me(struct request *r);
void handle_users(struct request *r);
void handle_user(struct request *r);
void handle_licenses(struct request *r);
void handle_groups(struct request *r);
/* scim.c */
void handle_scim_me(struct request *r);
/* meetings.c */
void handle_own_history(struct request *r);
void handle_organizer_history(struct request *r);
void handle_group_history(struct request *r);
/* control.c */
void handle_control(struct request *r);
void handle_counters(struct request *r);
void handle_truth(struct request *r);
