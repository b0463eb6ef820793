#include "net/http_curl.h"

#include <string.h>

#include "base/cleanup.h"

bool http_may_call(struct url *out, const char *text, struct err *e)
{
    if (!url_parse(out, text, e)) {
        e->kind = ERR_LOCAL;
        return false;
    }
    if (strcmp(out->scheme, "https") != 0 && !url_is_loopback(out))
        return err_set(e, ERR_LOCAL, "plain http to %s is not allowed, only https", out->host);
    return true;
}

static bool is_default_port(const struct url *u)
{
    return u->port == (strcmp(u->scheme, "https") == 0 ? 443 : 80);
}

static void add_host(struct buf *out, const struct url *u)
{
    if (strchr(u->host, ':'))
        buf_addf(out, "%s://[%s]", u->scheme, u->host);
    else
        buf_addf(out, "%s://%s", u->scheme, u->host);
}

void http_add_origin(struct buf *out, const struct url *u)
{
    add_host(out, u);
    buf_addf(out, ":%u/", u->port);
}

bool http_blame(const struct watch *w, struct err *e)
{
    enum { PATH_SHOWN = 160 };
    CLEANUP(buf_done) struct buf where = BUF_INIT(URL_BYTES_MAX);
    const struct url *u = w->url;
    if (e->kind == ERR_STOPPED)
        return false;
    add_host(&where, u);
    if (!is_default_port(u))
        buf_addf(&where, ":%u", u->port);
    if (w->hides_path)
        return err_wrap(e, "%s %.120s", w->method, buf_text(&where));
    return err_wrap(e, "%s %.120s%.*s%s", w->method, buf_text(&where), PATH_SHOWN, u->path,
                    strlen(u->path) > PATH_SHOWN ? "..." : "");
}

static bool fail_proxy(const struct watch *w, CURLcode code, long status, const char *why,
                       struct err *e)
{
    if (code == CURLE_COULDNT_RESOLVE_PROXY)
        err_set(e, ERR_RETRY, "the proxy cannot be found: %s", why);
    else if (code == CURLE_PROXY)
        err_set(e, ERR_LOCAL, "the proxy refused: %s", why);
    else /* 407, 403 and their like stay; 5xx is the way behind the proxy */
        err_set(e, status >= 500 ? ERR_RETRY : ERR_LOCAL, "the proxy refused with status %ld",
                status);
    http_blame(w, e);
    return err_next(e, "check the setting proxy%s",
                    w->http->proxy ? "" : " (and the environment's https_proxy)");
}

static bool fail_trust(CURL *easy, const struct watch *w, const char *why, struct err *e)
{
    char certificate[HTTP_CERTIFICATE_TEXT] = "";
    const char *ca_file = w->http->ca_file;
    long proxy_verdict = 0;
    curl_easy_getinfo(easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &proxy_verdict);
    if (proxy_verdict == 0)
        http_look_at_certificate(w, certificate, sizeof certificate);
    err_set(e, ERR_LOCAL, "the %s's certificate is not trusted: %s%s%s%s",
            proxy_verdict ? "proxy" : "server", why, certificate[0] ? " (certificate" : "",
            certificate, certificate[0] ? ")" : "");
    http_blame(w, e);
    return err_next(e,
                    "when a certificate authority of your own signs it, name its PEM file in the "
                    "setting ca_file (now: %.200s)",
                    ca_file ? ca_file : "the system's");
}

bool http_fail(CURL *easy, const struct watch *w, CURLcode code, struct err *e)
{
    const char *why = w->why[0] ? w->why : curl_easy_strerror(code);
    long proxy_status = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    if (code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY || proxy_status >= 300)
        return fail_proxy(w, code, proxy_status, why, e);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return fail_trust(easy, w, why, e);
    if (code == CURLE_SSL_CACERT_BADFILE) {
        err_set(e, ERR_LOCAL, "the certificates to trust cannot be read: %s", why);
        http_blame(w, e);
        return err_next(e, "check the setting ca_file: it must be a PEM bundle");
    }
    if (code == CURLE_PARTIAL_FILE)
        why = "the answer was cut off before its end";
    else if (code == CURLE_BAD_CONTENT_ENCODING)
        why = "the compressed answer is garbled";
    err_set(e, ERR_RETRY, "%s", why);
    return http_blame(w, e);
}
