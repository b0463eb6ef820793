#include "auth/role.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "store/audit.h"
#include "store/password.h"

/* OWASP's least for Argon2id: 19 MiB, two passes; some 20 ms, for one at a time is verified. */
enum { PASSES = 2, MEMORY_BYTES = 19 << 20 };

const char *role_word(enum role r)
{
    static const char *const words[ROLE_COUNT] = {NULL, "viewer", "administrator"};
    return words[r];
}

bool role_parse(const char *word, enum role *out, struct err *e)
{
    for (enum role r = ROLE_VIEWER; r < ROLE_COUNT; r++)
        if (strcmp(word, role_word(r)) == 0) {
            *out = r;
            return true;
        }
    err_set(e, ERR_USAGE, "there is no role \"%s\"", word);
    return err_next(e, "the roles are viewer and administrator");
}

bool passwords_load(struct db *db, struct passwords *out, struct err *e)
{
    CLEANUP(passwords_done) struct passwords p = {0};
    bool found;
    for (enum role r = ROLE_VIEWER; r < ROLE_COUNT; r++)
        if (!password_get(db, role_word(r), &p.hash[r], &found, e))
            return false;
    *out = MOVE(p);
    return true;
}

struct passwords passwords_copy(const struct passwords *p)
{
    struct passwords copy = {0};
    for (enum role r = ROLE_VIEWER; r < ROLE_COUNT; r++)
        copy.hash[r] = p->hash[r] ? xstrdup(p->hash[r]) : NULL;
    return copy;
}

void passwords_done(struct passwords *p)
{
    for (enum role r = ROLE_NONE; r < ROLE_COUNT; r++)
        free(p->hash[r]);
    *p = (struct passwords){0};
}

bool passwords_any(const struct passwords *p)
{
    return p->hash[ROLE_VIEWER] || p->hash[ROLE_ADMINISTRATOR];
}

enum role passwords_role(const struct passwords *p, const char *password)
{
    enum role found = ROLE_NONE;
    size_t len = strlen(password);
    if (len > PASSWORD_BYTES_MAX || sodium_init() < 0)
        return ROLE_NONE;
    for (enum role r = ROLE_VIEWER; r < ROLE_COUNT; r++)
        if (p->hash[r] && crypto_pwhash_str_verify(p->hash[r], password, len) == 0)
            found = r;
    return found;
}

static bool check_length(const struct secret *password, struct err *e)
{
    if (password->len >= PASSWORD_BYTES_MIN && password->len <= PASSWORD_BYTES_MAX)
        return true;
    err_set(e, ERR_USAGE, "a password has %d to %d bytes", (int)PASSWORD_BYTES_MIN,
            (int)PASSWORD_BYTES_MAX);
    return err_next(e, "take four words that do not belong together");
}

static bool check_other(const struct passwords *p, enum role r, const struct secret *password,
                        struct err *e)
{
    enum role held = passwords_role(p, secret_reveal(password));
    if (r == ROLE_VIEWER && !p->hash[ROLE_ADMINISTRATOR]) {
        err_set(e, ERR_USAGE, "there is no administrator's password yet");
        return err_next(e, "set it first: seatledger password set --password-file FILE");
    }
    return held == ROLE_NONE || held == r ||
           err_set(e, ERR_USAGE, "this is the password of the %s", role_word(held));
}

bool role_set_password(struct db *db, enum role r, const struct secret *password, int64_t now_ms,
                       struct err *e)
{
    char hash[crypto_pwhash_STRBYTES];
    CLEANUP(passwords_done) struct passwords p = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!check_length(password, e) || !passwords_load(db, &p, e) ||
        !check_other(&p, r, password, e))
        return false;
    if (sodium_init() < 0 ||
        crypto_pwhash_str_alg(hash, secret_reveal(password), password->len, PASSES, MEMORY_BYTES,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(e, ERR_LOCAL, "there is no memory to hash a password with");
    return tx_begin(&tx, db, e) && password_put(db, role_word(r), hash, now_ms, e) &&
           audit_add(db, now_ms, "password set", "", role_word(r), e) && tx_commit(&tx, e);
}

bool role_remove_password(struct db *db, enum role r, int64_t now_ms, bool *both, struct err *e)
{
    bool removed;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    *both = false;
    if (!tx_begin(&tx, db, e) || !password_remove(db, role_word(r), &removed, e) ||
        (r == ROLE_ADMINISTRATOR && !password_remove(db, role_word(ROLE_VIEWER), both, e)))
        return false;
    if (!removed)
        return err_set(e, ERR_USAGE, "the %s has no password", role_word(r));
    return audit_add(db, now_ms, "password remove", "", role_word(r), e) && tx_commit(&tx, e);
}
