#include "cli/subject.h"

#include <stdio.h>

#include "aggregate/runs.h"
#include "base/scan.h"
#include "present/output.h"

static const int64_t count_max = INT64_C(1000000000);

void subject_done(struct subject *s)
{
    tx_done(&s->tx);
    account_done(&s->account);
    connector_done(&s->connector);
}

bool subject_connector(struct app *app, const char *name, struct subject *s, struct err *e)
{
    struct db *db;
    return app_db(app, &db, e) && tx_begin_read(&s->tx, db, e) &&
           connector_get(db, name, &s->connector, e);
}

bool subject_account(struct app *app, const char *name, struct subject *s, struct err *e)
{
    return subject_connector(app, name, s, e) &&
           runs_account(&s->tx, app->settings.home, &s->connector, &s->account, e);
}

bool parse_count(const char *flag, const char *text, int64_t min, int64_t *out, struct err *e)
{
    return !text || parse_int(text, min, count_max, out) ||
           err_set(e, ERR_USAGE, "%s is a number from %lld on, not \"%s\"", flag, (long long)min,
                   text);
}

void note_more(const struct app *app, bool more, size_t rows)
{
    if (more && !app->settings.json && app->settings.verbosity >= 0)
        fprintf(stderr, "The newest %zu; --limit N shows more.\n", rows);
}

void print_table(const struct app *app, const struct table *t, const char *nothing)
{
    if (t->rows || app->settings.json)
        output_table(stdout, t, app->settings.json);
    else if (app->settings.verbosity >= 0)
        fprintf(stderr, "%s\n", nothing);
}
