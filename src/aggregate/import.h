/* Import of an activity report: the days on which people last organised something. A file is taken
 * whole or not at all. */
#pragma once

#include "aggregate/import_file.h"
#include "aggregate/session.h"

/* Of a row: "line 7", also of a sheet; "line 5, row 3" of JSON. */
enum { IMPORT_PLACE_BYTES = 64 };

struct import_options {
    const char *path, *sheet, *user_column, *date_column; /* as in struct import_file */
    const char *language; /* as "it_IT"; NULL: what the file says, else as its dates tell */
    bool dry_run;
    /* Each row that cannot be taken, and each of someone who is not in the account. */
    void (*on_refused)(void *ctx, const char *place, const char *reason);
    void (*on_unknown)(void *ctx, const char *place, const char *person);
    void *ctx;
};
struct import_result {
    char *language; /* of the dates; "" when there was none */
    int64_t rows, days, new_days, without_activity, unknown_people, invalid_at_source, refused;
};
void import_result_done(struct import_result *r);
/* ERR_USAGE: the file cannot be read, some rows are refused (r->refused says how many), or the
 * language cannot be told. ERR_REMOTE: nothing was aggregated yet. ERR_BUSY: another process works
 * on the connector. On false nothing is stored. *out is set in any case. */
bool import_activity(const struct env *env, const char *connector, const struct import_options *o,
                     struct import_result *out, struct err *e);
