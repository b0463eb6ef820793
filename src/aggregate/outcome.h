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
    int status;             /* HTTP; 0: no answer */
    unsigned retries;       /* setting */
    int64_t retry_delay_ms; /* setting */
    uint32_t dice;
};

/* What to do about e after this attempt. OUTCOME_WAIT: *wait_ms before the next try. On giving up,
 * e has become what the caller must know: ERR_LIMIT when the rate limit or quota was the reason,
 * and how often it was tried. */
enum outcome outcome_of(const struct attempt *a, struct err *e, int64_t *wait_ms);
