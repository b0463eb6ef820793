#include "present/grant.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/time.h"
#include "base/xalloc.h"

int64_t grant_days_left(const struct grant *g, int64_t now_ms)
{
    int64_t left_ms = g->refused_ms ? 0 : g->refresh_expires_ms - now_ms;
    return left_ms > 0 ? left_ms / DAY_MS : 0;
}

static bool is_given(const char *text)
{
    return text && *text;
}

static void write_scopes(struct json_out *w, const char *scopes)
{
    json_array(w, "scopes");
    for (const char *at = scopes ? scopes : ""; *at;) {
        size_t len = strcspn(at, " ");
        CLEANUP(free_text) char *one = xstrndup(at, len);
        if (len)
            json_text(w, NULL, one);
        at += len + (at[len] == ' ');
    }
    json_array_end(w);
}

void grant_write(struct json_out *w, const char *key, const struct grant *g, int64_t now_ms)
{
    json_object(w, key);
    json_text(w, "granted_by", is_given(g->user_email) ? g->user_email : g->user_name);
    json_text(w, "granted_by_name", g->user_name);
    json_text(w, "granted_by_key", g->user_key);
    json_bool(w, "is_admin", g->is_admin);
    json_time(w, "granted_at", g->granted_ms);
    json_text(w, "language", is_given(g->language) ? g->language : NULL);
    json_text(w, "time_zone", is_given(g->time_zone) ? g->time_zone : NULL);
    write_scopes(w, g->scopes);
    json_text(w, "account_key", g->account_key);
    json_text(w, "account_name", g->account_name);
    json_time(w, "access_expires_at", g->access_expires_ms);
    if (g->refresh_expires_ms) {
        json_time(w, "refresh_expires_at", g->refresh_expires_ms);
        json_int(w, "days_left", grant_days_left(g, now_ms));
    } else {
        json_null(w, "refresh_expires_at");
        json_null(w, "days_left");
    }
    if (g->refused_ms)
        json_time(w, "refused_at", g->refused_ms);
    else
        json_null(w, "refused_at");
    json_object_end(w);
}

void grant_json(FILE *to, const struct grant *g, int64_t now_ms)
{
    struct json_out *w = json_out_new(to, true);
    grant_write(w, NULL, g, now_ms);
    json_out_end(w); /* a failed write stays on the stream: the caller's fflush() finds it */
}
