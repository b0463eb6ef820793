/* connector add, set, rename, enable, disable, remove: what changes a connector. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aggregate/hold.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/shell.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cli/args.h"
#include "cli/command.h"
#include "store/store.h"

enum { SECRET_BYTES_MAX = 4096, PAIRS_MAX = 64, DETAIL_BYTES_MAX = 1 << 16 };

static void config_done(struct config **c)
{
    config_free(*c);
}

/* The text of the file without the newline that editors put at its end. */
static bool read_secret(const char *path, struct secret *out, struct err *e)
{
    CLEANUP(buf_wipe) struct buf text = BUF_INIT(SECRET_BYTES_MAX);
    if (!file_read(path, &text, e)) {
        e->kind = ERR_USAGE;
        return err_next(e, "write the client secret into a file, or pipe it in with "
                           "--client-secret-file -");
    }
    size_t len = text.len;
    while (len > 0 && strchr("\r\n", text.data[len - 1]))
        len--;
    if (len == 0 || strlen(buf_text(&text)) != text.len)
        return err_set(e, ERR_USAGE, "the client secret in %s is empty or no text",
                       strcmp(path, "-") == 0 ? "standard input" : path);
    secret_set(out, text.data, len);
    return true;
}

/* Checks the pairs against the connector's settings, then stores them. */
static bool put_pairs(struct db *db, int64_t id, struct config *config, const char *const *pairs,
                      size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++)
        if (!config_set_pair(config, pairs[i], e))
            return false;
    if (!config_check(config, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *equals = strchr(pairs[i], '=');
        CLEANUP(free_text) char *key = xstrndup(pairs[i], (size_t)(equals - pairs[i]));
        if (!connector_put_setting(db, id, key, equals + 1, e))
            return false;
    }
    return true;
}

struct new_connector {
    const char *name, *provider, *client_id, *secret_file, *redirect_uri;
    const char **pairs;
    size_t pair_count;
    bool active;
};

static bool put_named(struct db *db, int64_t id, struct config *config, const char *key,
                      const char *value, struct err *e)
{
    return !value ||
           (config_set(config, key, value, e) && connector_put_setting(db, id, key, value, e));
}

static bool add(const struct env *env, const struct new_connector *n, struct err *e)
{
    const struct provider *provider;
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    if (!connector_check_name(n->name, e) || !provider_find(n->provider, &provider, e) ||
        !read_secret(n->secret_file, &secret, e))
        return false;
    CLEANUP(config_done) struct config *config = config_new(provider->options);
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    int64_t id, now_ms = clock_wall(env->clock);
    return tx_begin_durable(&tx, env->db, e) &&
           connector_add(env->db, n->name, provider->id, n->active, now_ms, &id, e) &&
           put_named(env->db, id, config, "client_id", n->client_id, e) &&
           put_named(env->db, id, config, "redirect_uri", n->redirect_uri, e) &&
           put_pairs(env->db, id, config, n->pairs, n->pair_count, e) &&
           vault_put(env->vault, env->db, id, "client_secret", &secret, e) &&
           audit_add(env->db, now_ms, "connector add", n->name, provider->id, e) &&
           tx_commit(&tx, e);
}

int cmd_connector_add(struct app *app, int argc, char **argv)
{
    static const char usage[] = "connector add NAME --client-id ID --client-secret-file FILE|-";
    struct new_connector n = {.provider = "gotomeeting"};
    const struct flag flags[] = {
        {.name = "--provider", .takes_value = true, .value = &(const char *){NULL}},
        {.name = "--client-id", .takes_value = true, .value = &n.client_id},
        {.name = "--client-secret-file", .takes_value = true, .value = &n.secret_file},
        {.name = "--redirect-uri", .takes_value = true, .value = &n.redirect_uri},
        {.name = "--active", .on = &n.active},
        {.name = "--set",
         .takes_value = true,
         .many = true,
         .values = &n.pairs,
         .value_count = &n.pair_count},
        {.name = NULL}};
    struct err e = {0};
    size_t count;
    const struct env *env;
    bool ok = args_parse(argc, argv, flags, 1, 1, usage, &n.name, &count, &e);
    if (ok && *flags[0].value)
        n.provider = *flags[0].value;
    if (ok && (!n.client_id || !n.secret_file)) {
        ok = err_set(&e, ERR_USAGE, "%s is missing",
                     n.client_id ? "--client-secret-file" : "--client-id");
        err_next(&e, "usage: seatledger %s; docs/goto-oauth-client.md says where both come from",
                 usage);
    }
    ok = ok && app_env(app, &env, &e) && add(env, &n, &e);
    free(n.pairs);
    if (!ok)
        return app_fail(&e);
    if (app->settings.verbosity >= 0)
        fprintf(stderr, "Added the connector \"%s\" (%s).\n  Next: seatledger token get %s\n",
                n.name,
                n.active ? "active" : "not active yet: seatledger connector enable makes it so",
                shell_word(n.name).text);
    return 0;
}

