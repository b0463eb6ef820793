/* One HTTP exchange over libcurl (which only net/http*.c and net/url.c include). One policy:
 * https, or http to loopback; HTTP/2 where a TLS server offers it; certificates verified; redirects
 * never followed (a token goes only to the host that it was issued for); time, size, header and
 * compression limits; it never retries and never sleeps. One client keeps its connections open
 * between calls; use it from one thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/time.h"

struct http_settings {
    int64_t timeout_ms;  /* for one exchange to make progress: connect, and no byte for this long */
    int64_t total_ms;    /* for one exchange in all; 0: ten times timeout_ms */
    const char *proxy;   /* URL, or NULL: the environment's (https_proxy, no_proxy) */
    const char *ca_file; /* PEM bundle that replaces the system's, or NULL */
};

struct http;
/* settings' texts are copied. stop may be NULL; an exchange ends within 200 ms of it. */
bool http_open(struct http **out, const struct http_settings *s, const struct stop *stop,
               struct err *e);
void http_close(struct http *h);

struct http_request {
    const char *url;
    const struct secret *bearer;                    /* Authorization: Bearer, or NULL */
    const struct secret *basic_user, *basic_secret; /* HTTP Basic (RFC 7617), or NULL */
    const struct secret *form;                      /* POST of this form body, or NULL: GET */
    const char *json;                               /* POST of this JSON body, or NULL */
    bool hides_path;  /* the path is a secret: errors name the host only */
    int64_t body_max; /* bytes after decompression; 0: 1 MiB */
    /* Receives the body of a 2xx answer as it comes. False stops the exchange with e. */
    bool (*on_body)(void *ctx, const char *bytes, size_t len, struct err *e);
    void *ctx;
};

enum { HTTP_ERROR_BODY_MAX = 4096 };

struct http_answer {
    int status; /* 0: no answer came */
    char content_type[128];
    int64_t retry_after_ms; /* from Retry-After, seconds or date (RFC 9110 10.2.3); 0: none. Capped
                               at 30 days; a date is taken relative to the answer's own Date */
    int64_t bytes;          /* body bytes after decompression */
    int64_t wire_bytes;
    char error_body[HTTP_ERROR_BODY_MAX + 1]; /* start of the body of an answer that is not 2xx */
};

/* True: an answer came whole, whatever its status; the caller reads a->status. False: none did:
 *  ERR_RETRY   network fault, time-out, cut or garbled transfer, answer larger than body_max
 *  ERR_LOCAL   TLS certificate not trusted (names the setting ca_file, issuer and subject), proxy
 *              refused, ca_file unreadable
 *  ERR_STOPPED, or what on_body said. */
bool http_send(struct http *h, const struct http_request *rq, struct http_answer *a, struct err *e);

/* Does the host answer on its port (TCP), and is its certificate trusted? For Test Connection: on
 * false, *network_ok tells the two failures apart (true: it answers, but TLS failed). No request is
 * sent. On true, detail gets "TLSv1.3, certificate of ... by ..., valid until ...". */
bool http_probe(struct http *h, const char *url, bool *network_ok, char *detail, size_t detail_size,
                struct err *e);
