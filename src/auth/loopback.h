/* The redirect receiver: listens on the redirect URI's loopback address only, takes GET on its path
 * only, ends after one answer or after its time, and shows the person a page. */
#pragma once

#include "base/err.h"
#include "base/time.h"

/* Judges a redirect. True: this was the answer, the page is the last one. False: not ours, go on
 * waiting. title and text are what the page says (plain text, escaped here). */
struct loopback_page {
    unsigned status; /* HTTP */
    bool good;       /* shown as success or as trouble */
    char title[80], text[600];
};
typedef bool loopback_judge(void *ctx, const char *query, struct loopback_page *page);

struct loopback;
/* ERR_USAGE: the redirect URI is not on a loopback address (only --paste can work). ERR_RETRY: the
 * port is in use, says which and what to do. */
bool loopback_open(struct loopback **out, const char *redirect_uri, loopback_judge *judge,
                   void *ctx, struct err *e);
/* ERR_AUTH with "timed out" when nothing came in time; ERR_STOPPED. l NULL: nothing is listened
 * for. came (may be NULL) is asked about ten times a second; true: the answer came another way.
 */
bool loopback_wait(struct loopback *l, const struct clock *c, int64_t timeout_ms,
                   const struct stop *stop, bool (*came)(void *ctx), void *ctx, struct err *e);
void loopback_close(struct loopback *l);
