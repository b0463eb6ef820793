/* People in a store that a test fills, and the rows of report users that come of them. */
#pragma once

#include "ledger.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "report/activity.h"

static const struct connector acme = {.id = 1, .name = (char *)(uintptr_t) "acme"};

static struct buf seen;

/* "key:state:last_text:seats" a row. */
static inline bool see(__attribute__((unused)) void *ctx, const struct user_row *r,
                       __attribute__((unused)) struct err *e)
{
    return buf_addf(&seen, "%s:%s:%s:%s ", r->key, user_state_word(r->state),
                    r->last_text ? r->last_text : "-", r->seats);
}

/* As published: with the figures of the latest run. */
static inline void load(struct account *a)
{
    struct err e = {0};
    account_done(a);
    assert_ok(account_load(db, &acme, a, &e), e);
    assert_ok(figures_store(db, &a->at, &e), e);
    account_done(a);
    assert_ok(account_load(db, &acme, a, &e), e);
}

static inline const char *rows_of(struct user_filter f)
{
    struct err e = {0};
    CLEANUP(account_done) struct account a = {0};
    buf_done(&seen);
    seen = BUF_INIT(65536);
    load(&a);
    assert_ok(activity_each(db, &a, &f, see, NULL, &e), e);
    return buf_text(&seen);
}

static const struct user_filter everyone;

static inline void run_in(const char *zone)
{
    add_run(1, T, "complete", zone, NULL);
    add_coverage(T - 60 * DAY_MS, T);
}

/* Four people, each of another state: by name a (none), B (active), c (unknown), d (inactive). */
static inline void four_people(void)
{
    run_in("UTC");
    add_subscription("s1", "One", 9, true);
    add_user("4", "a", "ACTIVE");
    add_user("3", "B", "ACTIVE");
    add_user("2", "c", "ACTIVE");
    add_user("1", "d", "ACTIVE");
    add_meeting("3", T, T, 1);
    add_meeting("1", EDGE - 1, EDGE - 1, 1);
    sql("INSERT INTO coverage_user VALUES (1, '2', NULL, NULL, 'GoTo answered 502')");
    add_seat("s1", "4", "assigned");
    add_seat("s1", "3", "assigned");
    sql("UPDATE user_span SET group_key = '8', group_name = 'sales' WHERE key IN ('4', '2')");
    sql("UPDATE user_span SET group_key = '7', group_name = 'Sales' WHERE key = '1'");
}
