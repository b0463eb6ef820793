#include "net/http.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "base/cleanup.h"
#include "base/scan.h"
#include "base/xalloc.h"
#include "net/http_curl.h"

enum {
    HEADER_BYTES_MAX = 64 << 10,
    BODY_DEFAULT_MAX = 1 << 20,
    AUTHORIZATION_MAX = 16 << 10,
    TOTAL_FACTOR = 10,
    EXPANDED_FREE = 2 << 20, /* from here on an answer may not be more than ... */
    EXPANSION_MAX = 100,     /* ... so many times what came over the wire */
};
static const int64_t RETRY_AFTER_MAX_MS = 30 * DAY_MS;

static void init_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

bool http_open(struct http **out, const struct http_settings *s, const struct stop *stop,
               struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (s->ca_file && access(s->ca_file, R_OK) != 0)
        return err_set(e, ERR_LOCAL, "the file of the setting ca_file cannot be read: %s",
                       s->ca_file);
    pthread_once(&once, init_curl);
    struct http *h = NEW(struct http);
    h->multi = curl_multi_init();
    h->easy = curl_easy_init();
    h->timeout_ms = s->timeout_ms;
    h->total_ms = s->total_ms > 0 ? s->total_ms : s->timeout_ms * TOTAL_FACTOR;
    h->proxy = xstrdup(s->proxy);
    h->ca_file = xstrdup(s->ca_file);
    h->stop = stop;
    h->proxy_is_loopback = s->proxy && url_proxy_is_loopback(s->proxy);
    *out = h;
    return true;
}

void http_close(struct http *h)
{
    if (!h)
        return;
    curl_easy_cleanup(h->easy);
    curl_multi_cleanup(h->multi);
    if (h->proxy) /* may hold a password */
        explicit_bzero(h->proxy, strlen(h->proxy));
    free(h->proxy);
    free(h->ca_file);
    free(h);
}

/* One exchange under way. */
struct exchange {
    const struct http_request *rq;
    struct http_answer *a;
    struct err *e;
    bool failed;     /* e says why */
    bool is_refused; /* ... in the words of on_body */
    CURL *easy;
    struct watch watch;
    int64_t body_max;
    size_t header_bytes, error_len;
    bool head_ended; /* the empty line has come */
    struct curl_slist *headers;
};

/* curl's copy of the Authorization header is in there. */
static void exchange_done(struct exchange *x)
{
    for (struct curl_slist *h = x->headers; h; h = h->next)
        explicit_bzero(h->data, strlen(h->data));
    curl_slist_free_all(x->headers);
}

static size_t on_header(char *line, size_t size, size_t n, void *ctx)
{
    struct exchange *x = ctx;
    x->header_bytes += size * n;
    if (*line == '\r' || *line == '\n')
        x->head_ended = true;
    else if (size * n > 5 && memcmp(line, "HTTP/", 5) == 0) /* also after a "100 Continue" */
        x->head_ended = false;
    if (x->header_bytes <= HEADER_BYTES_MAX)
        return size * n;
    x->failed = true;
    err_set(x->e, ERR_RETRY, "the answer's headers are longer than %d bytes", HEADER_BYTES_MAX);
    return 0;
}

/* Compressed data that is small on the wire and grows without end here: no lawful answer of this
 * size is so uniform. */
