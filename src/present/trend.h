/* The trend: an object a month for programs, tables for people. */
#pragma once

#include "data/json_out.h"
#include "present/table.h"
#include "report/trend.h"

/* {"month","aggregation":{"id","started_at","status"}, what summary_members() writes,
 * "subscriptions":[{"key","name","enabled","purchased",...}]}; all but the cost null of a month
 * without an aggregation. */
void trend_month_write(struct json_out *w, const struct trend_month *m);

extern const struct column trend_columns[], trend_subscription_columns[];
enum { TREND_COLUMNS = 11, TREND_SUBSCRIPTION_COLUMNS = 12 };
/* A row; all but month and cost null where no aggregation published. */
void trend_table_add(struct table *t, const struct trend_month *m);
/* A row a subscription. */
void trend_subscriptions_add(struct table *t, const struct trend_month *m);
