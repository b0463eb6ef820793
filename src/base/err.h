/* Errors: every function that can fail returns bool and takes a struct err * last.
 * The kind is the caller's next move, msg is one sentence for a person (no secret, no final full
 * stop), next is what that person does about it (may be empty). Outputs are set only on true. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum err_kind {
    ERR_NONE,
    ERR_USAGE,   /* a person typed something wrong: exit 2 */
    ERR_AUTH,    /* a person must sign in again: exit 4 */
    ERR_LIMIT,   /* the provider's quota is used up, go on later: exit 5 */
    ERR_RETRY,   /* passing fault: back off, honour retry_after_ms; exit 1 when given up */
    ERR_REMOTE,  /* the provider's answer is wrong: count it, do not repeat; exit 1 */
    ERR_BUSY,    /* another process holds the connector: exit 6 */
    ERR_LOCAL,   /* the operator must mend the store or a setting: exit 7 */
    ERR_STOPPED, /* asked to stop: unwind quietly; exit 130 */
};

struct err {
    enum err_kind kind;
    int64_t retry_after_ms; /* what the peer asked for; 0: nothing */
    bool is_limit;          /* ERR_RETRY: the peer counts our requests (HTTP 429) */
    char msg[640];
    char next[400];
};

/* Both always return false, so that `return err_set(...)` reads well. A cut text ends in "...". */
bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts "context: " in front of the sentence. */
bool err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Says what to do about it; returns false. */
bool err_next(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_clear(struct err *e);
const char *err_kind_name(enum err_kind kind);
