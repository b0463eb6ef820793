/* Price periods: what people enter once, since the provider tells no price. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "model/price_typed.h"
#include "present/effect.h"
#include "present/output.h"
#include "present/price.h"
#include "report/figures.h"
#include "store/price.h"
#include "web/body.h"
#include "web/connector_view.h"
#include "web/routes.h"

enum { DETAIL_BYTES_MAX = 8192 };

static bool read_figures(struct db *db, int64_t connector, struct figure_list *out, struct err *e)
{
    CLEANUP(aggregation_done) struct aggregation at = {0};
    bool found;
    return aggregation_published(db, connector, &at, &found, e) &&
           (!found || figures_load(db, connector, at.id, out, e));
}

static bool write_prices(struct exchange *x, int64_t connector, struct err *e)
{
    struct db *db = x->server->env->db;
    CLEANUP(price_list_done) struct price_list prices = {0};
    CLEANUP(figure_list_done) struct figure_list figures = {0};
    CLEANUP(table_done)
    struct table t = {.name = "prices", .columns = prices_columns, .column_count = PRICES_COLUMNS};
    if (!price_list(db, connector, &prices, e) || !read_figures(db, connector, &figures, e))
        return false;
    for (size_t i = 0; i < prices.count; i++) {
        const struct figure *f = figure_find(&figures, prices.items[i].subscription);
        prices_table_add(&t, &prices.items[i], f ? f->name : NULL);
    }
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    output_rows(w, &t);
    json_object_end(w);
    return true;
}

bool api_prices(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    return view_connector(x, &c, e) && write_prices(x, c.id, e);
}

static const char *const members[] = {"subscription", "from",     "metering", "amount", "currency",
                                      "billing",      "quantity", "note",     NULL};

/* The period of the body; row->subscription and row->note are owned by it. */
static bool read_price(struct exchange *x, int64_t connector, struct price_row *row, struct err *e)
{
    CLEANUP(body_done) struct body b = {0};
    if (!body_read(x, members, &b, e))
        return false;
    const struct typed_price typed = {.from = body_text(&b, "from"),
                                      .metering = body_text(&b, "metering"),
                                      .amount = body_text(&b, "amount"),
                                      .currency = body_text(&b, "currency"),
                                      .billing = body_text(&b, "billing"),
                                      .quantity = body_text(&b, "quantity"),
                                      .note = body_text(&b, "note")};
    const char *subscription = body_text(&b, "subscription");
    if (!price_typed_read(&typed, &row->period, &x->field, e))
        return false;
    x->field = "subscription";
    if (!subscription)
        return err_set(e, ERR_USAGE, "the subscription is missing");
    if (!subscription_resolve(x->server->env->db, connector, subscription, &row->subscription, e))
        return false;
    x->field = NULL;
    row->note = xstrdup(typed.note ? typed.note : "");
    return true;
}

static void row_done(struct price_row *row)
{
    free(row->subscription);
    free(row->note);
}

bool api_price_add(struct exchange *x, struct err *e)
{
    struct db *db = x->server->env->db;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(row_done) struct price_row row = {0};
    CLEANUP(figure_list_done) struct figure_list figures = {0};
    CLEANUP(buf_done) struct buf said = BUF_INIT(DETAIL_BYTES_MAX);
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!view_connector(x, &c, e) || !tx_begin(&tx, db, e) || !read_price(x, c.id, &row, e) ||
        !read_figures(db, c.id, &figures, e))
        return false;
    const struct figure *f = figure_find(&figures, row.subscription);
    price_sentence(&said, f ? f->name : row.subscription, &row.period);
    if (!price_add(db, c.id, &row, e)) {
        x->field = "from";
        return false;
    }
    if (!exchange_audit(x, "price add", c.name, buf_text(&said), e) || !tx_commit(&tx, e))
        return false;
    x->status = 201;
    return write_prices(x, c.id, e);
}

bool api_price_remove(struct exchange *x, struct err *e)
{
    int64_t month;
    struct db *db = x->server->env->db;
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(buf_done) struct buf said = BUF_INIT(DETAIL_BYTES_MAX);
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!view_connector(x, &c, e) || !month_parse(x->values[2], &month, e) ||
        !tx_begin(&tx, db, e) || !price_remove(db, c.id, x->values[1], month, e))
        return false;
    buf_addf(&said, "%s from %s", x->values[1], x->values[2]);
    return exchange_audit(x, "price remove", c.name, buf_text(&said), e) && tx_commit(&tx, e) &&
           write_prices(x, c.id, e);
}

/* What it would change, before it is stored. */
bool api_price_preview(struct exchange *x, struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    CLEANUP(row_done) struct price_row row = {0};
    CLEANUP(account_done) struct account account = {0};
    CLEANUP(price_effect_done) struct price_effect effect = {0};
    if (!exchange_connector(x, &c, e) || !read_price(x, c.id, &row, e) ||
        !account_load(x->server->db, &c, &account, e) ||
        !price_effect_of(&account, row.subscription, &row.period, &effect, e))
        return false;
    price_effect_write(exchange_json(x), NULL, row.subscription, &effect);
    return true;
}
