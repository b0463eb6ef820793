/* Going on with an aggregation that was cut, by whatever ended its process or failed it, after its
 * history had been planned: which one, and whether it may. */
#pragma once

#include "aggregate/session.h"
#include "store/aggregation.h"
#include "store/staging.h"

/* How old T may be, and with it the listings: less than the usual time between two starts of a
 * schedule, so that a start is not spent on what was due at the one before. */
#define RESUME_MS (DAY_MS / 2)

/* The mark of what a run is planned with: the settings that a person set. */
void resume_mark(const struct connector *c, char out[static SETTINGS_MARK_BYTES]);
/* *open: this aggregation, the connector's newest, was cut, what it was planned with is as it was,
 * and *run is what is staged of it. The account is not looked at. */
bool resume_is_open(struct db *db, const struct connector *c, const struct config *config,
                    const struct aggregation *newest, int64_t now_ms, struct staged_run *run,
                    bool *open, struct err *e);
/* *found: an aggregation was cut, none has published since, and what it was planned with is as it
 * was; the caller then ends *out. The caller holds the connector, so nobody works on it. A run that
 * was cancelled is not gone on with. */
bool resume_find(struct session *s, struct aggregation *out, struct staged_run *run, bool *found,
                 struct err *e);
/* ERR_USAGE: planning anew would discard a run that can still go on, or could, were the settings
 * those of its beginning. */
bool resume_spares(const struct session *s, struct err *e);
