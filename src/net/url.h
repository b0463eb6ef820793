/* URLs (over curl_url, so that we read them as the HTTP client does; RFC 3986). */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum { URL_BYTES_MAX = 8192 };

struct url {
    char *scheme, *host, *path,
        *query;    /* host without brackets; path "/" at least; query NULL or text */
    unsigned port; /* the scheme's own when none is written */
};
/* ERR_USAGE: not an absolute http(s) URL, has a user name or password, or is too long. */
bool url_parse(struct url *out, const char *text, struct err *e);
void url_done(struct url *u);
/* 127.0.0.0/8, ::1, localhost: where plain http is allowed. */
bool url_is_loopback(const struct url *u);
/* A service's base URL: https, or http on loopback; no query, no fragment. */
bool url_check_service(const char *text, struct err *e);
/* A redirect URI: https, or http on a loopback address with a port; no query, no fragment. */
bool url_check_redirect(const char *text, struct err *e);
/* http://, https://, socks5:// or socks5h:// with host and port; may hold a user and password. */
bool url_check_proxy(const char *text, struct err *e);
/* Is it one, on this machine? */
bool url_proxy_is_loopback(const char *text);

/* Adds "name=value" with both percent-encoded; separated by '?' first ('&' when out has one). */
bool url_add_query(struct buf *out, const char *name, const char *value);
/* Adds "name=value" for a form body (RFC 6749 appendix B), separated by '&'. */
bool form_add(struct buf *out, const char *name, const char *value);
bool url_add_escaped(struct buf *out, const char *text);
/* Adds len bytes of a path with each "%xx" decoded. False: one is broken, or the result is not
 * UTF-8, holds a NUL or is too long. */
bool url_add_unescaped(struct buf *out, const char *text, size_t len);
/* The decoded value of a query parameter; *out is NULL when it is absent. ERR_USAGE when it comes
 * twice or is not UTF-8. The caller frees *out. query may be NULL. */
bool query_get(const char *query, const char *name, char **out, struct err *e);
