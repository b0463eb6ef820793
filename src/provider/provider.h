/* A provider: constant data, and the verbs that read an account. A verb knows no HTTP client, no
 * SQL and no clock: it is handed a struct fetch to ask with and a struct sink for what it finds. A
 * second provider is a folder and a line in registry.c; nothing outside provider/ says goto. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/option.h"
#include "base/time.h"
#include "data/json_in.h"
#include "model/records.h"

/* ---- asking ---- */

enum { FETCH_BODY_MAX = 4096 };
struct fetch_answer {
    int status; /* of the last try; 0: none came */
    char content_type[128];
    int64_t bytes; /* body bytes of a 2xx answer; 0: it was empty (204, or no body) */
    int64_t records;
    char body[FETCH_BODY_MAX + 1]; /* start of the body of an answer that is not 2xx */
    /* What spec->envelope asked for, in its order; -1 when absent or not an integer >= 0. */
    int64_t envelope[8];
};
struct fetch_request {
    const char *api;  /* which rate limit it counts against: "admin", "identity", "g2m" */
    const char *what; /* for people: "the list of users" */
    const char *path; /* under the connector's api_url, '/' first, encoded, with its query */
    const struct record_spec *spec;
    const struct json_sink *sink;
    /* Called with sink->ctx before a try that follows one which broke off: whatever that one handed
     * over is void and will come again, perhaps otherwise. NULL: repeating is harmless. */
    bool (*again)(void *ctx, struct err *e);
};
struct fetch {
    void *ctx;
    /* One GET, repeated as the outcome table of aggregate/ says, with a refreshed token where one
     * is due. Records may come again after a try that broke off. True: answered with 2xx; an empty
     * body is then a->bytes == 0, not an error. False: e is what read_error() made of the last
     * answer, or the transport's; a->status and a->body tell what came. */
    bool (*get)(void *ctx, const struct fetch_request *rq, struct fetch_answer *a, struct err *e);
};

/* ---- finding ---- */

struct sink {
    void *ctx;
    /* number: the record's place in its listing; holder() is told that of its subscription. */
    bool (*user)(void *ctx, int64_t number, const struct user *u, const char *const *licenses,
                 size_t count, struct err *e);
    bool (*subscription)(void *ctx, int64_t number, const struct subscription *s, struct err *e);
    bool (*holder)(void *ctx, int64_t number, const char *user_key, bool invited, struct err *e);
    /* Users (or else subscriptions with their holders) numbered from `number` on are void: their
     * page, or from 0 the whole listing, is asked for again. */
    bool (*forget)(void *ctx, bool users, int64_t number, struct err *e);
    bool (*meeting)(void *ctx, const struct meeting *m, struct err *e);
    /* A record that could not be read: counted and kept without names, e-mail and subject. */
    bool (*bad_record)(void *ctx, const char *stream, const char *reason, const char *record,
                       struct err *e);
};

/* ---- planning ---- */

/* One listed person; people come grouped: no group first, then group by group. */
struct plan_user {
    const char *key, *status, *group_key;
    bool has_seat;
    bool has_moved;           /* to this group since from where the history is read */
    int64_t from_ms;          /* the history to read begins here */
    int64_t group_organizers; /* members of the group with a seat, enabled or not */
    int64_t group_wanted;     /* those of them whose history is wanted and who have not moved */
    int64_t group_from_ms;    /* the earliest from_ms of these */
    bool is_proven;           /* need not be read: what is stored decides the state */
    bool group_proven;        /* none of group_wanted needs to be */
};
struct plan_request {
    bool is_group;
    const char *key;
    int64_t from_ms, to_ms;
};
struct planner {
    int64_t to_ms;          /* the history to read ends here: T */
    int64_t request_max_ms; /* the widest window that one request may ask for */
    char last_group[72];    /* the group that was asked for last */
    void *ctx;
    bool (*request)(void *ctx, const struct plan_request *rq, struct err *e);
};

/* ---- what came of a history request ---- */

