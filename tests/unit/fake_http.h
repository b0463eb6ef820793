/* A provider's token endpoint in place of net/http: answers what the test says, in order, and keeps
 * what it was asked. Including it defines the functions of net/http.h, so that the linker takes
 * these and not those of the library. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/http.h"

enum { FAKE_ANSWERS_MAX = 16, FAKE_TEXT_MAX = 4096 };

struct fake_answer {
    int status; /* 0: the network fails */
    const char *type, *body;
    int64_t retry_after_ms;
    void (*meanwhile)(void); /* runs while the request is on its way; may be NULL */
};

static struct fake_http {
    struct fake_answer answers[FAKE_ANSWERS_MAX];
    size_t count, asked; /* how many are prepared, how many were taken */
    char url[FAKE_TEXT_MAX], form[FAKE_TEXT_MAX], user[FAKE_TEXT_MAX], password[FAKE_TEXT_MAX];
} fake;

static inline void fake_reset(void)
{
    fake = (struct fake_http){0};
}

static inline void fake_add(struct fake_answer a)
{
    assert_in_range(fake.count, 0, FAKE_ANSWERS_MAX - 1);
    fake.answers[fake.count++] = a;
}

static inline void fake_says(int status, const char *body)
{
    fake_add((struct fake_answer){.status = status, .type = "application/json", .body = body});
}

static inline void fake_keep(char to[FAKE_TEXT_MAX], const struct secret *from)
{
    snprintf(to, FAKE_TEXT_MAX, "%s", from ? secret_reveal(from) : "");
}

bool http_open(struct http **out, const struct http_settings *s, const struct stop *stop,
               struct err *e)
{
    (void)s;
    (void)stop;
    (void)e;
    *out = NULL;
    return true;
}

void http_close(struct http *h)
{
    (void)h;
}

bool http_probe(struct http *h, const char *url, bool *network_ok, char *detail, size_t detail_size,
                struct err *e)
{
    (void)h;
    (void)url;
    *network_ok = true;
    snprintf(detail, detail_size, "fake");
    (void)e;
    return true;
}

bool http_send(struct http *h, const struct http_request *rq, struct http_answer *a, struct err *e)
{
    (void)h;
    snprintf(fake.url, sizeof fake.url, "%s", rq->url);
    fake_keep(fake.form, rq->form);
    fake_keep(fake.user, rq->basic_user);
    fake_keep(fake.password, rq->basic_secret);
    if (fake.asked >= fake.count)
        fail_msg("asked once more than expected: %s", rq->url);
    const struct fake_answer *now = &fake.answers[fake.asked++];
    if (now->meanwhile)
        now->meanwhile();
    *a = (struct http_answer){.status = now->status, .retry_after_ms = now->retry_after_ms};
    if (now->status == 0)
        return err_set(e, ERR_RETRY, "connection reset");
    snprintf(a->content_type, sizeof a->content_type, "%s", now->type ? now->type : "");
    const char *body = now->body ? now->body : "";
    a->bytes = (int64_t)strlen(body);
    if (now->status >= 200 && now->status < 300)
        return rq->on_body(rq->ctx, body, strlen(body), e);
    snprintf(a->error_body, sizeof a->error_body, "%s", body);
    return true;
}
