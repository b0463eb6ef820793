#include "aggregate/asker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "aggregate/outcome.h"
#include "aggregate/session.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/xalloc.h"
#include "data/json_in.h"
#include "net/pace.h"
#include "net/url.h"

enum {
    APIS_MAX = 4,
    LONG_WAIT_MS = 1000, /* worth telling a person */
    ENVELOPE_MAX = 8,
};
/* The largest answer that is read; fifty organizers' history of a year stays far below. */
#define BODY_BYTES_MAX (INT64_C(256) << 20)

struct api_pace {
    const char *api;
    struct pace pace;
};
struct asking {
    pthread_mutex_t lock;
    struct api_pace paces[APIS_MAX];
    unsigned waiting;         /* askers that wait for long */
    int64_t limited_until_ms; /* monotonic: the end of the waits that rate_limited_ms counts */
};

struct asking *asking_new(void)
{
    struct asking *a = NEW(struct asking);
    pthread_mutex_init(&a->lock, NULL);
    return a;
}

void asking_free(struct asking *a)
{
    if (a)
        pthread_mutex_destroy(&a->lock);
    free(a);
}

void session_lock(struct session *s)
{
    pthread_mutex_lock(&s->asking->lock);
}

pthread_mutex_t *session_mutex(struct session *s)
{
    return &s->asking->lock;
}

void session_unlock(struct session *s)
{
    pthread_mutex_unlock(&s->asking->lock);
}

static struct pace *pace_of(struct session *s, const char *api)
{
    struct api_pace *p = s->asking->paces;
    for (; p < s->asking->paces + APIS_MAX - 1 && p->api; p++)
        if (strcmp(p->api, api) == 0)
            break;
    if (!p->api)
        *p = (struct api_pace){api, {.per_second = config_int(s->config, "requests_per_second")}};
    return &p->pace;
}

/* One exchange on its way: bytes go to the reader, the reader's records to the request's sink. */
struct exchange {
    struct json_reader *reader;
};

static bool on_body(void *ctx, const char *bytes, size_t len, struct err *e)
{
    struct exchange *x = ctx;
    return json_reader_feed(x->reader, bytes, len, e);
}

static void read_envelope(const struct fetch_request *rq, const struct json_reader *reader,
                          struct fetch_answer *a)
{
    for (size_t i = 0; i < ENVELOPE_MAX; i++)
        a->envelope[i] = -1;
    const char *const *paths = rq->spec->envelope;
    for (size_t i = 0; paths && paths[i] && i < ENVELOPE_MAX; i++) {
        const char *text = json_reader_envelope(reader, paths[i]);
        int64_t value;
        if (text && parse_int(text, 0, INT64_MAX, &value))
            a->envelope[i] = value;
    }
}

static void reader_done(struct json_reader **r)
{
    json_reader_free(*r);
}

/* refused: the provider did not accept the last one; if another asker has a newer one by now, that
 * is used. Under the lock. */
static bool take_token(struct asker *k, bool refused, struct err *e)
{
    struct session *s = k->session;
    const struct secret *token;
    s->keeper.http =
        k->http; /* for this call: others are in the middle of an exchange over theirs */
    /* Its number is compared first: comparing secrets takes long, on purpose. */
    bool is_same = refused && secret_equal(&k->token, &s->keeper.access);
    bool ok = keeper_token(&s->keeper, is_same, session_mutex(s), &token, e);
    if (ok && k->token_number != s->keeper.access_number) {
        secret_set(&k->token, secret_reveal(token), token->len);
        k->token_number = s->keeper.access_number;
    }
    return ok;
}

/* Takes a token and waits for a place. One that was taken before a 429 to another asker is no place
 * any more. */
static bool take_turn(struct asker *k, const char *api, bool refused, struct err *e)
{
    struct session *s = k->session;
    const struct clock *clock = s->env->clock;
    session_lock(s);
    bool ok = take_token(k, refused, e);
    while (ok) {
        int64_t wait_ms = pace_take(pace_of(s, api), clock_mono(clock));
        if (wait_ms == 0)
            break;
        session_unlock(s);
        ok = clock_wait(clock, wait_ms, s->env->stop) || err_set(e, ERR_STOPPED, "stopped");
        session_lock(s);
        if (!pace_is_held(pace_of(s, api), clock_mono(clock)))
            break;
    }
    session_unlock(s);
    return ok;
}

static void count_try(struct asker *k, const char *api, const struct http_answer *answer,
                      const struct json_reader *reader)
{
    struct session *s = k->session;
    session_lock(s);
    s->counts.requests++;
    s->counts.bytes += answer->bytes;
    s->counts.records += json_reader_records(reader);
    if (answer->status >= 200 && answer->status <= 299)
        pace_good(pace_of(s, api));
    session_unlock(s);
}

