#include "web/tries.h"

#include <stdio.h>
#include <string.h>

/* Forgets what is older than a window. */
static void expire(struct tries *t, int64_t now_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->count; i++)
        if (now_ms - t->of[i].since_ms < TRIES_WINDOW_MS)
            t->of[kept++] = t->of[i];
    t->count = kept;
    if (now_ms - t->since_ms >= TRIES_WINDOW_MS)
        t->wrong = 0;
}

static size_t find(const struct tries *t, const char *peer)
{
    size_t i = 0;
    while (i < t->count && strncmp(t->of[i].peer, peer, sizeof t->of[i].peer - 1) != 0)
        i++;
    return i;
}

bool tries_may(struct tries *t, const char *peer, int64_t now_ms, int64_t *wait_ms)
{
    expire(t, now_ms);
    size_t i = find(t, peer);
    int64_t since = t->wrong >= TRIES_OF_ALL                         ? t->since_ms
                    : i < t->count && t->of[i].wrong >= TRIES_OF_ONE ? t->of[i].since_ms
                                                                     : -1;
    if (since < 0)
        return true;
    *wait_ms = since + TRIES_WINDOW_MS - now_ms;
    return false;
}

void tries_was_wrong(struct tries *t, const char *peer, int64_t now_ms)
{
    expire(t, now_ms);
    if (t->wrong++ == 0)
        t->since_ms = now_ms;
    size_t i = find(t, peer);
    if (i == TRIES_OF_ALL)
        return;
    if (i == t->count) {
        t->of[i].wrong = 0;
        t->of[i].since_ms = now_ms;
        snprintf(t->of[i].peer, sizeof t->of[i].peer, "%s", peer);
        t->count++;
    }
    t->of[i].wrong++;
}

void tries_was_right(struct tries *t, const char *peer)
{
    size_t i = find(t, peer);
    if (i < t->count)
        t->of[i] = t->of[--t->count];
}
