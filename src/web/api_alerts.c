/* What alerts are about and how they are told; a test of that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/channels.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/xalloc.h"
#include "jobs/jobs.h"
#include "store/connector.h"
#include "store/grant.h"
#include "web/alerts_view.h"
#include "web/body.h"
#include "web/routes.h"

enum { SECRET_BYTES_MAX = 4096, THRESHOLDS_MAX = 100 };

static struct db *db_of(const struct exchange *x)
{
    return x->server->env->db;
}

bool api_alerts(struct exchange *x, struct err *e)
{
    return alerts_write(x, e);
}

bool api_alerts_test(struct exchange *x, struct err *e)
{
    CLEANUP(channels_done) struct channels c = {0};
    if (!channels_load(&c, db_of(x), x->server->env->vault, e))
        return false;
    if (!c.has[ALERT_WEBHOOK] && !c.has[ALERT_MAIL]) {
        err_set(e, ERR_USAGE, "neither a webhook nor mail is set up");
        return err_next(e, "set one up and save it, then test");
    }
    return jobs_start(x->server->jobs, JOB_ALERT_TEST, 0, "manual", db_actor(x->server->env->db),
                      e) &&
           alerts_write(x, e);
}

/* ---- settings ---- */

static const struct json_field *field_of(const struct body *b, const char *path)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->fields[i].path, path) == 0)
            return &b->fields[i];
    return NULL;
}

/* Absent or "": it stays. null: it goes. */
static bool put_secret(struct exchange *x, const struct body *b, const char *name, struct err *e)
{
    const struct json_field *f = field_of(b, name);
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    if (!f || (f->type != JSON_NULL && !*f->text))
        return true;
    if (f->type == JSON_NULL)
        return sealed_remove(db_of(x), VAULT_OWN, name, e);
    size_t len = strlen(f->text);
    x->field = name;
    if (len > SECRET_BYTES_MAX)
        return err_set(e, ERR_USAGE, "%s: at most %d bytes are allowed", name,
                       (int)SECRET_BYTES_MAX);
    if (strcmp(name, ALERT_WEBHOOK_URL) == 0 && !alert_check_webhook(f->text, e))
        return err_wrap(e, "%s", name);
    x->field = NULL;
    secret_set(&secret, f->text, len);
    return vault_put(x->server->env->vault, db_of(x), VAULT_OWN, name, &secret, e);
}

#define SETTING_PREFIX "settings/"
enum { ROWS_MAX = 32, PATH_BYTES = 64 };
struct members {
    const char *paths[ROWS_MAX + 3];
    char room[ROWS_MAX][PATH_BYTES];
};

static void list_members(struct members *m)
{
    size_t n = 0, i = 0;
    m->paths[n++] = ALERT_WEBHOOK_URL;
    m->paths[n++] = ALERT_MAIL_PASSWORD;
    for (const struct option_def *o = alert_options; o->key && i < ROWS_MAX; o++, i++) {
        snprintf(m->room[i], PATH_BYTES, SETTING_PREFIX "%s", o->key);
        m->paths[n++] = m->room[i];
    }
    m->paths[n] = NULL;
}

static bool put_settings(struct exchange *x, struct config *c, const struct body *b, struct err *e)
{
    for (const struct option_def *o = alert_options; o->key; o++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, SETTING_PREFIX "%s", o->key);
        if (!field_of(b, path))
            continue;
        const char *value = body_text(b, path);
        if (!config_set(c, o->key, value ? value : "", e)) {
            x->field = o->key;
            return false;
        }
        if (!alert_put_setting(db_of(x), o->key, value, e))
            return false;
    }
    return alert_options_check(c, &x->field, e);
}

/* A password is for the server that it was entered for: it is not shown to another. */
static bool keep_password(struct exchange *x, const char *host_before, const struct config *now,
                          struct err *e)
{
    const char *host = config_text(now, "mail_host");
    if (!host_before || (host && strcmp(host, host_before) == 0))
        return true;
    return sealed_remove(db_of(x), VAULT_OWN, ALERT_MAIL_PASSWORD, e);
}

static bool change(struct exchange *x, const struct body *b, struct config *c, struct err *e)
{
    CLEANUP(free_text) char *host = xstrdup(config_text(c, "mail_host"));
    return put_settings(x, c, b, e) && keep_password(x, host, c, e) &&
           put_secret(x, b, ALERT_WEBHOOK_URL, e) && put_secret(x, b, ALERT_MAIL_PASSWORD, e);
}

