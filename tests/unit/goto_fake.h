/* A struct fetch that answers from a script, and a struct sink that writes down what it is told. */
#pragma once

#include <stdio.h>

#include "test.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/time.h"
#include "provider/goto/goto.h"

struct answer {
    int status;       /* 0: none comes; kind says why */
    const char *body; /* NULL: empty */
    enum err_kind kind;
    const char *content_type;
};
/* In a script: its end, and a good answer. */
#define END                                                                                        \
    {                                                                                              \
        .status = -1                                                                               \
    }
#define PAGE(text)                                                                                 \
    {                                                                                              \
        .status = 200, .body = (text)                                                              \
    }

struct fake {
    const struct answer *script; /* ends with a status of -1; the last answer is repeated */
    size_t next;
    struct buf asked;       /* "API PATH\n" */
    struct buf found;       /* "user ...\n" */
    const char *sink_fails; /* the first word of what the sink refuses; NULL: nothing */
};

#define FAKE(answers)                                                                              \
    ((struct fake){.script = (answers), .asked = BUF_INIT(1 << 24), .found = BUF_INIT(1 << 24)})

static void fake_done(struct fake *f)
{
    buf_done(&f->asked);
    buf_done(&f->found);
}

static void reader_done(struct json_reader **r)
{
    json_reader_free(*r);
}

static bool fake_read(const struct fetch_request *rq, const char *body, struct fetch_answer *a,
                      struct err *e)
{
    CLEANUP(reader_done) struct json_reader *r = json_reader_new(rq->spec, rq->sink);
    bool ok = json_reader_feed(r, body, strlen(body), e) && json_reader_end(r, e);
    a->records = json_reader_records(r);
    for (size_t i = 0; i < 8; i++)
        a->envelope[i] = -1;
    for (size_t i = 0; rq->spec->envelope && rq->spec->envelope[i]; i++) {
        const char *text = json_reader_envelope(r, rq->spec->envelope[i]);
        if (text && !parse_int(text, 0, INT64_MAX, &a->envelope[i]))
            a->envelope[i] = -1;
    }
    return ok;
}

static bool fake_get(void *ctx, const struct fetch_request *rq, struct fetch_answer *a,
                     struct err *e)
{
    struct fake *f = ctx;
    const struct answer *now = &f->script[f->next];
    if (f->script[f->next + 1].status >= 0)
        f->next++;
    assert_true(buf_addf(&f->asked, "%s %s\n", rq->api, rq->path));
    *a = (struct fetch_answer){.status = now->status};
    const char *body = now->body ? now->body : "";
    if (now->status == 0)
        return err_set(e, now->kind, "no answer came");
    if (now->status >= 200 && now->status <= 299) {
        a->bytes = (int64_t)strlen(body);
        return a->bytes == 0 || fake_read(rq, body, a, e);
    }
    snprintf(a->body, sizeof a->body, "%s", body);
    snprintf(a->content_type, sizeof a->content_type, "%s",
             now->content_type ? now->content_type : "application/json");
    return goto_read_error(a, rq->what, e);
}

static struct fetch fake_fetch(struct fake *f)
{
    return (struct fetch){f, fake_get};
}

/* Each word by itself is a kind of finding. */
static bool write_down(struct fake *f, struct err *e, const char *line)
{
    if (f->sink_fails && strncmp(line, f->sink_fails, strlen(f->sink_fails)) == 0)
        return err_set(e, ERR_LOCAL, "the disk is full");
    return buf_addf(&f->found, "%s\n", line);
}

static bool fake_user(void *ctx, __attribute__((unused)) int64_t number, const struct user *u,
                      const char *const *licenses, size_t count, struct err *e)
{
    char line[512];
    snprintf(line, sizeof line, "user %s %s +%zu%s%s", u->key, u->email, count, count ? " " : "",
             count ? licenses[0] : "");
    return write_down(ctx, e, line);
}

static bool fake_subscription(void *ctx, int64_t number, const struct subscription *s,
                              struct err *e)
{
    char line[512];
    snprintf(line, sizeof line, "subscription %lld %s %s", (long long)number, s->key, s->products);
    return write_down(ctx, e, line);
}

static bool fake_holder(void *ctx, int64_t number, const char *user_key, bool invited,
                        struct err *e)
{
    char line[512];
    snprintf(line, sizeof line, "%s %lld %s", invited ? "invited" : "holder", (long long)number,
             user_key);
    return write_down(ctx, e, line);
}

/* From 0 on: all that was found is void. */
static bool fake_forget(void *ctx, bool users, int64_t number, struct err *e)
{
    struct fake *f = ctx;
    char line[64];
    if (number == 0)
        buf_clear(&f->found);
    snprintf(line, sizeof line, "forget %s %lld", users ? "users" : "licenses", (long long)number);
    return write_down(f, e, line);
}

static bool fake_meeting(void *ctx, const struct meeting *m, struct err *e)
{
    char line[512];
    snprintf(line, sizeof line, "meeting %s %s", m->organizer, m->meeting_id);
    return write_down(ctx, e, line);
}

static bool fake_bad_record(void *ctx, const char *stream, const char *reason, const char *record,
                            struct err *e)
{
    char line[16384];
    snprintf(line, sizeof line, "bad %s: %s {%s}", stream, reason, record);
    return write_down(ctx, e, line);
}

__attribute__((unused)) static struct sink fake_sink(struct fake *f)
{
    return (struct sink){f,           fake_user,    fake_subscription, fake_holder,
                         fake_forget, fake_meeting, fake_bad_record};
}

#define assert_holds(text, words)                                                                  \
    do {                                                                                           \
        if (!strstr((text), (words)))                                                              \
            fail_msg("expected \"%s\" in \"%s\"", (words), (text));                                \
    } while (0)
