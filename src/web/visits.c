#include "web/visits.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/time.h"
#include "base/xalloc.h"

enum { VISITS_MAX = 256, HASH_BYTES = 32 };
#define IDLE_MS (SECOND_MS * 2 * 60 * 60)
#define OPEN_MS (SECOND_MS * 24 * 60 * 60)

struct visit {
    enum role role;                                        /* ROLE_NONE: this place is free */
    unsigned char token[HASH_BYTES], password[HASH_BYTES]; /* hashes of both */
    int64_t began_ms, used_ms;
};
struct visits {
    unsigned char key[HASH_BYTES]; /* of the hashes: they are of no use elsewhere */
    struct visit all[VISITS_MAX];
};

static void hash_of(const struct visits *v, const char *text, unsigned char out[HASH_BYTES])
{
    crypto_generichash(out, HASH_BYTES, (const unsigned char *)text, strlen(text), v->key,
                       sizeof v->key);
}

struct visits *visits_new(void)
{
    struct visits *v = NEW(struct visits);
    if (sodium_init() < 0)
        abort();
    randombytes_buf(v->key, sizeof v->key);
    return v;
}

void visits_free(struct visits *v)
{
    if (!v)
        return;
    sodium_memzero(v, sizeof *v);
    free(v);
}

/* A free place, or that of the visit which was idle longest. */
static struct visit *make_room(struct visits *v)
{
    struct visit *oldest = &v->all[0];
    for (size_t i = 0; i < VISITS_MAX; i++) {
        if (v->all[i].role == ROLE_NONE)
            return &v->all[i];
        if (v->all[i].used_ms < oldest->used_ms)
            oldest = &v->all[i];
    }
    return oldest;
}

void visits_begin(struct visits *v, enum role role, const char *hash, int64_t now_ms,
                  char token[VISIT_TOKEN_TEXT])
{
    unsigned char random[HASH_BYTES];
    struct visit *n = make_room(v);
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(token, VISIT_TOKEN_TEXT, random, sizeof random);
    sodium_memzero(random, sizeof random);
    *n = (struct visit){.role = role, .began_ms = now_ms, .used_ms = now_ms};
    hash_of(v, token, n->token);
    hash_of(v, hash, n->password);
}

static struct visit *find(struct visits *v, const char *token)
{
    unsigned char wanted[HASH_BYTES];
    if (!token)
        return NULL;
    hash_of(v, token, wanted);
    for (size_t i = 0; i < VISITS_MAX; i++)
        if (v->all[i].role != ROLE_NONE &&
            sodium_memcmp(v->all[i].token, wanted, sizeof wanted) == 0)
            return &v->all[i];
    return NULL;
}

enum role visits_role(struct visits *v, const char *token, const struct passwords *now, bool is_use,
                      int64_t now_ms)
{
    unsigned char password[HASH_BYTES] = {0};
    struct visit *n = find(v, token);
    if (!n)
        return ROLE_NONE;
    if (now->hash[n->role])
        hash_of(v, now->hash[n->role], password);
    if (now_ms - n->used_ms > IDLE_MS || now_ms - n->began_ms > OPEN_MS ||
        sodium_memcmp(n->password, password, sizeof password) != 0) {
        *n = (struct visit){0};
        return ROLE_NONE;
    }
    if (is_use)
        n->used_ms = now_ms;
    return n->role;
}

void visits_end(struct visits *v, const char *token)
{
    struct visit *n = find(v, token);
    if (n)
        *n = (struct visit){0};
}

void visits_csrf(const struct visits *v, const char *token, char out[VISIT_TOKEN_TEXT])
{
    unsigned char hash[HASH_BYTES];
    char text[VISIT_TOKEN_TEXT + 8] = "csrf ";
    strncat(text, token ? token : "", VISIT_TOKEN_TEXT);
    hash_of(v, text, hash);
    sodium_bin2hex(out, VISIT_TOKEN_TEXT, hash, sizeof hash);
}
