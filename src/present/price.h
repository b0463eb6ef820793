/* Price periods for people and programs. */
#pragma once

#include "base/buf.h"
#include "present/table.h"
#include "store/price.h"

/* "GoTo Meeting Business: 12.50 USD per seat and month from 2026-07" */
void price_sentence(struct buf *out, const char *name, const struct price_period *p);

enum { PRICES_COLUMNS = 11 };
extern const struct column prices_columns[PRICES_COLUMNS];
/* name: of the subscription; NULL: not known. */
void prices_table_add(struct table *t, const struct price_row *p, const char *name);
