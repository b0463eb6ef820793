/* The table of routes: every path that the server answers. */
#pragma once

#include "web/exchange.h"

extern const struct route *const all_routes[]; /* the arrays; NULL ends */

/* Finds the row of the request's method and path, and sets x->values. ERR_USAGE: 404, or 405 where
 * the path takes other methods. */
bool route_find(struct exchange *x, const struct route **out, struct err *e);

/* status.c */
bool api_healthz(struct exchange *x, struct err *e);
bool api_readyz(struct exchange *x, struct err *e);
/* metrics.c */
bool api_metrics(struct exchange *x, struct err *e);
/* api_session.c */
bool api_session_get(struct exchange *x, struct err *e);
bool api_session_post(struct exchange *x, struct err *e);
bool api_session_delete(struct exchange *x, struct err *e);
/* api_audit.c */
bool api_audit(struct exchange *x, struct err *e);
/* api_connectors_read.c */
bool api_providers(struct exchange *x, struct err *e);
bool api_connectors(struct exchange *x, struct err *e);
/* api_reports.c */
bool api_summary(struct exchange *x, struct err *e);
bool api_subscriptions(struct exchange *x, struct err *e);
bool api_cost(struct exchange *x, struct err *e);
bool api_trend(struct exchange *x, struct err *e);
bool api_overview(struct exchange *x, struct err *e);
/* api_users.c */
bool api_users(struct exchange *x, struct err *e);
/* api_users_csv.c */
bool api_users_csv(struct exchange *x, struct err *e);
/* api_explain.c */
bool api_explain_active(struct exchange *x, struct err *e);
bool api_explain_user(struct exchange *x, struct err *e);
bool api_explain_cost(struct exchange *x, struct err *e);
/* api_runs.c */
bool api_runs(struct exchange *x, struct err *e);
bool api_run(struct exchange *x, struct err *e);
/* api_connectors.c */
bool api_draft_new(struct exchange *x, struct err *e);
bool api_draft_of(struct exchange *x, struct err *e);
bool api_connector(struct exchange *x, struct err *e);
bool api_connector_put(struct exchange *x, struct err *e);
bool api_connector_save(struct exchange *x, struct err *e);
bool api_connector_delete(struct exchange *x, struct err *e);
bool api_connector_delete_data(struct exchange *x, struct err *e);
/* api_jobs.c */
bool api_token_begin(struct exchange *x, struct err *e);
bool api_token_paste(struct exchange *x, struct err *e);
bool api_token_account(struct exchange *x, struct err *e);
bool api_token_cancel(struct exchange *x, struct err *e);
bool api_test_begin(struct exchange *x, struct err *e);
bool api_test_cancel(struct exchange *x, struct err *e);
bool api_aggregation(struct exchange *x, struct err *e);
bool api_aggregation_begin(struct exchange *x, struct err *e);
bool api_aggregation_cancel(struct exchange *x, struct err *e);
bool api_aggregations_begin(struct exchange *x, struct err *e);
/* api_prices.c */
bool api_prices(struct exchange *x, struct err *e);
bool api_price_add(struct exchange *x, struct err *e);
bool api_price_preview(struct exchange *x, struct err *e);
bool api_price_remove(struct exchange *x, struct err *e);
/* api_schedule.c */
bool api_schedule(struct exchange *x, struct err *e);
bool api_schedule_put(struct exchange *x, struct err *e);
bool api_schedule_delete(struct exchange *x, struct err *e);
bool api_schedule_preview(struct exchange *x, struct err *e);
/* api_alerts.c */
bool api_alerts(struct exchange *x, struct err *e);
bool api_alerts_put(struct exchange *x, struct err *e);
bool api_alerts_test(struct exchange *x, struct err *e);
bool api_alerts_thresholds(struct exchange *x, struct err *e);
/* page.c: whatever no row names */
bool page_file(struct exchange *x, struct err *e);
