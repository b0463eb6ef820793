#include "net/url.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/cleanup.h"
#include "base/scan.h"
#include "base/text.h"
#include "base/xalloc.h"

static void end_curl_text(char **text)
{
    curl_free(*text);
}

/* A part as our own allocation; NULL when the URL has none. */
static char *part_of(CURLU *u, CURLUPart part, unsigned flags)
{
    CLEANUP(end_curl_text) char *text = NULL;
    if (curl_url_get(u, part, &text, flags) != CURLUE_OK)
        return NULL;
    return xstrdup(text);
}

/* What curl would mend by itself and we refuse: a URL is a contract, not a guess. */
static const char *oddity(const char *text)
{
    if (strnlen(text, URL_BYTES_MAX + 1) > URL_BYTES_MAX)
        return "it is too long";
    for (const char *p = text; *p; p++) {
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
            return "it holds a space, a control character or a letter that is not ASCII";
        if (strchr("\\\"<>^`{|}", *p))
            return "it holds a character that must be percent-encoded";
        if (*p == '#')
            return "it has a fragment (#...)";
    }
    return NULL;
}

static const char *after_scheme(const char *text, const char *scheme)
{
    size_t len = strlen(scheme);
    bool ok = strncasecmp(text, scheme, len) == 0 && strncmp(text + len, "://", 3) == 0 &&
              text[len + 3] != '/';
    return ok ? text + len + 3 : NULL;
}

/* Host names and addresses as they are written, without percent-encoding or zone. */
static bool is_plain_host(const char *host)
{
    if (*host == '[')
        return strspn(host + 1, "0123456789abcdefABCDEF:.") + 2 == strlen(host);
    return *host && strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789-._") == strlen(host);
}

struct parsed {
    CURLU *curl;
    struct url url;
    bool port_written;
};

static void parsed_done(struct parsed *p)
{
    curl_url_cleanup(p->curl);
    url_done(&p->url);
}

static const char *take_port(struct parsed *p)
{
    CLEANUP(free_text) char *written = part_of(p->curl, CURLUPART_PORT, 0);
    CLEANUP(free_text) char *port = part_of(p->curl, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    int64_t n = 0;
    p->port_written = written != NULL;
    if (port && !parse_int(port, 1, 65535, &n))
        return "its port is not between 1 and 65535";
    p->url.port = (unsigned)n;
    return NULL;
}

/* Why the text is no URL of ours, or NULL. */
static const char *take_parts(struct parsed *p, const char *text, const char *authority)
{
    size_t len = strcspn(authority, "/?");
    CLEANUP(free_text) char *written = xstrndup(authority, len);
    char *host = strrchr(written, '@');
    host = host ? host + 1 : written;
    char *colon = *host == '[' ? strstr(host, "]:") : strchr(host, ':');
    if (colon)
        *(*host == '[' ? colon + 1 : colon) = '\0';
    if (!is_plain_host(host))
        return "its host name is not a plain name or address";
    p->curl = curl_url();
    if (!p->curl ||
        curl_url_set(p->curl, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return "its form is not scheme://host:port/path";
    p->url.scheme = part_of(p->curl, CURLUPART_SCHEME, 0);
    p->url.path = part_of(p->curl, CURLUPART_PATH, 0);
    p->url.query = part_of(p->curl, CURLUPART_QUERY, 0);
    p->url.host = part_of(p->curl, CURLUPART_HOST, 0);
    if (!p->url.scheme || !p->url.path || !p->url.host)
        return "its form is not scheme://host:port/path";
    size_t host_len = strlen(p->url.host);
    if (p->url.host[0] == '[') { /* curl keeps the brackets */
        memmove(p->url.host, p->url.host + 1, host_len - 2);
        p->url.host[host_len - 2] = '\0';
    }
    return take_port(p);
}

static bool parse(struct parsed *p, const char *text, const char *const *schemes,
                  bool may_hold_user, struct err *e)
{
    const char *why = oddity(text), *authority = NULL;
    for (; !authority && *schemes; schemes++)
        authority = after_scheme(text, *schemes);
    if (!why && !authority)
        why = "it does not begin with a scheme that is allowed here";
    if (!why && !may_hold_user && memchr(authority, '@', strcspn(authority, "/?")))
        why = "it holds a user name or password";
    if (!why)
        why = take_parts(p, text, authority);
    return !why || err_set(e, ERR_USAGE, "not a usable URL: %s", why);
}

static const char *const web_schemes[] = {"https", "http", NULL};

bool url_parse(struct url *out, const char *text, struct err *e)
{
    CLEANUP(parsed_done) struct parsed p = {0};
    if (!parse(&p, text, web_schemes, false, e))
        return false;
    *out = MOVE(p.url);
    return true;
}

void url_done(struct url *u)
{
    free(u->scheme);
    free(u->host);
    free(u->path);
    if (u->query) /* may hold an authorisation code */
        explicit_bzero(u->query, strlen(u->query));
    free(u->query);
    *u = (struct url){0};
}

bool url_is_loopback(const struct url *u)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, u->host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, u->host, &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6);
    return strcasecmp(u->host, "localhost") == 0;
}

static bool check_web(struct parsed *p, const char *text, struct err *e)
{
    if (!parse(p, text, web_schemes, false, e))
        return false;
    if (p->url.query)
        return err_set(e, ERR_USAGE, "the URL has a query (?...), which is not allowed here");
    if (strcmp(p->url.scheme, "https") != 0 && !url_is_loopback(&p->url)) {
        err_set(e, ERR_USAGE, "plain http is allowed only to this machine, not to %s", p->url.host);
        return err_next(e, "write https://");
    }
    return true;
}

bool url_check_service(const char *text, struct err *e)
{
    CLEANUP(parsed_done) struct parsed p = {0};
    return check_web(&p, text, e);
}

bool url_check_redirect(const char *text, struct err *e)
{
    CLEANUP(parsed_done) struct parsed p = {0};
    if (!check_web(&p, text, e))
        return false;
    if (strcmp(p.url.scheme, "http") == 0 && !p.port_written) {
        err_set(e, ERR_USAGE, "the redirect URI has no port");
        return err_next(e, "write it as it is registered, such as http://localhost:8080/");
    }
    return true;
}

static bool parse_proxy(struct parsed *p, const char *text, struct err *e)
{
    static const char *const schemes[] = {"http", "https", "socks5", "socks5h", NULL};
    return parse(p, text, schemes, true, e);
}

bool url_proxy_is_loopback(const char *text)
{
    CLEANUP(parsed_done) struct parsed p = {0};
    struct err e = {0};
    return parse_proxy(&p, text, &e) && url_is_loopback(&p.url);
}

bool url_check_proxy(const char *text, struct err *e)
{
    CLEANUP(parsed_done) struct parsed p = {0};
    if (!parse_proxy(&p, text, e))
        return false;
    if (!p.port_written || p.url.query || strcmp(p.url.path, "/") != 0) {
        err_set(e, ERR_USAGE, "a proxy is written as scheme://host:port, with nothing after it");
        return err_next(e, "such as http://proxy.example:3128 or socks5h://127.0.0.1:1080");
    }
    return true;
}
