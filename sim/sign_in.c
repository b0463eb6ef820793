#include "sign_in.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

#include "grants.h"

struct sign_ins *sign_ins_new(void)
{
    return NEW(struct sign_ins);
}

void authorize_request_done(struct authorize_request *a)
{
    free(a->redirect);
    free(a->state);
    free(a->scope);
    free(a->challenge);
    *a = (struct authorize_request){0};
}

void sign_ins_clear(struct sign_ins *s)
{
    for (unsigned i = 0; i < PENDING_MAX; i++)
        authorize_request_done(&s->pending[i]);
    for (unsigned i = 0; i < CONSENTS_MAX; i++)
        free(s->consents[i].scope);
    *s = (struct sign_ins){0};
}

void sign_ins_free(struct sign_ins *s)
{
    if (!s)
        return;
    sign_ins_clear(s);
    free(s);
}

const struct authorize_request *sign_ins_keep(struct sign_ins *s, struct authorize_request *a)
{
    struct authorize_request *place = &s->pending[s->next_pending++ % PENDING_MAX];
    authorize_request_done(place);
    *place = MOVE(*a);
    random_text(place->id, 24);
    return place;
}

struct authorize_request *sign_ins_find(struct sign_ins *s, const char *id)
{
    for (unsigned i = 0; i < PENDING_MAX && *id; i++)
        if (strcmp(s->pending[i].id, id) == 0)
            return &s->pending[i];
    return NULL;
}

const struct session *sign_ins_open_session(struct sign_ins *s, uint32_t person)
{
    struct session *session = &s->sessions[s->next_session++ % SESSIONS_MAX];
    session->person = person;
    random_text(session->id, 24);
    random_text(session->csrf, 24);
    return session;
}

const struct session *sign_ins_session(const struct sign_ins *s, const char *cookies)
{
    static const char name[] = "gotosim_session=";
    const char *at = cookies ? strstr(cookies, name) : NULL;
    if (!at)
        return NULL;
    at += sizeof name - 1;
    size_t len = strcspn(at, "; ");
    for (unsigned i = 0; i < SESSIONS_MAX; i++) {
        const struct session *session = &s->sessions[i];
        if (session->id[0] && strlen(session->id) == len && memcmp(session->id, at, len) == 0)
            return session;
    }
    return NULL;
}

void sign_ins_consent(struct sign_ins *s, uint32_t person, const char *scope)
{
    struct consent *c = &s->consents[s->next_consent++ % CONSENTS_MAX];
    free(c->scope);
    *c = (struct consent){person, xstrdup(scope)};
}

bool sign_ins_consented(const struct sign_ins *s, uint32_t person, const char *scope)
{
    for (unsigned i = 0; i < CONSENTS_MAX; i++)
        if (s->consents[i].scope && s->consents[i].person == person &&
            strcmp(s->consents[i].scope, scope) == 0)
            return true;
    return false;
}
