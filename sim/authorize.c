/* The authorize endpoint and the two pages behind it (goto-api.md 1.2). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/time.h"
#include "base/xalloc.h"

#include "html.h"
#include "route.h"
#include "sign_in.h"
#include "sim.h"

enum { CODE_TTL_S = 600, CHALLENGE_CHARS = 43 };

static bool redirect_is_registered(const struct options *opt, const char *uri)
{
    for (size_t i = 0; i < opt->redirect_count; i++)
        if (strcmp(opt->redirects[i], uri) == 0)
            return true;
    return false;
}

static void redirect(struct request *r, const struct authorize_request *a,
                     const char *const answer[4])
{
    struct buf url = BUF_INIT(32768);
    buf_adds(&url, a->redirect);
    char next = strchr(a->redirect, '?') ? '&' : '?';
    for (unsigned i = 0; i < 4 && answer[i]; i += 2) {
        buf_addf(&url, "%c%s=", next, answer[i]);
        percent_add(&url, answer[i + 1]);
        next = '&';
    }
    if (a->state) {
        buf_adds(&url, "&state=");
        percent_add(&url, a->state);
    }
    reply_restart(&r->reply, 302, NULL);
    reply_header(&r->reply, "Location", buf_text(&url));
    reply_header(&r->reply, "Cache-Control", "no-store");
    buf_done(&url);
}

static void redirect_error(struct request *r, const struct authorize_request *a, const char *error,
                           const char *description)
{
    redirect(r, a, (const char *const[4]){"error", error, "error_description", description});
}

static void redirect_code(struct request *r, const struct authorize_request *a, uint32_t person)
{
    struct sim *s = r->sim;
    grants_tidy(&s->grants);
    struct grant_token *code =
        grants_issue(&s->grants, TOKEN_CODE, ++s->grants.last_grant, person, a->scope);
    code->redirect = a->redirect_sent ? xstrdup(a->redirect) : NULL;
    code->challenge = xstrdup(a->challenge);
    grants_seal(&s->grants, code, s->opt.client_id, s->account.people[person].key, sim_now(s),
                CODE_TTL_S);
    redirect(r, a, (const char *const[4]){"code", code->text, NULL, NULL});
}

/* Every scope asked for is set on the client, and at least one is asked for. */
static bool scopes_are_known(const char *asked, const char *client)
{
    size_t words = 0;
    for (const char *at = asked; *at;) {
        size_t len = strcspn(at, " ");
        CLEANUP(free_text) char *word = xstrndup(at, len);
        if (len && !scope_has(client, word))
            return false;
        words += len > 0;
        at += len + (at[len] == ' ');
    }
    return words > 0;
}

static bool challenge_is_good(const char *text)
{
    return strlen(text) == CHALLENGE_CHARS &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
               CHALLENGE_CHARS;
}

/* What can be answered by a redirect; true: nothing is wrong. */
static bool details_are_good(struct request *r, const struct authorize_request *a)
{
    const char *type = params_get(&r->query, "response_type");
    const char *method = params_get(&r->query, "code_challenge_method");
    if (!type)
        redirect_error(r, a, "invalid_request", "response_type is required");
    else if (strcmp(type, "code") != 0)
        redirect_error(r, a, "unsupported_response_type", "response_type must be code");
    else if (!scopes_are_known(a->scope, r->sim->opt.scopes))
        redirect_error(r, a, "invalid_scope", "a scope is not set on the client");
    else if (!a->challenge != !method)
        redirect_error(r, a, "invalid_request",
                       "code_challenge and code_challenge_method go together");
    else if (method && strcmp(method, "S256") != 0)
        redirect_error(r, a, "invalid_request", "code_challenge_method must be S256");
    else if (a->challenge && !challenge_is_good(a->challenge))
        redirect_error(r, a, "invalid_request", "code_challenge is not an S256 challenge");
    else
        return true;
    return false;
}

/* Reads the query; false: answered with a page or a redirect. *out owns its texts either way. */
static bool read_request(struct request *r, struct authorize_request *out)
{
    const struct options *opt = &r->sim->opt;
    const char *client = params_get(&r->query, "client_id");
    const char *uri = params_get(&r->query, "redirect_uri");
    const char *scope = params_get(&r->query, "scope");
    if (!client || strcmp(client, opt->client_id) != 0) {
        reply_html(&r->reply, 400, "Unknown client", "This application is not registered.");
        return false;
    }
    if (uri ? !redirect_is_registered(opt, uri) : opt->redirect_count != 1) {
        reply_html(&r->reply, 400, "Wrong redirect URI",
                   "The redirect URI is not the one registered for this application.");
        return false;
    }
    *out = (struct authorize_request){
        .redirect = xstrdup(uri ? uri : opt->redirects[0]),
        .redirect_sent = uri != NULL,
        .state = xstrdup(params_get(&r->query, "state")),
        .scope = xstrdup(scope ? scope : opt->scopes),
        .challenge = xstrdup(params_get(&r->query, "code_challenge")),
    };
    return details_are_good(r, out);
}

