#include "test.h"
#include "fake_http.h"
#include "temporary.h"

#include <semaphore.h>
#include <sys/stat.h>

#include "auth/keeper.h"
#include "base/cleanup.h"
#include "base/file.h"
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

/* ---- a home with one connector that has a grant; static, since the fakes look at it ---- */

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

static int64_t rig_now(void *ctx)
{
    (void)ctx;
    return rig.now_ms;
}

static bool rig_wait(void *ctx, int64_t ms, const struct stop *stop)
{
    (void)ctx;
    rig.now_ms += ms;
    rig.waited_ms += ms;
    if (rig.while_waiting)
        rig.while_waiting();
    return !stop_asked(stop);
}

static struct secret secret_of(const char *text)
{
    struct secret s = SECRET_INIT;
    secret_set(&s, text, strlen(text));
    return s;
}

static void seal(const char *name, const char *text)
{
    struct err e = {0};
    CLEANUP(secret_done) struct secret s = secret_of(text);
    assert_ok(vault_put(rig.vault, rig.db, rig.connector, name, &s, &e), e);
}

static void assert_sealed(const char *name, const char *text)
{
    struct err e = {0};
    bool found = false;
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    assert_ok(vault_get(rig.vault, rig.db, rig.connector, name, &s, &found, &e), e);
    assert_int_equal(found, text != NULL);
    if (text)
        assert_string_equal(secret_reveal(&s), text);
}

static struct grant grant_of(int64_t access_expires_ms)
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

static void put_grant(int64_t access_expires_ms, const char *access)
{
    struct err e = {0};
    CLEANUP(grant_done) struct grant g = grant_of(access_expires_ms);
    assert_ok(grant_put(rig.db, rig.connector, &g, &e), e);
    seal("access_token", access);
}

static struct grant stored_grant(void)
{
    struct err e = {0};
    struct grant g = {0};
    bool found = false;
    assert_ok(grant_get(rig.db, rig.connector, &g, &found, &e), e);
    assert_true(found);
    return g;
}

static struct keeper keeper_of(void)
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

static int set_up(void **state)
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

static int tear_down(void **state)
{
    (void)state;
    keeper_done(&rig.keeper);
    config_free(rig.config);
    vault_close(rig.vault);
    db_close(rig.db);
    temporary_remove(&rig.folder);
    return 0;
}

static void assert_token(bool refused, const char *text)
{
    struct err e = {0};
    const struct secret *token = NULL;
    assert_ok(keeper_token(&rig.keeper, refused, NULL, &token, &e), e);
    assert_string_equal(secret_reveal(token), text);
}

static void assert_no_token(bool refused, enum err_kind kind, const char *words, const char *next)
{
    struct err e = {0};
    const struct secret *token = NULL;
    assert_false(keeper_token(&rig.keeper, refused, NULL, &token, &e));
    assert_err(e, kind, words);
    if (!strstr(e.next, next))
        fail_msg("no \"%s\" in \"%s\"", next, e.next);
    assert_null(strstr(e.msg, "rt1"));
}

/* ---- when ---- */

TEST(a_token_that_is_still_good_is_handed_out_unasked)
{
    assert_token(false, "at1");
    rig.now_ms = NOW_MS + HOUR_MS - 60001;
    assert_token(false, "at1");
    assert_int_equal(fake.asked, 0);
}

TEST(a_token_is_refreshed_60_seconds_before_its_end)
{
    rig.now_ms = NOW_MS + HOUR_MS - 60000;
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
    assert_token(false, "at2");
    assert_string_equal(fake.form, "grant_type=refresh_token&refresh_token=rt1");
    assert_token(false, "at2");
    assert_int_equal(fake.asked, 1);
    assert_int_equal(rig.keeper.refreshes, 1);
    assert_sealed("access_token", "at2");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.access_expires_ms, rig.now_ms + HOUR_MS);
}

TEST(a_refused_token_is_refreshed_once)
{
    assert_token(false, "at1");
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
    assert_token(true, "at2");
    assert_token(false, "at2");
    assert_int_equal(fake.asked, 1);
}

