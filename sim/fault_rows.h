/* The table of faults: what each does. Private to fault.c and fault_rows.c. */
#pragma once

#include "fault.h"

struct fault_row {
    const char *name;
    unsigned apis;      /* where it strikes when no place is named */
    const char *values; /* NULL: takes none; "#": a whole number; "*": any; else words */
    const char *def;    /* the value when none is given */
    void (*before)(struct request *r, const char *value); /* answers */
    void (*after)(struct request *r, const char *value);  /* spoils an answer of status 200 */
};
extern const struct fault_row fault_rows[FAULT_COUNT];
