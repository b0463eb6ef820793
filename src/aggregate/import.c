#include "aggregate/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aggregate/hold.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "report/account.h"
#include "report/figures.h"
#include "store/store.h"

enum { SHOWN_WIDTH = 40, REASON_BYTES_MAX = 1000 };

struct import {
    const struct env *env;
    const struct import_options *o;
    struct import_result *result;
    struct connector connector;
    const struct provider *provider;
    struct account account;
    enum import_format format;
    char *file_language;             /* what the file says of itself; NULL: nothing */
    const struct date_format *dates; /* NULL: none */
    struct day_column column;        /* what its texts say */
    int64_t mixed_line;              /* where they began to be of two languages; 0: they are not */
    int64_t today;
    struct buf reason;
};

static void import_done(struct import *i)
{
    connector_done(&i->connector);
    account_done(&i->account);
    free(i->file_language);
    buf_done(&i->reason);
}

void import_result_done(struct import_result *r)
{
    free(r->language);
    *r = (struct import_result){0};
}

/* ---- the language ---- */

static bool is_spoilt_language(const struct import *i, const char *language)
{
    const char *spoilt = i->provider->spoilt_language;
    return spoilt && strlen(language) == strlen(spoilt) && strncasecmp(language, spoilt, 2) == 0 &&
           strcasecmp(language + 3, spoilt + 3) == 0;
}

static bool unknown_language(const struct import *i, struct err *e)
{
    CLEANUP(buf_done) struct buf names = BUF_INIT(400);
    for (const struct date_format *f = i->provider->date_formats; f->locale; f++)
        buf_addf(&names, "%s%s", names.len ? ", " : "", f->locale);
    err_set(e, ERR_USAGE, "no date format is known for the language \"%s\"", i->o->language);
    return err_next(e, "the languages are: auto, %s", buf_text(&names));
}

static bool check_language(const struct import *i, struct err *e)
{
    const char *language = i->o->language;
    return !language || i->provider->date_format(language) || is_spoilt_language(i, language) ||
           unknown_language(i, e);
}

/* Given, else said by the file, else told by its dates. */
static bool settle_language(struct import *i, struct err *e)
{
    const char *said = i->o->language ? i->o->language : i->file_language;
    if (said) {
        i->dates = i->provider->date_format(said);
        if (i->dates || is_spoilt_language(i, said))
            return true;
    }
    if (i->provider->detect_language(&i->column, &i->dates, e))
        return true;
    if (i->mixed_line)
        err_wrap(e, "line %lld", (long long)i->mixed_line);
    return err_wrap(e, "%s", i->o->path);
}

/* ---- the rows, as they stand in the file ---- */

static bool several(unsigned bits)
{
    return (bits & (bits - 1)) != 0;
}

static bool on_row(void *ctx, const struct import_row *row, struct err *e)
{
    struct import *i = ctx;
    i->result->rows++;
    if (!row->refused && row->text && *row->text) {
        i->provider->look_at_day(row->text, &i->column);
        if (!i->mixed_line && several(i->column.formats))
            i->mixed_line = row->line;
    }
    return import_stage(i->env->db, row, e);
}

/* ---- the rows, understood ---- */

static void place_of(const struct import *i, const struct import_row *row,
                     char out[IMPORT_PLACE_BYTES])
{
    int n = snprintf(out, IMPORT_PLACE_BYTES, "line %lld", (long long)row->line);
    if (i->format == IMPORT_JSON) /* a document may be one line */
        snprintf(out + n, (size_t)(IMPORT_PLACE_BYTES - n), ", row %lld", (long long)row->number);
}

static bool refuse(struct import *i, const struct import_row *row, const char *reason)
{
    char place[IMPORT_PLACE_BYTES];
    place_of(i, row, place);
    i->result->refused++;
    if (i->o->on_refused)
        i->o->on_refused(i->o->ctx, place, reason);
    return true;
}