static void config_done(struct config **c)
{
    config_free(*c);
}

bool api_alerts_put(struct exchange *x, struct err *e)
{
    struct members m;
    CLEANUP(body_done) struct body b = {0};
    CLEANUP(config_done) struct config *c = NULL;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    list_members(&m);
    if (!body_read(x, m.paths, &b, e) || !tx_begin_durable(&tx, db_of(x), e) ||
        !alert_options_load(db_of(x), &c, e) || !change(x, &b, c, e) ||
        !alert_hurry(db_of(x), exchange_now(x), e) ||
        !exchange_audit(x, "alerts set", "", "in the page", e) || !tx_commit(&tx, e))
        return false;
    jobs_alerts_changed(x->server->jobs);
    return alerts_write(x, e);
}

/* ---- thresholds ---- */

struct reading {
    struct exchange *x;
    struct alert_thresholds list;
    char field[PATH_BYTES]; /* of the one that is wrong */
};

static bool blame(struct reading *r, const char *what)
{
    snprintf(r->field, sizeof r->field, "thresholds/%zu/%s", r->list.count, what);
    return false;
}

/* Of an existing connector; null: each. */
static bool read_connector(struct reading *r, const struct record *record, int64_t *id,
                           struct err *e)
{
    bool found;
    CLEANUP(connector_done) struct connector c = {0};
    const char *text = record_text(record, "connector");
    *id = 0;
    if (!text)
        return true;
    if (!parse_int(text, 1, INT64_MAX, id))
        return err_set(e, ERR_USAGE, "\"%s\" is no connector's number", text);
    if (!connector_find(db_of(r->x), *id, &c, &found, e))
        return false;
    return (found && !c.is_draft) || err_set(e, ERR_USAGE, "there is no connector %s", text);
}

static bool on_threshold(void *ctx, const struct record *record, struct err *e)
{
    struct reading *r = ctx;
    struct alert_threshold t;
    int64_t connector;
    const char *wrong = NULL;
    if (record->broken)
        return err_set(e, ERR_USAGE, "the body of the request cannot be read: %s", record->broken);
    if (r->list.count == THRESHOLDS_MAX)
        return err_set(e, ERR_USAGE, "at most %d thresholds are allowed", (int)THRESHOLDS_MAX);
    const struct threshold_words words = {.figure = record_text(record, "figure"),
                                          .currency = record_text(record, "currency"),
                                          .is = record_text(record, "is"),
                                          .limit = record_text(record, "limit")};
    if (!read_connector(r, record, &connector, e))
        return blame(r, "connector");
    if (!threshold_parse(&words, connector, &t, &wrong, e))
        return blame(r, wrong);
    GROW(r->list.items, r->list.count, r->list.cap);
    r->list.items[r->list.count++] = t;
    return true;
}

static bool read_thresholds(struct reading *r, struct err *e)
{
    static const char *const fields[] = {"connector", "figure", "currency", "is", "limit", NULL};
    const struct listen_request *rq = r->x->rq;
    const struct record_spec spec = {
        .array = "thresholds", .fields = fields, .document = "the body of the request"};
    const struct json_sink sink = {.ctx = r, .on_record = on_threshold};
    struct json_reader *reader = json_reader_new(&spec, &sink);
    bool ok = json_reader_feed(reader, rq->body, rq->body_len, e) && json_reader_end(reader, e);
    json_reader_free(reader);
    if (ok)
        return true;
    if (e->kind == ERR_RETRY)
        e->kind = ERR_USAGE;
    if (r->field[0]) /* the answer is written when r is gone */
        r->x->field = r->x->values[0] = xstrdup(r->field);
    return false;
}

bool api_alerts_thresholds(struct exchange *x, struct err *e)
{
    struct reading r = {.x = x};
    bool ok = read_thresholds(&r, e);
    CLEANUP(alert_thresholds_done) struct alert_thresholds l = MOVE(r.list);
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!ok || !tx_begin(&tx, db_of(x), e) || !alert_put_thresholds(db_of(x), &l, e) ||
        !exchange_audit(x, "alerts set", "", "thresholds, in the page", e) || !tx_commit(&tx, e))
        return false;
    jobs_alerts_changed(x->server->jobs);
    return alerts_write(x, e);
}
