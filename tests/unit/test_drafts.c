/* Drafts that nobody goes on with: removed every hour by the timer, unless they are in use. */
#include "test.h"

#include <stdatomic.h>
#include <time.h>

#include "base/cleanup.h"
#include "jobs/jobs.h"
#include "memory_store.h"
#include "store/draft.h"
#include "temporary.h"

#define NOW INT64_C(1785499200000)
#define HOUR_MS (INT64_C(3600) * SECOND_MS)

static _Atomic int64_t passed_ms;

static int64_t wall(__attribute__((unused)) void *ctx)
{
    return NOW + passed_ms;
}

static int64_t mono(__attribute__((unused)) void *ctx)
{
    return passed_ms;
}

static bool no_wait(__attribute__((unused)) void *ctx, __attribute__((unused)) int64_t ms,
                    const struct stop *stop)
{
    return !stop_asked(stop);
}

static const struct clock simulated = {wall, mono, no_wait, NULL};
static const struct log silent = {.clock = &simulated, .screen = LOG_ERROR};

struct rig {
    struct temporary folder;
    char *file;
    struct db *db;
    struct jobs *jobs;
};

static struct rig rig_open(void)
{
    struct err e = {0};
    struct rig r = {.folder = temporary_make()};
    passed_ms = 0;
    r.file = temporary_path(&r.folder, "ledger.db");
    assert_ok(store_open(&r.db, r.file, &e), e);
    return r;
}

/* places 0: an aggregation waits for ever. */
static void rig_start(struct rig *r)
{
    struct err e = {0};
    const struct jobs_home home = {
        .home = r->folder.path, .store_file = r->file, .clock = &simulated, .log = &silent};
    assert_ok(jobs_open(&r->jobs, &home, &e), e);
}

static void rig_close(struct rig *r)
{
    jobs_close(r->jobs);
    db_close(r->db);
    free(r->file);
    temporary_remove(&r->folder);
}

static int64_t draft_of_age(const struct rig *r, int64_t age_ms)
{
    struct err e = {0};
    int64_t id;
    assert_ok(draft_add(r->db, "gotomeeting", 0, NOW - age_ms, &id, &e), e);
    return id;
}

static int64_t drafts(const struct rig *r)
{
    static const char count[] = "SELECT count(*) FROM draft";
    return number_of(r->db, count);
}

/* Asks until there are so many, 20 s at most. */
static void await_drafts(const struct rig *r, int64_t count)
{
    const struct timespec soon = {.tv_nsec = 5000000};
    for (int i = 0; i < 4000 && drafts(r) != count; i++)
        nanosleep(&soon, NULL);
    assert_int_equal(drafts(r), count);
}

TEST(old_drafts_go_at_the_start_and_every_hour)
{
    struct rig r = rig_open();
    draft_of_age(&r, DAY_MS + 1);
    draft_of_age(&r, DAY_MS - HOUR_MS + 1);
    rig_start(&r);
    await_drafts(&r, 1);
    passed_ms = HOUR_MS;
    jobs_schedule_changed(r.jobs); /* the timer looks */
    await_drafts(&r, 0);
    rig_close(&r);
}

TEST(a_draft_that_a_job_works_on_or_that_was_touched_stays)
{
    struct err e = {0};
    struct rig r = rig_open();
    int64_t used = draft_of_age(&r, 0), touched = draft_of_age(&r, 0);
    rig_start(&r);
    assert_ok(jobs_start(r.jobs, JOB_AGGREGATE, used, "manual", NULL, &e), e);
    assert_ok(draft_touch(r.db, touched, NOW + DAY_MS, &e), e);
    draft_of_age(&r, 0);
    passed_ms = DAY_MS + HOUR_MS;
    jobs_schedule_changed(r.jobs);
    await_drafts(&r, 2);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(old_drafts_go_at_the_start_and_every_hour),
        RUN(a_draft_that_a_job_works_on_or_that_was_touched_stays),
    };
    return RUN_ALL(tests);
}
