/* The connector dialog: drafts, their settings, saving; and what removes a connector or its data.
 */
#include <stdlib.h>
#include <string.h>

#include "aggregate/draft.h"
#include "aggregate/hold.h"
#include "base/cleanup.h"
#include "base/xalloc.h"
#include "jobs/jobs.h"
#include "provider/provider.h"
#include "settings/config.h"
#include "store/data.h"
#include "store/draft.h"
#include "store/store.h"
#include "web/body.h"
#include "web/connector_view.h"
#include "web/routes.h"

enum {
    SETTINGS_MAX = 64,
    NAME_BYTES_MAX = 256,
    SECRET_BYTES_MAX = 4096,
    DETAIL_BYTES_MAX = 1 << 16
};
#define SETTING_PREFIX "settings/"

static struct db *db_of(const struct exchange *x)
{
    return x->server->env->db;
}

/* ---- drafts ---- */

bool api_draft_new(struct exchange *x, struct err *e)
{
    static const char *const members[] = {"provider", NULL};
    int64_t id;
    const struct provider *provider;
    CLEANUP(body_done) struct body b = {0};
    if (!body_read(x, members, &b, e))
        return false;
    const char *name = body_text(&b, "provider");
    if (!provider_find(name ? name : "gotomeeting", &provider, e) ||
        !draft_add(db_of(x), provider->id, 0, exchange_now(x), &id, e))
        return false;
    x->status = 201;
    return view_write(x, id, 0, e);
}

bool api_draft_of(struct exchange *x, struct err *e)
{
    int64_t id;
    CLEANUP(connector_done) struct connector c = {0};
    if (!view_connector(x, &c, e) || !draft_begin(x->server->env, &c, &id, e))
        return false;
    x->status = 201;
    return view_write(x, id, 0, e);
}

bool api_connector(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    return view_connector(x, &c, e) && view_write(x, c.id, 0, e);
}

/* ---- settings ---- */

/* The members of a change: what every connector has, and each setting of its provider. */
struct members {
    const char *paths[SETTINGS_MAX + 4];
    char *owned[SETTINGS_MAX];
    size_t count, own_count;
};

static void members_done(struct members *m)
{
    for (size_t i = 0; i < m->own_count; i++)
        free(m->owned[i]);
}

static void list_members(struct members *m, const struct config *config)
{
    m->paths[m->count++] = "name";
    m->paths[m->count++] = "active";
    m->paths[m->count++] = "client_secret";
    for (const struct option_def *o = config_rows(config); o->key && m->own_count < SETTINGS_MAX;
         o++) {
        struct buf path = BUF_INIT(200);
        buf_adds(&path, SETTING_PREFIX);
        buf_adds(&path, o->key);
        m->owned[m->own_count] = buf_take(&path);
        m->paths[m->count++] = m->owned[m->own_count++];
    }
}

/* What says where secrets go is changed by a draft, which does not take them along. */
static bool may_change(const struct connector *c, const char *key, struct err *e)
{
    static const char *const keys[] = {"client_id",  "authorize_url", "token_url",
                                       "revoke_url", "api_url",       "ca_file"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!c->is_draft && strcmp(keys[i], key) == 0) {
            err_set(e, ERR_USAGE, "%s of a saved connector is changed in its dialog", key);
            return err_next(e, "open it, change it there and save");
        }
    return true;
}

static bool put_settings(struct exchange *x, const struct connector *c, struct config *config,
                         const struct body *b, struct err *e)
{
    for (size_t i = 0; i < b->count; i++) {
        const char *path = b->fields[i].path;
        if (strncmp(path, SETTING_PREFIX, strlen(SETTING_PREFIX)) != 0)
            continue;
        const char *key = path + strlen(SETTING_PREFIX), *value = body_text(b, path);
        if (!may_change(c, key, e)) {
            x->field = option_find(config_rows(config), key)->key;
            return false;
        }
        bool is_emptied = c->is_draft && (!value || !*value); /* what must be there, saving asks */
        if (!is_emptied && !config_set(config, key, value ? value : "", e)) {
            x->field = option_find(config_rows(config), key)->key;
            return false;
        }
        if (!connector_put_setting(db_of(x), c->id, key, value, e))
            return false;
    }
    return config_check(config, e);
}

static bool put_name(struct exchange *x, const struct connector *c, const char *name, struct err *e)
{
    if (!name)
        return true;
    x->field = "name";
    if (strlen(name) > NAME_BYTES_MAX)
        return err_set(e, ERR_USAGE, "the name is too long");
    bool ok = c->is_draft ? draft_set_name(db_of(x), c->id, name, e)
                          : connector_rename(db_of(x), c->id, name, e);
    if (ok)
        x->field = NULL;
    return ok;
}