static bool is_bomb(const struct exchange *x)
{
    curl_off_t wire = 0;
    curl_easy_getinfo(x->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
    return x->a->bytes > EXPANDED_FREE && x->a->bytes / EXPANSION_MAX > wire;
}

static bool take_body(struct exchange *x, const char *bytes, size_t len)
{
    long status = 0;
    curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
    x->a->bytes += (int64_t)len;
    if (x->a->bytes > x->body_max)
        return err_set(x->e, ERR_RETRY, "the answer is longer than %lld bytes",
                       (long long)x->body_max);
    if (is_bomb(x))
        return err_set(x->e, ERR_RETRY,
                       "the compressed answer grows to more than %d times what was sent",
                       EXPANSION_MAX);
    if (status >= 200 && status < 300) {
        x->is_refused = x->rq->on_body && !x->rq->on_body(x->rq->ctx, bytes, len, x->e);
        return !x->is_refused;
    }
    size_t room = HTTP_ERROR_BODY_MAX - x->error_len, n = len < room ? len : room;
    memcpy(x->a->error_body + x->error_len, bytes, n);
    x->error_len += n;
    return true;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
    struct exchange *x = ctx;
    if (!x->failed && !take_body(x, bytes, size * n))
        x->failed = true;
    return x->failed ? CURL_WRITEFUNC_ERROR : size * n;
}

/* ---- the request ---- */

static void add_header(struct exchange *x, const char *text)
{
    struct curl_slist *longer = curl_slist_append(x->headers, text);
    if (!longer)
        abort(); /* out of memory, as in xalloc.h */
    x->headers = longer;
}

/* A token may hold visible ASCII only (RFC 6750 2.1 is narrower); a line end would add headers. */
static bool add_bearer(struct exchange *x, const struct secret *token)
{
    CLEANUP(buf_wipe) struct buf line = BUF_INIT(AUTHORIZATION_MAX);
    for (const char *p = secret_reveal(token); *p; p++)
        if (*p <= ' ' || *p > '~')
            return err_set(x->e, ERR_AUTH, "the access token holds a character that no header may");
    /* copied, not formatted: a token may be some thousand bytes, and each request has it */
    buf_adds(&line, "Authorization: Bearer ");
    buf_adds(&line, secret_reveal(token));
    if (line.overflowed)
        return err_set(x->e, ERR_AUTH, "the access token is longer than %d bytes",
                       AUTHORIZATION_MAX);
    add_header(x, buf_text(&line));
    return true;
}

static bool add_basic(struct exchange *x, const struct secret *user, const struct secret *password)
{
    CLEANUP(buf_wipe) struct buf pair = BUF_INIT(AUTHORIZATION_MAX / 2);
    CLEANUP(buf_wipe) struct buf line = BUF_INIT(AUTHORIZATION_MAX);
    char encoded[AUTHORIZATION_MAX];
    if (strchr(secret_reveal(user), ':'))
        return err_set(x->e, ERR_LOCAL,
                       "the client id holds a colon, which HTTP Basic cannot carry");
    buf_addf(&pair, "%s:%s", secret_reveal(user), secret_reveal(password));
    if (pair.overflowed)
        return err_set(x->e, ERR_LOCAL, "the client id and secret are too long");
    sodium_bin2base64(encoded, sizeof encoded, (const unsigned char *)buf_text(&pair), pair.len,
                      sodium_base64_VARIANT_ORIGINAL);
    buf_addf(&line, "Authorization: Basic %s", encoded);
    explicit_bzero(encoded, sizeof encoded);
    add_header(x, buf_text(&line));
    return true;
}

static void set_body(CURL *easy, const char *body, size_t len)
{
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
    /* On a kept connection that turns out dead curl sends again by itself; a code or a refresh
     * token must go out once. */
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

static bool set_request(struct exchange *x)
{
    const struct http_request *rq = x->rq;
    add_header(x, "Accept: application/json");
    add_header(x, "Expect:"); /* no 100-continue */
    if (rq->bearer && !add_bearer(x, rq->bearer))
        return false;
    if (rq->basic_user && rq->basic_secret && !add_basic(x, rq->basic_user, rq->basic_secret))
        return false;
    curl_easy_setopt(x->easy, CURLOPT_URL, rq->url);
    curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
    curl_easy_setopt(x->easy, CURLOPT_USERAGENT, "seatledger/" SEATLEDGER_VERSION);
    curl_easy_setopt(x->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(x->easy, CURLOPT_ACCEPT_ENCODING, "");
    if (rq->json)
        add_header(x, "Content-Type: application/json");
    if (rq->form)
        set_body(x->easy, secret_reveal(rq->form), rq->form->len);
    else if (rq->json)
        set_body(x->easy, rq->json, strlen(rq->json));
    curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x);
    curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x);
    return true;
}

/* ---- the answer ---- */

static const char *header(CURL *easy, const char *name)
{
    struct curl_header *h = NULL;
    if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
        return NULL;
    return h->value;
}

static int64_t retry_after(CURL *easy)
{
    const char *text = header(easy, "Retry-After"), *date = header(easy, "Date");
    int64_t ms = 0;
    if (!text)
        return 0;
    if (*text && strspn(text, "0123456789") == strlen(text)) {
        if (!parse_int(text, 0, RETRY_AFTER_MAX_MS / SECOND_MS, &ms))
            return RETRY_AFTER_MAX_MS;
        return ms * SECOND_MS;
    }
    time_t then = curl_getdate(text, NULL), now = date ? curl_getdate(date, NULL) : -1;
    if (now == -1)
        now = time(NULL);
    if (then == -1 || then <= now)
        return 0;
    ms = (int64_t)(then - now);
    return ms < RETRY_AFTER_MAX_MS / SECOND_MS ? ms * SECOND_MS : RETRY_AFTER_MAX_MS;
}

static void read_answer(struct exchange *x)
{
    const char *type = NULL;
    curl_off_t wire = 0;
    long status = 0;
    curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(x->easy, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(x->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
    x->a->status = (int)status;
    x->a->wire_bytes = wire;
    x->a->retry_after_ms = retry_after(x->easy);
    snprintf(x->a->content_type, sizeof x->a->content_type, "%s", type ? type : "");
}

static bool exchange(struct http *h, struct exchange *x)
{
    CURLcode code = CURLE_OK;
    http_prepare(h->easy, &x->watch);
    if (!set_request(x))
        return false;
    bool ended = http_drive(h->multi, h->easy, &x->watch, &code, x->e);
    read_answer(x);
    if (!ended)
        return http_blame(&x->watch, x->e);
    if (x->failed)
        return !x->is_refused && http_blame(&x->watch, x->e);
    if (code == CURLE_OK && !x->head_ended) /* to curl that is an answer */
        code = CURLE_PARTIAL_FILE;
    return code == CURLE_OK || http_fail(h->easy, &x->watch, code, x->e);
}

bool http_send(struct http *h, const struct http_request *rq, struct http_answer *a, struct err *e)
{
    CLEANUP(url_done) struct url u = {0};
    *a = (struct http_answer){0};
    if (!http_may_call(&u, rq->url, e))
        return false;
    CLEANUP(exchange_done)
    struct exchange x = {.rq = rq,
                         .a = a,
                         .e = e,
                         .easy = h->easy,
                         .watch = {.http = h,
                                   .url = &u,
                                   .method = rq->form || rq->json ? "POST" : "GET",
                                   .hides_path = rq->hides_path},
                         .body_max = rq->body_max > 0 ? rq->body_max : BODY_DEFAULT_MAX};
    bool ok = exchange(h, &x);
    curl_easy_reset(h->easy); /* forgets the headers and this frame; connections stay */
    return ok;
}
