/* When a connector is aggregated: a rule such as "daily 23:00 Europe/Berlin", and the instants it
 * means. Pure: knows no clock, no store and no thread. docs/schedule.md is the contract in words.
 *
 * All instants here are the real starts: the rule's minute plus the connector's own offset (below),
 * so whatever shows them shows when the run begins. A loop needs two calls:
 *
 *   if (schedule_due(s, last_due_ms, now_ms, &due_ms))
 *       claim due_ms in the store (store/schedule.h), then run once
 *   else
 *       wake_ms = min(wake_ms, schedule_next(s, now_ms))
 *
 * and, after a run was begun, schedule_next(s, now_ms) for when to look again. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* One thread at a time. */
struct schedule;
/* Reads, in any case and with any blanks:
 *   hourly :MM | daily HH:MM | weekly DAY[,DAY...] HH:MM | monthly 1..28|last HH:MM, then [ZONE]
 * zone: where the text names none; NULL: UTC. connector: whose starts these are; 0: nobody's yet,
 * the offset is then 0. ERR_USAGE: says what is wrong and how it is written. */
bool schedule_open(struct schedule **out, const char *text, const char *zone, int64_t connector,
                   struct err *e);
void schedule_close(struct schedule *s); /* NULL is fine */
/* The one way to write this rule, its zone included; reads back as the same. */
const char *schedule_text(const struct schedule *s);
const char *schedule_zone(const struct schedule *s);

/* The first start after an instant; strictly later. There always is one. */
int64_t schedule_next(struct schedule *s, int64_t after_ms);
/* Is a run due? last_due_ms: the start for which one was begun last (or when the schedule was set).
 * Starts missed since are caught up once: *due_ms is the latest of them. A clock that was set back
 * by up to a day repeats nothing; a last_due_ms further ahead than that is of a wrong clock and
 * does not count. Set *due_ms only on true. */
bool schedule_due(struct schedule *s, int64_t last_due_ms, int64_t now_ms, int64_t *due_ms);

/* Connectors with the same rule start apart: each has an offset of its own, less than a minute, so
 * that a start lies within the minute that the rule names. It never changes: the ids decide. */
enum { SCHEDULE_SPREAD_MS = 50000 };
int64_t schedule_offset_ms(int64_t connector); /* 0 to SCHEDULE_SPREAD_MS - 1 */

enum { SCHEDULE_LOCAL = 32 };
/* "YYYY-MM-DD HH:MM" by the clock of the schedule's zone. */
void schedule_local(struct schedule *s, int64_t ms, char out[SCHEDULE_LOCAL]);
