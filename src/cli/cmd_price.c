/* price add, list, remove: what people know of prices, since the provider tells none. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/scan.h"
#include "base/shell.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/subject.h"
#include "model/money.h"
#include "model/price_typed.h"
#include "model/records.h"
#include "present/effect.h"
#include "present/output.h"
#include "present/price.h"
#include "report/figures.h"
#include "store/connector.h"
#include "store/price.h"
#include "store/store.h"

enum { DETAIL_BYTES_MAX = 8192 };

static const char add_usage[] =
    "price add NAME SUBSCRIPTION --from YYYY-MM --metering per-seat|per-user|agreement|free\n"
    "    [--amount A --currency CCC] [--billing monthly|quarterly|yearly] [--quantity N] "
    "[--note TEXT]\n"
    "    [--dry-run]";

static bool missing(const char *flag, const char *usage, struct err *e)
{
    err_set(e, ERR_USAGE, "%s is missing", flag);
    return err_next(e, "usage: seatledger %s", usage);
}

/* The subscriptions of the latest aggregation that published; none without one. */
static bool read_figures(struct db *db, int64_t connector, struct figure_list *out, struct err *e)
{
    CLEANUP(aggregation_done) struct aggregation at = {0};
    bool found;
    return aggregation_published(db, connector, &at, &found, e) &&
           (!found || figures_load(db, connector, at.id, out, e));
}

/* Names the flag, and where it is explained. */
static bool parse_price(const struct typed_price *typed, struct price_period *out, struct err *e)
{
    const char *field = NULL;
    if (price_typed_read(typed, out, &field, e))
        return true;
    if (field)
        err_wrap(e, "--%s", field);
    if (!e->next[0])
        err_next(e, "usage: seatledger %s", add_usage);
    return false;
}

static bool add(struct app *app, const char *const *names, const struct typed_price *typed,
                struct buf *said, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(figure_list_done) struct figure_list figures = {0};
    CLEANUP(free_text) char *key = NULL, *note = NULL;
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    struct db *db;
    struct price_row row = {0};
    if (!parse_price(typed, &row.period, e) || !app_db(app, &db, e) || !tx_begin(&tx, db, e) ||
        !connector_get(db, names[0], &c, e) || !subscription_resolve(db, c.id, names[1], &key, e) ||
        !read_figures(db, c.id, &figures, e))
        return false;
    const struct figure *figure = figure_find(&figures, key);
    note = xstrdup(typed->note ? typed->note : "");
    row.subscription = key;
    row.note = note;
    price_sentence(said, figure ? figure->name : key, &row.period);
    if (!price_add(db, c.id, &row, e) ||
        !audit_add(db, app_now(app), "price add", c.name, buf_text(said), e) || !tx_commit(&tx, e))
        return false;
    if (figure && figure->seats.purchased == COUNT_NONE && row.period.metering == METER_PER_SEAT &&
        row.period.quantity == COUNT_NONE)
        buf_adds(said, "\n  Its seats are unlimited, so this gives no cost until you enter a "
                       "--quantity, or another --metering.");
    if (!figures.count)
        buf_addf(said,
                 "\n  Nothing was read yet, so the key is taken as it was typed; the other way "
                 "round:\n  seatledger aggregate %s, then name the subscription.",
                 shell_word(c.name).text);
    return true;
}

/* What it would change; nothing is stored. */
static bool show_effect(struct app *app, const char *const *names, const struct typed_price *typed,
                        struct err *e)
{
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(price_effect_done) struct price_effect x = {0};
    CLEANUP(free_text) char *key = NULL;
    struct price_period period;
    if (!parse_price(typed, &period, e) || !subject_account(app, names[0], &s, e) ||
        !subscription_resolve(app->db, s.connector.id, names[1], &key, e) ||
        !price_effect_of(&s.account, key, &period, &x, e))
        return false;
    if (app->settings.json) {
        struct json_out *w = json_out_new(stdout, true);
        price_effect_write(w, NULL, key, &x);
        json_out_end(w);
    } else {
        price_effect_text(stdout, &x);
    }
    return true;
}

