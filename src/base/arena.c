#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum { BLOCK_BYTES = 1 << 15 };

struct arena_block {
    struct arena_block *next;
    size_t size, used; /* of bytes */
    _Alignas(max_align_t) char bytes[];
};

static void add_block(struct arena *a, size_t least)
{
    size_t size = least > BLOCK_BYTES ? least : BLOCK_BYTES;
    struct arena_block *b = xrealloc_array(NULL, 1, sizeof *b + size);
    b->next = a->blocks;
    b->size = size;
    b->used = 0;
    a->blocks = b;
}

static void *take(struct arena *a, size_t size, size_t align)
{
    struct arena_block *b = a->blocks;
    size_t at = b ? (b->used + align - 1) / align * align : 0;
    if (!b || at > b->size || size > b->size - at) {
        add_block(a, size);
        b = a->blocks;
        at = 0;
    }
    b->used = at + size;
    a->taken += size;
    return b->bytes + at;
}

void *arena_take(struct arena *a, size_t size)
{
    return take(a, size, _Alignof(max_align_t));
}

const char *arena_text(struct arena *a, const char *text)
{
    if (!text)
        return NULL;
    size_t size = strlen(text) + 1;
    return memcpy(take(a, size, 1), text, size);
}

void arena_clear(struct arena *a)
{
    a->taken = 0;
    if (!a->blocks)
        return;
    struct arena_block *kept = a->blocks;
    a->blocks = kept->next;
    arena_done(a);
    kept->next = NULL;
    kept->used = 0;
    a->blocks = kept;
}

void arena_done(struct arena *a)
{
    while (a->blocks) {
        struct arena_block *b = a->blocks;
        a->blocks = b->next;
        free(b);
    }
}
