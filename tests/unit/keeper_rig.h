/* A home with one connector that has a grant, and a keeper of it; each test has its own. */
#pragma once

#include "test.h"
#include "fake_http.h"
#include "temporary.h"

#include "auth/keeper.h"
#include "base/cleanup.h"
#include "base/xalloc.h"
#include "store/connector.h"
#include "store/store.h"

#define NOW_MS INT64_C(1785499200000)
#define HOUR_MS INT64_C(3600000)

static const struct option_def options[] = {
    {.key = "authorize_url", .type = OPT_URL, .def = "https://auth.example/authorize", .help = "x"},
    {.key = "token_url", .type = OPT_URL, .def = "https://auth.example/token", .help = "x"},
    {.key = "revoke_url", .type = OPT_URL, .def = "https://auth.example/revoke", .help = "x"},
    {.key = "client_id", .type = OPT_TEXT, .def = "id", .help = "x"},
    {.key = "redirect_uri", .type = OPT_REDIRECT, .def = "http://localhost:8080", .help = "x"},
    {.key = NULL},
};

/* Static, since the fakes look at it. */
static struct rig {
    struct temporary folder;
    struct db *db;
    struct vault *vault;
    struct config *config;
    struct clock clock;
    int64_t now_ms, waited_ms, connector;
    void (*while_waiting)(void);
    struct stop stop;
    struct keeper keeper;
} rig;

static inline int64_t rig_now(void *ctx)
{
    (void)ctx;
    return rig.now_ms;
}

static inline bool rig_wait(void *ctx, int64_t ms, const struct stop *stop)
{
    (void)ctx;
    rig.now_ms += ms;
    rig.waited_ms += ms;
    if (rig.while_waiting)
        rig.while_waiting();
    return !stop_asked(stop);
}

static inline struct secret secret_of(const char *text)
{
    struct secret s = SECRET_INIT;
    secret_set(&s, text, strlen(text));
    return s;
}

static inline void seal(const char *name, const char *text)
{
    struct err e = {0};
    CLEANUP(secret_done) struct secret s = secret_of(text);
    assert_ok(vault_put(rig.vault, rig.db, rig.connector, name, &s, &e), e);
}

static inline void assert_sealed(const char *name, const char *text)
{
    struct err e = {0};
    bool found = false;
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    assert_ok(vault_get(rig.vault, rig.db, rig.connector, name, &s, &found, &e), e);
    assert_int_equal(found, text != NULL);
    if (text)
        assert_string_equal(secret_reveal(&s), text);
}

static inline struct grant grant_of(int64_t access_expires_ms)
{
    return (struct grant){.user_key = xstrdup("u1"),
                          .user_name = xstrdup("Ada"),
                          .user_email = xstrdup("ada@example.com"),
                          .is_admin = true,
                          .granted_ms = NOW_MS,
                          .scopes = xstrdup("identity: collab:"),
                          .account_key = xstrdup("a1"),
                          .account_name = xstrdup("Example"),
                          .access_expires_ms = access_expires_ms,
                          .refresh_expires_ms = NOW_MS + GRANT_LIFE_MS};
}

static inline void put_grant(int64_t access_expires_ms, const char *access)
{
    struct err e = {0};
    CLEANUP(grant_done) struct grant g = grant_of(access_expires_ms);
    assert_ok(grant_put(rig.db, rig.connector, &g, &e), e);
    seal("access_token", access);
}

static inline struct grant stored_grant(void)
{
    struct err e = {0};
    struct grant g = {0};
    bool found = false;
    assert_ok(grant_get(rig.db, rig.connector, &g, &found, &e), e);
    assert_true(found);
    return g;
}

static inline struct keeper keeper_of(void)
{
    return (struct keeper){.db = rig.db,
                           .vault = rig.vault,
                           .config = rig.config,
                           .clock = &rig.clock,
                           .stop = &rig.stop,
                           .home = rig.folder.path,
                           .connector = rig.connector,
                           .secret_of = rig.connector,
                           .name = "acme",
                           .renewed = PTHREAD_COND_INITIALIZER};
}

static inline int set_up(void **state)
{
    struct err e = {0};
    (void)state;
    fake_reset();
    rig = (struct rig){.folder = temporary_make(), .now_ms = NOW_MS};
    rig.clock = (struct clock){rig_now, rig_now, rig_wait, NULL};
    CLEANUP(free_text) char *file = temporary_path(&rig.folder, "ledger.db");
    assert_ok(store_open(&rig.db, file, &e), e);
    assert_ok(connector_add(rig.db, "acme", "gotomeeting", true, 0, &rig.connector, &e), e);
    assert_ok(vault_open(&rig.vault, rig.folder.path, &e), e);
    rig.config = config_new(options);
    seal("client_secret", "cs");
    put_grant(NOW_MS + HOUR_MS, "at1");
    seal("refresh_token", "rt1");
    rig.keeper = keeper_of();
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    keeper_done(&rig.keeper);
    config_free(rig.config);
    vault_close(rig.vault);
    db_close(rig.db);
    temporary_remove(&rig.folder);
    return 0;
}

static inline void assert_token(bool refused, const char *text)
{
    struct err e = {0};
    const struct secret *token = NULL;
    assert_ok(keeper_token(&rig.keeper, refused, NULL, &token, &e), e);
    assert_string_equal(secret_reveal(token), text);
}

static inline void assert_no_token(bool refused, enum err_kind kind, const char *words,
                                   const char *next)
{
    struct err e = {0};
    const struct secret *token = NULL;
    assert_false(keeper_token(&rig.keeper, refused, NULL, &token, &e));
    assert_err(e, kind, words);
    if (!strstr(e.next, next))
        fail_msg("no \"%s\" in \"%s\"", next, e.next);
    assert_null(strstr(e.msg, "rt1"));
}

#define KEPT(rule) cmocka_unit_test_setup_teardown(rule, set_up, tear_down)
