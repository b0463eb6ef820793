/* For tests: makes the n-th I/O of a process fail. Only in builds with -Dtorture=true, which a
 * release build refuses; everywhere else torture_fails() is false at compile time.
 *   SEATLEDGER_FAIL_AT=n     the n-th fails; "n+": and so do all after it
 *   SEATLEDGER_IO_LOG=FILE   for each I/O that is counted: "kind what", after "failed: " if so */
#pragma once

#include <stdbool.h>

#ifdef SEATLEDGER_TORTURE
/* kind: "db", "http" or "file"; what: the statement, URL or path. Counts it; sets errno to EIO when
 * it is to fail. */
bool torture_fails(const char *kind, const char *what);
#else
static inline bool torture_fails(__attribute__((unused)) const char *kind,
                                 __attribute__((unused)) const char *what)
{
    return false;
}
#endif
