#include "net/listen_answer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum { STREAM_BYTES = 32 << 10 }; /* asked for at a time */

void listen_text(struct listen_answer *a, char *text)
{
    free(a->body);
    a->body = text;
    a->body_len = text ? strlen(text) : 0;
}

void listen_add_header(struct listen_answer *a, const char *name, const char *value)
{
    assert(a->header_count < LISTEN_HEADERS_MAX);
    a->headers[a->header_count].name = name;
    a->headers[a->header_count++].value = xstrdup(value);
}

static ssize_t on_stream(void *ctx, __attribute__((unused)) uint64_t at, char *out, size_t max)
{
    const struct listen_stream *s = ctx;
    size_t len = 0;
    if (!s->read(s->ctx, out, max, &len))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    return len ? (ssize_t)len : MHD_CONTENT_READER_END_OF_STREAM;
}

static void on_stream_done(void *ctx)
{
    struct listen_stream *s = ctx;
    s->done(s->ctx);
    free(s);
}

static struct MHD_Response *stream_response(const struct listen_answer *a)
{
    struct listen_stream *s = NEW(struct listen_stream);
    *s = a->stream;
    struct MHD_Response *r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BYTES,
                                                               on_stream, s, on_stream_done);
    if (!r)
        on_stream_done(s);
    return r;
}

static struct MHD_Response *make_response(struct listen_answer *a)
{
    if (a->fixed) /* persistent bytes are not written to */
        return MHD_create_response_from_buffer(a->fixed_len, (void *)(uintptr_t)a->fixed,
                                               MHD_RESPMEM_PERSISTENT);
    if (a->stream.read)
        return stream_response(a);
    if (!a->body)
        listen_text(a, xstrdup(""));
    struct MHD_Response *r =
        MHD_create_response_from_buffer(a->body_len, a->body, MHD_RESPMEM_MUST_FREE);
    if (r)
        a->body = NULL; /* the response's now */
    return r;
}

void listen_answer_done(struct listen_answer *a)
{
    free(a->body);
    for (size_t i = 0; i < a->header_count; i++)
        free(a->headers[i].value);
    *a = (struct listen_answer){0};
}

enum MHD_Result listen_answer_send(struct MHD_Connection *c, const char *const (*headers)[2],
                                   struct listen_answer *a)
{
    struct MHD_Response *r = make_response(a);
    enum MHD_Result result = MHD_NO;
    if (r) {
        for (const char *const(*h)[2] = headers; h && (*h)[0]; h++)
            MHD_add_response_header(r, (*h)[0], (*h)[1]);
        for (size_t i = 0; i < a->header_count; i++)
            MHD_add_response_header(r, a->headers[i].name, a->headers[i].value);
        if (a->content_type)
            MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, a->content_type);
        if (a->last)
            MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
        result = MHD_queue_response(c, a->status, r);
        MHD_destroy_response(r);
    }
    listen_answer_done(a);
    return result;
}
