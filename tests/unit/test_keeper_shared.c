/* One grant, several processes and threads. */
#include "keeper_rig.h"

#include <semaphore.h>

#include "base/file.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        KEPT(what_another_process_refreshed_meanwhile_is_used),
        KEPT(a_lock_that_is_never_given_back_is_waited_for_30_seconds),
        KEPT(waiting_for_the_lock_ends_when_asked_to_stop),
        KEPT(two_keepers_of_one_grant_refresh_once),
        KEPT(a_refresh_gives_up_the_lock_and_others_go_on_with_the_token_that_still_lives),
        KEPT(waiting_for_another_process_gives_up_the_lock_too),
        KEPT(whose_token_was_refused_waits_for_the_refresh_of_another_and_makes_none),
        KEPT(whose_token_has_ended_waits_for_the_refresh_of_another_and_makes_none),
        KEPT(when_the_refresh_of_another_fails_a_second_tries_itself),
    };
    return RUN_ALL(tests);
}
