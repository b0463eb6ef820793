/* password set, remove: who may use the web page. audit: who changed what. */
#include <string.h>

#include "auth/role.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/scan.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/subject.h"
#include "present/audit.h"
#include "present/output.h"

enum { AUDIT_LIMIT = 50, AUDIT_LIMIT_MAX = 1000000 };

/* The text of the file without the newline that editors put at its end. */
static bool read_password(const char *path, struct secret *out, struct err *e)
{
    CLEANUP(buf_wipe) struct buf text = BUF_INIT(PASSWORD_BYTES_MAX + 2);
    if (!path) {
        err_set(e, ERR_USAGE, "--password-file is missing");
        return err_next(e, "write the password into a file, or pipe it in with --password-file -");
    }
    if (!file_read(path, &text, e)) {
        e->kind = ERR_USAGE;
        return false;
    }
    size_t len = text.len;
    while (len > 0 && strchr("\r\n", text.data[len - 1]))
        len--;
    if (strlen(buf_text(&text)) != text.len)
        return err_set(e, ERR_USAGE, "the password is no text");
    secret_set(out, buf_text(&text), len);
    return true;
}

static bool parse_role(const char *word, enum role *out, struct err *e)
{
    *out = ROLE_ADMINISTRATOR;
    return !word || role_parse(word, out, e);
}

int cmd_password_set(struct app *app, int argc, char **argv)
{
    const char *word = NULL, *file = NULL;
    const struct flag flags[] = {{.name = "--role", .takes_value = true, .value = &word},
                                 {.name = "--password-file", .takes_value = true, .value = &file},
                                 {.name = NULL}};
    struct err e = {0};
    size_t count;
    struct db *db;
    enum role role;
    CLEANUP(secret_done) struct secret password = SECRET_INIT;
    if (!args_parse(argc, argv, flags, 0, 0, "password set --password-file FILE|-", NULL, &count,
                    &e) ||
        !parse_role(word, &role, &e) || !read_password(file, &password, &e) ||
        !app_db(app, &db, &e) || !role_set_password(db, role, &password, app_now(app), &e))
        return app_fail(&e);
    if (app->settings.verbosity >= 0)
        fprintf(stderr,
                "The password of the %s is set; whoever is signed in with another must "
                "sign in again.\n",
                role_word(role));
    return 0;
}

int cmd_password_remove(struct app *app, int argc, char **argv)
{
    const char *word = NULL;
    const struct flag flags[] = {{.name = "--role", .takes_value = true, .value = &word},
                                 {.name = NULL}};
    struct err e = {0};
    size_t count;
    struct db *db;
    enum role role;
    bool both;
    if (!args_parse(argc, argv, flags, 0, 0, "password remove [--role ROLE]", NULL, &count, &e) ||
        !parse_role(word, &role, &e) || !app_db(app, &db, &e) ||
        !role_remove_password(db, role, app_now(app), &both, &e))
        return app_fail(&e);
    if (app->settings.verbosity >= 0)
        fprintf(stderr,
                both ? "The password of the %s is removed, and the viewer's with it.\n"
                     : "The password of the %s is removed.\n",
                role_word(role));
    return 0;
}

int cmd_audit(struct app *app, int argc, char **argv)
{
    const char *text = NULL;
    const struct flag flags[] = {{.name = "--limit", .takes_value = true, .value = &text},
                                 {.name = NULL}};
    int64_t limit = AUDIT_LIMIT;
    struct err e = {0};
    size_t count;
    struct db *db;
    CLEANUP(audit_list_done) struct audit_list l = {0};
    if (!args_parse(argc, argv, flags, 0, 0, "audit [--limit N]", NULL, &count, &e))
        return app_fail(&e);
    if (text && !parse_int(text, 1, AUDIT_LIMIT_MAX, &limit)) {
        err_set(&e, ERR_USAGE, "--limit is a number from 1 on, not \"%s\"", text);
        return app_fail(&e);
    }
    if (!app_db(app, &db, &e) || !audit_list(db, 0, limit + 1, &l, &e))
        return app_fail(&e);
    CLEANUP(table_done) struct table t = audit_table(&l, (size_t)limit);
    output_table(stdout, &t, app->settings.json);
    note_more(app, l.count > t.rows, t.rows);
    return 0;
}
