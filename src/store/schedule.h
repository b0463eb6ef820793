/* The schedule of each connector, as its text (aggregate/schedule.h reads it), and how far it has
 * been dealt with, so that a restart neither repeats a run nor skips one. */
#pragma once

#include "store/connector.h"

struct schedule_row {
    int64_t connector;
    char *name;  /* of the connector */
    bool active; /* an inactive connector is not aggregated */
    char *text;
    int64_t last_due_ms; /* every start up to this was begun, or is not wanted */
};
void schedule_row_done(struct schedule_row *r);
struct schedule_list {
    struct schedule_row *items;
    size_t count, cap;
};
void schedule_list_done(struct schedule_list *l);

/* Sets it, counting from now on. *changed false: it was just that text already, nothing is stored.
 */
bool schedule_put(struct db *db, int64_t connector, const char *text, int64_t now_ms, bool *changed,
                  struct err *e);
bool schedule_get(struct db *db, int64_t connector, struct schedule_row *out, bool *found,
                  struct err *e);
bool schedule_list(struct db *db, struct schedule_list *out,
                   struct err *e); /* by name; no drafts */
bool schedule_remove(struct db *db, int64_t connector, bool *removed, struct err *e);
/* Deals with the starts up to ms: as a run begins, with what schedule_due() said (begin it only
 * when *marked), or to let pass what was missed. *marked false: since r was read another process
 * did, or the schedule was changed; read it anew. */
bool schedule_mark(struct db *db, const struct schedule_row *r, int64_t ms, bool *marked,
                   struct err *e);
/* The zone of a schedule that names none: the connector's time_zone, the granting user's, the
 * machine's, UTC: the first that is known. The caller frees *zone. */
bool schedule_default_zone(struct db *db, const struct connector *c, char **zone, struct err *e);
