#include "web/access.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"

enum { PEM_BYTES_MAX = 256 << 10 };

static bool read_pem(const char *path, struct secret *out, struct err *e)
{
    CLEANUP(buf_wipe) struct buf text = BUF_INIT(PEM_BYTES_MAX);
    if (!file_read(path, &text, e))
        return false;
    if (!strstr(buf_text(&text), "-----BEGIN ")) {
        err_set(e, ERR_USAGE, "%s is no PEM file", path);
        return err_next(e, "it must hold lines as -----BEGIN CERTIFICATE-----");
    }
    secret_set(out, buf_text(&text), text.len);
    return true;
}

bool access_reload(struct server *s, bool *changed, struct err *e)
{
    CLEANUP(secret_done) struct secret certificate = SECRET_INIT, key = SECRET_INIT;
    *changed = false;
    if (!s->options->certificate)
        return true;
    if (!read_pem(s->options->certificate, &certificate, e) || !read_pem(s->options->key, &key, e))
        return false;
    *changed = !secret_equal(&certificate, &s->certificate) || !secret_equal(&key, &s->key);
    if (*changed) {
        secret_done(&s->certificate);
        secret_done(&s->key);
        s->certificate = MOVE(certificate);
        s->key = MOVE(key);
    }
    return true;
}

static bool has_wildcard(const char *host)
{
    return strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

static bool check_options(const struct server_options *o, struct err *e)
{
    if (!o->certificate != !o->key)
        return err_set(e, ERR_USAGE, "--tls-cert and --tls-key go together");
    if (o->certificate && o->behind_proxy)
        return err_set(e, ERR_USAGE, "--tls-cert and --behind-proxy do not go together");
    return true;
}

/* What is needed before other machines may reach it: whatever is missing is told at once. */
static bool check_public(const struct server_options *o, bool has_password, struct err *e)
{
    const struct {
        bool is_missing;
        const char *what, *how;
    } needs[] = {
        {!o->certificate && !o->behind_proxy, "TLS",
         "give --tls-cert FILE --tls-key FILE, or --behind-proxy when a proxy in front speaks TLS"},
        {!o->name_count && (has_wildcard(o->host) || o->behind_proxy),
         "the name by which browsers call it",
         "give --host NAME, as it stands in the page's address"},
        {!has_password, "an administrator's password",
         "run: seatledger password set --password-file FILE"},
    };
    CLEANUP(buf_done) struct buf what = BUF_INIT(400), how = BUF_INIT(400);
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].is_missing) {
            buf_addf(&what, "%s%s", what.len ? ", " : "", needs[i].what);
            buf_addf(&how, "%s%s", how.len ? "; " : "", needs[i].how);
        }
    if (!what.len)
        return true;
    err_set(e, ERR_USAGE, "other machines can reach this server, and it lacks: %s",
            buf_text(&what));
    return err_next(e, "%s", buf_text(&how));
}

bool access_check(struct server *s, struct err *e)
{
    const struct server_options *o = s->options;
    CLEANUP(passwords_done) struct passwords p = {0};
    bool ignored;
    s->is_private = server_is_loopback(o->host) && !o->behind_proxy;
    if (!check_options(o, e) || !passwords_load(s->db, &p, e) ||
        (!s->is_private && !check_public(o, p.hash[ROLE_ADMINISTRATOR] != NULL, e)))
        return false;
    return access_reload(s, &ignored, e);
}
