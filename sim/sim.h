/* What the parts of gotosim share: its options, its state behind one lock, and one request. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#include "account.h"
#include "counters.h"
#include "fault.h"
#include "grants.h"
#include "limit.h"
#include "params.h"
#include "reply.h"

struct zone;

enum date_style { DATES_MIXED, DATES_Z, DATES_DOTTED, DATES_OFFSET, DATES_US };
enum sign_in { SIGN_IN_PAGES, SIGN_IN_APPROVE, SIGN_IN_DENY };

enum { REDIRECTS_MAX = 8, FAULT_OPTIONS_MAX = 64, ACCOUNTS_MAX = 20 };

struct options {
    uint16_t port;
    const char *tls_folder; /* NULL: plain HTTP */
    const char *tls_kind;   /* good, expired, wrong-name */
    uint64_t seed;
    size_t users, accounts;
    int64_t now_ms; /* -1: the machine's clock */
    const char *locale, *time_zone, *scopes, *truth_file;
    const char *client_id, *client_secret;
    const char *redirects[REDIRECTS_MAX];
    size_t redirect_count;
    enum sign_in sign_in;
    bool is_admin;
    unsigned limit; /* requests a second and API; 0: off */
    int64_t latency_ms;
    struct grant_rules grants;
    enum date_style dates;
    enum key_style keys;
    unsigned range_days;
    bool page_size_clamped;
    const char *faults[FAULT_OPTIONS_MAX];
    size_t fault_count;
};

struct sim {
    struct options opt;
    char base_url[64];
    pthread_mutex_t lock; /* everything below */
    int64_t clock_offset_ms;
    int64_t start_wall_ms, start_mono_ms;
    struct account account;
    char extra_accounts[ACCOUNTS_MAX][KEY_TEXT];
    struct zone *zone; /* of the granting user: the account zone */
    struct grants grants;
    struct sign_ins *sign_ins;
    struct faults faults;
    struct limit limits[API_COUNT];
    struct counters counters;
    uint64_t incident;
};

int64_t sim_now(const struct sim *s); /* the simulated wall clock, ms */
int64_t mono_now(void);               /* microseconds of real time */
bool sim_is_admin(const struct sim *s, uint32_t person);

struct route;

/* One request, from its first header to the end of its answer. */
struct request {
    struct sim *sim;
    struct server *server;
    struct MHD_Connection *connection;
    const char *method, *path; /* path decoded */
    char *method_text, *path_text;
    const struct route *route; /* NULL: no such route */
    enum api api;
    struct param_list query, form;
    char *segments[2]; /* what stood in the route's {} */
    struct buf body;
    bool body_too_long, answered, counted;
    struct grant_token *token; /* valid, or NULL; only while the lock is held */
    int64_t delay_ms;
    struct reply reply;
    bool dripped;                         /* the next byte is due */
    unsigned endless_held, endless_count; /* bits that no whole byte holds yet */
};

const char *request_header(const struct request *r, const char *name); /* NULL: not sent */

/* The token's person is an administrator, and its scopes say so. */
bool request_is_admin(struct request *r);

/* Writes the reply of a complete request. Takes the lock. */
void route_request(struct request *r);
