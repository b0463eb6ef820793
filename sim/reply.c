#include "reply.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"

#include "html.h"
#include "json.h"
#include "sim.h"

static const char JSON_TYPE[] = "application/json";

void reply_done(struct reply *r)
{
    buf_done(&r->body);
    for (unsigned i = 0; i < r->header_count; i++)
        free(r->headers[i].value);
    r->header_count = 0;
}

void reply_header(struct reply *r, const char *name, const char *value)
{
    if (r->header_count < REPLY_HEADERS_MAX)
        r->headers[r->header_count++] = (struct reply_header){name, xstrdup(value)};
}

void reply_restart(struct reply *r, unsigned status, const char *content_type)
{
    reply_done(r);
    *r = REPLY_INIT;
    r->status = status;
    r->content_type = content_type;
}

void reply_html(struct reply *r, unsigned status, const char *title, const char *text)
{
    reply_restart(r, status, "text/html; charset=utf-8");
    html_begin(&r->body, title);
    buf_adds(&r->body, "<p>");
    html_text(&r->body, text);
    buf_adds(&r->body, "</p>\n");
    html_end(&r->body);
}

void reply_admin_error(struct request *r, unsigned status, const char *code, const char *value)
{
    char incident[64];
    struct json j;
    reply_restart(&r->reply, status, JSON_TYPE);
    snprintf(incident, sizeof incident, "3f1c0000-0000-0000-0000-%012llx",
             (unsigned long long)++r->sim->incident);
    json_open(&j, &r->reply.body);
    json_object(&j, NULL);
    json_text(&j, "incidentId", incident);
    json_array(&j, "errors");
    json_object(&j, NULL);
    json_text(&j, "code", code);
    if (value)
        json_text(&j, "value", value);
    json_end_object(&j);
    json_end_array(&j);
    json_end_object(&j);
    json_close(&j);
}

static void two_fields(struct request *r, unsigned status, const char *const field[4])
{
    struct json j;
    reply_restart(&r->reply, status, JSON_TYPE);
    json_open(&j, &r->reply.body);
    json_object(&j, NULL);
    json_text(&j, field[0], field[1]);
    json_text(&j, field[2], field[3]);
    json_end_object(&j);
    json_close(&j);
}

void reply_g2m_error(struct request *r, unsigned status, const char *code, const char *message)
{
    two_fields(r, status, (const char *const[]){"int_err_code", code, "msg", message});
}

void reply_token_error(struct request *r, unsigned status, const char *error,
                       const char *description)
{
    two_fields(r, status, (const char *const[]){"error", error, "error_description", description});
    if (status == 401)
        reply_header(&r->reply, "WWW-Authenticate", "Basic realm=\"getgo\"");
}

void reply_scim_unauthorised(struct request *r, const char *error)
{
    struct buf value = BUF_INIT(200);
    reply_restart(&r->reply, 401, NULL);
    buf_addf(&value, "Bearer realm=\"getgo\", error=\"%s\"", error);
    reply_header(&r->reply, "WWW-Authenticate", buf_text(&value));
    buf_done(&value);
}

void reply_not_found(struct request *r)
{
    two_fields(r, 404, (const char *const[]){"errorCode", "NOT_FOUND", "message", "Not found"});
}

void reply_control_error(struct request *r, const char *message)
{
    two_fields(r, 400, (const char *const[]){"error", "bad_control", "message", message});
}

void reply_bad_request(struct request *r, const char *code, const char *message)
{
    switch (r->api) {
    case API_ADMIN:
        reply_admin_error(r, 400, code, message);
        return;
    case API_G2M:
        reply_g2m_error(r, 400, "InvalidRequest", message);
        return;
    case API_IDENTITY:
        two_fields(r, 400, (const char *const[]){"errorCode", code, "description", message});
        return;
    case API_TOKEN:
        reply_token_error(r, 400, "invalid_request", message);
        return;
    case API_PAGES:
        reply_html(&r->reply, 400, "Request refused", message);
        return;
    case API_SIM:
    case API_COUNT:
        reply_control_error(r, message);
        return;
    }
}

void reply_bad_token(struct request *r)
{
    switch (r->api) {
    case API_G2M:
        reply_g2m_error(r, 403, "InvalidToken", "Invalid token passed");
        reply_header(&r->reply, "x-amzn-errortype", "UnauthorizedException");
        return;
    case API_IDENTITY:
        reply_scim_unauthorised(r, "invalid_token");
        return;
    case API_ADMIN:
    case API_TOKEN:
    case API_PAGES:
    case API_SIM:
    case API_COUNT:
        reply_admin_error(r, 401, "not.authenticated", NULL);
        return;
    }
}
