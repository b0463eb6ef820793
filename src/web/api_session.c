/* Who asks, and what they need to change something; signing in and out. */
#include <string.h>

#include "base/cleanup.h"
#include "web/body.h"
#include "web/routes.h"
#include "web/verifier.h"

/* token: of the visit that is shown; NULL: none. */
static void write_session(struct exchange *x, const char *token)
{
    char csrf[VISIT_TOKEN_TEXT];
    struct json_out *w = exchange_json(x);
    visits_csrf(x->server->visits, x->is_open ? NULL : token, csrf);
    json_object(w, NULL);
    json_text(w, "version", SEATLEDGER_VERSION);
    json_bool(w, "needs_sign_in", !x->is_open);
    json_bool(w, "signed_in", x->role != ROLE_NONE);
    json_text(w, "role", role_word(x->role));
    json_text(w, "csrf", x->role == ROLE_NONE ? NULL : csrf);
    json_time(w, "now", exchange_now(x));
    json_object_end(w);
}

bool api_session_get(struct exchange *x, __attribute__((unused)) struct err *e)
{
    write_session(x, exchange_token(x));
    return true;
}

static void set_cookie(struct exchange *x, const char *token, const char *more)
{
    const struct server_options *o = x->server->options;
    struct buf text = BUF_INIT(256);
    buf_addf(&text, SERVER_COOKIE "=%s; HttpOnly; SameSite=Strict; Path=/%s%s", token,
             o->certificate || o->behind_proxy ? "; Secure" : "", more);
    listen_add_header(x->answer, "Set-Cookie", buf_text(&text));
    buf_wipe(&text);
}

static bool refuse_password(struct exchange *x, struct err *e)
{
    log_line(x->server->env->log, LOG_WARN, "sign_in_refused", "peer=%s", x->peer);
    err_set(e, ERR_AUTH, "the password is wrong");
    return err_next(e, "type it again; where seatledger runs, `seatledger password set "
                       "--password-file FILE` sets a new one");
}

bool api_session_post(struct exchange *x, struct err *e)
{
    static const char *const members[] = {"password", NULL};
    struct server *s = x->server;
    char token[VISIT_TOKEN_TEXT];
    CLEANUP(body_done) struct body b = {0};
    CLEANUP(passwords_done) struct passwords p = {0};
    if (!body_read(x, members, &b, e) || !passwords_load(s->db, &p, e))
        return false;
    const char *password = body_text(&b, "password");
    if (!verify_password(x, &p, password ? password : "", e))
        return false;
    if (x->role == ROLE_NONE)
        return refuse_password(x, e);
    tries_was_right(&s->tries, x->peer);
    visits_end(s->visits, exchange_token(x));
    visits_begin(s->visits, x->role, p.hash[x->role], clock_mono(s->env->clock), token);
    set_cookie(x, token, "");
    write_session(x, token);
    explicit_bzero(token, sizeof token);
    log_line(s->env->log, LOG_INFO, "sign_in", "role=%s peer=%s", role_word(x->role), x->peer);
    return true;
}

bool api_session_delete(struct exchange *x, __attribute__((unused)) struct err *e)
{
    visits_end(x->server->visits, exchange_token(x));
    set_cookie(x, "", "; Max-Age=0");
    if (!x->is_open)
        x->role = ROLE_NONE;
    write_session(x, NULL);
    return true;
}