static bool put_secret(struct exchange *x, const struct connector *c, const char *text,
                       struct err *e)
{
    if (!text || !*text)
        return true;
    size_t len = strlen(text);
    if (len > SECRET_BYTES_MAX) {
        x->field = "client_secret";
        return err_set(e, ERR_USAGE, "the Client Secret is longer than %d bytes",
                       (int)SECRET_BYTES_MAX);
    }
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    secret_set(&secret, text, len);
    return keeper_put_secret(x->server->env->vault, db_of(x), c->id, &secret, exchange_now(x), e);
}

static void config_done(struct config **c)
{
    config_free(*c);
}

/* What was changed, in the page; secrets by name alone. */
static bool note_change(struct exchange *x, const struct connector *c, const struct body *b,
                        const struct config *config, struct err *e)
{
    CLEANUP(config_done) struct config *before = NULL;
    CLEANUP(buf_done) struct buf detail = BUF_INIT(DETAIL_BYTES_MAX);
    const char *secret = body_text(b, "client_secret");
    if (!connector_config(c, NULL, &before, e)) /* as it was read */
        return false;
    config_add_changes(&detail, before, config);
    if (secret && *secret)
        buf_adds(&detail, detail.len ? ", client secret" : "client secret");
    buf_adds(&detail, detail.len ? ", in the page" : "in the page");
    return exchange_audit(x, "connector set", c->name, buf_text(&detail), e);
}

static bool change(struct exchange *x, struct connector *c, const struct body *b,
                   struct config *config, struct err *e)
{
    bool active = c->active;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    return body_bool(b, "active", &active, e) && tx_begin_durable(&tx, db_of(x), e) &&
           put_name(x, c, body_text(b, "name"), e) && put_settings(x, c, config, b, e) &&
           put_secret(x, c, body_text(b, "client_secret"), e) &&
           connector_set_active(db_of(x), c->id, active, clock_wall(x->server->env->clock), e) &&
           draft_touch(db_of(x), c->id, exchange_now(x), e) &&
           (c->is_draft || note_change(x, c, b, config, e)) && tx_commit(&tx, e);
}

bool api_connector_put(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(config_done) struct config *config = NULL;
    CLEANUP(members_done) struct members m = {0};
    CLEANUP(body_done) struct body b = {0};
    if (!view_connector(x, &c, e) || !connector_config(&c, NULL, &config, e))
        return false;
    list_members(&m, config);
    return body_read(x, m.paths, &b, e) && change(x, &c, &b, config, e) &&
           view_write(x, c.id, 0, e);
}

bool api_connector_save(struct exchange *x, struct err *e)
{
    int64_t saved;
    CLEANUP(connector_done) struct connector c = {0};
    if (!view_connector(x, &c, e))
        return false;
    if (!jobs_forget(x->server->jobs, c.id, e) || /* a test may be refreshing the token */
        !draft_save(x->server->env, c.id, &saved, &x->field, e))
        return false;
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    json_int(w, "id", saved);
    json_object_end(w);
    return true;
}

/* ---- what goes ---- */

static bool remove_it(struct exchange *x, const struct connector *c, bool data_only, struct err *e)
{
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!c->is_draft && !hold_connector(x->server->env->home, c, &lock, e))
        return false;
    return tx_begin(&tx, db_of(x), e) &&
           (data_only ? data_remove(db_of(x), c->id, e) : connector_remove(db_of(x), c->id, e)) &&
           (c->is_draft ||
            exchange_audit(x, data_only ? "connector data remove" : "connector remove", c->name,
                           "in the page", e)) &&
           tx_commit(&tx, e);
}

/* A run is not cut by what may then be refused. */
static bool check_idle(struct exchange *x, const struct connector *c, struct err *e)
{
    bool cancelling;
    if (jobs_state(x->server->jobs, JOB_AGGREGATE, c->id, &cancelling) == JOB_NONE)
        return true;
    err_set(e, ERR_BUSY, "\"%s\" is being aggregated", c->name);
    return err_next(e, "cancel that run or wait until it has ended, then try again");
}

static bool remove_named(struct exchange *x, bool data_only, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    if (!view_connector(x, &c, e) || !check_idle(x, &c, e))
        return false;
    if (!jobs_forget(x->server->jobs, c.id, e) || !remove_it(x, &c, data_only, e))
        return false;
    x->status = 204;
    return true;
}

bool api_connector_delete(struct exchange *x, struct err *e)
{
    return remove_named(x, false, e);
}

bool api_connector_delete_data(struct exchange *x, struct err *e)
{
    return remove_named(x, true, e);
}
