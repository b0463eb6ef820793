/* What is worth telling the person who must act, from facts. Pure; docs/alerts.md is the contract
 * in words. */
#pragma once

#include "alert/threshold.h"
#include "report/account.h"
#include "store/grant.h"

enum alert_kind {
    ALERT_AGGREGATION, /* grade 1: the last one is incomplete, 2: it failed */
    ALERT_STALE,       /* nothing was published for too long */
    ALERT_GRANT,       /* grade 1: it expires soon, 2: within a day, 3: it is over */
    ALERT_PRICE,       /* subject: key of an enabled subscription without one */
    ALERT_THRESHOLD,   /* subject: threshold_name() */
    ALERT_KINDS
};
const char *alert_kind_word(enum alert_kind k);
/* bad, warn or info */
const char *alert_severity(const char *kind, int64_t grade);

/* One that is true: with its connector, kind and subject name the same one at every look. No secret
 * and nobody's name is in its texts. */
struct alert {
    enum alert_kind kind;
    char *subject; /* "" where the connector has one of that kind only */
    int64_t grade;
    char *text, *next; /* a sentence, and what to do */
};
struct alerts {
    struct alert *items;
    size_t count, cap;
};
void alerts_done(struct alerts *l);

struct alert_limits {
    bool wants[ALERT_KINDS];
    int64_t grant_days, stale_days, stale_margin_ms;
};

/* Of one active connector. Everything is borrowed. */
struct alert_facts {
    int64_t connector;
    const char *name, *vendor;
    int64_t now_ms;
    const struct aggregation *last; /* that ended by itself; NULL: none */
    const struct grant *grant;      /* NULL: none */
    const struct account *account;  /* NULL: nothing was published */
    const struct summary *summary;  /* of it */
    int64_t since_ms;               /* T of what was published; none: when it was added */
    int64_t due_ms;                 /* the first start of its schedule after since_ms; 0: none */
    const struct alert_thresholds *limits; /* NULL: none */
};

/* The rules that the page's notices share. due_ms, since_ms: as in alert_facts. */
bool alert_is_stale(const struct alert_limits *l, int64_t now_ms, int64_t since_ms, int64_t due_ms);
/* Of ALERT_GRANT; 0: all is well. g NULL: none. */
int64_t alert_grant_grade(const struct alert_limits *l, const struct grant *g, int64_t now_ms);

/* ERR_LOCAL: a cost does not fit. */
bool alert_rules(const struct alert_facts *f, const struct alert_limits *l, struct alerts *out,
                 struct err *e);
