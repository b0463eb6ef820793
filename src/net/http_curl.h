/* What net/http.c (the exchange) and net/http_tls.c (looking at certificates) share. Private. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/http.h"
#include "net/url.h"

struct http {
    CURLM *multi;
    CURL *easy;
    int64_t timeout_ms, total_ms;
    char *proxy, *ca_file; /* NULL: none */
    bool proxy_is_loopback;
    const struct stop *stop;
};

/* Watches that one transfer makes progress. */
struct watch {
    const struct http *http;
    const struct url *url;
    const char *method; /* for sentences */
    bool hides_path;    /* from sentences */
    bool connected;
    int64_t begun_ms, last_ms; /* monotonic; last_ms: when a byte last moved */
    curl_off_t bytes;
    char why[CURL_ERROR_SIZE]; /* curl's own words about a failure */
};

/* Sets what every transfer of ours has: limits of protocol, TLS, proxy, progress. The watch, with
 * its http, url and method set, is borrowed until the transfer has ended. */
void http_prepare(CURL *easy, struct watch *w);
/* Runs the transfer to its end, whatever that is (*code). False: stopped, or too slow. */
bool http_drive(CURLM *multi, CURL *easy, struct watch *w, CURLcode *code, struct err *e);
/* Puts a failed transfer into words. Always false. */
bool http_fail(CURL *easy, const struct watch *w, CURLcode code, struct err *e);
/* Puts "GET https://host/path: " before the sentence; never the query, nor a path that
 * hides. Always false. */
bool http_blame(const struct watch *w, struct err *e);

/* A URL that this client may call: https, or http to loopback. ERR_LOCAL when not. */
bool http_may_call(struct url *out, const char *text, struct err *e);
/* "scheme://host:port/" */
void http_add_origin(struct buf *out, const struct url *u);
/* " of CN = a by CN = b, valid until ..." of the certificate that the host shows, trusted or not;
 * empty when it cannot be had. Sends no request. */
void http_look_at_certificate(const struct watch *w, char *out, size_t size);

enum { HTTP_CERTIFICATE_TEXT = 320 };
