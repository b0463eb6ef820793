/* An answer being written, and the error bodies of each service (goto-api.md 4.1). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct request;

enum { REPLY_HEADERS_MAX = 8, REPLY_BYTES_MAX = 1 << 30 };

struct reply_header {
    const char *name;
    char *value; /* owned */
};

/* What no lawful server does to an answer (spoil.c). */
enum spoil {
    SPOIL_NOTHING,
    SPOIL_RESET,        /* half of the body, then the connection is reset */
    SPOIL_LOST,         /* no byte; the connection is closed */
    SPOIL_DRIP,         /* a byte at a time */
    SPOIL_LONG_LENGTH,  /* Content-Length is more than what comes */
    SPOIL_SHORT_LENGTH, /* Content-Length is less than what comes */
    SPOIL_GZIP_BROKEN,
    SPOIL_GZIP_ENDLESS,
};

struct reply {
    unsigned status;
    struct buf body;
    const char *content_type; /* NULL: none */
    struct reply_header headers[REPLY_HEADERS_MAX];
    unsigned header_count;
    enum spoil spoil;
    int64_t drip_ms; /* SPOIL_DRIP: between two bytes */
    int64_t date_s;  /* its Date is so many seconds off */
};

#define REPLY_INIT ((struct reply){.body = BUF_INIT(REPLY_BYTES_MAX)})

void reply_done(struct reply *r);
void reply_header(struct reply *r, const char *name, const char *value);
/* Forgets the body and headers written so far. */
void reply_restart(struct reply *r, unsigned status, const char *content_type);
void reply_html(struct reply *r, unsigned status, const char *title, const char *text);

void reply_admin_error(struct request *r, unsigned status, const char *code, const char *value);
void reply_g2m_error(struct request *r, unsigned status, const char *code, const char *message);
void reply_token_error(struct request *r, unsigned status, const char *error,
                       const char *description);
void reply_scim_unauthorised(struct request *r, const char *error);
void reply_not_found(struct request *r); /* of the gateway: unknown method or path */
void reply_control_error(struct request *r, const char *message);
/* 400 in the shape of the request's API. */
void reply_bad_request(struct request *r, const char *code, const char *message);
/* 401 or 403 in the shape of the request's API: the token is no good. */
void reply_bad_token(struct request *r);
