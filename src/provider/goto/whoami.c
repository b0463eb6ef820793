#include "provider/goto/goto.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

/* ---- the Admin API: who granted access ---- */

static bool on_me(void *ctx, const struct record *r, struct err *e)
{
    struct identity *out = ctx, found;
    if (!goto_identity(r, &found, e))
        return err_wrap(e, "GoTo's answer about the granting user cannot be used");
    identity_done(out); /* an earlier try's */
    *out = found;
    return true;
}

/* ---- SCIM: why the Admin API does not answer ---- */

struct scim {
    char *name;
    bool is_admin;
};

static void scim_done(struct scim *s)
{
    free(s->name);
}

static bool on_scim(void *ctx, const struct record *r, __attribute__((unused)) struct err *e)
{
    static const char *const names[] = {"displayName", "userName", "id"};
    struct scim *s = ctx;
    s->is_admin = false;
    for (size_t i = 0; i < r->count; i++)
        if (strstr(r->fields[i].path, "entitlements") &&
            strcmp(r->fields[i].text, "acctadmin") == 0)
            s->is_admin = true;
    const char *name = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && (!name || !*name); i++)
        name = record_text(r, names[i]);
    free(s->name);
    s->name = xstrdup(name && *name ? name : "the granting user");
    return true;
}

static bool no_admin(const struct scim *s, struct err *e)
{
    err_set(e, ERR_AUTH, "%s is signed in but is not an administrator of the account", s->name);
    return err_next(e, "let an administrator of the account sign in: seatledger token get NAME");
}

static bool no_scope(const struct scim *s, struct err *e)
{
    err_set(e, ERR_AUTH, "%s is an administrator, but the grant lacks the scope identity: (box %s)",
            s->name, goto_scope_box("identity:"));
    return err_next(e,
                    "tick the box %s on the OAuth client in the GoTo developer centre, save it, "
                    "and run Get Token again: seatledger token get NAME",
                    goto_scope_box("identity:"));
}

static bool not_valid(int status, struct err *e)
{
    err_set(e, ERR_AUTH, "GoTo does not accept the grant any more (%d)", status);
    return err_next(e, "run Get Token again: seatledger token get NAME");
}

/* False with who->name NULL: e says why nothing was learned. */
static bool ask_scim(const struct fetch *f, struct scim *who, struct err *e)
{
    struct fetch_answer a = {0};
    const struct json_sink sink = {.ctx = who, .on_record = on_scim};
    const struct fetch_request rq = {.api = "identity",
                                     .what = "the profile of the granting user",
                                     .path = "/identity/v1/Users/me",
                                     .spec = &goto_scim_spec,
                                     .sink = &sink};
    if (f->get(f->ctx, &rq, &a, e))
        return who->name || err_set(e, ERR_REMOTE, "GoTo's answer for the profile is empty");
    return e->kind == ERR_AUTH && a.status ? not_valid(a.status, e) : false;
}

/* GET /me was refused; the reason is not in its answer (goto-api.md 2.3). */
static bool explain(const struct fetch *f, struct err *e)
{
    const struct err refused = *e;
    CLEANUP(scim_done) struct scim who = {0};
    if (ask_scim(f, &who, e))
        return who.is_admin ? no_scope(&who, e) : no_admin(&who, e);
    if (e->kind == ERR_REMOTE) /* network, limit, stop are said instead: nothing was learned */
        *e = refused;
    return false;
}

bool goto_explain_refusal(const struct fetch *f, struct err *e)
{
    const struct err refused = *e;
    CLEANUP(scim_done) struct scim who = {0};
    if (ask_scim(f, &who, e) && !who.is_admin)
        return no_admin(&who, e);
    if (who.name || (e->kind != ERR_AUTH && e->kind != ERR_STOPPED))
        *e = refused;
    return false;
}

bool goto_whoami(const struct fetch *f, struct identity *out, struct err *e)
{
    CLEANUP(identity_done) struct identity who = {0};
    struct fetch_answer a = {0};
    const struct json_sink sink = {.ctx = &who, .on_record = on_me};
    const struct fetch_request rq = {.api = "admin",
                                     .what = "the granting user",
                                     .path = "/admin/rest/v1/me",
                                     .spec = &goto_me_spec,
                                     .sink = &sink};
    if (!f->get(f->ctx, &rq, &a, e)) {
        bool refused = e->kind == ERR_AUTH || (e->kind == ERR_REMOTE && a.status == 403);
        return refused && a.status ? explain(f, e) : false;
    }
    if (!who.user_key)
        return err_set(e, ERR_REMOTE, "GoTo's answer about the granting user is empty");
    *out = MOVE(who);
    return true;
}