TEST(a_refresh_that_failed_is_tried_again_at_the_next_call)
{
    assert_token(false, "at1");
    fake_says(503, "");
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}");
    assert_no_token(true, ERR_RETRY, "the refresh of the token", "again");
    assert_token(false, "at2");
}

TEST(a_token_that_lives_shorter_than_a_minute_is_not_refreshed_at_every_call)
{
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"expires_in\":20}");
    assert_token(true, "at2");
    rig.now_ms += 9000;
    assert_token(false, "at2");
    assert_int_equal(fake.asked, 1);
    fake_says(200, "{\"access_token\":\"at3\",\"token_type\":\"Bearer\",\"expires_in\":20}");
    rig.now_ms += 1000;
    assert_token(false, "at3");
}

/* ---- which refresh token ---- */

TEST(an_answer_without_a_refresh_token_keeps_the_old)
{
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}");
    assert_token(true, "at2");
    assert_sealed("refresh_token", "rt1");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refresh_expires_ms, NOW_MS + GRANT_LIFE_MS);
}

TEST(the_same_refresh_token_again_does_not_prolong_the_grant)
{
    rig.now_ms += DAY_MS;
    fake_says(200,
              "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt1\"}");
    assert_token(false, "at2");
    assert_sealed("refresh_token", "rt1");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refresh_expires_ms, NOW_MS + GRANT_LIFE_MS);
}

TEST(a_rotated_refresh_token_is_in_the_database_before_its_access_token_is_handed_out)
{
    rig.now_ms += DAY_MS;
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt2\","
                   "\"scope\":\"identity:\"}");
    assert_token(false, "at2");
    struct err e = {0};
    CLEANUP(free_text) char *file = temporary_path(&rig.folder, "ledger.db");
    struct db *mine = rig.db;
    assert_ok(db_open(&rig.db, file, &e), e); /* as another process sees it */
    assert_sealed("refresh_token", "rt2");
    assert_sealed("access_token", "at2");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refresh_expires_ms, NOW_MS + DAY_MS + GRANT_LIFE_MS);
    assert_string_equal(g.scopes, "identity:");
    db_close(rig.db);
    rig.db = mine;
}

TEST(no_token_is_spent_when_the_store_cannot_take_its_successor)
{
    struct err e = {0};
    assert_token(false, "at1");
    assert_ok(db_exec(rig.db, "PRAGMA query_only = 1", &e), e);
    assert_no_token(true, ERR_LOCAL, "", "");
    assert_int_equal(fake.asked, 0);
}

static void make_read_only(void)
{
    struct err e = {0};
    assert_ok(db_exec(rig.db, "PRAGMA query_only = 1", &e), e);
}

TEST(a_token_that_could_not_be_stored_is_not_used)
{
    struct err e = {0};
    fake_add((struct fake_answer){
        .status = 200,
        .body = "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt2\"}",
        .meanwhile = make_read_only});
    assert_no_token(true, ERR_LOCAL, "", "");
    assert_string_equal(secret_reveal(&rig.keeper.access), "at1");
    assert_ok(db_exec(rig.db, "PRAGMA query_only = 0", &e), e);
    assert_sealed("access_token", "at1");
    assert_sealed("refresh_token", "rt1");
}

/* ---- when a person is needed ---- */

TEST(a_revoked_grant_asks_for_a_new_sign_in)
{
    fake_says(400, "{\"error\":\"invalid_grant\",\"error_description\":\"rt1 is revoked\"}");
    assert_no_token(true, ERR_AUTH, "the grant of acme has been revoked or has expired",
                    "seatledger token get acme");
    assert_true(rig.keeper.is_over);
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refused_ms, NOW_MS); /* `token show` knows it too */
}

TEST(a_refusal_is_kept_from_its_first_time_and_forgotten_with_the_next_token)
{
    static const char no[] = "{\"error\":\"invalid_grant\"}";
    fake_says(400, no);
    fake_says(400, no);
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}");
    assert_no_token(true, ERR_AUTH, "revoked", "");
    rig.now_ms += DAY_MS;
    assert_no_token(true, ERR_AUTH, "revoked", "");
    CLEANUP(grant_done) struct grant refused = stored_grant();
    assert_int_equal(refused.refused_ms, NOW_MS);
    assert_token(true, "at2");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refused_ms, 0);
}

