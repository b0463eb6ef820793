#include "alert/message.h"

#include <stdio.h>
#include <stdlib.h>

#include "alert/rules.h"
#include "base/cleanup.h"
#include "data/json_out.h"

#define TEST_TEXT "This is a test: the alerts of seatledger arrive here."

enum { TEXT_BYTES_MAX = 1 << 18 };

static void write_alert(struct json_out *w, const struct alert_row *r)
{
    json_object(w, NULL);
    json_int(w, "id", r->id);
    json_int(w, "connector_id", r->connector);
    json_text(w, "connector", r->connector_name);
    json_text(w, "kind", r->kind);
    json_text(w, "subject", *r->subject ? r->subject : NULL);
    json_text(w, "severity", alert_severity(r->kind, r->grade));
    json_text(w, "text", r->text);
    json_text(w, "next", r->next);
    json_time(w, "began_at", r->began_ms);
    if (r->ended_ms)
        json_time(w, "ended_at", r->ended_ms);
    else
        json_null(w, "ended_at");
    json_object_end(w);
}

static void write_generic(struct json_out *w, const struct alert_message *m)
{
    json_object(w, NULL);
    json_text(w, "source", "seatledger");
    json_text(w, "version", SEATLEDGER_VERSION);
    json_time(w, "sent_at", m->now_ms);
    json_bool(w, "test", m->count == 0);
    json_text(w, "text", m->count ? NULL : TEST_TEXT);
    json_array(w, "alerts");
    for (size_t i = 0; i < m->count; i++)
        write_alert(w, &m->rows[i]);
    json_array_end(w);
    json_object_end(w);
}

static void add_escaped(struct buf *out, const char *text)
{
    for (; *text; text++)
        if (*text == '&')
            buf_adds(out, "&amp;");
        else if (*text == '<')
            buf_adds(out, "&lt;");
        else if (*text == '>')
            buf_adds(out, "&gt;");
        else
            buf_addc(out, *text);
}

static void write_slack(struct json_out *w, const struct alert_message *m)
{
    CLEANUP(buf_done) struct buf plain = BUF_INIT(TEXT_BYTES_MAX), text = BUF_INIT(TEXT_BYTES_MAX);
    message_text(m, &plain);
    add_escaped(&text, buf_text(&plain));
    json_object(w, NULL);
    json_text(w, "text", buf_text(&text));
    json_object_end(w);
}

static bool write_json(const struct alert_message *m,
                       void (*body)(struct json_out *w, const struct alert_message *m),
                       struct buf *out)
{
    CLEANUP(free_text) char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f)
        abort(); /* out of memory, as in xalloc.h */
    struct json_out *w = json_out_new(f, false);
    body(w, m);
    bool ok = json_out_end(w);
    return fclose(f) == 0 && ok && buf_add(out, text, len);
}

bool message_json(const struct alert_message *m, struct buf *out)
{
    return write_json(m, write_generic, out);
}

bool message_slack(const struct alert_message *m, struct buf *out)
{
    return write_json(m, write_slack, out);
}

bool message_subject(const struct alert_message *m, struct buf *out)
{
    if (!m->count)
        return buf_adds(out, "seatledger: a test");
    if (m->count == 1)
        return buf_addf(out, "seatledger: %s", m->rows[0].text);
    return buf_addf(out, "seatledger: %zu alerts", m->count);
}

bool message_text(const struct alert_message *m, struct buf *out)
{
    if (!m->count)
        return buf_adds(out, TEST_TEXT "\n");
    for (size_t i = 0; i < m->count; i++) {
        const struct alert_row *r = &m->rows[i];
        char at[TIME_TEXT];
        time_format(r->ended_ms, at);
        buf_addf(out, "%s%s\n", i ? "\n" : "", r->text);
        if (r->ended_ms)
            buf_addf(out, "It is over since %s.\n", at);
        else
            buf_addf(out, "%s\n", r->next);
    }
    return !out->overflowed;
}
