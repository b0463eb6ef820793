/* Scope-bound clean-up: declare with CLEANUP, return early, MOVE to hand on. */
#pragma once

#include <stdlib.h>

#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* Takes the value and leaves the zero value behind, whose clean-up is a no-op. */
#define MOVE(x)                                                                                    \
    __extension__({                                                                                \
        __typeof__(x) moved_ = (x);                                                                \
        (x) = (__typeof__(x)){0};                                                                  \
        moved_;                                                                                    \
    })

/* CLEANUP(free_text) char *s = ...; */
static inline void free_text(char **s)
{
    free(*s);
}
