/* The outcome table: what is done about each way in which one request can end (goto-api.md 4.5,
 * product.md Runs). Pure; the only place that decides to repeat, to refresh or to give up. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* A peer that asks for more than this has run out of quota, not of breath. */
#define QUOTA_WAIT_MS INT64_C(900000)
/* The longest wait that is ours, not the peer's. */
#define BACKOFF_CAP_MS INT64_C(60000)

enum outcome { OUTCOME_GIVE_UP, OUTCOME_WAIT, OUTCOME_REFRESH };

struct attempt {
    unsigned failures;      /* of this request so far, this one included; refreshes do not count */
    bool refreshed;         /* the token was refreshed for this request already */
    bool patient;           /* false: a person waits; never repeat */
    bool in_doubt;          /* requests just before were given up: OUTAGE_LIKELY */
    int64_t left_ms;        /* of the time that the whole run may take */
    unsigned retries;       /* setting */
    int64_t retry_delay_ms; /* setting */
    uint32_t dice;
};

/* What many requests in a row that were given up say about the next ones: one organizer whose
 * history is out of order is data, all of them are an outage, which must not be waited out for each
 * of thousands of people. */
enum outage {
    OUTAGE_NONE,
    OUTAGE_LIKELY, /* try the next one once only */
    OUTAGE_SURE,   /* ask no more in this run */
};
enum outage outage_of(unsigned given_up_in_a_row);

/* False: the run has taken all of the time that it may; e says so. */
bool outcome_is_in_time(int64_t left_ms, int64_t limit_ms, struct err *e);

/* What to do about e after this attempt. OUTCOME_WAIT: *wait_ms before the next try. On giving up,
 * e has become what the caller must know: ERR_LIMIT when the rate limit or quota was the reason,
 * and how often it was tried. */
enum outcome outcome_of(const struct attempt *a, struct err *e, int64_t *wait_ms);