static void begin_page(struct request *r, const char *title)
{
    reply_restart(&r->reply, 200, "text/html; charset=utf-8");
    reply_header(&r->reply, "Cache-Control", "no-store");
    reply_header(&r->reply, "Content-Security-Policy",
                 "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    html_begin(&r->reply.body, title);
}

static void add_hidden(struct buf *out, const char *name, const char *value)
{
    buf_addf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    html_text(out, value);
    buf_adds(out, "\">\n");
}

static void sign_in_page(struct request *r, const struct authorize_request *a, const char *problem)
{
    struct buf *out = &r->reply.body;
    begin_page(r, "Sign in");
    if (problem) {
        buf_adds(out, "<p role=\"alert\">");
        html_text(out, problem);
        buf_adds(out, "</p>\n");
    }
    buf_adds(out, "<form method=\"post\" action=\"/oauth/signin\">\n");
    add_hidden(out, "request", a->id);
    buf_adds(out, "<label>Email <input name=\"email\" type=\"email\" required value=\"");
    const struct sim *s = r->sim;
    html_text(out, s->account.people[s->opt.is_admin ? PERSON_ADMIN : PERSON_PLAIN].email);
    buf_adds(out, "\"></label>\n<button name=\"signin\" value=\"1\">Sign in</button>\n</form>\n");
    html_end(out);
}

static void consent_page(struct request *r, const struct authorize_request *a,
                         const struct session *session)
{
    struct buf *out = &r->reply.body;
    begin_page(r, "Allow access?");
    buf_adds(out, "<p>An application asks for access to the account of ");
    html_text(out, r->sim->account.people[session->person].email);
    buf_adds(out, ":</p>\n<p><code>");
    html_text(out, a->scope);
    buf_adds(out, "</code></p>\n<form method=\"post\" action=\"/oauth/consent\">\n");
    add_hidden(out, "request", a->id);
    add_hidden(out, "csrf", session->csrf);
    buf_adds(out, "<button name=\"decision\" value=\"allow\">Allow</button>\n"
                  "<button class=\"quiet\" name=\"decision\" value=\"deny\">Deny</button>\n"
                  "</form>\n");
    html_end(out);
}

static void ask_person(struct request *r, struct authorize_request *a)
{
    struct sim *s = r->sim;
    const struct session *session = sign_ins_session(s->sign_ins, request_header(r, "Cookie"));
    if (session && sign_ins_consented(s->sign_ins, session->person, a->scope)) {
        redirect_code(r, a, session->person);
        return;
    }
    const struct authorize_request *kept = sign_ins_keep(s->sign_ins, a);
    if (session)
        consent_page(r, kept, session);
    else
        sign_in_page(r, kept, NULL);
}

void handle_authorize(struct request *r)
{
    struct sim *s = r->sim;
    CLEANUP(authorize_request_done) struct authorize_request a = {0};
    if (!read_request(r, &a))
        return;
    switch (s->opt.sign_in) {
    case SIGN_IN_DENY:
        redirect_error(r, &a, "access_denied", "The user denied the request");
        break;
    case SIGN_IN_APPROVE:
        redirect_code(r, &a, s->opt.is_admin ? PERSON_ADMIN : PERSON_PLAIN);
        break;
    case SIGN_IN_PAGES:
        ask_person(r, &a);
        break;
    }
}

/* The form and the authorize request that it belongs to; NULL: answered. */
static struct authorize_request *read_form(struct request *r, const char *allowed)
{
    if (!request_form(r) || !request_params_allowed(r, &r->form, allowed))
        return NULL;
    const char *id = params_get(&r->form, "request");
    struct authorize_request *a = id ? sign_ins_find(r->sim->sign_ins, id) : NULL;
    if (!a)
        reply_html(&r->reply, 400, "Too late", "This sign-in is over. Start again.");
    return a;
}

static int64_t person_by_email(const struct account *a, const char *email)
{
    for (size_t i = 0; i < a->listed_count; i++) {
        const struct person *p = &a->people[a->listed[i]];
        if (p->status == STATUS_ACTIVE && strcasecmp(p->email, email) == 0)
            return a->listed[i];
    }
    return -1;
}

void handle_sign_in(struct request *r)
{
    struct sim *s = r->sim;
    const struct authorize_request *a = read_form(r, "request email signin");
    if (!a)
        return;
    const char *email = params_get(&r->form, "email");
    int64_t person = person_by_email(&s->account, email ? email : "");
    if (person < 0) {
        sign_in_page(r, a, "Nobody of this account signs in with that address.");
        return;
    }
    const struct session *session = sign_ins_open_session(s->sign_ins, (uint32_t)person);
    struct buf cookie = BUF_INIT(200);
    buf_addf(&cookie, "gotosim_session=%s; Path=/; HttpOnly; SameSite=Lax%s", session->id,
             s->opt.tls_folder ? "; Secure" : "");
    consent_page(r, a, session);
    reply_header(&r->reply, "Set-Cookie", buf_text(&cookie));
    buf_done(&cookie);
}

void handle_consent(struct request *r)
{
    struct sim *s = r->sim;
    struct authorize_request *a = read_form(r, "request csrf decision");
    if (!a)
        return;
    const struct session *session = sign_ins_session(s->sign_ins, request_header(r, "Cookie"));
    const char *csrf = params_get(&r->form, "csrf");
    const char *decision = params_get(&r->form, "decision");
    bool allow = decision && strcmp(decision, "allow") == 0;
    bool deny = decision && strcmp(decision, "deny") == 0;
    if (!session || !csrf || strcmp(csrf, session->csrf) != 0 || allow == deny) {
        reply_html(&r->reply, 400, "Not understood", "This answer does not come from our page.");
        return;
    }
    if (allow) {
        sign_ins_consent(s->sign_ins, session->person, a->scope);
        redirect_code(r, a, session->person);
    } else {
        redirect_error(r, a, "access_denied", "The user denied the request");
    }
    authorize_request_done(a);
}
