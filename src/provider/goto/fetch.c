#include "provider/goto/goto.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

/* RFC 3986 2.3: what stands for itself. */
static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("-._~", c) != NULL;
}

bool goto_add_key(struct buf *path, const char *key)
{
    for (const unsigned char *p = (const unsigned char *)key; *p; p++)
        if (is_unreserved(*p) ? !buf_addc(path, (char)*p) : !buf_addf(path, "%%%02X", *p))
            return false;
    return true;
}

/* ---- bad records ---- */

enum { EVIDENCE_BYTES_MAX = 4096, VALUE_BYTES_MAX = 200 };

/* Names, e-mail addresses and subjects are not kept as evidence. */
static bool is_private(const struct json_field *f)
{
    static const char *const names[] = {"firstName", "lastName", "email", "subject", "groupName"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(f->path, names[i]) == 0)
            return true;
    return strchr(f->text, '@') != NULL;
}

static bool add_value(struct buf *out, const struct json_field *f)
{
    bool quoted = f->type == JSON_TEXT, ok = !quoted || buf_addc(out, '"');
    const char *p = f->type == JSON_NULL ? "null" : f->text;
    for (size_t n = 0; *p && n < VALUE_BYTES_MAX; n++, p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            ok = buf_addf(out, "\\u%04x", (unsigned)*p);
        else
            ok = (!strchr("\"\\", *p) || buf_addc(out, '\\')) && buf_addc(out, *p);
    }
    /* Never cut inside a UTF-8 sequence. */
    while (((unsigned char)*p & 0xc0) == 0x80)
        ok = buf_addc(out, *p++);
    return ok && (!*p || buf_adds(out, "...")) && (!quoted || buf_addc(out, '"'));
}

bool goto_bad_record(const struct sink *s, const char *stream, const struct record *r,
                     struct err *e)
{
    char reason[sizeof e->msg];
    memcpy(reason, e->msg, sizeof reason);
    err_clear(e);
    CLEANUP(buf_done) struct buf evidence = BUF_INIT(EVIDENCE_BYTES_MAX);
    bool fits = true;
    for (size_t i = 0; i < r->count && fits; i++) {
        const struct json_field *f = &r->fields[i];
        if (is_private(f))
            continue;
        CLEANUP(buf_done) struct buf one = BUF_INIT(EVIDENCE_BYTES_MAX);
        buf_addf(&one, "%s%s=", evidence.len ? ", " : "", f->path);
        fits = add_value(&one, f) && evidence.len + one.len + sizeof ", ..." <= evidence.max;
        buf_adds(&evidence, fits ? buf_text(&one) : ", ...");
    }
    return s->bad_record(s->ctx, stream, reason, buf_text(&evidence), e);
}