enum history_outcome {
    HISTORY_READ,       /* 200: all of it was handed to the sink */
    HISTORY_NONE,       /* 404, or no body, that means an empty history */
    HISTORY_HALVE,      /* the range was too long: ask two halves */
    HISTORY_UNREADABLE, /* this organizer or group cannot be read; e says why */
    HISTORY_STOP,       /* nothing more can be read in this run; e says why */
};

/* ---- days, as the provider's own reports write them ---- */

enum day_reading {
    DAY_READ,
    DAY_NOT,               /* it is no day in that format */
    DAY_INVALID_AT_SOURCE, /* broken by the provider itself, as it is known to do: never a date */
};
/* What a whole column of such texts says of its language; begins as {0}. */
struct day_column {
    unsigned formats;     /* bit i: a text is a day in date_formats[i] */
    bool shows_day_first; /* where digits alone do not say which is the day: one is over 12 ... */
    bool contradicts_itself; /* ... and one is over 12 where the month should be */
};

struct provider {
    const char *id, *vendor, *product;      /* "gotomeeting", "GoTo", "GoToMeeting" */
    const char *summary;                    /* one sentence: what is read from it */
    const char *client_site;                /* where a person creates the OAuth client: a URL */
    const char *who;                        /* may grant access, as a sentence */
    const struct option_def *options;       /* of a connector */
    const struct date_format *date_formats; /* ends with a NULL locale */
    /* Where a person creates the OAuth client, step by step; NULL-terminated. */
    const char *const *client_steps;
    const char *const *scopes; /* needed, NULL-terminated */

    /* Pure. Turns an answer that is not 2xx into a kind and a sentence. ERR_AUTH: the token was
     * not accepted (refresh once and try again). Returns false always. */
    bool (*read_error)(const struct fetch_answer *a, const char *what, struct err *e);
    /* The tick box whose scope is missing from what was granted; NULL: none is. *scope may be NULL.
     */
    const char *(*missing_scope)(const char *granted, const char **scope);

    /* Who granted access. ERR_AUTH: not an administrator, or a scope is missing (says which). */
    bool (*whoami)(const struct fetch *f, struct identity *out, struct err *e);
    bool (*list_users)(const struct fetch *f, const char *account, const struct sink *s,
                       int64_t *count, struct err *e);
    /* products: words separated by ','; only subscriptions that hold one of them are handed on. */
    bool (*list_subscriptions)(const struct fetch *f, const char *account, const char *products,
                               const struct sink *s, int64_t *count, struct err *e);
    /* Pure: hands the requests for this person to p->request, each group's once. */
    bool (*plan)(struct planner *p, const struct plan_user *u, struct err *e);
    enum history_outcome (*read_history)(const struct fetch *f, const struct plan_request *rq,
                                         const struct sink *s, struct err *e);
    /* The date format of a language as the provider writes it ("es_MX": es_ES's); NULL: none. */
    const struct date_format *(*date_format)(const char *language);
    /* Pure, and lenient where people are. YYYY-MM-DD is read whatever the format, and alone
     * where f is NULL, a language without one. *out is set only for DAY_READ. */
    enum day_reading (*read_day)(const struct date_format *f, const char *text, struct civil *out);
    /* Pure. Adds what one more text says. */
    void (*look_at_day)(const char *text, struct day_column *column);
    /* Pure. The one language that the column can be in; NULL when it holds no day in any.
     * ERR_USAGE: more than one can be meant. */
    bool (*detect_language)(const struct day_column *column, const struct date_format **out,
                            struct err *e);
    /* The language whose reports are DAY_INVALID_AT_SOURCE, and what a person does about it, as the
     * end of a sentence. */
    const char *spoilt_language, *spoilt_cure;
};

/* ERR_USAGE when there is no such provider: lists those there are. */
bool provider_find(const char *id, const struct provider **out, struct err *e);
/* NULL after the last. */
const struct provider *provider_at(unsigned i);
