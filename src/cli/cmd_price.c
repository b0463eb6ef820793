/* price add, list, remove: what people know of prices, since the provider tells none. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/scan.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/subject.h"
#include "model/money.h"
#include "model/records.h"
#include "present/effect.h"
#include "present/output.h"
#include "report/figures.h"
#include "store/connector.h"
#include "store/price.h"
#include "store/store.h"

enum { NOTE_BYTES_MAX = 1000, DETAIL_BYTES_MAX = 8192 };
static const int64_t quantity_max = INT64_C(1000000000);

static const char add_usage[] =
    "price add NAME SUBSCRIPTION --from YYYY-MM --metering per-seat|per-user|agreement|free\n"
    "    [--amount A --currency CCC] [--billing monthly|quarterly|yearly] [--quantity N] "
    "[--note TEXT]\n"
    "    [--dry-run]";

/* As typed. */
struct typed_price {
    const char *from, *metering, *amount, *currency, *billing, *quantity, *note;
};

static bool missing(const char *flag, const char *usage, struct err *e)
{
    err_set(e, ERR_USAGE, "%s is missing", flag);
    return err_next(e, "usage: seatledger %s", usage);
}

static bool parse_currency(const char *text, struct price_period *p, struct err *e)
{
    if (strlen(text) != 3)
        return err_set(e, ERR_USAGE, "\"%s\" is not a currency; write its ISO 4217 code, as USD",
                       text);
    for (int i = 0; i < 3; i++)
        p->currency[i] = (char)toupper((unsigned char)text[i]);
    return currency_digits(p->currency) >= 0 ||
           err_set(e, ERR_USAGE, "there is no currency \"%s\"; write its ISO 4217 code, as USD",
                   text);
}

static bool parse_amount(const struct typed_price *typed, struct price_period *p, struct err *e)
{
    bool is_free = p->metering == METER_FREE;
    if (!typed->amount && !is_free)
        return missing("--amount", add_usage, e);
    if (!typed->currency && !is_free)
        return missing("--currency", add_usage, e);
    if ((typed->amount && !money_parse(typed->amount, &p->amount_e4, e)) ||
        (typed->currency && !parse_currency(typed->currency, p, e)))
        return false;
    if (is_free && p->amount_e4 != 0) {
        err_set(e, ERR_USAGE, "what is free has no amount");
        return err_next(e, "leave --amount out, or choose another --metering");
    }
    return true;
}

static bool parse_quantity(const char *text, struct price_period *p, struct err *e)
{
    if (!text)
        return true;
    if (!parse_int(text, 0, quantity_max, &p->quantity))
        return err_set(e, ERR_USAGE, "--quantity is a whole number from 0 to %lld, not \"%s\"",
                       (long long)quantity_max, text);
    if (p->metering == METER_PER_SEAT || p->metering == METER_PER_USER)
        return true;
    err_set(e, ERR_USAGE, "--quantity says nothing about what is %s: its cost is the same for any",
            p->metering == METER_FREE ? "free" : "an agreement");
    return err_next(e, "leave --quantity out, or choose --metering per-seat or per-user");
}

/* So that no report can fail on it later: with as many seats as a subscription with a limit can
 * have, and where a report adds up SUMS such prices. */
static bool check_size(const struct price_period *p, struct err *e)
{
    enum { SUMS = 1000, SEATS_MAX = 2147483646 };
    bool is_counted = p->metering == METER_PER_USER ||
                      (p->metering == METER_PER_SEAT && p->quantity == COUNT_NONE);
    int64_t most = SUMS * (p->quantity > 0 ? p->quantity : 1);
    if (is_counted && most < SEATS_MAX)
        most = SEATS_MAX;
    int digits = currency_digits(p->currency);
    int64_t minor;
    if (money_times(p->amount_e4, most, billing_months(p->billing), digits > 0 ? digits : 0,
                    &minor))
        return true;
    err_set(e, ERR_USAGE, "the price is too large: what it comes to could not be held exactly");
    return err_next(e, "look whether --amount or --quantity was mistyped");
}

static bool parse_price(const struct typed_price *typed, struct price_period *p, struct err *e)
{
    *p = (struct price_period){.billing = BILL_MONTHLY, .quantity = COUNT_NONE};
    if (!typed->from)
        return missing("--from", add_usage, e);
    if (!typed->metering)
        return missing("--metering", add_usage, e);
    if (!month_parse(typed->from, &p->from_month, e) ||
        !metering_parse(typed->metering, &p->metering, e) ||
        (typed->billing && !billing_parse(typed->billing, &p->billing, e)) ||
        !parse_amount(typed, p, e) || !parse_quantity(typed->quantity, p, e) || !check_size(p, e))
        return false;
    if (typed->note && strlen(typed->note) > NOTE_BYTES_MAX)
        return err_set(e, ERR_USAGE, "--note is longer than %d bytes", (int)NOTE_BYTES_MAX);
    return true;
}

