/* What the commands that report are about: a connector and its account, read in one transaction. */
#pragma once

#include "cli/app.h"
#include "present/table.h"
#include "report/account.h"

struct subject {
    struct connector connector;
    struct account account;
    struct tx tx;
};
void subject_done(struct subject *s);
/* Begins the transaction, which only reads. */
bool subject_connector(struct app *app, const char *name, struct subject *s, struct err *e);
/* The same, with what account_load() brings. */
bool subject_account(struct app *app, const char *name, struct subject *s, struct err *e);

/* --limit and the like: a number of at least min; text NULL: *out stays. */
bool parse_count(const char *flag, const char *text, int64_t min, int64_t *out, struct err *e);
/* Tells people that a list was cut by its --limit after so many rows. */
void note_more(const struct app *app, bool more, size_t rows);
/* What people read instead of a table without rows is nothing; programs get its empty array. */
void print_table(const struct app *app, const struct table *t, const char *nothing);
