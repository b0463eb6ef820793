#include "aggregate/outcome.h"

#include "net/backoff.h"

enum { TOO_MANY_REQUESTS = 429 };

/* "3 minutes", for people. */
static void say_limit(struct err *e, int64_t ms)
{
    e->kind = ERR_LIMIT;
    if (ms >= 2 * 60 * 1000)
        err_next(e, "the provider's request limit is used up: run it again in %lld minutes",
                 (long long)((ms + 59999) / 60000));
    else
        err_next(e, "the provider's request limit is used up: run it again in a minute or two");
}

static enum outcome give_up(const struct attempt *a, struct err *e)
{
    if (a->status == TOO_MANY_REQUESTS)
        say_limit(e, e->retry_after_ms);
    else if (a->patient && a->failures > 1)
        err_wrap(e, "gave up after %u tries", a->failures);
    return OUTCOME_GIVE_UP;
}

static enum outcome repeat(const struct attempt *a, struct err *e, int64_t *wait_ms)
{
    if (!a->patient || a->failures > a->retries || e->retry_after_ms > QUOTA_WAIT_MS)
        return give_up(a, e);
    int64_t ours = backoff_ms(a->failures - 1, a->retry_delay_ms, BACKOFF_CAP_MS, a->dice);
    *wait_ms = e->retry_after_ms > ours ? e->retry_after_ms : ours;
    return OUTCOME_WAIT;
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