static bool set(const struct env *env, const char *name, const char *const *pairs, size_t count,
                const char *secret_file, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(secret_done) struct secret secret = SECRET_INIT;
    CLEANUP(config_done) struct config *before = NULL;
    CLEANUP(config_done) struct config *config = NULL;
    CLEANUP(buf_done) struct buf detail = BUF_INIT(DETAIL_BYTES_MAX);
    if (!connector_get(env->db, name, &c, e) || !connector_config(&c, NULL, &before, e) ||
        !connector_config(&c, NULL, &config, e) ||
        (secret_file && !read_secret(secret_file, &secret, e)))
        return false;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin_durable(&tx, env->db, e) || !put_pairs(env->db, c.id, config, pairs, count, e) ||
        (secret_file &&
         !keeper_put_secret(env->vault, env->db, c.id, &secret, clock_wall(env->clock), e)))
        return false;
    config_add_changes(&detail, before, config);
    if (secret_file)
        buf_adds(&detail, detail.len ? ", client secret" : "client secret");
    if (!detail.len)
        buf_adds(&detail, "the same again");
    return audit_add(env->db, clock_wall(env->clock), "connector set", name, buf_text(&detail),
                     e) &&
           tx_commit(&tx, e);
}

/* "window_days to 45"; an empty value has brought the default back. */
static void say_pair(const char *pair)
{
    CLEANUP(buf_done) struct buf value = BUF_INIT(DETAIL_BYTES_MAX);
    size_t len = strcspn(pair, "=");
    bool is_given = pair[len] && pair[len + 1];
    config_add_shown(&value, is_given ? pair + len + 1 : NULL);
    fprintf(stderr, "%.*s to %s", (int)len, pair, is_given ? buf_text(&value) : "its default");
}

/* "Set window_days to 45 and the client secret of ..." */
static void say_set(const char *name, const char *const *pairs, size_t count, bool secret)
{
    static const char *const later[] = {"window_days", "look_back_days", "products"};
    bool is_later = false;
    fputs("Set ", stderr);
    for (size_t i = 0; i < count; i++) {
        size_t len = strcspn(pairs[i], "=");
        fputs(i ? ", " : "", stderr);
        say_pair(pairs[i]);
        for (size_t n = 0; n < sizeof later / sizeof *later; n++)
            is_later =
                is_later || (strlen(later[n]) == len && strncmp(later[n], pairs[i], len) == 0);
    }
    fprintf(stderr, "%s%s of the connector \"%s\".\n", secret && count ? " and " : "",
            secret ? "the client secret" : "", name);
    if (is_later)
        fprintf(stderr, "  The figures follow with the next aggregation: seatledger aggregate %s\n",
                shell_word(name).text);
}

int cmd_connector_set(struct app *app, int argc, char **argv)
{
    static const char usage[] = "connector set NAME KEY=VALUE ... [--client-secret-file FILE|-]";
    const char *secret_file = NULL, *words[PAIRS_MAX];
    const struct flag flags[] = {
        {.name = "--client-secret-file", .takes_value = true, .value = &secret_file},
        {.name = NULL}};
    struct err e = {0};
    size_t count;
    const struct env *env;
    if (!args_parse(argc, argv, flags, 1, PAIRS_MAX, usage, words, &count, &e))
        return app_fail(&e);
    if (count == 1 && !secret_file) {
        err_set(&e, ERR_USAGE, "nothing to set");
        err_next(&e, "usage: seatledger %s", usage);
        return app_fail(&e);
    }
    if (!app_env(app, &env, &e) || !set(env, words[0], words + 1, count - 1, secret_file, &e)) {
        shell_personal(&e, words[0]);
        return app_fail(&e);
    }
    if (app->settings.verbosity >= 0)
        say_set(words[0], words + 1, count - 1, secret_file != NULL);
    return 0;
}

