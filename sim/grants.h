/* Codes, tokens and what became of them. A grant is one consent; its tokens share its number. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rotate { ROTATE_NEVER, ROTATE_ALWAYS, ROTATE_EVERY, ROTATE_REPEAT };

struct grant_rules {
    enum rotate rotate;
    unsigned rotate_every;
    int64_t access_ttl_s, refresh_ttl_s;
};

enum token_kind { TOKEN_CODE, TOKEN_ACCESS, TOKEN_REFRESH };

struct grant_token {
    char *text; /* owned; a JWT's form, random */
    uint64_t hash;
    enum token_kind kind;
    uint64_t grant;
    uint32_t person;
    char *scope; /* owned */
    int64_t expires_ms;
    bool dead;          /* used, replaced or revoked */
    char *redirect;     /* code: owned; NULL: none was given */
    char *challenge;    /* code: owned; NULL: none */
    uint64_t refreshed; /* refresh: how often it was used */
};

struct grants {
    struct grant_token *tokens;
    size_t count, cap;
    uint64_t last_grant, serial;
};

/* The new token; borrowed until the next one is made. */
struct grant_token *grants_issue(struct grants *g, enum token_kind kind, uint64_t grant,
                                 uint32_t person, const char *scope);
/* Forgets the older half of too many, but for refresh tokens in use. */
void grants_tidy(struct grants *g);
/* NULL: never issued (or forgotten). Dead and expired ones are found. */
struct grant_token *grants_find(struct grants *g, const char *text);
void grants_revoke(struct grants *g, uint64_t grant); /* 0: all */
void grants_expire(struct grants *g, enum token_kind kind, int64_t now_ms);
/* Fills in text and expiry. */
void grants_seal(struct grants *g, struct grant_token *t, const char *client_id,
                 const char *subject, int64_t now_ms, int64_t ttl_s);
void grants_done(struct grants *g);

/* Base64url of random bytes; out holds 4 * bytes / 3 + 4 characters. */
void random_text(char *out, size_t bytes);
/* BASE64URL(SHA256(verifier)) as RFC 7636 says. */
void pkce_challenge(const char *verifier, char out[64]);
/* A scope list that names this scope. */
bool scope_has(const char *scopes, const char *scope);
