/* What `serve` does beside answering the page: sign-ins, tests, aggregations and alerts, each in
 * a thread with a database handle of its own. Any thread may call these; none of them waits for the
 * network. An aggregation takes one of a few places to work; while it waits for its provider it
 * gives the place back, so that a connector that is throttled delays no other. */
#pragma once

#include "aggregate/check.h"
#include "alert/watch.h"
#include "base/log.h"

/* What the process lends, until jobs_close(). */
struct jobs_home {
    const char *home, *store_file;
    const struct clock *clock;
    const struct log *log;
    unsigned places; /* aggregations that work at one time */
};

enum job_kind {
    JOB_SIGN_IN,
    JOB_CHECK,
    JOB_AGGREGATE,
    JOB_ALERT,      /* looks at all connectors and tells: of no connector, 0; begun by itself */
    JOB_ALERT_TEST, /* a test message: of no connector, 0 */
};
enum job_state {
    JOB_NONE,    /* there is none, or it was forgotten */
    JOB_QUEUED,  /* an aggregation that has no place yet */
    JOB_RUNNING, /* works, or waits for its provider or for a person */
    JOB_DONE,
    JOB_FAILED,
};

struct jobs;
/* Also begins the runs of schedules (store/schedule.h) when they are due, from now on, and those
 * that follow one that the provider's limit or the end of its process cut
 * (aggregation_due_again()); and looks what alerts there are: now, after each aggregation, and
 * every ALERT_LOOK_MS; and removes, now and every hour, the drafts that nobody has touched for a
 * day and that no job works on. */
bool jobs_open(struct jobs **out, const struct jobs_home *h, struct err *e);
/* Stops all of them and waits until they have ended: well within a second each. NULL is fine. */
void jobs_close(struct jobs *j);

/* trigger: "manual", "schedule" or "again" (an aggregation's; constant text). actor: in whose name
 * it changes the store (db_set_actor()). A sign-in or a test that is under way is cancelled first.
 * ERR_BUSY: this connector is being aggregated already, or too much is going on. */
bool jobs_start(struct jobs *j, enum job_kind kind, int64_t connector, const char *trigger,
                const char *actor, struct err *e);
/* Asks it to stop, and forgets what a sign-in or a test has to say. False: there was none. */
bool jobs_cancel(struct jobs *j, enum job_kind kind, int64_t connector);
/* The same for all that a connector has, but its aggregation, and waits until they have ended.
 * ERR_BUSY: one of them had not after a second (a name that does not resolve may hold it). */
bool jobs_forget(struct jobs *j, int64_t connector, struct err *e);
enum job_state jobs_state(struct jobs *j, enum job_kind kind, int64_t connector, bool *cancelling);

/* A schedule was set or removed, or a connector became active: it is looked at now. */
void jobs_schedule_changed(struct jobs *j);

/* What alerts are about, or the way by which they are told, was changed: that is looked at now. */
void jobs_alerts_changed(struct jobs *j);
/* When this process has looked at them last; 0: not yet. */
int64_t jobs_alerts_looked(struct jobs *j);

struct alert_test_view {
    enum job_state state;
    struct alert_try tries[ALERT_CHANNELS];
    char message[640], next[400]; /* JOB_FAILED: nothing could be tried */
};
void jobs_alert_test(struct jobs *j, struct alert_test_view *out);

/* ---- Get Token ---- */

struct account_choice {
    char *key, *name;
};
struct sign_in_view {
    enum job_state state;
    bool is_asking;                 /* several accounts: jobs_choose() goes on */
    bool is_exchanging;             /* an answer has come */
    bool can_catch;                 /* the redirect; otherwise only jobs_paste() ends it */
    char *url;                      /* to open; NULL: not known yet */
    char *message, *next, *warning; /* "" when there is none */
    struct account_choice *accounts;
    size_t account_count;
};
void sign_in_view_done(struct sign_in_view *v);
/* A copy of how it stands. wait_ms: how long to wait for its URL at most. */
void jobs_sign_in(struct jobs *j, int64_t connector, int64_t wait_ms, struct sign_in_view *out);
/* ERR_USAGE: no sign-in waits for this. */
bool jobs_paste(struct jobs *j, int64_t connector, const char *url, struct err *e);
bool jobs_choose(struct jobs *j, int64_t connector, const char *account_key, struct err *e);

/* ---- Test Connection ---- */

struct check_view {
    enum job_state state;
    struct check_step steps[CHECK_STEPS];
    int64_t ms[CHECK_STEPS]; /* how long each took; -1: it has not ended */
    unsigned ended;          /* steps that have */
    char message[640];       /* JOB_FAILED before the first step could begin */
    char next[400];
};
void jobs_check(struct jobs *j, int64_t connector, struct check_view *out);