__attribute__((format(printf, 4, 5))) static bool
refuse_text(struct import *i, const struct import_row *row, const char *text, const char *fmt, ...)
{
    char why[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(why, sizeof why, fmt, args);
    va_end(args);
    buf_clear(&i->reason);
    buf_adds(&i->reason, "\"");
    text_add_visible(&i->reason, text, SHOWN_WIDTH);
    buf_addf(&i->reason, "\" %s", why);
    return refuse(i, row, buf_text(&i->reason));
}

static bool not_a_day(struct import *i, const struct import_row *row)
{
    if (i->dates)
        return refuse_text(i, row, row->text, "is no day as %s (%s) writes it, nor YYYY-MM-DD",
                           i->dates->locale, i->dates->pattern);
    return refuse_text(i, row, row->text,
                       "is no day in any of the known languages, nor YYYY-MM-DD");
}

static bool take_unknown(struct import *i, const struct import_row *row)
{
    char place[IMPORT_PLACE_BYTES];
    place_of(i, row, place);
    i->result->unknown_people++;
    if (i->o->on_unknown)
        i->o->on_unknown(i->o->ctx, place, row->person);
    return true;
}

static bool take_day(struct import *i, const struct import_found *f, int64_t day, struct err *e)
{
    struct civil c = civil_from_days(day);
    if (day > i->today) {
        char text[80];
        snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
        return refuse_text(i, &f->row, text, "is in the future (in %s)",
                           zone_name(i->account.zone));
    }
    if (!f->user_key)
        return take_unknown(i, &f->row);
    i->result->days++;
    return import_keep_day(i->env->db, f->user_key, day, e);
}

static bool take_row(void *ctx, const struct import_found *f, struct err *e)
{
    struct import *i = ctx;
    const struct import_row *row = &f->row;
    struct civil day;
    if (row->refused)
        return refuse(i, row, row->refused);
    if (f->people > 1)
        return refuse_text(i, row, row->person, "is the address of %lld people in the account",
                           (long long)f->people);
    if (!row->text)
        return take_day(i, f, row->day, e);
    if (!*row->text) {
        i->result->without_activity += f->user_key != NULL;
        return f->user_key || take_unknown(i, row);
    }
    switch (i->provider->read_day(i->dates, row->text, &day)) {
    case DAY_READ:
        return take_day(i, f, civil_to_days(day), e);
    case DAY_INVALID_AT_SOURCE:
        if (!f->user_key)
            return take_unknown(i, row);
        i->result->invalid_at_source++;
        return import_keep_invalid(i->env->db, f->user_key, row->text, e);
    case DAY_NOT:
        break;
    }
    return not_a_day(i, row);
}

/* ---- the whole ---- */

static bool open_import(struct import *i, const char *name, struct file_lock *lock, struct err *e)
{
    return connector_get(i->env->db, name, &i->connector, e) &&
           provider_find(i->connector.provider, &i->provider, e) && check_language(i, e) &&
           hold_connector(i->env->home, &i->connector, lock, e);
}

/* Reads and understands the file; keeps what it says in the staging tables alone. */
static bool stage(struct import *i, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    struct db *db = i->env->db;
    const struct import_file file = {.path = i->o->path,
                                     .sheet = i->o->sheet,
                                     .user_column = i->o->user_column,
                                     .date_column = i->o->date_column,
                                     .stop = i->env->stop,
                                     .on_row = on_row,
                                     .ctx = i};
    if (!tx_begin_read(&tx, db, e) || !account_load(db, &i->connector, &i->account, e) ||
        !import_begin(db, i->connector.id, i->account.at.id, e))
        return false;
    i->today = civil_to_days(zone_day(i->account.zone, clock_wall(i->env->clock)));
    return import_file_read(&file, &i->format, &i->file_language, e) && settle_language(i, e) &&
           import_each(db, take_row, i, e) &&
           import_count_new(db, i->connector.id, &i->result->new_days, e) && tx_commit(&tx, e);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* With the figures of the latest aggregation, which the days change. */
static bool publish_import(struct import *i, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    CLEANUP(buf_done) struct buf detail = BUF_INIT(REASON_BYTES_MAX);
    struct db *db = i->env->db;
    const struct import_result *r = i->result;
    struct import_log log = {.file = base_name(i->o->path),
                             .language = r->language,
                             .at_ms = clock_wall(i->env->clock),
                             .rows = r->rows,
                             .without_activity = r->without_activity,
                             .unknown_people = r->unknown_people,
                             .invalid_at_source = r->invalid_at_source};
    buf_addf(&detail, "%lld rows, %lld new days, %lld invalid at source", (long long)r->rows,
             (long long)r->new_days, (long long)r->invalid_at_source);
    return tx_begin(&tx, db, e) && import_publish(db, i->connector.id, &log, e) &&
           figures_store(db, &i->account.at, e) &&
           audit_add(db, log.at_ms, "import activity", i->connector.name, buf_text(&detail), e) &&
           tx_commit(&tx, e);
}

static bool some_refused(const struct import *i, struct err *e)
{
    const struct import_result *r = i->result;
    err_set(e, ERR_USAGE, "%s: %lld of %lld rows cannot be taken, so nothing was stored",
            i->o->path, (long long)r->refused, (long long)r->rows);
    return err_next(e, "mend these rows and import the file again");
}

bool import_activity(const struct env *env, const char *connector, const struct import_options *o,
                     struct import_result *out, struct err *e)
{
    CLEANUP(import_done)
    struct import i = {.env = env, .o = o, .result = out, .reason = BUF_INIT(REASON_BYTES_MAX)};
    CLEANUP(file_lock_done) struct file_lock lock = FILE_LOCK_INIT;
    *out = (struct import_result){0};
    bool ok = open_import(&i, connector, &lock, e) && stage(&i, e);
    out->language = xstrdup(i.dates                  ? i.dates->locale
                            : out->invalid_at_source ? i.provider->spoilt_language
                                                     : "");
    if (!ok)
        return false;
    if (out->refused)
        return some_refused(&i, e);
    return o->dry_run || publish_import(&i, e);
}
