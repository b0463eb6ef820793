#include "auth/vault.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/xalloc.h"
#include "store/grant.h"

enum {
    KEY_BYTES = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    KEY_FILE_BYTES_MAX = 4096, /* spaces and newlines around the key do no harm */
    BOUND_BYTES_MAX = 128,     /* associated data */
    SECRET_BYTES_MAX = 1 << 18,
};

struct vault {
    char file[PATH_MAX];
    bool has_key;
    unsigned char key[KEY_BYTES];
};

static void free_vault(struct vault **v)
{
    vault_close(*v);
}

static void free_bytes(unsigned char **bytes)
{
    free(*bytes);
}

static bool key_is_missing(const char *file)
{
    struct stat st;
    return stat(file, &st) != 0 && errno == ENOENT;
}

static bool key_is_private(const char *file, struct err *e)
{
    struct stat st;
    if (stat(file, &st) != 0)
        return err_set(e, ERR_LOCAL, "cannot read the master key %s: %s", file, strerror(errno));
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return true;
    err_set(e, ERR_LOCAL, "the master key %s can be read by others (mode %04o)", file,
            (unsigned)(st.st_mode & 07777));
    return err_next(e,
                    "chmod 600 '%s'; if others had access to this machine, make new client "
                    "secrets and run Get Token again",
                    file);
}

static bool read_key(struct vault *v, struct err *e)
{
    CLEANUP(buf_wipe) struct buf text = BUF_INIT(KEY_FILE_BYTES_MAX);
    if (!key_is_private(v->file, e) || !file_read(v->file, &text, e))
        return false;
    size_t len = 0;
    const char *end = NULL;
    bool good = sodium_hex2bin(v->key, sizeof v->key, buf_text(&text), text.len, " \r\n\t", &len,
                               &end) == 0 &&
                len == sizeof v->key && *end == '\0';
    v->has_key = good;
    if (good)
        return true;
    sodium_memzero(v->key, sizeof v->key);
    err_set(e, ERR_LOCAL, "the master key %s is damaged: it must be 64 hexadecimal digits",
            v->file);
    return err_next(e, "put the file back from a backup; without it the sealed secrets are lost");
}

/* Two processes may make it at once: the first file wins, and both read that. */
static bool make_key(struct vault *v, struct err *e)
{
    unsigned char key[KEY_BYTES];
    char hex[KEY_BYTES * 2 + 2];
    randombytes_buf(key, sizeof key);
    sodium_bin2hex(hex, sizeof hex - 1, key, sizeof key);
    hex[(size_t)KEY_BYTES * 2] = '\n';
    bool exists = false;
    bool ok = file_create_private(v->file, hex, KEY_BYTES * 2 + 1, &exists, e) || exists;
    sodium_memzero(key, sizeof key);
    sodium_memzero(hex, sizeof hex);
    return ok && read_key(v, e);
}

bool vault_open(struct vault **out, const char *home, struct err *e)
{
    if (sodium_init() < 0)
        return err_set(e, ERR_LOCAL, "libsodium could not be initialised");
    CLEANUP(free_vault) struct vault *v = NEW(struct vault);
    int n = snprintf(v->file, sizeof v->file, "%s/master.key", home);
    if (n < 0 || (size_t)n >= sizeof v->file)
        return err_set(e, ERR_LOCAL, "the name of the home is too long");
    if (!key_is_missing(v->file) && !read_key(v, e))
        return false;
    *out = MOVE(v);
    return true;
}

void vault_close(struct vault *v)
{
    if (v)
        sodium_memzero(v->key, sizeof v->key);
    free(v);
}

/* What a box is bound to: it opens for this connector and this name only. */
static size_t bound_to(int64_t connector, const char *name, char out[BOUND_BYTES_MAX])
{
    int n = snprintf(out, BOUND_BYTES_MAX, "seatledger 1 %lld %s", (long long)connector, name);
    if (n < 0 || n >= BOUND_BYTES_MAX)
        abort(); /* names are constants of ours */
    return (size_t)n;
}

bool vault_put(struct vault *v, struct db *db, int64_t connector, const char *name,
               const struct secret *s, struct err *e)
{
    if (s->len > SECRET_BYTES_MAX)
        return err_set(e, ERR_LOCAL, "a secret is longer than %d bytes", SECRET_BYTES_MAX);
    if (!v->has_key && !make_key(v, e))
        return false;
    char bound[BOUND_BYTES_MAX];
    size_t bound_len = bound_to(connector, name, bound);
    size_t len = NONCE_BYTES + s->len + TAG_BYTES;
    CLEANUP(free_bytes) unsigned char *box = xcalloc(1, len);
    randombytes_buf(box, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        box + NONCE_BYTES, NULL, (const unsigned char *)secret_reveal(s), s->len,
        (const unsigned char *)bound, bound_len, NULL, box, v->key);
    return sealed_put(db, connector, name, box, len, e);
}

static bool open_box(const struct vault *v, const char *bound, size_t bound_len,
                     const unsigned char *box, size_t len, struct secret *out)
{
    if (len < NONCE_BYTES + TAG_BYTES)
        return false;
    size_t plain_len = len - NONCE_BYTES - TAG_BYTES;
    char *plain = xcalloc(1, plain_len + 1);
    bool good = crypto_aead_xchacha20poly1305_ietf_decrypt(
                    (unsigned char *)plain, NULL, NULL, box + NONCE_BYTES, len - NONCE_BYTES,
                    (const unsigned char *)bound, bound_len, box, v->key) == 0;
    if (good)
        secret_set(out, plain, plain_len);
    sodium_memzero(plain, plain_len);
    free(plain);
    return good;
}

bool vault_get(struct vault *v, struct db *db, int64_t connector, const char *name,
               struct secret *out, bool *found, struct err *e)
{
    void *raw = NULL;
    size_t len = 0;
    bool there = false;
    if (!sealed_get(db, connector, name, &raw, &len, &there, e))
        return false;
    CLEANUP(free_bytes) unsigned char *box = raw;
    *found = there;
    if (!there)
        return true;
    char bound[BOUND_BYTES_MAX];
    size_t bound_len = bound_to(connector, name, bound);
    if (!v->has_key && key_is_missing(v->file))
        err_set(e, ERR_LOCAL,
                "the master key %s is missing, so the stored secrets cannot be opened", v->file);
    else if ((v->has_key || read_key(v, e)) && open_box(v, bound, bound_len, box, len, out))
        return true;
    else if (v->has_key)
        err_set(e, ERR_LOCAL, "a stored secret does not open with the master key %s", v->file);
    else
        return false;
    return err_next(e, "put the file back that belongs to this database; if it is lost, set the "
                       "client secret anew and run Get Token again");
}
