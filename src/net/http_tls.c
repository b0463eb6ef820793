#include "net/http_curl.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

/* A transfer that only connects, on connections of its own. */
struct probe {
    CURLM *multi;
    CURL *easy;
    struct watch watch;
    char version[16]; /* "TLSv1.3" */
};

static void probe_close(struct probe *p)
{
    curl_easy_cleanup(p->easy);
    curl_multi_cleanup(p->multi);
}

/* curl tells the TLS version only in what it logs. */
static int on_log(__attribute__((unused)) CURL *easy, curl_infotype type, char *text, size_t len,
                  void *ctx)
{
    static const char begin[] = "SSL connection using ";
    struct probe *p = ctx;
    size_t skip = sizeof begin - 1, n = 0;
    if (type != CURLINFO_TEXT || len <= skip || memcmp(text, begin, skip) != 0)
        return 0;
    while (skip + n < len && text[skip + n] != ' ' && n + 1 < sizeof p->version)
        n++;
    memcpy(p->version, text + skip, n);
    p->version[n] = '\0';
    return 0;
}

static void probe_open(struct probe *p, const struct http *h, const struct url *u)
{
    CLEANUP(buf_done) struct buf origin = BUF_INIT(URL_BYTES_MAX);
    http_add_origin(&origin, u);
    p->multi = curl_multi_init();
    p->easy = curl_easy_init();
    p->watch = (struct watch){.http = h, .url = u, .method = "connecting to"};
    http_prepare(p->easy, &p->watch);
    curl_easy_setopt(p->easy, CURLOPT_URL, buf_text(&origin));
    curl_easy_setopt(p->easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(p->easy, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(p->easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(p->easy, CURLOPT_DEBUGFUNCTION, on_log);
    curl_easy_setopt(p->easy, CURLOPT_DEBUGDATA, p);
}

/* The value of one of the host's certificate's entries, such as "Issuer:CN = a". */
static const char *entry(const struct curl_certinfo *info, const char *name)
{
    size_t len = strlen(name);
    const struct curl_slist *line = info && info->num_of_certs > 0 ? info->certinfo[0] : NULL;
    for (; line; line = line->next)
        if (strncasecmp(line->data, name, len) == 0 && line->data[len] == ':')
            return line->data + len + 1;
    return NULL;
}

/* A peer's text: no control character of it reaches a terminal. */
static void make_visible(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = ' ';
}

static void describe(CURL *easy, char *out, size_t size)
{
    struct curl_certinfo *info = NULL;
    curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info);
    const char *subject = entry(info, "Subject"), *issuer = entry(info, "Issuer"),
               *until = entry(info, "Expire date");
    out[0] = '\0';
    if (subject && issuer && until)
        snprintf(out, size, " of %.120s by %.120s, valid until %.40s", subject, issuer, until);
    make_visible(out);
}

/* The certificate is wanted, not its trust: nothing is sent on this connection. */
void http_look_at_certificate(const struct watch *w, char *out, size_t size)
{
    CLEANUP(probe_close) struct probe p = {0};
    struct err ignored = {0};
    CURLcode code;
    out[0] = '\0';
    probe_open(&p, w->http, w->url);
    curl_easy_setopt(p.easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(p.easy, CURLOPT_SSL_VERIFYHOST, 0L);
    if (http_drive(p.multi, p.easy, &p.watch, &code, &ignored) && code == CURLE_OK)
        describe(p.easy, out, size);
}

/* TCP was there (through the proxy, when there is one), whatever came of TLS. */
static bool reached(CURL *easy)
{
    const char *ip = NULL;
    long proxy_status = 0;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &ip);
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    return ip && *ip && proxy_status < 300;
}

bool http_probe(struct http *h, const char *url, bool *network_ok, char *detail, size_t detail_size,
                struct err *e)
{
    CLEANUP(url_done) struct url u = {0};
    CLEANUP(probe_close) struct probe p = {0};
    CURLcode code = CURLE_OK;
    *network_ok = false;
    if (!http_may_call(&u, url, e))
        return false;
    probe_open(&p, h, &u);
    bool ended = http_drive(p.multi, p.easy, &p.watch, &code, e);
    *network_ok = reached(p.easy);
    if (!ended)
        return http_blame(&p.watch, e);
    if (code != CURLE_OK)
        return http_fail(p.easy, &p.watch, code, e);
    if (strcmp(u.scheme, "http") == 0) {
        snprintf(detail, detail_size, "plain http on this machine");
        return true;
    }
    char certificate[HTTP_CERTIFICATE_TEXT];
    describe(p.easy, certificate, sizeof certificate);
    snprintf(detail, detail_size, "%s, certificate%s", p.version[0] ? p.version : "TLS",
             certificate);
    return true;
}
