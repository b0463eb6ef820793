/* One job, and what the kinds of it share. Private to jobs/. */
#pragma once

#include <pthread.h>

#include "base/buf.h"
#include "jobs/jobs.h"

struct job {
    struct job *next;
    struct jobs *all;
    enum job_kind kind;
    int64_t connector;
    const char *trigger;
    char *actor;     /* NULL: the account that the process runs as */
    uint64_t number; /* in order of their start */
    pthread_t thread;
    struct stop stop;
    /* What follows is read and written under the lock of `all`. */
    enum job_state state;
    bool has_place, is_forgotten, has_ended;
    struct sign_in_view sign_in;
    struct buf pasted; /* what a person pasted; empty: nothing */
    char *chosen;      /* key of an account */
    struct check_view check;
    struct alert_test_view alert_test;
};

/* When a run was begun that follows one that was cut. */
struct again_try {
    int64_t connector, at_ms; /* monotonic */
};

struct jobs {
    struct jobs_home home;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct job *first;
    uint64_t last_number;
    unsigned places_taken;
    bool is_closing;
    pthread_t timer;
    pthread_cond_t timer_wakes;
    bool has_timer, look_now;
    struct again_try *tried; /* the timer's own */
    size_t tried_count, tried_cap;
    int64_t purge_at_ms;      /* monotonic: when drafts are purged next; the timer's own */
    int64_t alerts_at_ms;     /* monotonic: when alerts are looked at next; 0: now */
    int64_t alerts_looked_ms; /* wall: when a look ended last; 0: not yet */
};

void *timer_run(void *ctx); /* the thread of schedules, until is_closing */
/* A look at alerts has ended: the next one is so long after it, unless one was asked for since. */
void timer_alerts_looked(struct jobs *j, int64_t again_ms);
#define TRIGGER_SCHEDULE "schedule"
#define TRIGGER_AGAIN "again" /* by itself, after the provider's limit or a cut */
/* As a run of a schedule begins: notes the start for which it is. *goes_on false: it is not due any
 * more, since the schedule was changed or another process began it. */
bool timer_mark(struct job *job, struct db *db, bool *goes_on, struct err *e);

/* The same of one that is to follow another: *goes_on false: it does not any more. */
bool timer_is_again(struct job *job, struct db *db, bool *goes_on, struct err *e);
/* May what follows a run of this connector be begun, and notes that it is: one that ends without a
 * trace, for want of room perhaps, is not begun over and over. */
bool timer_may_try(struct jobs *j, int64_t connector);

/* A job works on the connector, or waits to. */
bool jobs_any(struct jobs *j, int64_t connector);

void jobs_lock(struct jobs *j);
void jobs_unlock(struct jobs *j); /* tells everyone that something has changed */

/* A place to work, in the order of the jobs' numbers; false: stopped. */
bool job_take_place(struct job *job);
void job_leave_place(struct job *job);

/* What a thread works with: its own database handle and vault, and the job's stop. */
struct job_env {
    struct env env;
    struct db *db;
    struct vault *vault;
};
bool job_env_open(struct job_env *x, struct job *job, struct err *e);
void job_env_done(struct job_env *x);

/* The kinds: run in the job's thread until it has ended; the state at its end. */
enum job_state job_sign_in(struct job *job);
enum job_state job_check(struct job *job);
enum job_state job_aggregate(struct job *job);
enum job_state job_alert(struct job *job);
enum job_state job_alert_test(struct job *job);
