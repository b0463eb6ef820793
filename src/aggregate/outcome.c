#include "aggregate/outcome.h"

#include "base/time.h"
#include "net/backoff.h"

enum { LIKELY_AFTER = 3, SURE_AFTER = 10 };

/* "3 minutes", for people. */
static void say_limit(struct err *e, int64_t ms)
{
    e->kind = ERR_LIMIT;
    if (ms >= 120 * SECOND_MS)
        err_next(e, "the provider's request limit is used up: run it again in %lld minutes",
                 (long long)((ms + 59999) / 60000));
    else
        err_next(e, "the provider's request limit is used up: run it again in a minute or two");
}

static enum outcome give_up(const struct attempt *a, struct err *e)
{
    if (e->is_limit)
        say_limit(e, e->retry_after_ms);
    else if (a->patient && a->failures > 1)
        err_wrap(e, "gave up after %u tries", a->failures);
    return OUTCOME_GIVE_UP;
}

static enum outcome repeat(const struct attempt *a, struct err *e, int64_t *wait_ms)
{
    if (!a->patient || a->failures > a->retries || e->retry_after_ms > QUOTA_WAIT_MS ||
        (a->in_doubt && !e->is_limit))
        return give_up(a, e);
    int64_t ours = backoff_ms(a->failures - 1, a->retry_delay_ms, BACKOFF_CAP_MS, a->dice);
    *wait_ms = e->retry_after_ms > ours ? e->retry_after_ms : ours;
    return *wait_ms < a->left_ms ? OUTCOME_WAIT : give_up(a, e);
}

enum outcome outcome_of(const struct attempt *a, struct err *e, int64_t *wait_ms)
{
    switch (e->kind) {
    case ERR_RETRY:
        return repeat(a, e, wait_ms);
    case ERR_AUTH:
        return a->refreshed ? OUTCOME_GIVE_UP : OUTCOME_REFRESH;
    case ERR_NONE:
    case ERR_USAGE:
    case ERR_LIMIT:
    case ERR_REMOTE:
    case ERR_BUSY:
    case ERR_LOCAL:
    case ERR_STOPPED:
        break;
    }
    return OUTCOME_GIVE_UP;
}

enum outage outage_of(unsigned given_up_in_a_row)
{
    if (given_up_in_a_row >= SURE_AFTER)
        return OUTAGE_SURE;
    return given_up_in_a_row >= LIKELY_AFTER ? OUTAGE_LIKELY : OUTAGE_NONE;
}

bool outcome_is_in_time(int64_t left_ms, int64_t limit_ms, struct err *e)
{
    if (left_ms > 0)
        return true;
    err_set(e, ERR_REMOTE, "the aggregation has taken %lld s, which is all that run_limit allows",
            (long long)(limit_ms / 1000));
    return err_next(e, "look in the log at what the provider is slow with, or raise the setting: "
                       "seatledger connector set NAME run_limit=DURATION");
}
