/* When a connector is aggregated: a rule such as "daily 23:00 Europe/Berlin", and the instants it
 * means. Pure: knows no clock, no store and no thread. docs/schedule.md is the contract in words.
 *
 * All instants here are the real starts: the minute that the rule names, and in it the connector's
 * own offset, always the same, under 50 s, so that many connectors with one rule start apart. What
 * shows them shows when the run begins. A loop, for each row of store/schedule.h:
 *
 *   if (row.active && schedule_due(s, row.last_due_ms, now_ms, &due_ms))
 *       as the run begins: schedule_mark(db, &row, due_ms, &marked), and run when marked
 *   wake_ms = min(wake_ms, schedule_next(s, now_ms))
 */
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

enum { SCHEDULE_LOCAL = 32 };
/* "YYYY-MM-DD HH:MM" by the clock of the schedule's zone. */
void schedule_local(struct schedule *s, int64_t ms, char out[SCHEDULE_LOCAL]);
