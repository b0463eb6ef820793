/* What the files of this folder share. The API as it was met, with every doubt: README.md. */
#pragma once

#include "base/buf.h"
#include "provider/provider.h"

extern const struct provider goto_provider;

/* ---- dates.c: pure ---- */

extern const struct date_format goto_date_formats[];
const struct date_format *goto_date_format(const char *language);
/* A machine date-time in any of the forms of goto-api.md 3.3; a time without a zone is refused, but
 * for the US form of the old history, which is UTC. */
bool goto_time(const char *text, int64_t *out_ms);

/* ---- days.c: pure ---- */

/* Days in the nine formats, as reports and people write them (product.md, Parity 8): any case,
 * accents or none, composed or not, a dot behind a month's name or none, one digit or two. Refused:
 * names of other languages, two-digit years, digits that are not ASCII, direction marks, text
 * behind the day, days that do not exist, years before 1990 or after 2100. */
enum day_reading goto_read_day(const struct date_format *f, const char *text, struct civil *out);
void goto_look_at_day(const char *text, struct day_column *column);
bool goto_detect_language(const struct day_column *column, const struct date_format **out,
                          struct err *e);

/* ---- normalise.c: pure; one record in, model structs out ---- */

/* What a record gives birth to; its texts live until the next record. */
struct goto_scratch {
    struct buf first, second;
    const char **keys;
    size_t count, cap;
};
#define GOTO_SCRATCH_INIT                                                                          \
    ((struct goto_scratch){.first = BUF_INIT(JSON_RECORD_BYTES_MAX + 1),                           \
                           .second = BUF_INIT(JSON_RECORD_BYTES_MAX + 1)})
void goto_scratch_done(struct goto_scratch *s);

extern const struct record_spec goto_user_spec, goto_license_spec, goto_meeting_spec, goto_me_spec,
    goto_scim_spec;
enum { GOTO_TO_INDEX, GOTO_TOTAL }; /* places in fetch_answer.envelope of users and licenses */

/* The person; s->keys are the licenses that the user names. All of these return false with
 * ERR_REMOTE for a bad record. */
bool goto_user(const struct record *r, struct goto_scratch *s, struct user *out, struct err *e);
/* *ours is false (and *out unset) when the license holds none of the products. */
bool goto_license(const struct record *r, const char *products, struct goto_scratch *s,
                  struct subscription *out, bool *ours, struct err *e);
/* organizer: whose history was asked for; NULL: a group's, so each meeting must say. */
bool goto_meeting(const struct record *r, const char *organizer, struct goto_scratch *s,
                  struct meeting *out, struct err *e);
/* GET /me. The caller ends *out. */
bool goto_identity(const struct record *r, struct identity *out, struct err *e);

/* ---- errors.c: pure ---- */

enum goto_body { GOTO_BODY_EMPTY, GOTO_BODY_HTML, GOTO_BODY_JSON, GOTO_BODY_TEXT };
/* What the body of an answer that is not 2xx says. */
struct goto_fault {
    enum goto_body body;
    struct buf code, message; /* empty: not said */
    bool is_meeting_api;      /* worded as the meeting API words its errors, and no NOT_FOUND */
};
void goto_fault_read(struct goto_fault *out, const struct fetch_answer *a);
void goto_fault_done(struct goto_fault *f);
bool goto_read_error(const struct fetch_answer *a, const char *what, struct err *e);
const char *goto_missing_scope(const char *granted, const char **scope);
/* The tick box of a scope that is needed. */
const char *goto_scope_box(const char *scope);

/* ---- plan.c: pure ---- */

bool goto_plan(struct planner *p, const struct plan_user *u, struct err *e);

/* ---- fetch.c, whoami.c, listing.c, history.c ---- */

/* Adds a key to a path, percent-encoded. */
bool goto_add_key(struct buf *path, const char *key);
/* Hands a record that could not be read to the sink, with e as its reason, and clears e. */
bool goto_bad_record(const struct sink *s, const char *stream, const struct record *r,
                     struct err *e);
bool goto_whoami(const struct fetch *f, struct identity *out, struct err *e);
/* After /me has answered, another request's token was not accepted (e, ERR_AUTH): asks SCIM whether
 * the role was taken away. Returns false; replaces e when that tells more. */
bool goto_explain_refusal(const struct fetch *f, struct err *e);
bool goto_list_users(const struct fetch *f, const char *account, const struct sink *s,
                     int64_t *count, struct err *e);
bool goto_list_subscriptions(const struct fetch *f, const char *account, const char *products,
                             const struct sink *s, int64_t *count, struct err *e);
enum history_outcome goto_read_history(const struct fetch *f, const struct plan_request *rq,
                                       const struct sink *s, struct err *e);
