#include "web/tries.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

void tries_key(const char *peer, char out[TRIES_PEER])
{
    struct in6_addr a;
    snprintf(out, TRIES_PEER, "%s", peer);
    out[strcspn(out, "%")] = '\0'; /* fe80::1%eth0 */
    if (inet_pton(AF_INET6, out, &a) != 1)
        return;
    if (IN6_IS_ADDR_V4MAPPED(&a)) {
        inet_ntop(AF_INET, &a.s6_addr[12], out, TRIES_PEER);
    } else {
        memset(&a.s6_addr[8], 0, 8);
        inet_ntop(AF_INET6, &a, out, TRIES_PEER);
    }
}

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

static size_t find(const struct tries *t, const char *key)
{
    size_t i = 0;
    while (i < t->count && strcmp(t->of[i].peer, key) != 0)
        i++;
    return i;
}

/* The first moment at which the address at i may try. */
static int64_t free_from_ms(const struct tries *t, size_t i)
{
    if (i < t->count && t->of[i].wrong >= TRIES_OF_ONE)
        return t->of[i].since_ms + TRIES_WINDOW_MS;
    if (t->wrong >= TRIES_OF_ALL && i < t->count)
        return t->of[i].last_ms + TRIES_SLOW_MS;
    if (t->count == TRIES_ADDRESSES && i == t->count)
        return t->last_ms + TRIES_PACE_MS;
    return INT64_MIN;
}

bool tries_may(struct tries *t, const char *peer, int64_t now_ms, int64_t *wait_ms)
{
    char key[TRIES_PEER];
    tries_key(peer, key);
    expire(t, now_ms);
    int64_t from_ms = free_from_ms(t, find(t, key));
    if (from_ms <= now_ms)
        return true;
    *wait_ms = from_ms - now_ms;
    return false;
}

void tries_was_wrong(struct tries *t, const char *peer, int64_t now_ms)
{
    char key[TRIES_PEER];
    tries_key(peer, key);
    expire(t, now_ms);
    if (t->wrong++ == 0)
        t->since_ms = now_ms;
    t->last_ms = now_ms;
    size_t i = find(t, key);
    if (i == TRIES_ADDRESSES)
        return;
    if (i == t->count) {
        t->of[i].wrong = 0;
        t->of[i].since_ms = now_ms;
        memcpy(t->of[i].peer, key, sizeof key);
        t->count++;
    }
    t->of[i].wrong++;
    t->of[i].last_ms = now_ms;
}

void tries_was_right(struct tries *t, const char *peer)
{
    char key[TRIES_PEER];
    tries_key(peer, key);
    size_t i = find(t, key);
    if (i < t->count)
        t->of[i] = t->of[--t->count];
}