/* "GoTo Meeting Business: 12.50 USD per seat and month from 2026-07" */
static void add_sentence(struct buf *out, const char *name, const struct price_period *p)
{
    static const char *const per[] = {[METER_PER_SEAT] = " per seat and ",
                                      [METER_PER_USER] = " per user and ",
                                      [METER_AGREEMENT] = " per "};
    static const char *const unit[] = {
        [BILL_MONTHLY] = "month", [BILL_QUARTERLY] = "quarter", [BILL_YEARLY] = "year"};
    char amount[MONEY_TEXT], month[MONTH_TEXT];
    month_format(p->from_month, month);
    text_add_visible(out, name, 0);
    buf_adds(out, ": ");
    if (p->metering == METER_FREE) {
        buf_adds(out, "free");
    } else {
        money_format_e4(p->amount_e4, currency_digits(p->currency), amount);
        buf_addf(out, "%s %s%s%s", amount, p->currency, per[p->metering], unit[p->billing]);
    }
    if (p->quantity != COUNT_NONE)
        buf_addf(out, ", for a quantity of %lld", (long long)p->quantity);
    buf_addf(out, " from %s", month);
}

/* The subscriptions of the latest aggregation that published; none without one. */
static bool read_figures(struct db *db, int64_t connector, struct figure_list *out, struct err *e)
{
    CLEANUP(aggregation_done) struct aggregation at = {0};
    bool found;
    return aggregation_published(db, connector, &at, &found, e) &&
           (!found || figures_load(db, connector, at.id, out, e));
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
    add_sentence(said, figure ? figure->name : key, &row.period);
    if (!price_add(db, c.id, &row, e) ||
        !audit_add(db, app_now(app), "price add", c.name, buf_text(said), e) || !tx_commit(&tx, e))
        return false;
    if (figure && figure->seats.purchased == COUNT_NONE && row.period.metering == METER_PER_SEAT &&
        row.period.quantity == COUNT_NONE)
        buf_adds(said, "\n  Its seats are unlimited, so this gives no cost until you enter a "
                       "--quantity, or another --metering.");
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

enum { LIST_COLUMNS = 11 };
static const struct column list_columns[LIST_COLUMNS] = {
    {"subscription", NULL, 0},
    {"name", "Subscription", COLUMN_NAME},
    {"from", "From", 0},
    {"metering", "Metering", 0},
    {"amount", "Amount", COLUMN_RIGHT},
    {"currency", "Currency", 0},
    {"billing", "Billing", 0},
    {"quantity", "Quantity", COLUMN_RIGHT},
    {"note", NULL, 0},
    {NULL, "Note", COLUMN_TEXT | COLUMN_DROP},
    {NULL, "Key", 0},
};

static void add_price_row(struct table *t, const struct price_row *p, const char *name)
{
    struct cell *row = table_row(t);
    char amount[MONEY_TEXT], month[MONTH_TEXT];
    int digits = currency_digits(p->period.currency);
    month_format(p->period.from_month, month);
    money_format_e4(p->period.amount_e4, digits > 0 ? digits : 0, amount);
    cell_text(&row[0], p->subscription);
    cell_text(&row[1], name);
    cell_text(&row[2], month);
    cell_text(&row[3], metering_word(p->period.metering));
    cell_text(&row[4], amount);
    cell_text(&row[5], p->period.currency[0] ? p->period.currency : NULL);
    cell_text(&row[6], billing_word(p->period.billing));
    cell_count(&row[7], p->period.quantity);
    cell_text(&row[8], *p->note ? p->note : NULL);
    cell_text(&row[9], *p->note ? p->note : NULL);
    cell_text(&row[10], p->subscription);
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
    struct table t = {.name = "prices", .columns = list_columns, .column_count = LIST_COLUMNS};
    if (!args_parse(argc, argv, flags, 1, 1, "price list NAME", &name, &count, &e) ||
        !app_db(app, &db, &e) || !tx_begin_read(&tx, db, &e) || !connector_get(db, name, &c, &e) ||
        !price_list(db, c.id, &prices, &e) || !read_figures(db, c.id, &figures, &e))
        return app_fail(&e);
    for (size_t i = 0; i < prices.count; i++) {
        figure = figure_find(&figures, prices.items[i].subscription);
        add_price_row(&t, &prices.items[i], figure ? figure->name : NULL);
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
        !connector_get(db, names[0], &c, &e) ||
        !subscription_resolve(db, c.id, names[1], &key, &e) ||
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
