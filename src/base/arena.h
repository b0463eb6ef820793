/* Memory for many small things that are given back at once. */
#pragma once

#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *blocks; /* the one in use first */
    size_t taken;               /* bytes, since it was cleared */
};
#define ARENA_INIT ((struct arena){0})

/* Aligned for anything; not cleared. */
void *arena_take(struct arena *a, size_t size);
/* A copy; NULL of NULL. */
const char *arena_text(struct arena *a, const char *text);
/* Gives back everything; keeps a block for what comes next. */
void arena_clear(struct arena *a);
void arena_done(struct arena *a);
