/* Aggregations: one row a run, ordered by id. */
#pragma once

#include "store/db.h"

/* The error of one whose process died. */
#define AGGREGATION_CUT "the program ended before the aggregation did"

struct aggregation {
    int64_t id, connector;
    char *trigger; /* manual, schedule, again (aggregation_due_again()) */
    int64_t t_ms;  /* T of product.md, a whole second */
    int64_t window_days, look_back_days;
    char *time_zone, *language; /* the account zone; language "" when not known */
    char *account_key, *account_name;
    int64_t started_ms, finished_ms; /* finished 0: not yet */
    char *status;                    /* running, complete, incomplete, failed, cancelled */
    int64_t planned, requests, records, bad_records, retries, rate_limited_ms, bytes;
    char *error; /* NULL: none */
    /* While it runs: users, licenses, history or publish; until when it waits (0: it does not). */
    char *phase;
    int64_t wait_until_ms;
    /* When it went on after its last cut (0: it never was cut), and what it had counted by then. */
    int64_t resumed_ms, resumed_requests, resumed_waited_ms;
    /* Once it has ended: from when on a service begins the next; 0: it does not. */
    int64_t again_ms;
};
void aggregation_done(struct aggregation *a);
struct aggregation_list {
    struct aggregation *items;
    size_t count, cap;
};
void aggregation_list_done(struct aggregation_list *l);

/* Stores a new one with status running; sets a->id. It is what follows those before: their again_ms
 * is over. */
bool aggregation_start(struct db *db, struct aggregation *a, struct err *e);
/* Stores a new one that has ended as a says, without ever having begun: what is staged may be
 * another's, whom nobody asked, and stays. */
bool aggregation_add_ended(struct db *db, struct aggregation *a, struct err *e);
/* The account, zone, language and counters as they are now. */
bool aggregation_update(struct db *db, const struct aggregation *a, struct err *e);
/* The counters alone: in the transaction that stores what a request brought. */
bool aggregation_count(struct db *db, const struct aggregation *a, struct err *e);
/* One that was cut runs again, as of resumed_ms and with the counters in it; its end and error are
 * forgotten. */
bool aggregation_resume(struct db *db, struct aggregation *a, int64_t now_ms, struct err *e);
/* Sets finished_ms, status, error, again_ms and the counters. Empties the connector's staging
 * tables, but for one that was cancelled (the next run begins with it), and for one that failed
 * after it had been planned: the next run may go on with it. */
bool aggregation_finish(struct db *db, const struct aggregation *a, struct err *e);
/* The latest that published (complete or incomplete). */
bool aggregation_published(struct db *db, int64_t connector, struct aggregation *out, bool *found,
                           struct err *e);
/* Newest first. */
struct aggregation_page {
    int64_t before;     /* only those with a lower id; 0: all */
    int64_t limit;      /* 0: all */
    const char *status; /* only those; NULL: any */
};
bool aggregation_page(struct db *db, int64_t connector, const struct aggregation_page *page,
                      struct aggregation_list *out, struct err *e);
/* The same without a filter; limit 0: all. */
bool aggregation_list(struct db *db, int64_t connector, int64_t limit, struct aggregation_list *out,
                      struct err *e);
/* Rows still "running" although nobody runs (the caller holds the connector): marks them failed. */
bool aggregation_bury_dead(struct db *db, int64_t connector, int64_t now_ms, struct err *e);
/* The active connectors whose last aggregation is to be followed by one, now and no longer than
 * AGAIN_MAX_MS ago: from its again_ms on, or, when its process died, AGAIN_DEAD_MS after its last
 * sign of life (or it lives: the caller tries to hold the connector). */
#define AGAIN_DEAD_MS (INT64_C(600) * 1000)
#define AGAIN_MAX_MS (INT64_C(43200) * 1000)
/* The next begins by itself, and has not yet. */
bool aggregation_is_followed(const struct aggregation *a, int64_t now_ms);
/* By the end of its process, not by a fault. */
bool aggregation_was_cut(const struct aggregation *a);
struct again_list {
    int64_t *connectors;
    size_t count, cap;
};
void again_list_done(struct again_list *l);
bool aggregation_due_again(struct db *db, int64_t now_ms, struct again_list *out, struct err *e);
/* Keeps a bad record; at most EVIDENCE_MAX an aggregation, the rest is only counted. */
enum { EVIDENCE_MAX = 1000 };
bool evidence_add(struct db *db, int64_t aggregation, const char *stream, const char *reason,
                  const char *record, struct err *e);
