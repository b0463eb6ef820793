/* What jobs_forget() does about a sign-in or a test whose thread does not end; and when a service
 * begins what follows a run. */
#include "test.h"

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "jobs/job.h"
#include "memory_store.h"
#include "store/aggregation.h"
#include "store/connector.h"
#include "temporary.h"

enum { CONNECTOR = 7 };

static _Atomic int64_t now_ms = INT64_C(1785499200000);

static int64_t constant(__attribute__((unused)) void *ctx)
{
    return now_ms;
}

static bool no_wait(__attribute__((unused)) void *ctx, __attribute__((unused)) int64_t ms,
                    const struct stop *stop)
{
    return !stop_asked(stop);
}

static const struct clock fixed = {constant, constant, no_wait, NULL};
static const struct log silent = {.clock = &fixed, .screen = LOG_ERROR};

struct rig {
    struct temporary folder;
    char *file;
    struct jobs *jobs;
    pthread_mutex_t hang; /* held: what the thread waits for never comes */
};

static struct rig *rig_open(void)
{
    struct err e = {0};
    struct rig *r = NEW(struct rig);
    struct db *db = NULL;
    r->folder = temporary_make();
    r->file = temporary_path(&r->folder, "ledger.db");
    assert_ok(store_open(&db, r->file, &e), e);
    db_close(db);
    const struct jobs_home home = {
        .home = r->folder.path, .store_file = r->file, .clock = &fixed, .log = &silent};
    assert_ok(jobs_open(&r->jobs, &home, &e), e);
    pthread_mutex_init(&r->hang, NULL);
    pthread_mutex_lock(&r->hang);
    return r;
}

static void rig_close(struct rig *r)
{
    jobs_close(r->jobs);
    pthread_mutex_destroy(&r->hang);
    free(r->file);
    temporary_remove(&r->folder);
    free(r);
}

struct stuck {
    struct rig *rig;
    struct job *job;
};

/* Hears no stop, as a resolver does not. */
static void *be_stuck(void *ctx)
{
    struct stuck *s = ctx;
    pthread_mutex_lock(&s->rig->hang);
    jobs_lock(s->rig->jobs);
    s->job->has_ended = true;
    jobs_unlock(s->rig->jobs);
    pthread_mutex_unlock(&s->rig->hang);
    return NULL;
}

/* A job of this kind that is under way until rig->hang is released. */
static void add_stuck(struct rig *r, struct stuck *s, enum job_kind kind, int64_t connector)
{
    struct job *job = NEW(struct job);
    *job = (struct job){
        .all = r->jobs, .kind = kind, .connector = connector, .number = 1, .state = JOB_RUNNING};
    *s = (struct stuck){r, job};
    assert_int_equal(pthread_create(&job->thread, NULL, be_stuck, s), 0);
    jobs_lock(r->jobs);
    job->next = r->jobs->first;
    r->jobs->first = job;
    jobs_unlock(r->jobs);
}

static void expect_busy_until_it_ends(enum job_kind kind)
{
    struct err e = {0};
    struct rig *r = rig_open();
    struct stuck s;
    bool cancelling;
    add_stuck(r, &s, kind, CONNECTOR);
    assert_ok(jobs_forget(r->jobs, CONNECTOR + 1, &e), e);
    assert_false(jobs_forget(r->jobs, CONNECTOR, &e));
    assert_err(e, ERR_BUSY, "still ending");
    assert_string_equal(e.next, "try again in a few seconds");
    assert_int_equal(jobs_state(r->jobs, kind, CONNECTOR, &cancelling), JOB_NONE);
    pthread_mutex_unlock(&r->hang);
    e = (struct err){0};
    assert_ok(jobs_forget(r->jobs, CONNECTOR, &e), e);
    rig_close(r);
}

TEST(a_test_that_does_not_end_holds_nobody_for_long)
{
    expect_busy_until_it_ends(JOB_CHECK);
}

TEST(a_sign_in_that_does_not_end_holds_nobody_for_long)
{
    expect_busy_until_it_ends(JOB_SIGN_IN);
}

TEST(an_aggregation_is_not_waited_for)
{
    struct err e = {0};
    struct rig *r = rig_open();
    struct stuck s;
    add_stuck(r, &s, JOB_AGGREGATE, CONNECTOR);
    assert_ok(jobs_forget(r->jobs, CONNECTOR, &e), e);
    pthread_mutex_unlock(&r->hang);
    rig_close(r);
}

/* A service saw that it is due; until the job holds the connector another may have begun it. */
TEST(what_follows_a_run_is_looked_at_once_more_by_whoever_holds_the_connector)
{
    struct err e = {0};
    struct rig *r = rig_open();
    bool goes_on;
    int64_t id;
    struct db *db = memory_store(&id);
    struct aggregation cut = {.connector = id,
                              .trigger = LENT("manual"),
                              .status = LENT("incomplete"),
                              .t_ms = 1000,
                              .started_ms = now_ms - 2000,
                              .finished_ms = now_ms - 1000,
                              .again_ms = now_ms};
    struct aggregation next = {
        .connector = id, .trigger = LENT("manual"), .t_ms = 2000, .started_ms = now_ms};
    struct job job = {.all = r->jobs, .connector = id}, another = {.all = r->jobs, .connector = 99};
    assert_ok(aggregation_start(db, &cut, &e) && aggregation_finish(db, &cut, &e), e);
    assert_ok(timer_is_again(&job, db, &goes_on, &e), e);
    assert_true(goes_on);
    assert_ok(timer_is_again(&another, db, &goes_on, &e), e);
    assert_false(goes_on);
    assert_ok(aggregation_start(db, &next, &e), e);
    assert_ok(timer_is_again(&job, db, &goes_on, &e), e);
    assert_false(goes_on);
    db_close(db);
    pthread_mutex_unlock(&r->hang);
    rig_close(r);
}

TEST(what_follows_a_run_and_leaves_no_trace_is_tried_again_after_ten_minutes)
{
    struct rig *r = rig_open();
    enum { TEN_MINUTES_MS = 600000 };
    assert_true(timer_may_try(r->jobs, CONNECTOR));
    assert_false(timer_may_try(r->jobs, CONNECTOR));
    assert_true(timer_may_try(r->jobs, CONNECTOR + 1));
    now_ms += TEN_MINUTES_MS - 1;
    assert_false(timer_may_try(r->jobs, CONNECTOR));
    now_ms += 1;
    assert_true(timer_may_try(r->jobs, CONNECTOR));
    assert_false(timer_may_try(r->jobs, CONNECTOR));
    pthread_mutex_unlock(&r->hang);
    rig_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_test_that_does_not_end_holds_nobody_for_long),
        RUN(a_sign_in_that_does_not_end_holds_nobody_for_long),
        RUN(an_aggregation_is_not_waited_for),
        RUN(what_follows_a_run_is_looked_at_once_more_by_whoever_holds_the_connector),
        RUN(what_follows_a_run_and_leaves_no_trace_is_tried_again_after_ten_minutes),
    };
    return RUN_ALL(tests);
}