/* A command on one named connector that changes it. */
static bool open_named(struct app *app, int argc, char **argv, size_t want, const char *usage,
                       const char **words, struct connector *c, struct err *e)
{
    static const struct flag no_flags[] = {{.name = NULL}};
    size_t count;
    struct db *db;
    return args_parse(argc, argv, no_flags, want, want, usage, words, &count, e) &&
           app_db(app, &db, e) && connector_get(db, words[0], c, e);
}

int cmd_connector_rename(struct app *app, int argc, char **argv)
{
    const char *words[2];
    struct err e = {0};
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!open_named(app, argc, argv, 2, "connector rename NAME NEW", words, &c, &e) ||
        !connector_check_name(words[1], &e) || !tx_begin(&tx, app->db, &e) ||
        !connector_rename(app->db, c.id, words[1], &e) ||
        !audit_add(app->db, app_now(app), "connector rename", words[1], words[0], &e) ||
        !tx_commit(&tx, &e))
        return app_fail(&e);
    if (app->settings.verbosity >= 0)
        fprintf(stderr, "The connector \"%s\" is now \"%s\".\n", words[0], words[1]);
    return 0;
}

static int set_active(struct app *app, int argc, char **argv, bool active)
{
    const char *words[1];
    struct err e = {0};
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!open_named(app, argc, argv, 1, active ? "connector enable NAME" : "connector disable NAME",
                    words, &c, &e) ||
        !tx_begin(&tx, app->db, &e) ||
        !connector_set_active(app->db, c.id, active, app_now(app), &e) ||
        !audit_add(app->db, app_now(app), active ? "connector enable" : "connector disable", c.name,
                   "", &e) ||
        !tx_commit(&tx, &e))
        return app_fail(&e);
    if (app->settings.verbosity >= 0)
        fprintf(stderr, "The connector \"%s\" is %s.\n", c.name,
                active ? "active" : "not active any more: it is kept, but not aggregated");
    return 0;
}

int cmd_connector_enable(struct app *app, int argc, char **argv)
{
    return set_active(app, argc, argv, true);
}

int cmd_connector_disable(struct app *app, int argc, char **argv)
{
    return set_active(app, argc, argv, false);
}

static bool confirmed(const char *name, struct err *e)
{
    char line[16] = "";
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        err_set(e, ERR_USAGE, "removing \"%s\" deletes its grant, prices and history", name);
        return err_next(e, "add --yes if that is what you want");
    }
    fprintf(stderr,
            "Removing \"%s\" deletes its settings, its grant, its prices and all that was read.\n"
            "The other connectors and the audit log stay. Remove it? [y/N] ",
            name);
    if (fgets(line, sizeof line, stdin) && (line[0] == 'y' || line[0] == 'Y'))
        return true;
    err_set(e, ERR_USAGE, "nothing was removed");
    return false;
}

int cmd_connector_remove(struct app *app, int argc, char **argv)
{
    const char *name;
    bool yes = false;
    const struct flag flags[] = {{.name = "--yes", .on = &yes}, {.name = NULL}};
    struct err e = {0};
    size_t count;
    struct db *db;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!args_parse(argc, argv, flags, 1, 1, "connector remove NAME [--yes]", &name, &count, &e) ||
        !app_db(app, &db, &e) || !connector_get(db, name, &c, &e) ||
        (!yes && !confirmed(name, &e)) || !hold_connector(app->settings.home, &c, &lock, &e) ||
        !tx_begin(&tx, db, &e) || !connector_remove(db, c.id, &e) ||
        !audit_add(db, app_now(app), "connector remove", name, "", &e) || !tx_commit(&tx, &e))
        return app_fail(&e);
    if (app->settings.verbosity >= 0)
        fprintf(stderr,
                "Removed the connector \"%s\". A grant that it had stays valid at the "
                "provider until it is revoked there or expires.\n",
                name);
    return 0;
}
