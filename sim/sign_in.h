/* Who is signed in at the sign-in service, what they consented to, and the authorize requests that
 * wait for a person's click. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { SESSIONS_MAX = 64, PENDING_MAX = 64, CONSENTS_MAX = 64, ID_TEXT = 48 };

struct authorize_request {
    char id[ID_TEXT];                           /* "": free */
    char *redirect, *state, *scope, *challenge; /* owned; NULL: not sent (scope: never NULL) */
    bool redirect_sent;
};

struct session {
    char id[ID_TEXT], csrf[ID_TEXT];
    uint32_t person;
};

struct consent {
    uint32_t person;
    char *scope;
};

struct sign_ins {
    struct authorize_request pending[PENDING_MAX];
    struct session sessions[SESSIONS_MAX];
    struct consent consents[CONSENTS_MAX];
    unsigned next_pending, next_session, next_consent;
};

struct sign_ins *sign_ins_new(void);
void sign_ins_free(struct sign_ins *s);
/* Signs everyone out and forgets their consent. */
void sign_ins_clear(struct sign_ins *s);

void authorize_request_done(struct authorize_request *a);
/* Takes over what *a owns; overwrites the oldest when full. */
const struct authorize_request *sign_ins_keep(struct sign_ins *s, struct authorize_request *a);
struct authorize_request *sign_ins_find(struct sign_ins *s, const char *id);
const struct session *sign_ins_open_session(struct sign_ins *s, uint32_t person);
/* From a Cookie header (may be NULL). */
const struct session *sign_ins_session(const struct sign_ins *s, const char *cookies);
void sign_ins_consent(struct sign_ins *s, uint32_t person, const char *scope);
bool sign_ins_consented(const struct sign_ins *s, uint32_t person, const char *scope);
