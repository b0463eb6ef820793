#include "cli/token_text.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "present/grant.h"

static bool is_given(const char *text)
{
    return text && *text;
}

/* A peer's text never gets to the terminal as it came. */
static void line(FILE *to, const char *label, const char *text)
{
    CLEANUP(buf_done) struct buf visible = BUF_INIT(8192);
    text_add_visible(&visible, text, 0);
    fprintf(to, "%-14s %s\n", label, buf_text(&visible));
}

/* "Italian (it_IT), dates as 28/giu/2018" */
static void print_language(FILE *to, const struct provider *p, const struct grant *g)
{
    static const struct civil example = {2018, 6, 28};
    const struct date_format *f = is_given(g->language) ? p->date_format(g->language) : NULL;
    struct date_writer *w = NULL;
    struct err ignored = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(1024);
    CLEANUP(buf_done) struct buf date = BUF_INIT(256);
    if (!is_given(g->language))
        buf_addf(&text, "not known: dates as 2018-06-28");
    else if (!f)
        buf_addf(&text, "%s: %s has no date format of it here, dates as 2018-06-28", g->language,
                 p->vendor);
    else if (date_writer_open(&w, f->locale, f->pattern, &ignored) &&
             date_writer_add(w, example, &date, &ignored))
        buf_addf(&text, "%s (%s): dates as %s", f->language, g->language, buf_text(&date));
    else
        buf_addf(&text, "%s (%s)", f->language, g->language);
    date_writer_close(w);
    line(to, "Language", buf_text(&text));
}

static void print_until(FILE *to, const struct grant *g, int64_t now_ms)
{
    char access[TIME_TEXT], refresh[TIME_TEXT];
    if (g->refused_ms) {
        time_format(g->refused_ms, refresh);
        fprintf(to, "%-14s over: refused at %s; sign in again\n", "Grant until", refresh);
        return;
    }
    time_format(g->access_expires_ms, access);
    fprintf(to, "%-14s %s (refreshed by itself)\n", "Access token", access);
    if (!g->refresh_expires_ms) {
        fprintf(to, "%-14s not known\n", "Grant until");
        return;
    }
    time_format(g->refresh_expires_ms, refresh);
    if (g->refresh_expires_ms > now_ms)
        fprintf(to, "%-14s %s (%lld days left)\n", "Grant until", refresh,
                (long long)grant_days_left(g, now_ms));
    else
        fprintf(to, "%-14s %s (over: run Get Token again)\n", "Grant until", refresh);
}

void token_print(FILE *to, const struct provider *p, const struct grant *g, int64_t now_ms)
{
    char at[TIME_TEXT];
    CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
    time_format(g->granted_ms, at);
    buf_addf(&text, "%s <%s>, user %s", g->user_name, g->user_email, g->user_key);
    line(to, "Signed in as", buf_text(&text));
    buf_clear(&text);
    buf_addf(&text, "%s (%s)", g->account_name ? g->account_name : "",
             g->account_key ? g->account_key : "not chosen yet");
    line(to, "Account", buf_text(&text));
    line(to, "Role", g->is_admin ? "administrator" : "not an administrator");
    print_language(to, p, g);
    line(to, "Time zone", is_given(g->time_zone) ? g->time_zone : "not known");
    line(to, "Scopes", is_given(g->scopes) ? g->scopes : "not stated");
    line(to, "Granted at", at);
    print_until(to, g, now_ms);
}
