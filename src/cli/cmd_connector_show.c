/* connector list, connector show: what there is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/runs.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cli/args.h"
#include "cli/command.h"
#include "data/json_out.h"
#include "present/align.h"
#include "present/output.h"
#include "store/grant.h"
#include "store/schedule.h"

enum { LINE_WIDTH = 80, LINE_BYTES_MAX = 1 << 16 };

static const struct flag no_flags[] = {{.name = NULL}};

static void config_done(struct config **c)
{
    config_free(*c);
}

static const struct column list_columns[] = {
    {"name", "Name", 0},
    {"provider", "Provider", 0},
    {"active", "Active", 0},
    {"account_key", NULL, 0},
    {"account_name", "Account", COLUMN_NAME},
    {"last_aggregation_at", "Last aggregation", 0},
    {"last_aggregation_status", "Status", 0},
    {"grant_days_left", "Grant days left", COLUMN_RIGHT},
    {"schedule", "Schedule", COLUMN_DROP},
};

static bool add_row(struct app *app, struct tx *tx, const struct connector *c, struct table *t,
                    struct err *e)
{
    CLEANUP(grant_done) struct grant g = {0};
    CLEANUP(aggregation_list_done) struct aggregation_list runs = {0};
    CLEANUP(schedule_row_done) struct schedule_row schedule = {0};
    bool has_grant, has_schedule;
    if (!grant_get(app->db, c->id, &g, &has_grant, e) ||
        !schedule_get(app->db, c->id, &schedule, &has_schedule, e) ||
        !runs_list(tx, app->settings.home, c, &(struct aggregation_page){.limit = 1}, &runs, e))
        return false;
    struct cell *row = table_row(t);
    cell_text(&row[0], c->name);
    cell_text(&row[1], c->provider);
    cell_bool(&row[2], c->active);
    cell_text(&row[3], g.account_key);
    cell_text(&row[4], g.account_name);
    if (runs.count) {
        cell_time(&row[5], runs.items[0].t_ms);
        cell_text(&row[6], runs.items[0].status);
    }
    if (has_grant && (g.refresh_expires_ms || g.refused_ms)) {
        int64_t left_ms = g.refused_ms ? 0 : g.refresh_expires_ms - app_now(app);
        cell_int(&row[7], left_ms > 0 ? left_ms / DAY_MS : 0);
    }
    cell_text(&row[8], schedule.text);
    return true;
}

int cmd_connector_list(struct app *app, int argc, char **argv)
{
    struct err e = {0};
    size_t count;
    struct db *db;
    CLEANUP(connector_list_done) struct connector_list all = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    CLEANUP(table_done) struct table t = TABLE_INIT("connectors", list_columns);
    if (!args_parse(argc, argv, no_flags, 0, 0, "connector list", NULL, &count, &e) ||
        !app_db(app, &db, &e) || !tx_begin_read(&tx, db, &e) || !connector_list(db, &all, &e))
        return app_fail(&e);
    for (size_t i = 0; i < all.count; i++)
        if (!add_row(app, &tx, &all.items[i], &t, &e))
            return app_fail(&e);
    if (!all.count && !app->settings.json && app->settings.verbosity >= 0)
        fputs("No connector yet. Add one: seatledger connector add --help\n", stderr);
    else
        output_table(stdout, &t, app->settings.json);
    return 0;
}

static const struct column show_columns[] = {
    {"key", NULL, 0},          {"value", NULL, 0},  {"default", NULL, 0},
    {"default_text", NULL, 0}, {"source", NULL, 0}, {"help", NULL, 0},
};

static void add_settings(const struct config *config, struct table *t)
{
    for (const struct option_def *o = config_rows(config); o->key; o++) {
        struct cell *row = table_row(t);
        cell_text(&row[0], o->key);
        cell_text(&row[1], config_text(config, o->key));
        cell_text(&row[2], o->def);
        cell_text(&row[3], o->def_text);
        cell_text(&row[4], config_is_set(config, o->key) ? "you" : "default");
        cell_text(&row[5], o->help);
    }
}

/* Words in lines of at most `width`, each indented. */
static void print_wrapped(const char *text, size_t indent, size_t width)
{
    size_t at = 0;
    while (*text) {
        size_t len = strcspn(text, " ");
        CLEANUP(free_text) char *word = xstrndup(text, len);
        size_t wide = text_width(word);
        if (at && at + 1 + wide > width) {
            putchar('\n');
            at = 0;
        }
        printf("%*s%s", (int)(at ? 1 : indent), "", word);
        at += (at ? 1 : indent) + wide;
        text += len + strspn(text + len, " ");
    }
    putchar('\n');
}

/* "key  value  (default)" or "(set by you; default VALUE)", and what it means below. */
static void print_setting(const struct config *config, const struct option_def *o, size_t width)
{
    CLEANUP(buf_done) struct buf line = BUF_INIT(LINE_BYTES_MAX);
    const char *value = config_text(config, o->key);
    buf_addf(&line, "%s  ", o->key);
    text_add_visible(&line, value ? value : o->def_text ? o->def_text : "-", 0);
    if (!config_is_set(config, o->key))
        buf_adds(&line, "  (default)");
    else
        buf_addf(&line, "  (set by you; default: %s)",
                 o->def        ? o->def
                 : o->def_text ? o->def_text
                               : "none");
    printf("%s\n", buf_text(&line));
    print_wrapped(o->help, 4, width);
}

int cmd_connector_show(struct app *app, int argc, char **argv)
{
    const char *name;
    struct err e = {0};
    size_t count;
    const struct env *env;
    bool has_secret, has_schedule;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(schedule_row_done) struct schedule_row schedule = {0};
    CLEANUP(config_done) struct config *config = NULL;
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    CLEANUP(table_done) struct table t = TABLE_INIT("settings", show_columns);
    if (!args_parse(argc, argv, no_flags, 1, 1, "connector show NAME", &name, &count, &e) ||
        !app_env(app, &env, &e) || !connector_get(env->db, name, &c, &e) ||
        !connector_config(&c, NULL, &config, &e) ||
        !vault_get(env->vault, env->db, c.id, "client_secret", &secret, &has_secret, &e) ||
        !schedule_get(env->db, c.id, &schedule, &has_schedule, &e))
        return app_fail(&e);
    if (app->settings.json) {
        add_settings(config, &t);
        struct json_out *w = json_out_new(stdout, true);
        json_object(w, NULL);
        json_text(w, "name", c.name);
        json_text(w, "provider", c.provider);
        json_bool(w, "active", c.active);
        json_bool(w, "client_secret_is_set", has_secret);
        json_text(w, "schedule", schedule.text);
        output_rows(w, &t);
        json_object_end(w);
        json_out_end(w);
        return 0;
    }
    printf("%s: %s, %s; client secret %s; %s%s\n\n", c.name, c.provider,
           c.active ? "active" : "not active", has_secret ? "is set (sealed)" : "is missing",
           has_schedule ? "aggregated " : "no schedule", has_schedule ? schedule.text : "");
    size_t width = align_width(stdout);
    for (const struct option_def *o = config_rows(config); o->key; o++)
        print_setting(config, o, width ? width : LINE_WIDTH);
    return 0;
}
