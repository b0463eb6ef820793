#include "auth/loopback.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "net/listen.h"
#include "net/url.h"

enum {
    SLICE_MS = 100, /* how late a stop may be noticed */
    PAGE_BYTES_MAX = 1 << 16,
};

struct loopback {
    struct listener *listener;
    loopback_judge *judge;
    void *ctx;
    char *path; /* decoded; the only one that is answered */
    bool answered;
};

/* ---- the page ---- */

static const char page_head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
    "<meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\">"
    "<style>"
    ":root{--bg:#fff;--text:#171a20;--text-2:#464e5c;--line:#e3e6eb;--ok:#0b7a6a;--bad:#b3261e}"
    "@media(prefers-color-scheme:dark){:root{--bg:#111418;--text:#e9ecf1;--text-2:#b7beca;"
    "--line:#272d36;--ok:#4cc9b4;--bad:#ff8b80}}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--bg);"
    "color:var(--text);font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\","
    "sans-serif}"
    "main{max-width:34rem;margin:24px;padding:24px 32px;border:1px solid var(--line);"
    "border-radius:10px}"
    "h1{margin:0 0 8px;font-size:20px;line-height:28px;font-weight:600}"
    "h1.good{color:var(--ok)}h1.bad{color:var(--bad)}"
    "p{margin:0 0 8px;color:var(--text-2);overflow-wrap:anywhere;white-space:pre-line}"
    "footer{margin-top:16px;font-size:12px;color:var(--text-2)}"
    "</style><title>";

static void add_escaped(struct buf *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        const char *as = *p == '<'    ? "&lt;"
                         : *p == '>'  ? "&gt;"
                         : *p == '&'  ? "&amp;"
                         : *p == '"'  ? "&quot;"
                         : *p == '\'' ? "&#39;"
                                      : NULL;
        if (as)
            buf_adds(out, as);
        else
            buf_addc(out, *p);
    }
}

static void answer(struct listen_answer *a, const struct loopback_page *page)
{
    struct buf out = BUF_INIT(PAGE_BYTES_MAX);
    buf_adds(&out, page_head);
    add_escaped(&out, page->title);
    buf_addf(&out, "</title></head><body><main><h1 class=\"%s\">", page->good ? "good" : "bad");
    add_escaped(&out, page->title);
    buf_adds(&out, "</h1><p>");
    add_escaped(&out, page->text);
    buf_adds(&out, "</p><footer>seatledger, Get Token</footer></main></body></html>\n");
    a->status = page->status;
    a->content_type = "text/html; charset=utf-8";
    listen_text(a, buf_take(&out));
}

/* ---- requests ---- */

static const char *const headers[][2] = {
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
    {NULL, NULL},
};

static const struct loopback_page not_get = {
    405, false, "Not like this", "This address takes the answer of a sign-in, by GET only."};
static const struct loopback_page not_here = {
    404, false, "Nothing here", "This address takes the answer of a sign-in, and nothing else."};
static const struct loopback_page is_over = {
    410, false, "This sign-in is over",
    "Its answer has been taken already. You can close this window."};

static void handle(void *ctx, const struct listen_request *rq, struct listen_answer *a)
{
    struct loopback *l = ctx;
    struct loopback_page page = {.status = 200};
    if (strcmp(rq->path, l->path) != 0) {
        answer(a, &not_here);
    } else if (strcmp(rq->method, "GET") != 0) {
        answer(a, &not_get);
    } else if (l->answered) {
        answer(a, &is_over);
    } else {
        l->answered = l->judge(l->ctx, rq->query, &page);
        answer(a, &page);
        a->last = l->answered;
    }
}

/* ---- the receiver ---- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Percent-decodes in place, as the listener does with the paths that it hands on. */
static void decode(char *path)
{
    char *to = path;
    for (const char *p = path; *p; p++) {
        if (*p == '%' && hex_value(p[1]) >= 0 && hex_value(p[2]) >= 0) {
            *to++ = (char)(hex_value(p[1]) * 16 + hex_value(p[2]));
            p += 2;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
}

static bool check_redirect(const struct url *u, const char *redirect_uri, struct err *e)
{
    if (url_is_loopback(u) && strcmp(u->scheme, "http") == 0)
        return true;
    err_set(e, ERR_USAGE,
            "the redirect URI %s is not an http address of this machine, so its "
            "answer cannot be caught here",
            redirect_uri);
    return err_next(e, "run Get Token with --paste, or register http://localhost:8080 at the OAuth "
                       "client and set redirect_uri to it");
}

static bool port_in_use(unsigned port, struct err *e)
{
    err_set(e, ERR_RETRY,
            "port %u, on which the sign-in page answers, is in use by another program", port);
    return err_next(e,
                    "end that program (`ss -ltnp 'sport = :%u'` names it), or use --paste, or "
                    "set another redirect_uri and register it at the OAuth client too",
                    port);
}

bool loopback_open(struct loopback **out, const char *redirect_uri, loopback_judge *judge,
                   void *ctx, struct err *e)
{
    CLEANUP(url_done) struct url u = {0};
    bool in_use = false;
    if (!url_parse(&u, redirect_uri, e) || !check_redirect(&u, redirect_uri, e))
        return false;
    struct loopback *l = NEW(struct loopback);
    *l = (struct loopback){.judge = judge, .ctx = ctx, .path = xstrdup(u.path)};
    decode(l->path);
    const struct listen_options options = {.host = u.host, .port = u.port, .headers = headers};
    if (!listener_open(&l->listener, &options, handle, l, &in_use, e)) {
        loopback_close(l);
        return in_use ? port_in_use(u.port, e) : false;
    }
    *out = l;
    return true;
}

static bool timed_out(int64_t timeout_ms, struct err *e)
{
    err_set(e, ERR_AUTH, "timed out: nobody finished the sign-in within %lld s",
            (long long)(timeout_ms / 1000));
    return err_next(e, "run Get Token again; --timeout 15m waits longer, --paste takes the "
                       "address from a browser on another machine");
}

bool loopback_wait(struct loopback *l, const struct clock *c, int64_t timeout_ms,
                   const struct stop *stop, bool (*came)(void *ctx), void *ctx, struct err *e)
{
    bool ended = false;
    int64_t end = clock_mono(c) + timeout_ms;
    while (!ended) {
        int64_t left = end - clock_mono(c);
        bool is_answered = l && l->answered;
        if (stop_asked(stop))
            return err_set(e, ERR_STOPPED, "stopped");
        if (left <= 0 && !is_answered)
            return timed_out(timeout_ms, e);
        if (!is_answered && came && came(ctx))
            return true;
        int64_t slice = left > SLICE_MS || left <= 0 ? SLICE_MS : left;
        if (l ? !listen_run(l->listener, slice, &ended, e) : !clock_wait(c, slice, stop))
            return l ? false : err_set(e, ERR_STOPPED, "stopped");
    }
    return true;
}

void loopback_close(struct loopback *l)
{
    if (!l)
        return;
    listener_close(l->listener);
    free(l->path);
    free(l);
}
