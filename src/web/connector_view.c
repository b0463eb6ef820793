#include "web/connector_view.h"

#include <stdlib.h>
#include <string.h>

#include "aggregate/draft.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/xalloc.h"
#include "jobs/jobs.h"
#include "net/url.h"
#include "present/grant.h"
#include "present/option.h"
#include "settings/config.h"
#include "web/words.h"

/* What the view is made of. */
struct view {
    struct connector c;
    const struct provider *provider;
    struct config *config;
    int64_t secret_of, grant_of;
    bool has_secret, has_grant, is_tested;
    struct grant grant;
};

static void view_done(struct view *v)
{
    connector_done(&v->c);
    config_free(v->config);
    grant_done(&v->grant);
}

bool view_connector(struct exchange *x, struct connector *out, struct err *e)
{
    int64_t id;
    if (parse_int(x->values[0], 1, INT64_MAX, &id) &&
        connector_get_id(x->server->env->db, id, out, e))
        return true;
    if (e->kind != ERR_NONE && e->kind != ERR_USAGE)
        return false;
    x->status = 404;
    err_set(e, ERR_USAGE, "there is no connector %s", x->values[0]);
    return err_next(e, "it may have been removed: see the list of connectors");
}

static bool load(struct exchange *x, int64_t id, struct view *v, struct err *e)
{
    const struct env *env = x->server->env;
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    if (!connector_get_id(env->db, id, &v->c, e) ||
        !connector_config(&v->c, &v->provider, &v->config, e) ||
        !session_owners(env, &v->c, v->config, &v->secret_of, &v->grant_of, e) ||
        !vault_get(env->vault, env->db, v->secret_of, "client_secret", &secret, &v->has_secret,
                   e) ||
        !grant_get(env->db, v->grant_of, &v->grant, &v->has_grant, e))
        return false;
    const struct draft_state state = {&v->c, v->secret_of, v->grant_of};
    return draft_is_tested(env, &state, &v->is_tested, e);
}

static void write_settings(struct json_out *w, const struct config *config)
{
    json_array(w, "settings");
    for (const struct option_def *o = config_rows(config); o->key; o++) {
        json_object(w, NULL);
        option_write(w, o);
        json_text(w, "value", config_text(config, o->key));
        json_text(w, "source", config_is_set(config, o->key) ? "set" : "default");
        json_object_end(w);
    }
    json_array_end(w);
}

/* NULL for an empty text. */
static void write_words(struct json_out *w, const char *key, const char *text)
{
    CLEANUP(buf_done) struct buf words = BUF_INIT(2000);
    words_for_page(&words, text ? text : "");
    json_text(w, key, words.len ? buf_text(&words) : NULL);
}

/* The redirect comes to the machine where the browser is: the page must know whether that is this
 * one. */
static bool can_listen(const char *redirect_uri)
{
    struct err ignored = {0};
    CLEANUP(url_done) struct url u = {0};
    return url_parse(&u, redirect_uri, &ignored) && url_is_loopback(&u) &&
           strcmp(u.scheme, "http") == 0;
}

static const char *token_state(const struct sign_in_view *s)
{
    switch (s->state) {
    case JOB_DONE:
        return "done";
    case JOB_FAILED:
        return "failed";
    case JOB_QUEUED:
    case JOB_RUNNING:
        return s->is_asking ? "choose" : s->is_exchanging ? "exchanging" : "waiting";
    case JOB_NONE:
        break;
    }
    return "none";
}

static void write_token(struct exchange *x, const struct view *v, int64_t wait_ms)
{
    struct json_out *w = exchange_json(x);
    CLEANUP(sign_in_view_done) struct sign_in_view s = {0};
    const char *redirect_uri = config_text(v->config, "redirect_uri");
    jobs_sign_in(x->server->jobs, v->c.id, wait_ms, &s);
    bool is_over = s.state == JOB_NONE || s.state == JOB_DONE || s.state == JOB_FAILED;
    json_object(w, "token");
    json_text(w, "state", token_state(&s));
    json_text(w, "url", is_over ? NULL : s.url);
    json_text(w, "redirect_uri", redirect_uri);
    json_bool(w, "can_catch", s.can_catch && redirect_uri && can_listen(redirect_uri));
    json_text(w, "message", s.message && *s.message ? s.message : NULL);
    write_words(w, "next", s.next);
    json_text(w, "warning", s.warning && *s.warning ? s.warning : NULL);
    json_array(w, "accounts");
    for (size_t i = 0; i < s.account_count && !is_over; i++) {
        json_object(w, NULL);
        json_text(w, "key", s.accounts[i].key);
        json_text(w, "name", s.accounts[i].name);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

static void write_step(struct json_out *w, const struct check_step *step, int64_t ms)
{
    json_object(w, NULL);
    json_text(w, "name", step->name);
    if (step->result == CHECK_NOT_TRIED)
        json_null(w, "ok");
    else
        json_bool(w, "ok", step->result == CHECK_OK);
    json_text(w, "detail", step->detail[0] ? step->detail : NULL);
    write_words(w, "next", step->next);
    if (ms < 0)
        json_null(w, "ms");
    else
        json_int(w, "ms", ms);
    json_object_end(w);
}

static void write_test(struct exchange *x, const struct view *v)
{
    static const char *const words[] = {"none", "running", "running", "passed", "failed"};
    struct json_out *w = exchange_json(x);
    struct check_view c;
    jobs_check(x->server->jobs, v->c.id, &c);
    json_object(w, "test");
    json_text(w, "state", words[c.state]);
    json_text(w, "message", c.message[0] ? c.message : NULL);
    write_words(w, "next", c.next);
    json_array(w, "steps");
    for (unsigned i = 0; i < CHECK_STEPS && c.state != JOB_NONE; i++) {
        struct check_step open = {.name = check_step_name(i), .result = CHECK_NOT_TRIED};
        write_step(w, i < c.ended ? &c.steps[i] : &open, i < c.ended ? c.ms[i] : -1);
    }
    json_array_end(w);
    json_object_end(w);
}

bool view_write(struct exchange *x, int64_t id, int64_t wait_ms, struct err *e)
{
    CLEANUP(view_done) struct view v = {0};
    if (!load(x, id, &v, e))
        return false;
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    json_int(w, "id", v.c.id);
    json_text(w, "name", v.c.name);
    json_text(w, "provider", v.c.provider);
    json_bool(w, "active", v.c.active);
    json_bool(w, "draft", v.c.is_draft);
    if (v.c.draft_of)
        json_int(w, "draft_of", v.c.draft_of);
    else
        json_null(w, "draft_of");
    json_bool(w, "has_secret", v.has_secret);
    json_bool(w, "tested", v.is_tested);
    write_settings(w, v.config);
    if (v.has_grant)
        grant_write(w, "grant", &v.grant, exchange_now(x));
    else
        json_null(w, "grant");
    const char *scope = NULL;
    const char *box =
        v.has_grant && *v.grant.scopes ? v.provider->missing_scope(v.grant.scopes, &scope) : NULL;
    CLEANUP(buf_done) struct buf warning = BUF_INIT(1000);
    if (box)
        buf_addf(&warning,
                 "The grant lacks the scope %s. In the developer centre, tick %s in the OAuth "
                 "client. Then run Get Token again.",
                 scope ? scope : "?", box);
    json_text(w, "warning", warning.len ? buf_text(&warning) : NULL);
    write_token(x, &v, wait_ms);
    write_test(x, &v);
    json_object_end(w);
    return true;
}
