#include "net/http_curl.h"

#include <string.h>
#include <time.h>

#include "base/torture.h"

enum { POLL_MS = 100 }; /* how late a stop may be noticed */

/* Not the clock of base/time.h: this measures the peer, it decides nothing about records. */
static int64_t mono_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int on_progress(void *ctx, __attribute__((unused)) curl_off_t down_all, curl_off_t down,
                       __attribute__((unused)) curl_off_t up_all, curl_off_t up)
{
    struct watch *w = ctx;
    if (w->bytes != down + up)
        w->last_ms = mono_ms();
    w->bytes = down + up;
    return 0;
}

/* Connected (TLS too); the request goes out next. */
static int on_connected(void *ctx, __attribute__((unused)) char *peer,
                        __attribute__((unused)) char *local, __attribute__((unused)) int peer_port,
                        __attribute__((unused)) int local_port)
{
    struct watch *w = ctx;
    w->connected = true;
    w->last_ms = mono_ms();
    return CURL_PREREQFUNC_OK;
}

static void prepare_proxy(const struct http *h, CURL *easy, const struct url *u)
{
    bool is_http = strcmp(u->scheme, "http") == 0;
    if (h->proxy && !(is_http && !h->proxy_is_loopback)) {
        curl_easy_setopt(easy, CURLOPT_PROXY, h->proxy);
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    } else if (h->proxy || url_is_loopback(u)) {
        curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* plain http never leaves this machine */
    }
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void http_prepare(CURL *easy, struct watch *w)
{
    const struct http *h = w->http;
    w->begun_ms = w->last_ms = mono_ms();
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, w->url->scheme);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a stop does not wait for the resolver */
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)h->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, w->why);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, w);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, w);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (h->ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, h->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, (char *)NULL);
        curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, h->ca_file);
        curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, (char *)NULL);
    }
    prepare_proxy(h, easy, w->url);
}

/* Nobody waits longer than was allowed; true sets e. */
static bool is_overdue(const struct watch *w, struct err *e)
{
    int64_t now = mono_ms(), timeout = w->http->timeout_ms;
    const char *what = NULL;
    int64_t limit = timeout;
    if (!w->connected && now - w->begun_ms > timeout) {
        what = "there was no connection within";
    } else if (w->connected && now - w->last_ms > timeout) {
        what = "no byte came for";
    } else if (now - w->begun_ms > w->http->total_ms) {
        what = "the answer was not whole after";
        limit = w->http->total_ms;
    }
    if (what)
        err_set(e, ERR_RETRY, "%s %lld ms", what, (long long)limit);
    return what != NULL;
}

static bool drive(CURLM *multi, const struct watch *w, struct err *e)
{
    for (int running = 1; running;) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            return err_set(e, ERR_RETRY, "the transfer failed inside libcurl");
        if (!running)
            break;
        if (stop_asked(w->http->stop))
            return err_set(e, ERR_STOPPED, "stopped");
        if (is_overdue(w, e))
            return false;
        curl_multi_poll(multi, NULL, 0, POLL_MS, NULL);
    }
    return true;
}

bool http_drive(CURLM *multi, CURL *easy, struct watch *w, CURLcode *code, struct err *e)
{
    int left = 0;
    *code = CURLE_FAILED_INIT;
    if (curl_multi_add_handle(multi, easy) != CURLM_OK)
        return err_set(e, ERR_RETRY, "the transfer failed inside libcurl");
    bool ok = drive(multi, w, e);
    for (CURLMsg *m = curl_multi_info_read(multi, &left); m; m = curl_multi_info_read(multi, &left))
        if (m->msg == CURLMSG_DONE && m->easy_handle == easy)
            *code = m->data.result;
    if (torture_fails("http", w->url->path))
        *code = CURLE_RECV_ERROR;          /* the answer came and is lost */
    curl_multi_remove_handle(multi, easy); /* an unfinished transfer's connection is closed */
    return ok;
}
