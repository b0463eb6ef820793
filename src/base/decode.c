#include "base/decode.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/ucnv.h>

#include "base/xalloc.h"

enum { MARK_BYTES_MAX = 3, PIVOT_UNITS = 2048, OUT_BYTES = 8192 };

struct decoder {
    decoder_sink sink;
    void *ctx;
    char head[MARK_BYTES_MAX]; /* what came before it was clear whether there is a mark */
    size_t head_len;
    const char *charset; /* NULL: not clear yet */
    UConverter *from, *to;
    UChar pivot[PIVOT_UNITS], *pivot_read, *pivot_write;
};

struct decoder *decoder_new(decoder_sink sink, void *ctx)
{
    struct decoder *d = NEW(struct decoder);
    d->sink = sink;
    d->ctx = ctx;
    d->pivot_read = d->pivot_write = d->pivot;
    return d;
}

void decoder_free(struct decoder *d)
{
    if (!d)
        return;
    ucnv_close(d->from);
    ucnv_close(d->to);
    free(d);
}

static bool refuse(const struct decoder *d, struct err *e)
{
    err_set(e, ERR_USAGE, "it is not %s text", d->charset);
    return err_next(e, "save it as UTF-8 (in Excel: \"CSV UTF-8\")");
}

static bool convert(struct decoder *d, const char *bytes, size_t len, bool last, struct err *e)
{
    char out[OUT_BYTES];
    const char *source = bytes, *end = bytes + len;
    for (;;) {
        UErrorCode status = U_ZERO_ERROR;
        char *target = out;
        ucnv_convertEx(d->to, d->from, &target, out + sizeof out, &source, end, d->pivot,
                       &d->pivot_read, &d->pivot_write, d->pivot + PIVOT_UNITS, false, (UBool)last,
                       &status);
        size_t n = (size_t)(target - out);
        const char *zero = memchr(out, '\0', n);
        if (!d->sink(d->ctx, out, zero ? (size_t)(zero - out) : n, e))
            return false;
        if (zero) {
            err_set(e, ERR_USAGE, "it holds U+0000, which no text does");
            return err_next(e, "save it as UTF-8 (in Excel: \"CSV UTF-8\")");
        }
        if (status == U_BUFFER_OVERFLOW_ERROR)
            continue;
        return U_SUCCESS(status) || refuse(d, e);
    }
}

/* Looks for the mark in what came so far, and begins behind it. */
static bool begin(struct decoder *d, struct err *e)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t mark = 0;
    d->charset = "UTF-8";
    if (d->head_len >= 3 && memcmp(d->head, "\xef\xbb\xbf", 3) == 0) {
        mark = 3;
    } else if (d->head_len >= 2 && memcmp(d->head, "\xff\xfe", 2) == 0) {
        d->charset = "UTF-16LE";
        mark = 2;
    } else if (d->head_len >= 2 && memcmp(d->head, "\xfe\xff", 2) == 0) {
        d->charset = "UTF-16BE";
        mark = 2;
    }
    d->from = ucnv_open(d->charset, &status);
    d->to = ucnv_open("UTF-8", &status);
    ucnv_setToUCallBack(d->from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    ucnv_setFromUCallBack(d->to, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    if (U_FAILURE(status))
        return err_set(e, ERR_LOCAL, "ICU cannot read %s: %s", d->charset, u_errorName(status));
    return convert(d, d->head + mark, d->head_len - mark, false, e);
}

bool decoder_feed(struct decoder *d, const char *bytes, size_t len, struct err *e)
{
    while (!d->charset && len > 0) {
        d->head[d->head_len++] = *bytes++;
        len--;
        if (d->head_len == MARK_BYTES_MAX && !begin(d, e))
            return false;
    }
    return len == 0 || convert(d, bytes, len, false, e);
}

bool decoder_end(struct decoder *d, struct err *e)
{
    return (d->charset || begin(d, e)) && convert(d, "", 0, true, e);
}
