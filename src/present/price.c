#include "present/price.h"

#include "base/text.h"
#include "model/money.h"
#include "model/records.h"

/* "GoTo Meeting Business: 12.50 USD per seat and month from 2026-07" */
void price_sentence(struct buf *out, const char *name, const struct price_period *p)
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

const struct column prices_columns[PRICES_COLUMNS] = {
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

void prices_table_add(struct table *t, const struct price_row *p, const char *name)
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
