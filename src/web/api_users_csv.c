/* All users that match, as CSV: made while it is sent, so that neither memory nor anybody else's
 * answer depends on how many there are. Each file is of one moment: a handle of its own keeps a
 * transaction that reads open until it is sent. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "present/csv.h"
#include "present/report_tables.h"
#include "web/routes.h"
#include "web/users_asked.h"

enum {
    ROWS = 100,
    DOWNLOADS_MAX = 8,
    DOWNLOADS_OF_ONE = 2,
    VISITOR_TEXT = VISIT_TOKEN_TEXT,
};
_Static_assert((int)TRIES_PEER <= (int)VISITOR_TEXT, "an address names a visitor too");

struct download {
    struct download *next;
    struct server *server;
    char visitor[VISITOR_TEXT];
    struct db *db;
    struct tx tx;
    struct account account;
    struct users_asked asked;
    struct activity *users;
    struct table rows; /* of the next part */
    bool has_begun, has_ended;
    char *part; /* what is sent next, from part_at on */
    size_t part_len, part_at;
};

static void download_free(struct download *d)
{
    if (!d)
        return;
    struct download **at = &d->server->downloads;
    while (*at != d)
        at = &(*at)->next;
    *at = d->next;
    activity_close(d->users);
    tx_done(&d->tx);
    db_close(d->db);
    account_done(&d->account);
    users_asked_done(&d->asked);
    table_done(&d->rows);
    free(d->part);
    free(d);
}

static void download_end(struct download **d)
{
    download_free(*d);
}

static bool add_user(void *ctx, const struct user_row *r, __attribute__((unused)) struct err *e)
{
    users_table_add(&((struct download *)ctx)->rows, r);
    return true;
}

static bool read_rows(struct download *d, struct err *e)
{
    bool row = true;
    table_done(&d->rows);
    for (int i = 0; i < ROWS && row; i++)
        if (!activity_next(d->users, &row, e))
            return false;
    d->has_ended = !row;
    return true;
}

/* Makes the next part; an empty one is the end. */
static bool make_part(struct download *d, struct err *e)
{
    if (d->has_ended)
        return true;
    if (!read_rows(d, e))
        return false;
    free(d->part);
    d->part = NULL;
    d->part_at = d->part_len = 0;
    FILE *to = open_memstream(&d->part, &d->part_len);
    if (!to)
        abort(); /* out of memory, as in xalloc.h */
    if (!d->has_begun)
        csv_head(to, &d->rows);
    d->has_begun = true;
    csv_rows(to, &d->rows);
    fclose(to);
    return true;
}

static bool download_read(void *ctx, char *out, size_t max, size_t *len)
{
    struct download *d = ctx;
    struct err e = {0};
    if (d->part_at == d->part_len && !make_part(d, &e)) {
        log_line(d->server->env->log, LOG_ERROR, "download_failed", "kind=%s msg=\"%s\"",
                 err_kind_name(e.kind), e.msg);
        return false;
    }
    size_t left = d->part_len - d->part_at;
    *len = left < max ? left : max;
    if (*len)
        memcpy(out, d->part + d->part_at, *len);
    d->part_at += *len;
    return true;
}

static void download_done(void *ctx)
{
    download_free(ctx);
}

static bool begin_read(struct download *d, struct err *e)
{
    if (!db_open(&d->db, db_path(d->server->db), e))
        return false;
    db_hurry(d->db);
    return tx_begin_read(&d->tx, d->db, e);
}

/* Who downloads: the visit; where nobody signs in, the address. */
static void name_visitor(const struct exchange *x, char out[VISITOR_TEXT])
{
    if (x->is_open)
        tries_key(x->peer, out);
    else
        visits_csrf(x->server->visits, exchange_token(x), out); /* a hash: no secret is kept */
}

static bool may_begin(struct exchange *x, const char *visitor, struct err *e)
{
    size_t all = 0, own = 0;
    for (const struct download *d = x->server->downloads; d; d = d->next) {
        all++;
        own += strcmp(d->visitor, visitor) == 0;
    }
    if (own < DOWNLOADS_OF_ONE && all < DOWNLOADS_MAX)
        return true;
    if (own >= DOWNLOADS_OF_ONE) {
        x->status = 429;
        err_set(e, ERR_LIMIT, "you are downloading %d lists of users already",
                (int)DOWNLOADS_OF_ONE);
    } else {
        err_set(e, ERR_RETRY, "%d lists of users are being downloaded already", (int)DOWNLOADS_MAX);
    }
    return err_next(e, "try again when one of them has ended");
}

static struct download *download_new(struct server *s, const char *visitor)
{
    struct download *d = NEW(struct download);
    d->server = s;
    d->rows = REPORT_TABLE("users", users_columns, USERS_COLUMNS);
    memcpy(d->visitor, visitor, sizeof d->visitor);
    d->next = s->downloads;
    s->downloads = d;
    return d;
}

bool api_users_csv(struct exchange *x, struct err *e)
{
    char visitor[VISITOR_TEXT] = "";
    CLEANUP(asked_done) struct asked asked = {0};
    name_visitor(x, visitor);
    if (!may_begin(x, visitor, e))
        return false;
    CLEANUP(download_end) struct download *d = download_new(x->server, visitor);
    if (!users_asked(x, &d->asked, &asked, e) || !begin_read(d, e) ||
        !account_load(d->db, &asked.connector, &d->account, e) ||
        !activity_open(&d->users, d->db, &d->account, &d->asked.filter, add_user, d, e) ||
        !make_part(d, e)) /* what fails at once is an answer, not a cut file */
        return false;
    x->answer->content_type = "text/csv; charset=utf-8; header=present";
    listen_add_header(x->answer, "Content-Disposition", "attachment; filename=\"users.csv\"");
    x->answer->stream = (struct listen_stream){download_read, download_done, MOVE(d)};
    return true;
}
