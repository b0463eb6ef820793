#include "grants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "base/buf.h"
#include "base/time.h"
#include "base/xalloc.h"

#include "json.h"
#include "rng.h"

enum { TOKENS_MAX = 20000, SIGNATURE_BYTES = 512 };

static void base64url_add(struct buf *out, const void *data, size_t len)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *at = data;
    for (size_t i = 0; i < len; i += 3) {
        unsigned left = len - i < 3 ? (unsigned)(len - i) : 3;
        unsigned word = (unsigned)at[i] << 16;
        if (left > 1)
            word |= (unsigned)at[i + 1] << 8;
        if (left > 2)
            word |= at[i + 2];
        for (unsigned n = 0; n <= left; n++)
            buf_addc(out, alphabet[word >> (18 - 6 * n) & 63]);
    }
}

void random_text(char *out, size_t bytes)
{
    unsigned char data[64];
    struct buf b = BUF_INIT(128);
    size_t n = bytes < sizeof data ? bytes : sizeof data;
    gnutls_rnd(GNUTLS_RND_KEY, data, n);
    base64url_add(&b, data, n);
    memcpy(out, buf_text(&b), b.len + 1);
    buf_done(&b);
}

void pkce_challenge(const char *verifier, char out[64])
{
    unsigned char digest[32];
    struct buf b = BUF_INIT(63);
    gnutls_hash_fast(GNUTLS_DIG_SHA256, verifier, strlen(verifier), digest);
    base64url_add(&b, digest, sizeof digest);
    memcpy(out, buf_text(&b), b.len + 1);
    buf_done(&b);
}

bool scope_has(const char *scopes, const char *scope)
{
    size_t len = strlen(scope);
    for (const char *at = scopes; (at = strstr(at, scope)); at += len)
        if ((at == scopes || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
            return true;
    return false;
}

static void token_done(struct grant_token *t)
{
    free(t->text);
    free(t->scope);
    free(t->redirect);
    free(t->challenge);
}

void grants_tidy(struct grants *g)
{
    size_t kept = 0;
    if (g->count < TOKENS_MAX)
        return;
    for (size_t i = 0; i < g->count; i++) {
        if (i < g->count / 2 && (g->tokens[i].kind != TOKEN_REFRESH || g->tokens[i].dead))
            token_done(&g->tokens[i]);
        else
            g->tokens[kept++] = g->tokens[i];
    }
    g->count = kept;
}

struct grant_token *grants_issue(struct grants *g, enum token_kind kind, uint64_t grant,
                                 uint32_t person, const char *scope)
{
    GROW(g->tokens, g->count, g->cap);
    struct grant_token *t = &g->tokens[g->count++];
    *t = (struct grant_token){
        .kind = kind, .grant = grant, .person = person, .scope = xstrdup(scope)};
    return t;
}

void grants_seal(struct grants *g, struct grant_token *t, const char *client_id,
                 const char *subject, int64_t now_ms, int64_t ttl_s)
{
    static const char header[] = "{\"kid\":\"gotosim\",\"alg\":\"RS512\"}";
    static const char *const kinds[] = {"c", "a", "r"};
    unsigned char signature[SIGNATURE_BYTES];
    struct buf claims = BUF_INIT(8192), out = BUF_INIT(16384);
    struct json j;
    char id[40];
    t->expires_ms = now_ms + ttl_s * SECOND_MS;
    random_text(id, 16);
    json_open(&j, &claims);
    json_object(&j, NULL);
    json_text(&j, "sc", t->scope);
    json_text(&j, "sub", subject);
    json_text(&j, "aud", client_id);
    json_text(&j, "ogn", "pwd");
    json_text(&j, "ls", "00000000-0000-4000-8000-000000000000");
    json_text(&j, "typ", kinds[t->kind]);
    json_int(&j, "exp", t->expires_ms / SECOND_MS);
    json_int(&j, "iat", now_ms / SECOND_MS);
    json_text(&j, "jti", id);
    json_int(&j, "n", (int64_t)++g->serial);
    json_end_object(&j);
    json_close(&j);
    gnutls_rnd(GNUTLS_RND_KEY, signature, sizeof signature);
    base64url_add(&out, header, sizeof header - 1);
    buf_addc(&out, '.');
    base64url_add(&out, buf_text(&claims), claims.len);
    buf_addc(&out, '.');
    base64url_add(&out, signature, sizeof signature);
    buf_done(&claims);
    t->text = buf_take(&out);
    t->hash = rng_hash(t->text);
}

struct grant_token *grants_find(struct grants *g, const char *text)
{
    uint64_t hash = rng_hash(text);
    for (size_t i = g->count; i > 0; i--) {
        struct grant_token *t = &g->tokens[i - 1];
        if (t->hash == hash && t->text && strcmp(t->text, text) == 0)
            return t;
    }
    return NULL;
}

void grants_revoke(struct grants *g, uint64_t grant)
{
    for (size_t i = 0; i < g->count; i++)
        if (grant == 0 || g->tokens[i].grant == grant)
            g->tokens[i].dead = true;
}

void grants_expire(struct grants *g, enum token_kind kind, int64_t now_ms)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->tokens[i].kind == kind && g->tokens[i].expires_ms > now_ms)
            g->tokens[i].expires_ms = now_ms;
}

void grants_done(struct grants *g)
{
    for (size_t i = 0; i < g->count; i++)
        token_done(&g->tokens[i]);
    free(g->tokens);
    *g = (struct grants){0};
}
