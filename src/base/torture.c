#include "base/torture.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/scan.h"

static void write_down(const char *kind, const char *what, bool fails)
{
    const char *path = getenv("SEATLEDGER_IO_LOG");
    FILE *to = path ? fopen(path, "ae") : NULL;
    if (!to)
        return;
    fprintf(to, "%s%s %s\n", fails ? "failed: " : "", kind, what);
    fclose(to);
}

static bool is_to_fail(int64_t n)
{
    const char *at = getenv("SEATLEDGER_FAIL_AT");
    int64_t first = 0;
    return at && scan_digits(&at, 1, 9, &first) && (n == first || (n > first && *at == '+'));
}

bool torture_fails(const char *kind, const char *what)
{
    static atomic_int_least64_t count;
    bool fails = is_to_fail(atomic_fetch_add(&count, 1) + 1);
    write_down(kind, what, fails);
    if (fails)
        errno = EIO;
    return fails;
}