int cmd_price_add(struct app *app, int argc, char **argv)
{
    struct typed_price t = {0};
    bool dry_run = false;
    const struct flag flags[] = {
        {.name = "--from", .takes_value = true, .value = &t.from},
        {.name = "--metering", .takes_value = true, .value = &t.metering},
        {.name = "--amount", .takes_value = true, .value = &t.amount},
        {.name = "--currency", .takes_value = true, .value = &t.currency},
        {.name = "--billing", .takes_value = true, .value = &t.billing},
        {.name = "--quantity", .takes_value = true, .value = &t.quantity},
        {.name = "--note", .takes_value = true, .value = &t.note},
        {.name = "--dry-run", .on = &dry_run},
        {.name = NULL},
    };
    const char *names[2];
    size_t count;
    struct err e = {0};
    CLEANUP(buf_done) struct buf said = BUF_INIT(DETAIL_BYTES_MAX);
    if (!args_parse(argc, argv, flags, 2, 2, add_usage, names, &count, &e) ||
        !(dry_run ? show_effect(app, names, &t, &e) : add(app, names, &t, &said, &e)))
        return app_fail(&e);
    if (dry_run)
        return 0;
    if (app->settings.verbosity >= 0)
        fprintf(stderr, "%s\n", buf_text(&said));
    return 0;
}

int cmd_price_list(struct app *app, int argc, char **argv)
{
    static const struct flag flags[] = {{.name = NULL}};
    const char *name;
    size_t count;
    struct err e = {0};
    struct db *db;
    const struct figure *figure;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(price_list_done) struct price_list prices = {0};
    CLEANUP(figure_list_done) struct figure_list figures = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    CLEANUP(table_done)
    struct table t = {.name = "prices", .columns = prices_columns, .column_count = PRICES_COLUMNS};
    if (!args_parse(argc, argv, flags, 1, 1, "price list NAME", &name, &count, &e) ||
        !app_db(app, &db, &e) || !tx_begin_read(&tx, db, &e) || !connector_get(db, name, &c, &e) ||
        !price_list(db, c.id, &prices, &e) || !read_figures(db, c.id, &figures, &e))
        return app_fail(&e);
    for (size_t i = 0; i < prices.count; i++) {
        figure = figure_find(&figures, prices.items[i].subscription);
        prices_table_add(&t, &prices.items[i], figure ? figure->name : NULL);
    }
    if (!prices.count && !app->settings.json && app->settings.verbosity >= 0)
        fputs("No price yet. Enter one: seatledger price add --help\n", stderr);
    else
        output_table(stdout, &t, app->settings.json);
    return 0;
}

int cmd_price_remove(struct app *app, int argc, char **argv)
{
    static const char usage[] = "price remove NAME SUBSCRIPTION --from YYYY-MM";
    const char *names[2], *from = NULL;
    const struct flag flags[] = {{.name = "--from", .takes_value = true, .value = &from},
                                 {.name = NULL}};
    size_t count;
    int64_t month;
    struct err e = {0};
    struct db *db;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(free_text) char *key = NULL;
    CLEANUP(buf_done) struct buf said = BUF_INIT(DETAIL_BYTES_MAX);
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    bool ok = args_parse(argc, argv, flags, 2, 2, usage, names, &count, &e);
    if (ok && !from)
        ok = missing("--from", usage, &e);
    if (!ok || !month_parse(from, &month, &e) || !app_db(app, &db, &e) || !tx_begin(&tx, db, &e) ||
        !connector_get(db, names[0], &c, &e) || !price_resolve(db, c.id, names[1], &key, &e) ||
        !price_remove(db, c.id, key, month, &e))
        return app_fail(&e);
    buf_addf(&said, "%s from %s", key, from);
    if (!audit_add(db, app_now(app), "price remove", c.name, buf_text(&said), &e) ||
        !tx_commit(&tx, &e))
        return app_fail(&e);
    if (app->settings.verbosity >= 0)
        fprintf(stderr, "Removed the price of %s\n", buf_text(&said));
    return 0;
}