/* One try. True: a 2xx answer was read to its end. */
static bool try_once(struct asker *k, const struct fetch_request *rq, bool refused,
                     struct fetch_answer *a, struct err *e)
{
    struct session *s = k->session;
    struct http_answer answer = {0};
    if (!take_turn(k, rq->api, refused, e))
        return false;
    CLEANUP(buf_done) struct buf url = BUF_INIT(URL_BYTES_MAX);
    buf_adds(&url, config_text(s->config, "api_url"));
    if (!buf_adds(&url, rq->path))
        return err_set(e, ERR_LOCAL, "the address of %s is too long", rq->what);
    CLEANUP(reader_done) struct json_reader *reader = json_reader_new(rq->spec, rq->sink);
    struct exchange x = {reader};
    struct http_request request = {.url = buf_text(&url),
                                   .bearer = &k->token,
                                   .body_max = BODY_BYTES_MAX,
                                   .on_body = on_body,
                                   .ctx = &x};
    if (k->on_try)
        k->on_try(k->on_try_ctx, false);
    bool came = http_send(k->http, &request, &answer, e);
    count_try(k, rq->api, &answer, reader);
    a->status = answer.status;
    a->bytes = answer.bytes;
    a->records = json_reader_records(reader);
    memcpy(a->content_type, answer.content_type, sizeof a->content_type);
    if (!came)
        return err_wrap(e, "%s", rq->what);
    if (answer.status < 200 || answer.status > 299) {
        memcpy(a->body, answer.error_body, sizeof a->body);
        s->provider->read_error(a, rq->what, e);
        e->retry_after_ms = answer.retry_after_ms;
        return false;
    }
    if (answer.bytes > 0 && !json_reader_end(reader, e))
        return err_wrap(e, "%s", rq->what);
    read_envelope(rq, reader, a);
    return true;
}

/* A rate limit holds all askers back; of those that wait for it, the first to begin and the last to
 * end are told of. Another wait is one asker's own, while the others go on. */
static void tell_wait(struct session *s, int64_t wait_ms, int64_t left_ms, const struct err *why)
{
    if (!s->on_wait || wait_ms < LONG_WAIT_MS || (s->is_shared && !why->is_limit))
        return;
    session_lock(s);
    bool tell = left_ms ? s->asking->waiting++ == 0 : --s->asking->waiting == 0;
    session_unlock(s);
    if (tell)
        s->on_wait(s->on_wait_ctx, left_ms, left_ms ? why->msg : "");
}

/* Several askers that are told to wait at once wait once. */
static void count_limited(struct session *s, int64_t now_ms, int64_t wait_ms)
{
    int64_t from_ms = s->asking->limited_until_ms, until_ms = now_ms + wait_ms;
    if (from_ms < now_ms)
        from_ms = now_ms;
    if (until_ms <= from_ms)
        return;
    s->counts.rate_limited_ms += until_ms - from_ms;
    s->asking->limited_until_ms = until_ms;
}

static bool wait_before_next(struct session *s, const char *api, int status, int64_t wait_ms,
                             const struct err *why, struct err *e)
{
    session_lock(s);
    s->counts.retries++;
    if (why->is_limit) {
        count_limited(s, clock_mono(s->env->clock), wait_ms);
        pace_hold(pace_of(s, api), clock_mono(s->env->clock), wait_ms);
    }
    session_unlock(s);
    tell_wait(s, wait_ms, wait_ms, why);
    log_line(s->env->log, LOG_INFO, "wait", "connector=\"%s\" ms=%lld status=%d", s->connector.name,
             (long long)wait_ms, status);
    bool waited = clock_wait(s->env->clock, wait_ms, s->env->stop);
    tell_wait(s, wait_ms, 0, why);
    return waited || err_set(e, ERR_STOPPED, "stopped");
}

static bool get(void *ctx, const struct fetch_request *rq, struct fetch_answer *a, struct err *e)
{
    struct asker *k = ctx;
    struct session *s = k->session;
    struct attempt attempt = {.patient = s->patient,
                              .in_doubt = atomic_load(&s->in_doubt),
                              .retries = (unsigned)config_int(s->config, "retries"),
                              .retry_delay_ms = config_ms(s->config, "retry_delay")};
    bool refused = false, is_again = false;
    for (;;) {
        struct err tried = {0};
        if (stop_asked(s->env->stop))
            return err_set(e, ERR_STOPPED, "stopped");
        *a = (struct fetch_answer){0};
        if (!session_in_time(s, &attempt.left_ms, e))
            return false;
        if (is_again && rq->again && !rq->again(rq->sink->ctx, e))
            return false;
        is_again = true;
        if (try_once(k, rq, refused, a, &tried))
            return true;
        int64_t wait_ms = 0;
        refused = false;
        attempt.failures += tried.kind == ERR_RETRY;
        if (k->on_try && a->records > 0)
            k->on_try(k->on_try_ctx, true);
        attempt.dice = randombytes_random();
        switch (outcome_of(&attempt, &tried, &wait_ms)) {
        case OUTCOME_REFRESH:
            /* No answer came: it was the grant itself that failed, and a refresh would not help. */
            if (a->status == 0) {
                *e = tried;
                return false;
            }
            refused = attempt.refreshed = true;
            break;
        case OUTCOME_WAIT:
            if (!wait_before_next(s, rq->api, a->status, wait_ms, &tried, e))
                return false;
            break;
        case OUTCOME_GIVE_UP:
            *e = tried;
            return false;
        }
    }
}

bool asker_open(struct asker *a, struct session *s, struct err *e)
{
    const struct http_settings http = {.timeout_ms = config_ms(s->config, "timeout"),
                                       .proxy = config_text(s->config, "proxy"),
                                       .ca_file = config_text(s->config, "ca_file")};
    *a = (struct asker){.session = s, .fetch = {a, get}};
    return http_open(&a->http, &http, s->env->stop, e);
}

void asker_done(struct asker *a)
{
    http_close(a->http);
    secret_done(&a->token);
    *a = (struct asker){0};
}