TEST(a_wrong_client_secret_is_not_called_a_revoked_grant)
{
    fake_says(401, "{\"error\":\"invalid_client\"}");
    assert_no_token(true, ERR_LOCAL, "Client Secret", "--client-secret-file");
}

TEST(without_a_grant_nothing_is_asked)
{
    struct err e = {0};
    assert_ok(grant_remove(rig.db, rig.connector, &e), e);
    assert_no_token(false, ERR_AUTH, "acme has no grant yet", "seatledger token get acme");
}

/* ---- one process at a time ---- */

static struct file_lock other; /* of another process: another open file */

static void take_lock(void)
{
    struct err e = {0};
    bool taken = false;
    CLEANUP(free_text) char *folder = temporary_path(&rig.folder, "locks");
    char path[200];
    snprintf(path, sizeof path, "%s/refresh-%lld", folder, (long long)rig.connector);
    other = FILE_LOCK_INIT;
    assert_ok(file_make_folder(folder, &e), e);
    assert_ok(file_lock_try(&other, path, &taken, &e), e);
    assert_true(taken);
}

static void other_process_refreshes(void)
{
    put_grant(rig.now_ms + HOUR_MS, "at9");
    file_lock_done(&other);
}

TEST(what_another_process_refreshed_meanwhile_is_used)
{
    assert_token(false, "at1");
    take_lock();
    rig.while_waiting = other_process_refreshes;
    assert_token(true, "at9");
    assert_int_equal(fake.asked, 0);
    assert_in_range(rig.waited_ms, 1, 200);
}

TEST(a_lock_that_is_never_given_back_is_waited_for_30_seconds)
{
    assert_token(false, "at1");
    take_lock();
    assert_no_token(true, ERR_BUSY, "another process", "try again");
    assert_in_range(rig.waited_ms, 30000, 30100);
    file_lock_done(&other);
}

static void ask_to_stop(void)
{
    atomic_store(&rig.stop.asked, true);
}

TEST(waiting_for_the_lock_ends_when_asked_to_stop)
{
    assert_token(false, "at1");
    take_lock();
    rig.while_waiting = ask_to_stop;
    assert_no_token(true, ERR_STOPPED, "", "");
    assert_in_range(rig.waited_ms, 1, 200);
    file_lock_done(&other);
}

TEST(two_keepers_of_one_grant_refresh_once)
{
    struct err e = {0};
    const struct secret *token = NULL;
    struct keeper second = keeper_of();
    assert_token(false, "at1");
    assert_ok(keeper_token(&second, false, NULL, &token, &e), e);
    fake_says(200,
              "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt2\"}");
    assert_token(true, "at2");
    assert_ok(keeper_token(&second, true, NULL, &token, &e), e);
    assert_string_equal(secret_reveal(token), "at2");
    assert_int_equal(fake.asked, 1);
    keeper_done(&second);
}

/* ---- several threads ---- */

static pthread_mutex_t shared = PTHREAD_MUTEX_INITIALIZER;

static void token_of(bool refused, const char *text)
{
    struct err e = {0};
    const struct secret *token = NULL;
    assert_ok(keeper_token(&rig.keeper, refused, &shared, &token, &e), e);
    assert_string_equal(secret_reveal(token), text);
}

/* Another thread, while a renewal is under way: the lock can be had, and the token that still lives
 * is handed out. */
static void others_go_on(void)
{
    assert_int_equal(pthread_mutex_trylock(&shared), 0);
    token_of(false, "at1");
    pthread_mutex_unlock(&shared);
}

TEST(a_refresh_gives_up_the_lock_and_others_go_on_with_the_token_that_still_lives)
{
    put_grant(NOW_MS + 30000, "at1"); /* within the last minute, but alive */
    fake_add((struct fake_answer){.status = 200,
                                  .type = "application/json",
                                  .body = "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}",
                                  .meanwhile = others_go_on});
    pthread_mutex_lock(&shared);
    token_of(false, "at2");
    pthread_mutex_unlock(&shared);
    assert_int_equal(fake.asked, 1);
}

static void others_go_on_and_the_lock_comes_back(void)
{
    others_go_on();
    file_lock_done(&other);
}

