#include "net/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "net/http_curl.h"

enum { MAIL_BYTES_MAX = 1 << 20, ID_BYTES = 16, URL_TEXT = 400 };

static void http_end(struct http **h)
{
    http_close(*h);
}

static void list_end(struct curl_slist **l)
{
    curl_slist_free_all(*l);
}

/* What is left to send. */
struct upload {
    const char *at;
    size_t left;
};

static size_t on_read(char *out, size_t size, size_t n, void *ctx)
{
    struct upload *u = ctx;
    size_t len = size * n < u->left ? size * n : u->left;
    memcpy(out, u->at, len);
    u->at += len;
    u->left -= len;
    return len;
}

/* What the server says is not ours to show, and nothing is expected but its codes. */
static size_t on_write(__attribute__((unused)) char *bytes, size_t size, size_t n,
                       __attribute__((unused)) void *ctx)
{
    return size * n;
}

static void add_receivers(struct curl_slist **out, const struct mail_message *m)
{
    for (size_t i = 0; i < m->to_count; i++) {
        struct curl_slist *longer = curl_slist_append(*out, m->to[i]);
        if (!longer)
            abort(); /* out of memory, as in xalloc.h */
        *out = longer;
    }
}

static void prepare(CURL *easy, const struct mail_server *s, const struct url *u)
{
    char url[URL_TEXT];
    bool is_v6 = strchr(u->host, ':') != NULL;
    snprintf(url, sizeof url, "%s://%s%s%s:%u", u->scheme, is_v6 ? "[" : "", u->host,
             is_v6 ? "]" : "", u->port);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(s->security == MAIL_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (s->user) {
        bool has_password = s->password && secret_is_set(s->password);
        curl_easy_setopt(easy, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, has_password ? secret_reveal(s->password) : "");
    }
}

static bool fail(CURL *easy, const struct watch *w, CURLcode code, struct err *e)
{
    long said = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &said);
    if (code == CURLE_USE_SSL_FAILED) {
        err_set(e, ERR_LOCAL, "the mail server does not take STARTTLS");
        http_blame(w, e);
        return err_next(e, "set mail_security to tls with the port for it, mostly 465");
    }
    if (code == CURLE_LOGIN_DENIED || said == 535 || said == 530) {
        err_set(e, ERR_LOCAL, "the mail server refuses the user or the password (%ld)", said);
        http_blame(w, e);
        return err_next(e, "check mail_user and the password for it");
    }
    if (said >= 500 && said < 600) {
        err_set(e, ERR_REMOTE, "the mail server refuses the mail (%s)",
                w->why[0] ? w->why : curl_easy_strerror(code));
        http_blame(w, e);
        return err_next(e, "check mail_from and mail_to: the server must let this sender send to "
                           "these receivers");
    }
    return http_fail(easy, w, code, e);
}

static bool deliver(const struct http *http, const struct mail_server *s,
                    const struct mail_message *m, const struct url *u, struct upload *body,
                    struct err *e)
{
    CLEANUP(list_end) struct curl_slist *to = NULL;
    struct watch w = {.http = http, .url = u, .method = "mail by", .hides_path = true};
    CURLcode code = CURLE_OK;
    CURL *easy = http->easy;
    add_receivers(&to, m);
    http_prepare(easy, &w);
    prepare(easy, s, u);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, m->from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_write);
    bool ok = http_drive(http->multi, easy, &w, &code, e)
                  ? code == CURLE_OK || fail(easy, &w, code, e)
                  : http_blame(&w, e);
    curl_easy_reset(easy);
    return ok;
}

bool mail_send(const struct mail_server *s, const struct mail_message *m, const struct stop *stop,
               struct err *e)
{
    CLEANUP(http_end) struct http *http = NULL;
    CLEANUP(url_done)
    struct url u = {.scheme = xstrdup(s->security == MAIL_TLS ? "smtps" : "smtp"),
                    .host = xstrdup(s->host),
                    .path = xstrdup("/"),
                    .port = s->port};
    CLEANUP(buf_done) struct buf text = BUF_INIT(MAIL_BYTES_MAX);
    const struct http_settings settings = {
        .timeout_ms = s->timeout_ms, .total_ms = s->total_ms, .ca_file = s->ca_file};
    unsigned char random[ID_BYTES];
    char id[ID_BYTES * 2 + 1];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(id, sizeof id, random, sizeof random);
    if (!mail_check_host(s->host, s->security == MAIL_PLAIN, e) || !mail_write(m, id, &text, e) ||
        !http_open(&http, &settings, stop, e))
        return false;
    struct upload body = {buf_text(&text), text.len};
    return deliver(http, s, m, &u, &body, e);
}
