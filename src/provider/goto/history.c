#include "provider/goto/goto.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/time.h"

enum { PATH_BYTES_MAX = 512 };

struct history {
    const struct plan_request *rq;
    const struct sink *sink;
    struct goto_scratch scratch;
    int64_t read, bad;
};

static void history_done(struct history *h)
{
    goto_scratch_done(&h->scratch);
}

static bool on_meeting(void *ctx, const struct record *r, struct err *e)
{
    struct history *h = ctx;
    struct meeting m;
    if (r->number == 0) /* a further try */
        h->read = h->bad = 0;
    if (!goto_meeting(r, h->rq->is_group ? NULL : h->rq->key, &h->scratch, &m, e)) {
        h->bad++;
        return goto_bad_record(h->sink, "meetings", r, e);
    }
    h->read++;
    return h->sink->meeting(h->sink->ctx, &m, e);
}

/* ---- what came of it ---- */

/* 200. Nothing at all is plausible for one organizer, not for a group (goto-api.md 4.4); and like
 * 404 it is no proof that anybody's history can be read. */
static enum history_outcome answered(const struct history *h, const struct fetch_answer *a,
                                     struct err *e)
{
    if (a->bytes == 0 && h->rq->is_group) {
        err_set(e, ERR_REMOTE, "GoTo's answer for the meeting history of group %s is empty",
                h->rq->key);
        return HISTORY_UNREADABLE;
    }
    if (a->records > 0 && h->bad > 0 && h->read == 0) {
        err_set(e, ERR_REMOTE, "none of the %lld meetings of %s %s can be read", (long long)h->bad,
                h->rq->is_group ? "group" : "organizer", h->rq->key);
        return HISTORY_UNREADABLE;
    }
    err_clear(e);
    return a->bytes == 0 ? HISTORY_NONE : HISTORY_READ;
}

/* 404: declared for an organizer, where it may mean that there is no meeting; what is no answer of
 * the meeting API means that we asked in the wrong place. */
static enum history_outcome not_found(const struct history *h, const struct goto_fault *f,
                                      struct err *e)
{
    bool is_empty = f->body == GOTO_BODY_EMPTY;
    bool is_api = f->body == GOTO_BODY_JSON && f->is_meeting_api;
    if (h->rq->is_group || !(is_empty || is_api))
        return HISTORY_UNREADABLE;
    err_clear(e);
    return HISTORY_NONE;
}

/* 400: the range is too long, or (of a group) it has too many organizers. */
static enum history_outcome bad_request(const struct history *h, const struct goto_fault *f,
                                        struct err *e)
{
    static const char *const size_words[] = {"organizer", "size", "too many", "members"};
    const char *message = buf_text(&f->message), *code = buf_text(&f->code);
    for (size_t i = 0; h->rq->is_group && i < sizeof size_words / sizeof *size_words; i++)
        if (strcasestr(message, size_words[i]) || strcasestr(code, size_words[i]))
            return HISTORY_UNREADABLE;
    if (h->rq->to_ms - h->rq->from_ms <= DAY_MS)
        return HISTORY_UNREADABLE;
    err_clear(e);
    return HISTORY_HALVE;
}

/* 403 with a token that is accepted elsewhere: /me has answered, so the Admin Center's scope is
 * there and the granting user is an administrator; what is left is the other scope. */
static enum history_outcome forbidden(const struct goto_fault *f, struct err *e)
{
    const char *box = goto_scope_box("collab:");
    CLEANUP(buf_done) struct buf said = BUF_INIT(256);
    if (f->code.len)
        buf_addf(&said, ", %s", buf_text(&f->code));
    err_set(e, ERR_REMOTE,
            "GoTo refuses the meeting history (403%s): the grant lacks the scope collab: (box "
            "%s), or the granting user is no administrator any more",
            buf_text(&said), box);
    err_next(e,
             "tick the box %s on the OAuth client in the GoTo developer centre, save it, and run "
             "Get Token again: seatledger token get NAME",
             box);
    return HISTORY_STOP;
}

static enum history_outcome refused(const struct history *h, const struct fetch_answer *a,
                                    struct err *e)
{
    CLEANUP(goto_fault_done) struct goto_fault f;
    goto_fault_read(&f, a);
    if (a->status == 404)
        return not_found(h, &f, e);
    if (a->status == 400)
        return bad_request(h, &f, e);
    if (a->status == 403)
        return forbidden(&f, e);
    return HISTORY_UNREADABLE;
}

static enum history_outcome failed(const struct history *h, const struct fetch *f,
                                   const struct fetch_answer *a, struct err *e)
{
    switch (e->kind) {
    case ERR_RETRY: /* given up: 502 again and again for one key is data (goto-api.md 4.2) */
        return HISTORY_UNREADABLE;
    case ERR_REMOTE:
        return refused(h, a, e);
    case ERR_AUTH:
        if (a->status)
            goto_explain_refusal(f, e);
        break;
    case ERR_NONE:
    case ERR_USAGE:
    case ERR_LIMIT:
    case ERR_BUSY:
    case ERR_LOCAL:
    case ERR_STOPPED:
        break;
    }
    return HISTORY_STOP;
}

/* ---- the request ---- */

static bool build(const struct plan_request *rq, struct buf *path, struct buf *what)
{
    char from[TIME_TEXT], to[TIME_TEXT];
    time_format(rq->from_ms, from);
    time_format(rq->to_ms, to);
    buf_addf(path, "/G2M/rest/%s/", rq->is_group ? "groups" : "organizers");
    goto_add_key(path, rq->key);
    return buf_addf(path, "/historicalMeetings?startDate=%s&endDate=%s", from, to) &&
           buf_addf(what, "the meeting history of %s %s", rq->is_group ? "group" : "organizer",
                    rq->key);
}

enum history_outcome goto_read_history(const struct fetch *f, const struct plan_request *rq,
                                       const struct sink *s, struct err *e)
{
    CLEANUP(history_done)
    struct history h = {.rq = rq, .sink = s, .scratch = GOTO_SCRATCH_INIT};
    CLEANUP(buf_done) struct buf path = BUF_INIT(PATH_BYTES_MAX);
    CLEANUP(buf_done) struct buf what = BUF_INIT(PATH_BYTES_MAX);
    if (!build(rq, &path, &what)) {
        err_set(e, ERR_REMOTE, "a key is too long to ask for its meeting history");
        return HISTORY_UNREADABLE;
    }
    struct fetch_answer a = {0};
    const struct json_sink sink = {.ctx = &h, .on_record = on_meeting};
    const struct fetch_request request = {.api = "g2m",
                                          .what = buf_text(&what),
                                          .path = buf_text(&path),
                                          .spec = &goto_meeting_spec,
                                          .sink = &sink};
    return f->get(f->ctx, &request, &a, e) ? answered(&h, &a, e) : failed(&h, f, &a, e);
}
