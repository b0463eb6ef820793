/* The token and revocation endpoints and their description (goto-api.md 1.3 to 1.7). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <gnutls/gnutls.h>

#include "base/time.h"
#include "base/xalloc.h"

#include "json.h"
#include "route.h"
#include "sim.h"

/* Authorization: Basic, decoded into two parts; false when it is malformed. */
static bool read_basic(const char *header, char **id, char **secret)
{
    gnutls_datum_t in = {(unsigned char *)xstrdup(header + 6), 0}, out = {0};
    in.size = (unsigned)strlen((char *)in.data);
    bool good = gnutls_base64_decode2(&in, &out) == 0;
    free(in.data);
    if (!good)
        return false;
    char *text = xstrndup((char *)out.data, out.size);
    gnutls_free(out.data);
    char *colon = strchr(text, ':');
    if (colon) {
        *id = xstrndup(text, (size_t)(colon - text));
        *secret = xstrdup(colon + 1);
    }
    free(text);
    return colon != NULL;
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool refuse(struct request *r, unsigned status, const char *error, const char *description)
{
    reply_token_error(r, status, error, description);
    return false;
}

static bool check_client(struct request *r, const char *id, const char *secret)
{
    const struct options *opt = &r->sim->opt;
    if (!id)
        return refuse(r, 401, "invalid_client", "client authentication is missing");
    if (!same(id, opt->client_id))
        return refuse(r, 401, "invalid_client", "client not found");
    if (!same(secret ? secret : "", opt->client_secret))
        return refuse(r, 401, "invalid_client", "client authentication failed");
    return true;
}

/* Basic or form, one of them only; a client without a secret must use PKCE. */
static bool client_is_authentic(struct request *r)
{
    const char *header = request_header(r, "Authorization");
    const char *form_id = params_get(&r->form, "client_id");
    const char *form_secret = params_get(&r->form, "client_secret");
    if (!header)
        return check_client(r, form_id, form_secret);
    if (strncasecmp(header, "Basic ", 6) != 0)
        return refuse(r, 401, "invalid_client", "client authentication must be Basic");
    if (form_secret)
        return refuse(r, 400, "invalid_request", "two kinds of client authentication");
    char *id = NULL, *secret = NULL;
    bool good = read_basic(header, &id, &secret);
    if (!good)
        refuse(r, 401, "invalid_client", "client authentication is malformed");
    else if (form_id && !same(form_id, id))
        good = refuse(r, 400, "invalid_request", "client_id differs from the authentication");
    else
        good = check_client(r, id, secret);
    free(id);
    free(secret);
    return good;
}

static bool begin(struct request *r, const char *allowed)
{
    const char *accept = request_header(r, "Accept");
    if (!accept || !strstr(accept, "application/json"))
        return refuse(r, 400, "invalid_request", "Accept must be application/json");
    return request_form(r) && request_params_allowed(r, &r->form, allowed) &&
           client_is_authentic(r);
}

static void answer(struct request *r, const struct grant_token *from, const char *access,
                   const char *refresh)
{
    struct sim *s = r->sim;
    struct json j;
    reply_restart(&r->reply, 200, "application/json");
    reply_header(&r->reply, "Cache-Control", "no-store");
    reply_header(&r->reply, "Pragma", "no-cache");
    json_open(&j, &r->reply.body);
    json_object(&j, NULL);
    json_text(&j, "access_token", access);
    json_text(&j, "token_type", "Bearer");
    if (refresh)
        json_text(&j, "refresh_token", refresh);
    json_int(&j, "expires_in", s->opt.grants.access_ttl_s);
    json_text(&j, "scope", from->scope);
    json_text(&j, "principal", s->account.people[from->person].email);
    json_end_object(&j);
    json_close(&j);
}

/* A new token of the same grant; its text is the caller's. */
static char *issue(struct sim *s, enum token_kind kind, const struct grant_token *like)
{
    uint64_t grant = like->grant;
    uint32_t person = like->person;
    char *scope = xstrdup(like->scope);
    struct grant_token *t = grants_issue(&s->grants, kind, grant, person, scope);
    int64_t ttl = kind == TOKEN_ACCESS ? s->opt.grants.access_ttl_s : s->opt.grants.refresh_ttl_s;
    grants_seal(&s->grants, t, s->opt.client_id, s->account.people[person].key, sim_now(s), ttl);
    free(scope);
    return xstrdup(t->text);
}

static bool verifier_is_good(const char *text)
{
    static const char unreserved[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    size_t len = strlen(text);
    return len >= 43 && len <= 128 && strspn(text, unreserved) == len;
}

static bool pkce_holds(struct request *r, const struct grant_token *code)
{
    const char *verifier = params_get(&r->form, "code_verifier");
    char challenge[64];
    if (!code->challenge) {
        if (verifier)
            return refuse(r, 400, "invalid_grant", "code_verifier without a code_challenge");
        if (!*r->sim->opt.client_secret)
            return refuse(r, 400, "invalid_grant", "a client without a secret needs PKCE");
        return true;
    }
    if (!verifier)
        return refuse(r, 400, "invalid_grant", "code_verifier is required");
    if (!verifier_is_good(verifier))
        return refuse(r, 400, "invalid_grant", "code_verifier is malformed");
    pkce_challenge(verifier, challenge);
    return same(challenge, code->challenge) ||
           refuse(r, 400, "invalid_grant", "code_verifier does not match");
}

static bool redirect_holds(struct request *r, const struct grant_token *code)
{
    const char *uri = params_get(&r->form, "redirect_uri");
    if (code->redirect && !uri)
        return refuse(r, 400, "invalid_request", "redirect_uri is required");
    if (code->redirect ? !same(uri, code->redirect) : uri != NULL)
        return refuse(r, 400, "invalid_grant", "redirect_uri is not that of the authorization");
    return true;
}

static void exchange(struct request *r)
{
    struct sim *s = r->sim;
    const char *text = params_get(&r->form, "code");
    struct grant_token *code = text ? grants_find(&s->grants, text) : NULL;
    if (!text) {
        refuse(r, 400, "invalid_request", "code is required");
        return;
    }
    if (!code || code->kind != TOKEN_CODE || code->expires_ms <= sim_now(s)) {
        refuse(r, 400, "invalid_grant", "code is not valid");
        return;
    }
    if (code->dead) { /* RFC 6749 4.1.2: what it brought is revoked too */
        grants_revoke(&s->grants, code->grant);
        refuse(r, 400, "invalid_grant", "code was used before");
        return;
    }
    code->dead = true; /* whatever comes now: one try */
    if (!redirect_holds(r, code) || !pkce_holds(r, code))
        return;
    size_t place = (size_t)(code - s->grants.tokens);
    char *access = issue(s, TOKEN_ACCESS, code);
    char *refresh = issue(s, TOKEN_REFRESH, &s->grants.tokens[place]);
    answer(r, &s->grants.tokens[place], access, refresh);
    free(access);
    free(refresh);
}

static bool rotates(const struct grant_rules *rules, uint64_t refreshed)
{
    switch (rules->rotate) {
    case ROTATE_ALWAYS:
        return true;
    case ROTATE_EVERY:
        return refreshed % rules->rotate_every == 0;
    case ROTATE_NEVER:
    case ROTATE_REPEAT:
        break;
    }
    return false;
}

static void refresh(struct request *r)
{
    struct sim *s = r->sim;
    const char *text = params_get(&r->form, "refresh_token");
    struct grant_token *old = text ? grants_find(&s->grants, text) : NULL;
    if (!text) {
        refuse(r, 400, "invalid_request", "refresh_token is required");
        return;
    }
    if (!old || old->kind != TOKEN_REFRESH || old->dead || old->expires_ms <= sim_now(s) ||
        s->account.people[old->person].deleted) {
        refuse(r, 400, "invalid_grant", "refresh token is no longer valid");
        return;
    }
    size_t place = (size_t)(old - s->grants.tokens);
    struct grant_rules rules = s->opt.grants;
    const char *way = faults_strike(r, FAULT_ROTATE_REFRESH, NULL);
    if (way)
        rules.rotate = *way == 'a' ? ROTATE_ALWAYS : *way == 'r' ? ROTATE_REPEAT : ROTATE_NEVER;
    bool rotate = rotates(&rules, ++old->refreshed);
    char *same_again = rules.rotate == ROTATE_REPEAT ? xstrdup(old->text) : NULL;
    uint64_t refreshed = old->refreshed;
    char *access = issue(s, TOKEN_ACCESS, old);
    char *new = rotate ? issue(s, TOKEN_REFRESH, &s->grants.tokens[place]) : same_again;
    if (rotate) {
        s->grants.tokens[place].dead = true;
        s->grants.tokens[s->grants.count - 1].refreshed = refreshed;
    }
    answer(r, &s->grants.tokens[place], access, new);
    free(access);
    free(new);
}

void handle_token(struct request *r)
{
    if (!begin(r, "grant_type code redirect_uri client_id client_secret code_verifier "
                  "refresh_token"))
        return;
    grants_tidy(&r->sim->grants);
    const char *grant = params_get(&r->form, "grant_type");
    if (!grant) {
        refuse(r, 400, "invalid_request", "grant_type is required");
    } else if (strcmp(grant, "authorization_code") == 0) {
        if (request_params_allowed(
                r, &r->form, "grant_type code redirect_uri client_id client_secret code_verifier"))
            exchange(r);
    } else if (strcmp(grant, "refresh_token") == 0) {
        if (request_params_allowed(r, &r->form, "grant_type refresh_token client_id client_secret"))
            refresh(r);
    } else {
        refuse(r, 400, "unsupported_grant_type", "this grant type is not supported");
    }
}

void handle_revoke(struct request *r)
{
    if (!begin(r, "token token_type_hint client_id client_secret"))
        return;
    const char *text = params_get(&r->form, "token");
    if (!text) {
        refuse(r, 400, "invalid_request", "token is required");
        return;
    }
    struct grant_token *t = grants_find(&r->sim->grants, text);
    if (t && t->kind == TOKEN_REFRESH)
        grants_revoke(&r->sim->grants, t->grant);
    else if (t)
        t->dead = true;
    reply_restart(&r->reply, 200, NULL);
}

static void words(struct json *j, const char *name, const char *const *list)
{
    json_array(j, name);
    for (; *list; list++)
        json_text(j, NULL, *list);
    json_end_array(j);
}

void handle_metadata(struct request *r)
{
    static const char *const endpoints[][2] = {{"authorization_endpoint", "authorize"},
                                               {"token_endpoint", "token"},
                                               {"revocation_endpoint", "revoke"}};
    struct json j;
    reply_restart(&r->reply, 200, "application/json");
    json_open(&j, &r->reply.body);
    json_object(&j, NULL);
    json_text(&j, "issuer", r->sim->base_url);
    for (unsigned i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        struct buf url = BUF_INIT(200);
        buf_addf(&url, "%s/oauth/%s", r->sim->base_url, endpoints[i][1]);
        json_text(&j, endpoints[i][0], buf_text(&url));
        buf_done(&url);
    }
    words(&j, "response_types_supported", (const char *const[]){"code", NULL});
    words(&j, "grant_types_supported",
          (const char *const[]){"authorization_code", "refresh_token", NULL});
    words(&j, "token_endpoint_auth_methods_supported",
          (const char *const[]){"client_secret_basic", "client_secret_post", "none", NULL});
    words(&j, "code_challenge_methods_supported", (const char *const[]){"S256", NULL});
    json_bool(&j, "client_id_metadata_document_supported", true);
    json_end_object(&j);
    json_close(&j);
}
