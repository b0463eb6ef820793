/* The table of commands: one row a command, one file a noun. */
#pragma once

#include "cli/app.h"

struct command {
    const char *noun, *verb; /* "connector", "add"; verb NULL: the noun is the command */
    int (*run)(struct app *app, int argc, char **argv); /* argv after the words; the exit code */
    const char *usage;   /* "connector add NAME --client-id ID ..." */
    const char *summary; /* one line */
    const char *example; /* one or more lines, each without indent */
    const char *flags;   /* "  --flag VALUE   what it does\n", a line each; NULL: it has none */
};

extern const struct command commands[]; /* ends with a NULL noun */
/* Finds the command and runs it; --help of each is made from its row. The exit code. */
int command_main(int argc, char **argv);

int cmd_connector_add(struct app *app, int argc, char **argv);
int cmd_connector_list(struct app *app, int argc, char **argv);
int cmd_connector_show(struct app *app, int argc, char **argv);
int cmd_connector_set(struct app *app, int argc, char **argv);
int cmd_connector_rename(struct app *app, int argc, char **argv);
int cmd_connector_enable(struct app *app, int argc, char **argv);
int cmd_connector_disable(struct app *app, int argc, char **argv);
int cmd_connector_remove(struct app *app, int argc, char **argv);
int cmd_token_get(struct app *app, int argc, char **argv);
int cmd_token_show(struct app *app, int argc, char **argv);
int cmd_token_revoke(struct app *app, int argc, char **argv);
int cmd_test(struct app *app, int argc, char **argv);
int cmd_aggregate(struct app *app, int argc, char **argv);
int cmd_price_add(struct app *app, int argc, char **argv);
int cmd_price_list(struct app *app, int argc, char **argv);
int cmd_price_remove(struct app *app, int argc, char **argv);
int cmd_report_summary(struct app *app, int argc, char **argv);
int cmd_report_users(struct app *app, int argc, char **argv);
int cmd_report_subscriptions(struct app *app, int argc, char **argv);
int cmd_report_cost(struct app *app, int argc, char **argv);
int cmd_report_trend(struct app *app, int argc, char **argv);
int cmd_report_run(struct app *app, int argc, char **argv);
int cmd_report_runs(struct app *app, int argc, char **argv);
int cmd_explain(struct app *app, int argc, char **argv);
int cmd_import_activity(struct app *app, int argc, char **argv);
int cmd_serve(struct app *app, int argc, char **argv);
int cmd_schedule_set(struct app *app, int argc, char **argv);
int cmd_schedule_show(struct app *app, int argc, char **argv);
int cmd_schedule_clear(struct app *app, int argc, char **argv);
int cmd_password_set(struct app *app, int argc, char **argv);
int cmd_password_remove(struct app *app, int argc, char **argv);
int cmd_audit(struct app *app, int argc, char **argv);
int cmd_version(struct app *app, int argc, char **argv);
