/* A folder for one test, removed at its end. */
#pragma once

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct temporary {
    char path[64];
};

static inline struct temporary temporary_make(void)
{
    struct temporary t = {"/tmp/seatledger-unit-XXXXXX"};
    assert_non_null(mkdtemp(t.path));
    return t;
}

/* The caller frees it. */
static inline char *temporary_path(const struct temporary *t, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", t->path, name) > 0);
    return path;
}

static inline int temporary_drop(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st;
    (void)type;
    (void)f;
    return remove(path);
}

static inline void temporary_remove(const struct temporary *t)
{
    nftw(t->path, temporary_drop, 8, FTW_DEPTH | FTW_PHYS);
}
