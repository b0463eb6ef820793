/* One mail to one mail server (SMTP, RFC 5321, over libcurl). As net/http: certificates verified,
 * in the clear only to this machine, limits of time, never tried twice. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/time.h"

enum mail_security {
    MAIL_STARTTLS, /* raised to TLS before anything is said, or refused */
    MAIL_TLS,      /* from the start */
    MAIL_PLAIN,    /* to this machine only */
};
struct mail_server {
    const char *host;
    unsigned port;
    enum mail_security security;
    const char *user;              /* NULL: without signing in */
    const struct secret *password; /* with user; may be unset */
    const char *ca_file;           /* PEM bundle that replaces the system's, or NULL */
    int64_t timeout_ms, total_ms;  /* without progress; in all */
};
struct mail_message {
    const char *from;
    const char *const *to;
    size_t to_count;
    const char *subject; /* UTF-8, any; becomes one line */
    const char *text;    /* UTF-8, lines that end in '\n' */
    int64_t date_ms;
};

/* One address, ASCII, "local@host", without a name, quotes or comments. ERR_USAGE. */
bool mail_check_address(const char *text, struct err *e);
/* A host name or address; is_plain: of this machine. ERR_USAGE. */
bool mail_check_host(const char *text, bool is_plain, struct err *e);

/* The mail as it goes over the wire (RFC 5322): CRLF, encoded words where the subject is not plain
 * ASCII (RFC 2047), the text as base64. id: the left side of its Message-ID. ERR_USAGE: an address
 * is not good. */
bool mail_write(const struct mail_message *m, const char *id, struct buf *out, struct err *e);

/* True: the server took it for all receivers. ERR_LOCAL: certificate, security, user or password;
 * ERR_REMOTE: it refuses for good (5xx); ERR_RETRY: later perhaps; ERR_STOPPED. */
bool mail_send(const struct mail_server *s, const struct mail_message *m, const struct stop *stop,
               struct err *e);
