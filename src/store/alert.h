/* What was worth telling a person and what came of telling it (alert/), and what a person set for
 * that. Secrets are sealed (auth/vault.h). */
#pragma once

#include "store/db.h"

/* ---- what is told ---- */

struct alert_delivery {
    char *channel, *state; /* waiting, sent, given_up */
    int64_t tries;         /* that failed, since it waits */
    int64_t due_ms;        /* waiting: when it is tried */
    int64_t at_ms;         /* of the last try; 0: none yet */
    char *error;           /* why that failed; NULL: it did not */
};
enum { ALERT_DELIVERIES_MAX = 2 };
struct alert_row {
    int64_t id, connector;
    char *connector_name;
    char *kind, *subject;       /* with the connector: which one it is */
    int64_t grade;              /* how grave: 1 at least */
    char *text, *next;          /* a sentence, and what to do */
    int64_t began_ms, ended_ms; /* ended 0: it is true */
    struct alert_delivery deliveries[ALERT_DELIVERIES_MAX]; /* by alert_recent() only */
    size_t delivery_count;
};
struct alert_rows {
    struct alert_row *items;
    size_t count, cap;
};
void alert_rows_done(struct alert_rows *l);

/* Those that are true, of one connector. */
bool alert_open(struct db *db, int64_t connector, struct alert_rows *out, struct err *e);
/* r: connector, kind, subject, grade, text, next and began_ms of a new one. */
bool alert_begin(struct db *db, const struct alert_row *r, struct err *e);
/* Another grade, with its words. tell: it waits for every channel again, due now. */
bool alert_change(struct db *db, int64_t id, const struct alert_row *r, bool tell, int64_t now_ms,
                  struct err *e);
bool alert_end(struct db *db, int64_t id, int64_t now_ms, struct err *e);
/* Newest first, with their deliveries. */
bool alert_recent(struct db *db, int64_t limit, struct alert_rows *out, struct err *e);
/* Forgets those that ended before. */
bool alert_forget(struct db *db, int64_t before_ms, struct err *e);

/* ---- telling it ---- */

/* All that is true waits for this channel, unless it was told there. */
bool alert_wait_for(struct db *db, const char *channel, int64_t now_ms, struct err *e);
/* Those that wait for the channel and are due, oldest first. */
bool alert_due(struct db *db, const char *channel, int64_t now_ms, int64_t limit,
               struct alert_rows *out, struct err *e);
/* How often the one of them that was tried most has failed. */
bool alert_tries(struct db *db, const char *channel, int64_t now_ms, int64_t *out, struct err *e);
bool alert_told(struct db *db, int64_t id, const char *channel, int64_t now_ms, struct err *e);
/* due_ms: when it is tried again; 0: never. */
bool alert_not_told(struct db *db, int64_t id, const char *channel, const char *why, int64_t due_ms,
                    int64_t now_ms, struct err *e);
/* When the next one is due for the channel; INT64_MAX: none waits. */
bool alert_next_due(struct db *db, const char *channel, int64_t *due_ms, struct err *e);
/* Whatever waits is due now: the way there was changed. */
bool alert_hurry(struct db *db, int64_t now_ms, struct err *e);

/* ---- what a person set ---- */

/* value NULL or "": back to the default. */
bool alert_put_setting(struct db *db, const char *key, const char *value, struct err *e);
bool alert_each_setting(struct db *db,
                        bool (*on_setting)(void *ctx, const char *key, const char *value,
                                           struct err *e),
                        void *ctx, struct err *e);

struct alert_threshold {
    int64_t connector; /* 0: each */
    char figure[24];   /* a word of alert/threshold.h */
    char currency[4];  /* of a cost; else "" */
    bool is_above;
    int64_t limit_e4; /* 1/10,000 of the figure's unit */
};
struct alert_thresholds {
    struct alert_threshold *items;
    size_t count, cap;
};
void alert_thresholds_done(struct alert_thresholds *l);
bool alert_get_thresholds(struct db *db, struct alert_thresholds *out, struct err *e);
/* Replaces them all. */
bool alert_put_thresholds(struct db *db, const struct alert_thresholds *l, struct err *e);