TEST(waiting_for_another_process_gives_up_the_lock_too)
{
    put_grant(NOW_MS + 30000, "at1");
    take_lock();
    rig.while_waiting = others_go_on_and_the_lock_comes_back;
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}");
    pthread_mutex_lock(&shared);
    token_of(false, "at2");
    pthread_mutex_unlock(&shared);
}

/* One whose token was refused, or has ended, while the renewal is under way. */
static struct second {
    pthread_t thread;
    sem_t is_in; /* it holds the lock, and gives it up only to wait */
    bool refused, ok;
    char got[640];
} second;

static void *ask_too(void *ctx)
{
    struct err e = {0};
    const struct secret *token = NULL;
    (void)ctx;
    pthread_mutex_lock(&shared);
    sem_post(&second.is_in);
    second.ok = keeper_token(&rig.keeper, second.refused, &shared, &token, &e);
    snprintf(second.got, sizeof second.got, "%s", second.ok ? secret_reveal(token) : e.msg);
    pthread_mutex_unlock(&shared);
    return NULL;
}

static void a_second_asks(void)
{
    sem_init(&second.is_in, 0, 0);
    assert_int_equal(pthread_create(&second.thread, NULL, ask_too, NULL), 0);
    sem_wait(&second.is_in);
    pthread_mutex_lock(&shared); /* given: it waits, or has its answer */
    assert_string_equal(second.got, "");
    pthread_mutex_unlock(&shared);
}

static void check_that_a_second_waits(bool refused, int64_t expires_ms)
{
    second = (struct second){.refused = refused};
    put_grant(expires_ms, "at1");
    fake_add((struct fake_answer){.status = 200,
                                  .type = "application/json",
                                  .body = "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}",
                                  .meanwhile = a_second_asks});
    pthread_mutex_lock(&shared);
    token_of(false, "at2");
    pthread_mutex_unlock(&shared);
    pthread_join(second.thread, NULL);
    assert_string_equal(second.got, "at2");
    assert_int_equal(fake.asked, 1);
}

TEST(whose_token_was_refused_waits_for_the_refresh_of_another_and_makes_none)
{
    check_that_a_second_waits(true, NOW_MS + 30000);
}

TEST(whose_token_has_ended_waits_for_the_refresh_of_another_and_makes_none)
{
    check_that_a_second_waits(false, NOW_MS);
}

TEST(when_the_refresh_of_another_fails_a_second_tries_itself)
{
    second = (struct second){.refused = true};
    put_grant(NOW_MS + 30000, "at1");
    fake_add((struct fake_answer){.status = 0, .meanwhile = a_second_asks});
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}");
    struct err e = {0};
    const struct secret *token = NULL;
    pthread_mutex_lock(&shared);
    assert_false(keeper_token(&rig.keeper, false, &shared, &token, &e));
    pthread_mutex_unlock(&shared);
    assert_err(e, ERR_RETRY, "connection reset");
    pthread_join(second.thread, NULL);
    assert_string_equal(second.got, "at2");
    assert_int_equal(fake.asked, 2);
}

/* ---- Get Token ---- */

static struct tokens tokens_of(const char *access, const char *refresh)
{
    struct tokens t = {.access = secret_of(access), .access_expires_ms = NOW_MS + HOUR_MS};
    if (refresh)
        t.refresh = secret_of(refresh);
    return t;
}

TEST(a_token_on_trial_is_handed_out_but_neither_stored_nor_refreshed)
{
    CLEANUP(tokens_done) struct tokens t = tokens_of("new", "rt-new");
    keeper_try(&rig.keeper, &t);
    assert_token(false, "new");
    assert_token(true, "new");
    assert_sealed("access_token", "at1");
    keeper_forget(&rig.keeper);
    assert_token(false, "at1");
}

TEST(a_new_grant_replaces_the_old_as_a_whole)
{
    struct err e = {0};
    CLEANUP(tokens_done) struct tokens t = tokens_of("new", "rt-new");
    CLEANUP(grant_done) struct grant g = grant_of(NOW_MS + HOUR_MS);
    assert_ok(keeper_store(&rig.keeper, &t, &g, &e), e);
    assert_token(false, "new");
    assert_sealed("access_token", "new");
    assert_sealed("refresh_token", "rt-new");
    assert_sealed("client_secret", "cs");
}

