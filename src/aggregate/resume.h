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
/* *found: the aggregation whose plan is staged was cut, is not too old, and none since did more
 * than fail to begin; the caller then ends *out. */
bool resume_cut(struct db *db, int64_t connector, int64_t now_ms, struct aggregation *out,
                struct staged_run *run, bool *found, struct err *e);
/* What it was planned with is as it was. The account is not looked at. */
bool resume_is_alike(const struct connector *c, const struct config *config,
                     const struct aggregation *cut, const struct staged_run *run);
/* *found: there is one that may be gone on with: resume_cut(), resume_is_alike(), and of the
 * account that is to be read. The caller holds the connector, so nobody works on it. A run that was
 * cancelled is not gone on with. */
bool resume_find(struct session *s, struct aggregation *out, struct staged_run *run, bool *found,
                 struct err *e);
/* ERR_USAGE: planning anew would discard a run that can still go on, or could, were the settings
 * those of its beginning. */
bool resume_spares(const struct session *s, struct err *e);
