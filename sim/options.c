#include "options.h"

#include <stdio.h>
#include <string.h>

#include "base/scan.h"
#include "base/time.h"
#include "base/zone.h"

#include "sim.h"

enum { USERS_MIN = 2, USERS_MAX = 1000000 };

static bool words(const char *value, const char *const *list, unsigned *out)
{
    for (unsigned i = 0; list[i]; i++) {
        if (strcmp(list[i], value) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool set_count(const char *value, int64_t low, int64_t high, int64_t *out)
{
    return parse_int(value, low, high, out);
}

static bool take_port(struct options *o, const char *v)
{
    int64_t n = 0;
    bool good = set_count(v, 0, UINT16_MAX, &n);
    o->port = (uint16_t)n;
    return good;
}

static bool take_tls(struct options *o, const char *v)
{
    o->tls_folder = v;
    return *v != '\0';
}

static bool take_tls_kind(struct options *o, const char *v)
{
    static const char *const kinds[] = {"good", "expired", "wrong-name", NULL};
    unsigned n = 0;
    o->tls_kind = v;
    return words(v, kinds, &n);
}

static bool take_seed(struct options *o, const char *v)
{
    int64_t n = 0;
    bool good = set_count(v, 0, INT64_MAX, &n);
    o->seed = (uint64_t)n;
    return good;
}

static bool take_users(struct options *o, const char *v)
{
    int64_t n = 0;
    bool good = set_count(v, USERS_MIN, USERS_MAX, &n);
    o->users = (size_t)n;
    return good;
}

static bool take_accounts(struct options *o, const char *v)
{
    int64_t n = 0;
    bool good = set_count(v, 1, ACCOUNTS_MAX, &n);
    o->accounts = (size_t)n;
    return good;
}

static bool take_now(struct options *o, const char *v)
{
    return time_parse(v, &o->now_ms) && o->now_ms > 200 * DAY_MS;
}

static bool take_locale(struct options *o, const char *v)
{
    o->locale = v;
    return *v != '\0';
}

static bool take_zone(struct options *o, const char *v)
{
    o->time_zone = v;
    return zone_is_known(v);
}

static bool take_approve(struct options *o, const char *v)
{
    (void)v;
    o->sign_in = SIGN_IN_APPROVE;
    return true;
}

static bool take_deny(struct options *o, const char *v)
{
    (void)v;
    o->sign_in = SIGN_IN_DENY;
    return true;
}

static bool take_client(struct options *o, const char *v)
{
    o->client_id = v;
    return *v != '\0';
}

static bool take_secret(struct options *o, const char *v)
{
    o->client_secret = v;
    return true;
}

static bool take_redirect(struct options *o, const char *v)
{
    if (o->redirect_count == REDIRECTS_MAX)
        return false;
    o->redirects[o->redirect_count++] = v;
    return *v != '\0';
}

static bool take_limit(struct options *o, const char *v)
{
    int64_t n = 0;
    bool good = strcmp(v, "off") == 0 || set_count(v, 1, 100000, &n);
    o->limit = (unsigned)n;
    return good;
}

static bool take_latency(struct options *o, const char *v)
{
    return set_count(v, 0, 600000, &o->latency_ms);
}

static bool take_rotate(struct options *o, const char *v)
{
    static const char *const ways[] = {"never", "always", "repeat", NULL};
    static const enum rotate rotates[] = {ROTATE_NEVER, ROTATE_ALWAYS, ROTATE_REPEAT};
    unsigned n = 0;
    int64_t every = 0;
    if (words(v, ways, &n)) {
        o->grants.rotate = rotates[n];
        return true;
    }
    o->grants.rotate = ROTATE_EVERY;
    bool good = set_count(v, 1, 1000000, &every);
    o->grants.rotate_every = (unsigned)every;
    return good;
}

static bool take_access_ttl(struct options *o, const char *v)
{
    return set_count(v, 1, 100000000, &o->grants.access_ttl_s);
}

static bool take_refresh_ttl(struct options *o, const char *v)
{
    return set_count(v, 1, 100000000, &o->grants.refresh_ttl_s);
}

static bool take_fault(struct options *o, const char *v)
{
    if (o->fault_count == FAULT_OPTIONS_MAX)
        return false;
    o->faults[o->fault_count++] = v; /* read by faults_add(), which says what is wrong */
    if (strcmp(v, "keys=huge") == 0)
        o->keys = KEYS_HUGE; /* keys are made with the account */
    return true;
}

static bool take_truth(struct options *o, const char *v)
{
    o->truth_file = v;
    return *v != '\0';
}

static bool take_role(struct options *o, const char *v)
{
    o->is_admin = strcmp(v, "admin") == 0;
    return o->is_admin || strcmp(v, "user") == 0;
}

static bool take_scopes(struct options *o, const char *v)
{
    o->scopes = v;
    return *v != '\0';
}

bool options_dates(const char *word, enum date_style *out)
{
    static const char *const names[] = {"mixed", "z", "dotted", "offset", "us", NULL};
    unsigned n = 0;
    bool good = words(word, names, &n);
    *out = (enum date_style)n;
    return good;
}

bool options_keys(const char *word, enum key_style *out)
{
    static const char *const names[] = {"mixed", "string", "number", "huge", NULL};
    unsigned n = 0;
    bool good = words(word, names, &n);
    *out = (enum key_style)n;
    return good;
}

static bool take_dates(struct options *o, const char *v)
{
    return options_dates(v, &o->dates);
}

static bool take_keys(struct options *o, const char *v)
{
    return options_keys(v, &o->keys);
}

static bool take_range(struct options *o, const char *v)
{
    int64_t n = 0;
    bool good = set_count(v, 1, 3650, &n);
    o->range_days = (unsigned)n;
    return good;
}

static bool take_page_size(struct options *o, const char *v)
{
    o->page_size_clamped = strcmp(v, "clamp") == 0;
    return o->page_size_clamped || strcmp(v, "400") == 0;
}

static const struct row {
    const char *name, *value; /* value: NULL when it takes none */
    bool (*take)(struct options *o, const char *value);
    const char *help;
} rows[] = {
    {"--port", "N", take_port, "port on 127.0.0.1 and ::1; 0: any (0)"},
    {"--tls", "DIR", take_tls, "HTTPS; the authority's certificate is DIR/ca.pem"},
    {"--tls-cert", "good|expired|wrong-name", take_tls_kind, "the server's certificate (good)"},
    {"--seed", "N", take_seed, "which account is made up (1)"},
    {"--users", "N", take_users, "people in the account, 2 to 1000000 (200)"},
    {"--accounts", "N", take_accounts, "accounts that /me lists; only the first has data (1)"},
    {"--now", "INSTANT", take_now, "start of the clock, as 2026-07-31T12:00:00Z (now)"},
    {"--locale", "LOCALE", take_locale, "language of who signs in (en_US)"},
    {"--time-zone", "ZONE", take_zone, "time zone of who signs in (Europe/Stockholm)"},
    {"--role", "admin|user", take_role, "whether who signs in is an administrator (admin)"},
    {"--scopes", "LIST", take_scopes, "scopes of the client (identity:scim.me identity: collab:)"},
    {"--auto-approve", NULL, take_approve, "no pages: signed in and consented already"},
    {"--deny", NULL, take_deny, "no pages: the person refuses"},
    {"--client-id", "ID", take_client, "(11111111-2222-3333-4444-555555555555)"},
    {"--client-secret", "S", take_secret, "(sim-secret); empty: a public client, PKCE required"},
    {"--redirect-uri", "URI", take_redirect, "may be repeated (http://localhost:8080)"},
    {"--limit", "N|off", take_limit, "requests a second for each API, as capacity too (10)"},
    {"--latency", "MS", take_latency, "each answer takes that much longer (0)"},
    {"--rotate", "never|always|repeat|N", take_rotate,
     "when a refresh gives a new refresh token; repeat: the same again (never)"},
    {"--access-ttl", "S", take_access_ttl, "life of an access token (3600)"},
    {"--refresh-ttl", "S", take_refresh_ttl, "life of a refresh token (2592000)"},
    {"--dates", "mixed|z|dotted|offset|us", take_dates, "forms of the meetings' times (mixed)"},
    {"--keys", "mixed|string|number|huge", take_keys, "forms of keys (mixed)"},
    {"--range-days", "N", take_range, "longest range of a history request (60)"},
    {"--page-size-over", "clamp|400", take_page_size, "what a pageSize over 1000 gets (clamp)"},
    {"--fault", "NAME[=VALUE][:P[:COUNT]]", take_fault, "see sim/README.md; may be repeated"},
    {"--truth", "FILE", take_truth, "write the right answers there"},
};

void options_help(void)
{
    puts("gotosim: a stand-in for GoTo's sign-in service and APIs\n\n"
         "  gotosim --port 8443 --tls /tmp/sim --now 2026-07-31T12:00:00Z --truth truth.json\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char left[64];
        snprintf(left, sizeof left, "%s %s", rows[i].name, rows[i].value ? rows[i].value : "");
        printf("  %-40s %s\n", left, rows[i].help);
    }
}

static const struct row *find(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

static void set_defaults(struct options *o)
{
    *o = (struct options){
        .tls_kind = "good",
        .seed = 1,
        .users = 200,
        .accounts = 1,
        .now_ms = -1,
        .locale = "en_US",
        .time_zone = "Europe/Stockholm",
        .scopes = "identity:scim.me identity: collab:",
        .client_id = "11111111-2222-3333-4444-555555555555",
        .client_secret = "sim-secret",
        .is_admin = true,
        .limit = 10,
        .grants = {.access_ttl_s = 3600, .refresh_ttl_s = 2592000},
        .range_days = 60,
        .page_size_clamped = true,
    };
}

bool options_read(struct options *o, int argc, char **argv, bool *help, struct err *e)
{
    set_defaults(o);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            *help = true;
            return true;
        }
        const struct row *row = find(argv[i]);
        if (!row)
            return err_set(e, ERR_USAGE, "there is no option \"%s\"", argv[i]);
        if (row->value && i + 1 == argc)
            return err_set(e, ERR_USAGE, "%s needs a value: %s", row->name, row->value);
        const char *value = row->value ? argv[++i] : "";
        if (!row->take(o, value))
            return err_set(e, ERR_USAGE, "\"%s\" is not a value of %s: %s", value, row->name,
                           row->value);
    }
    if (o->redirect_count == 0)
        o->redirects[o->redirect_count++] = "http://localhost:8080";
    return true;
}