TEST(a_new_grant_without_a_refresh_token_drops_that_of_the_old)
{
    struct err e = {0};
    CLEANUP(tokens_done) struct tokens t = tokens_of("new", NULL);
    CLEANUP(grant_done) struct grant g = grant_of(NOW_MS + HOUR_MS);
    assert_ok(keeper_store(&rig.keeper, &t, &g, &e), e);
    assert_sealed("refresh_token", NULL);
    assert_no_token(true, ERR_AUTH, "has been revoked or has expired", "token get");
}

/* ---- the end ---- */

static void assert_grant_is_gone(void)
{
    struct err e = {0};
    CLEANUP(grant_done) struct grant g = {0};
    bool found = true;
    assert_ok(grant_get(rig.db, rig.connector, &g, &found, &e), e);
    assert_false(found);
    assert_sealed("access_token", NULL);
    assert_sealed("refresh_token", NULL);
    assert_sealed("client_secret", "cs");
}

TEST(revoking_tells_the_provider_and_removes_the_grant)
{
    struct err e = {0};
    bool removed = false;
    fake_says(200, "");
    assert_ok(keeper_revoke(&rig.keeper, &removed, &e), e);
    assert_true(removed);
    assert_string_equal(fake.form, "token=rt1&token_type_hint=refresh_token");
    assert_grant_is_gone();
    assert_false(keeper_revoke(&rig.keeper, &removed, &e));
    assert_err(e, ERR_AUTH, "no grant");
}

TEST(a_provider_that_is_away_does_not_keep_a_grant_alive_here)
{
    struct err e = {0};
    bool removed = false;
    fake_says(0, "");
    assert_false(keeper_revoke(&rig.keeper, &removed, &e));
    assert_true(removed);
    assert_err(e, ERR_RETRY, "connection reset");
    assert_grant_is_gone();
}

#define CASE(rule) cmocka_unit_test_setup_teardown(rule, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_token_that_is_still_good_is_handed_out_unasked),
        CASE(a_token_is_refreshed_60_seconds_before_its_end),
        CASE(a_refused_token_is_refreshed_once),
        CASE(a_refresh_that_failed_is_tried_again_at_the_next_call),
        CASE(a_token_that_lives_shorter_than_a_minute_is_not_refreshed_at_every_call),
        CASE(an_answer_without_a_refresh_token_keeps_the_old),
        CASE(the_same_refresh_token_again_does_not_prolong_the_grant),
        CASE(a_rotated_refresh_token_is_in_the_database_before_its_access_token_is_handed_out),
        CASE(no_token_is_spent_when_the_store_cannot_take_its_successor),
        CASE(a_token_that_could_not_be_stored_is_not_used),
        CASE(a_revoked_grant_asks_for_a_new_sign_in),
        CASE(a_refusal_is_kept_from_its_first_time_and_forgotten_with_the_next_token),
        CASE(a_wrong_client_secret_is_not_called_a_revoked_grant),
        CASE(without_a_grant_nothing_is_asked),
        CASE(what_another_process_refreshed_meanwhile_is_used),
        CASE(a_lock_that_is_never_given_back_is_waited_for_30_seconds),
        CASE(waiting_for_the_lock_ends_when_asked_to_stop),
        CASE(two_keepers_of_one_grant_refresh_once),
        CASE(a_refresh_gives_up_the_lock_and_others_go_on_with_the_token_that_still_lives),
        CASE(waiting_for_another_process_gives_up_the_lock_too),
        CASE(whose_token_was_refused_waits_for_the_refresh_of_another_and_makes_none),
        CASE(whose_token_has_ended_waits_for_the_refresh_of_another_and_makes_none),
        CASE(when_the_refresh_of_another_fails_a_second_tries_itself),
        CASE(a_token_on_trial_is_handed_out_but_neither_stored_nor_refreshed),
        CASE(a_new_grant_replaces_the_old_as_a_whole),
        CASE(a_new_grant_without_a_refresh_token_drops_that_of_the_old),
        CASE(revoking_tells_the_provider_and_removes_the_grant),
        CASE(a_provider_that_is_away_does_not_keep_a_grant_alive_here),
    };
    return RUN_ALL(tests);
}
