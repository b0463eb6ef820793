#include "aggregate/session.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "aggregate/outcome.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/shell.h"
#include "base/xalloc.h"
#include "data/json_in.h"
#include "net/pace.h"
#include "net/url.h"
#include "store/aggregation.h"

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
struct session_state {
    struct api_pace paces[APIS_MAX];
};

bool connector_config(const struct connector *c, const struct provider **provider,
                      struct config **out, struct err *e)
{
    const struct provider *p;
    if (!provider_find(c->provider, &p, e))
        return false;
    struct config *config = config_new(p->options);
    for (size_t i = 0; i < c->setting_count; i++) {
        if (!config_set(config, c->settings[i].key, c->settings[i].value, e)) {
            config_free(config);
            e->kind = ERR_LOCAL;
            err_wrap(e, "a setting of \"%s\"", c->name);
            return err_next(e, "set it again: seatledger connector set %s %s=VALUE",
                            shell_word(c->name).text, c->settings[i].key);
        }
    }
    if (provider)
        *provider = p;
    *out = config;
    return true;
}

static struct pace *pace_of(struct session *s, const char *api)
{
    struct api_pace *p = s->state->paces;
    for (; p < s->state->paces + APIS_MAX - 1 && p->api; p++)
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

/* One try. True: a 2xx answer was read to its end. */
static bool try_once(struct session *s, const struct fetch_request *rq, bool refused,
                     struct fetch_answer *a, struct err *e)
{
    const struct secret *token;
    struct http_answer answer = {0};
    if (!keeper_token(&s->keeper, refused, &token, e))
        return false;
    int64_t wait_ms = pace_take(pace_of(s, rq->api), clock_mono(s->env->clock));
    if (!clock_wait(s->env->clock, wait_ms, s->env->stop))
        return err_set(e, ERR_STOPPED, "stopped");
    CLEANUP(buf_done) struct buf url = BUF_INIT(URL_BYTES_MAX);
    buf_adds(&url, config_text(s->config, "api_url"));
    if (!buf_adds(&url, rq->path))
        return err_set(e, ERR_LOCAL, "the address of %s is too long", rq->what);
    CLEANUP(reader_done) struct json_reader *reader = json_reader_new(rq->spec, rq->sink);
    struct exchange x = {reader};
    struct http_request request = {.url = buf_text(&url),
                                   .bearer = token,
                                   .body_max = BODY_BYTES_MAX,
                                   .on_body = on_body,
                                   .ctx = &x};
    if (s->on_try)
        s->on_try(s->on_try_ctx, false);
    bool came = http_send(s->http, &request, &answer, e);
    s->counts.requests++;
    s->counts.bytes += answer.bytes;
    s->counts.records += json_reader_records(reader);
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

static bool wait_before_next(struct session *s, const char *api, int status, int64_t wait_ms,
                             const struct err *why, struct err *e)
{
    if (why->is_limit) {
        s->counts.rate_limited_ms += wait_ms;
        pace_hold(pace_of(s, api), clock_mono(s->env->clock), wait_ms);
    }
    if (s->on_wait && wait_ms >= LONG_WAIT_MS)
        s->on_wait(s->on_wait_ctx, wait_ms, why->msg);
    log_line(s->env->log, LOG_INFO, "wait", "connector=\"%s\" ms=%lld status=%d", s->connector.name,
             (long long)wait_ms, status);
    bool waited = clock_wait(s->env->clock, wait_ms, s->env->stop);
    if (s->on_wait && wait_ms >= LONG_WAIT_MS)
        s->on_wait(s->on_wait_ctx, 0, "");
    return waited || err_set(e, ERR_STOPPED, "stopped");
}

bool session_in_time(const struct session *s, int64_t *left_ms, struct err *e)
{
    *left_ms = s->until_ms ? s->until_ms - clock_mono(s->env->clock) : INT64_MAX;
    return outcome_is_in_time(*left_ms, config_ms(s->config, "run_limit"), e);
}

static bool session_get(void *ctx, const struct fetch_request *rq, struct fetch_answer *a,
                        struct err *e)
{
    struct session *s = ctx;
    struct attempt attempt = {.patient = s->patient,
                              .in_doubt = s->in_doubt,
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
        if (try_once(s, rq, refused, a, &tried))
            return true;
        int64_t wait_ms = 0;
        refused = false;
        attempt.failures += tried.kind == ERR_RETRY;
        if (s->on_try && a->records > 0)
            s->on_try(s->on_try_ctx, true);
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
            s->counts.retries++;
            if (!wait_before_next(s, rq->api, a->status, wait_ms, &tried, e))
                return false;
            break;
        case OUTCOME_GIVE_UP:
            *e = tried;
            return false;
        }
    }
}

/* ---- opening ---- */

static bool same_text(const struct config *a, const struct config *b, const char *key)
{
    const char *x = config_text(a, key), *y = config_text(b, key);
    return x && y ? strcmp(x, y) == 0 : x == y;
}

static void config_done(struct config **c)
{
    config_free(*c);
}

/* Whoever may change a connector must not be able to have its secrets sent elsewhere. */
static bool same_service(const struct config *a, const struct config *b)
{
    static const char *const keys[] = {"token_url", "revoke_url", "api_url", "ca_file"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!same_text(a, b, keys[i]))
            return false;
    return true;
}

bool session_owners(const struct env *env, const struct connector *c, const struct config *config,
                    int64_t *secret_of, int64_t *grant_of, struct err *e)
{
    CLEANUP(connector_done) struct connector other = {0};
    CLEANUP(config_done) struct config *others = NULL;
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    CLEANUP(grant_done) struct grant grant = {0};
    bool has_secret, has_grant;
    *secret_of = *grant_of = c->id;
    if (!c->draft_of)
        return true;
    if (!connector_get_id(env->db, c->draft_of, &other, e) ||
        !connector_config(&other, NULL, &others, e) ||
        !vault_get(env->vault, env->db, c->id, "client_secret", &secret, &has_secret, e) ||
        !grant_get(env->db, c->id, &grant, &has_grant, e))
        return false;
    if (has_secret || !same_service(others, config))
        return true;
    *secret_of = other.id;
    if (!has_grant && same_text(others, config, "client_id"))
        *grant_of = other.id;
    return true;
}

/* s->connector is loaded. */
static bool begin(struct session *s, struct err *e)
{
    const struct env *env = s->env;
    if (sodium_init() < 0)
        return err_set(e, ERR_LOCAL, "libsodium does not start on this machine");
    if (!connector_config(&s->connector, &s->provider, &s->config, e))
        return false;
    const struct http_settings http = {.timeout_ms = config_ms(s->config, "timeout"),
                                       .proxy = config_text(s->config, "proxy"),
                                       .ca_file = config_text(s->config, "ca_file")};
    if (!http_open(&s->http, &http, env->stop, e))
        return false;
    s->keeper = (struct keeper){.db = env->db,
                                .vault = env->vault,
                                .http = s->http,
                                .config = s->config,
                                .clock = env->clock,
                                .stop = env->stop,
                                .home = env->home,
                                .name = s->connector.name};
    s->fetch = (struct fetch){s, session_get};
    s->state = NEW(struct session_state);
    return session_owners(env, &s->connector, s->config, &s->keeper.secret_of, &s->keeper.connector,
                          e);
}

bool session_open(struct session *s, const struct env *env, const char *name, struct err *e)
{
    *s = (struct session){.env = env, .patient = true};
    return connector_get(env->db, name, &s->connector, e) && begin(s, e);
}

bool session_open_id(struct session *s, const struct env *env, int64_t id, struct err *e)
{
    *s = (struct session){.env = env, .patient = true};
    if (!connector_get_id(env->db, id, &s->connector, e))
        return false;
    if (!s->connector.name[0]) { /* a draft that has none yet, in messages */
        free(s->connector.name);
        s->connector.name = xstrdup("the new connector");
    }
    return begin(s, e);
}

void session_done(struct session *s)
{
    keeper_done(&s->keeper);
    http_close(s->http);
    config_free(s->config);
    connector_done(&s->connector);
    free(s->state);
    *s = (struct session){0};
}

void session_personal(const struct session *s, struct err *e)
{
    static const char word[] = " NAME";
    const size_t len = sizeof word - 1;
    const char *at = strstr(e->next, word);
    if (!at || !s->connector.name || (at[len] && !strchr(" ;,`", at[len])))
        return;
    CLEANUP(buf_done) struct buf text = BUF_INIT(sizeof e->next + SHELL_WORD_BYTES);
    buf_add(&text, e->next, (size_t)(at - e->next) + 1);
    buf_adds(&text, shell_word(s->connector.name).text);
    buf_adds(&text, at + len);
    err_next(e, "%s", buf_text(&text));
}

bool session_account(struct session *s, char **key, char **name, struct err *e)
{
    CLEANUP(grant_done) struct grant g = {0};
    bool found;
    if (!grant_get(s->env->db, s->keeper.connector, &g, &found, e))
        return false;
    if (!found) {
        err_set(e, ERR_AUTH, "\"%s\" has no grant yet", s->connector.name);
        return err_next(e, "sign in: seatledger token get %s", shell_word(s->connector.name).text);
    }
    const char *chosen = config_text(s->config, "account_key");
    if (!chosen)
        chosen = g.account_key;
    if (!chosen) {
        err_set(e, ERR_AUTH, "no account has been chosen for \"%s\"", s->connector.name);
        return err_next(e, "sign in again: seatledger token get %s",
                        shell_word(s->connector.name).text);
    }
    bool same = g.account_key && strcmp(g.account_key, chosen) == 0;
    *key = xstrdup(chosen);
    *name = xstrdup(same && g.account_name ? g.account_name : chosen);
    return true;
}

bool session_may_read(struct session *s, const char *account_key, struct err *e)
{
    CLEANUP(aggregation_done) struct aggregation last = {0};
    CLEANUP(free_text) char *other = NULL;
    bool found = false;
    int64_t data_of = s->connector.draft_of ? s->connector.draft_of : s->connector.id;
    if (!aggregation_published(s->env->db, data_of, &last, &found, e))
        return false;
    if (found && strcmp(last.account_key, account_key) != 0) {
        err_set(e, ERR_USAGE, "\"%s\" holds data of the account %s (%s), not of the account %s",
                s->connector.name, last.account_name, last.account_key, account_key);
        return err_next(e, "read the first account, or add another connector for this one");
    }
    if (!grant_find_account(s->env->db, account_key, s->connector.id, &other, &found, e))
        return false;
    if (!found)
        return true;
    err_set(e, ERR_USAGE, "the connector \"%s\" reads the account %s already", other, account_key);
    return err_next(e, "use that one, or remove it first: seatledger connector remove %s",
                    shell_word(other).text);
}
