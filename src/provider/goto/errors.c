#include "provider/goto/goto.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

/* ---- what the body says ---- */

enum { SHOWN_COLUMNS = 160, SHOWN_BYTES = 8 * SHOWN_COLUMNS };

/* goto-api.md 4.1: every service has its own names for the same two things. */
static const char *const code_names[] = {"int_err_code", "errorCode",     "err",
                                         "error",        "errors/#/code", NULL};
static const char *const message_names[] = {"msg", "message", "description", "error_description",
                                            NULL};
static const char *const fault_fields[] = {
    "int_err_code", "errorCode",         "err", "error", "errors/#/code", "msg", "message",
    "description",  "error_description", NULL};
static const struct record_spec fault_spec = {.fields = fault_fields};

static void show_first(const struct record *r, const char *const *names, struct buf *out)
{
    for (; *names; names++) {
        const char *text = record_text(r, *names);
        if (text && *text) {
            text_add_visible(out, text, SHOWN_COLUMNS);
            return;
        }
    }
}

static bool says(const struct record *r, const char *path)
{
    const char *text = record_text(r, path);
    return text && *text;
}

/* GoTo's front door says NOT_FOUND for an address that it does not know, and the Admin API has an
 * envelope of its own (goto-api.md 4.1): neither is the meeting API's word on an organizer. */
static bool is_meeting_api(const struct record *r)
{
    for (const char *const *name = code_names; *name; name++) {
        const char *code = record_text(r, *name);
        if (code && strcasecmp(code, "NOT_FOUND") == 0)
            return false;
    }
    return says(r, "int_err_code") || says(r, "msg") || (says(r, "err") && says(r, "message")) ||
           (says(r, "errorCode") && says(r, "description"));
}

static bool on_fault(void *ctx, const struct record *r, __attribute__((unused)) struct err *e)
{
    struct goto_fault *f = ctx;
    show_first(r, code_names, &f->code);
    show_first(r, message_names, &f->message);
    f->is_meeting_api = is_meeting_api(r);
    return true;
}

static void free_reader(struct json_reader **r)
{
    json_reader_free(*r);
}

static bool is_json(struct goto_fault *f, const char *body)
{
    struct err ignored;
    const struct json_sink sink = {.ctx = f, .on_record = on_fault};
    CLEANUP(free_reader) struct json_reader *reader = json_reader_new(&fault_spec, &sink);
    return json_reader_feed(reader, body, strlen(body), &ignored) &&
           json_reader_end(reader, &ignored);
}

void goto_fault_read(struct goto_fault *out, const struct fetch_answer *a)
{
    *out = (struct goto_fault){.code = BUF_INIT(SHOWN_BYTES), .message = BUF_INIT(SHOWN_BYTES)};
    const char *body = a->body + strspn(a->body, " \t\r\n");
    if (!*body)
        out->body = GOTO_BODY_EMPTY;
    else if (*body == '<' || strcasestr(a->content_type, "html"))
        out->body = GOTO_BODY_HTML;
    else if (is_json(out, body))
        out->body = GOTO_BODY_JSON;
    else {
        out->body = GOTO_BODY_TEXT;
        text_add_visible(&out->message, body, SHOWN_COLUMNS);
    }
}

void goto_fault_done(struct goto_fault *f)
{
    buf_done(&f->code);
    buf_done(&f->message);
}

/* "an HTML page", or the provider's own words. */
static void describe(const struct goto_fault *f, struct buf *out)
{
    const char *code = buf_text(&f->code), *message = buf_text(&f->message);
    switch (f->body) {
    case GOTO_BODY_EMPTY:
        buf_adds(out, "an empty answer");
        return;
    case GOTO_BODY_HTML:
        buf_adds(out, "an HTML page");
        return;
    case GOTO_BODY_TEXT:
        buf_addf(out, "a text: \"%s\"", message);
        return;
    case GOTO_BODY_JSON:
        break;
    }
    if (*code || *message)
        buf_addf(out, "%s%s%s", code, *code && *message ? ": " : "", message);
    else
        buf_adds(out, "no reason given");
}

/* ---- what to do about it ---- */

static bool is_passing(int status)
{
    return status == 408 || status == 425 || status == 429 || (status >= 500 && status <= 599);
}

/* goto-api.md 0.6: the meeting API says 403 where the others say 401. */
static bool is_bad_token(int status, const struct goto_fault *f)
{
    const char *code = buf_text(&f->code);
    return status == 401 || (status == 403 && (strcmp(code, "InvalidToken") == 0 ||
                                               strcmp(code, "AUTHN_INVALID_TOKEN") == 0));
}

static bool passing_fault(int status, const char *what, const char *detail, struct err *e)
{
    if (status == 429) {
        err_set(e, ERR_RETRY, "GoTo's limit of requests was reached when asked for %s (429, %s)",
                what, detail);
        e->is_limit = true;
        return err_next(e, "lower the setting requests_per_second, or try again later");
    }
    err_set(e, ERR_RETRY, "GoTo could not answer when asked for %s (%d, %s)", what, status, detail);
    return err_next(e, "try again later; https://status.goto.com tells of outages");
}

bool goto_read_error(const struct fetch_answer *a, const char *what, struct err *e)
{
    CLEANUP(goto_fault_done) struct goto_fault fault;
    goto_fault_read(&fault, a);
    CLEANUP(buf_done) struct buf detail = BUF_INIT((size_t)4 * SHOWN_BYTES);
    describe(&fault, &detail);
    const char *words = buf_text(&detail);
    if (is_bad_token(a->status, &fault)) {
        err_set(e, ERR_AUTH, "GoTo did not accept the sign-in when asked for %s (%d, %s)", what,
                a->status, words);
        return err_next(e, "run Get Token again: seatledger token get NAME");
    }
    if (is_passing(a->status))
        return passing_fault(a->status, what, words, e);
    if (a->status >= 300 && a->status <= 399) {
        err_set(e, ERR_REMOTE, "GoTo answered with a redirect when asked for %s (%d)", what,
                a->status);
        return err_next(e, "check the setting api_url: redirects are not followed");
    }
    err_set(e, ERR_REMOTE, "GoTo refused when asked for %s (%d, %s)", what, a->status, words);
    if (a->status == 403)
        return err_next(e,
                        "the granting user must be an administrator of the account, and the "
                        "OAuth client needs the boxes Admin Center and %s",
                        goto_scope_box("collab:"));
    if (a->status == 404)
        return err_next(e, "check the settings api_url and account_key");
    return false;
}

/* ---- scopes ---- */

static const struct {
    const char *scope, *box;
} scopes[] = {
    {"identity:", "Admin Center"},
    {"collab:", "GoToMeeting, GoToWebinar, GoToTraining"},
};
enum { SCOPES = sizeof scopes / sizeof *scopes };

const char *goto_scope_box(const char *scope)
{
    for (size_t i = 0; i < SCOPES; i++)
        if (strcmp(scopes[i].scope, scope) == 0)
            return scopes[i].box;
    return scope;
}

static bool lists(const char *granted, const char *scope)
{
    for (const char *at = granted; *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (len == strlen(scope) && strncmp(at, scope, len) == 0)
            return true;
        at += len;
    }
    return false;
}

const char *goto_missing_scope(const char *granted, const char **scope)
{
    for (size_t i = 0; granted && *granted && i < SCOPES; i++) {
        if (lists(granted, scopes[i].scope))
            continue;
        if (scope)
            *scope = scopes[i].scope;
        return scopes[i].box;
    }
    return NULL;
}
