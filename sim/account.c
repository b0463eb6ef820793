#include "account.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static size_t slot_of(const struct account *a, const char *key)
{
    size_t slot = rng_hash(key) & (a->by_key_size - 1);
    while (a->by_key[slot] && strcmp(a->people[a->by_key[slot] - 1].key, key) != 0)
        slot = (slot + 1) & (a->by_key_size - 1);
    return slot;
}

static void index_grow(struct account *a)
{
    if (a->by_key_size && a->people_count * 2 < a->by_key_size)
        return;
    free(a->by_key);
    a->by_key_size = a->by_key_size ? a->by_key_size * 2 : 1024;
    a->by_key = xcalloc(a->by_key_size, sizeof *a->by_key);
    for (uint32_t i = 0; i < a->people_count; i++)
        a->by_key[slot_of(a, a->people[i].key)] = i + 1;
}

struct person *account_person(const struct account *a, const char *key)
{
    uint32_t found = a->by_key[slot_of(a, key)];
    return found ? &a->people[found - 1] : NULL;
}

int32_t account_license(const struct account *a, const char *key)
{
    for (size_t i = 0; i < a->license_count; i++)
        if (strcmp(a->licenses[i].key, key) == 0)
            return (int32_t)i;
    return -1;
}

int32_t account_group(const struct account *a, const char *key)
{
    for (size_t i = 0; i < a->group_count; i++)
        if (strcmp(a->groups[i].key, key) == 0)
            return (int32_t)i;
    return -1;
}

uint32_t account_place(const struct account *a, const struct person *p)
{
    return (uint32_t)(p - a->people);
}

bool license_is_unlimited(const struct license *l)
{
    return l->seats_form != SEATS_NUMBER || l->seats < 0 || l->seats >= INT32_MAX;
}

bool license_has(const struct license *l, const char *product)
{
    return strstr(l->products, product) != NULL; /* no product's name is part of another's */
}

bool person_holds(const struct person *p, size_t license)
{
    for (unsigned i = 0; i < p->seat_count; i++)
        if (p->seats[i].license == license)
            return true;
    return false;
}

bool person_is_organizer(const struct account *a, const struct person *p)
{
    if (p->deleted)
        return false;
    for (unsigned i = 0; i < p->seat_count; i++)
        if (license_has(&a->licenses[p->seats[i].license], "G2M"))
            return true;
    return false;
}

size_t group_organizers(const struct account *a, const struct group *g)
{
    size_t count = 0;
    for (size_t i = 0; i < g->member_count; i++)
        count += person_is_organizer(a, &a->people[g->members[i]]);
    return count;
}

/* 19 digits, at times past 2^63, and 26 digits for one in sixteen. */
static void draw_person_key(struct account *a, char key[KEY_TEXT])
{
    unsigned digits = a->keys == KEYS_HUGE || rng_below(&a->rng, 16) == 0 ? 26 : 19;
    do {
        key[0] = (char)('1' + rng_below(&a->rng, 9));
        for (unsigned i = 1; i < digits; i++)
            key[i] = (char)('0' + rng_below(&a->rng, 10));
        key[digits] = '\0';
    } while (a->by_key[slot_of(a, key)]);
}

uint32_t account_add(struct account *a, const char *first, const char *last, const char *email)
{
    index_grow(a);
    GROW(a->people, a->people_count, a->people_cap);
    uint32_t place = (uint32_t)a->people_count;
    struct person *p = &a->people[place];
    *p = (struct person){.first = xstrdup(first),
                         .last = xstrdup(last),
                         .email = xstrdup(email),
                         .state = STATE_NONE,
                         .last_ms = NO_ACTIVITY,
                         .group = -1,
                         .locale = (uint8_t)(place % 97),
                         .zone = (uint8_t)(place % 89)};
    draw_person_key(a, p->key);
    a->by_key[slot_of(a, p->key)] = place + 1;
    a->people_count++;
    return place;
}

void account_relist(struct account *a)
{
    free(a->listed);
    a->listed = xcalloc(a->people_count + 1, sizeof *a->listed);
    a->listed_count = 0;
    for (uint32_t i = 0; i < a->people_count; i++)
        if (!a->people[i].deleted)
            a->listed[a->listed_count++] = i;
}

bool account_take_seat(struct account *a, uint32_t person, size_t license, bool in_user,
                       bool in_license)
{
    struct person *p = &a->people[person];
    struct license *l = &a->licenses[license];
    if (p->seat_count == SEATS_MAX || person_holds(p, license))
        return false;
    p->seats[p->seat_count++] = (struct seat){(uint8_t)license, in_user, in_license};
    GROW(l->holders, l->holder_count, l->holder_cap);
    l->holders[l->holder_count++] = person;
    return true;
}

static void take_out(uint32_t *list, size_t *count, uint32_t what)
{
    for (size_t i = 0; i < *count; i++) {
        if (list[i] == what) {
            memmove(&list[i], &list[i + 1], (*count - i - 1) * sizeof *list);
            --*count;
            return;
        }
    }
}

bool account_drop_seat(struct account *a, uint32_t person, size_t license)
{
    struct person *p = &a->people[person];
    for (unsigned i = 0; i < p->seat_count; i++) {
        if (p->seats[i].license == license) {
            p->seats[i] = p->seats[--p->seat_count];
            take_out(a->licenses[license].holders, &a->licenses[license].holder_count, person);
            return true;
        }
    }
    return false;
}

void account_join_group(struct account *a, uint32_t person, int32_t group)
{
    struct person *p = &a->people[person];
    if (p->group >= 0)
        take_out(a->groups[p->group].members, &a->groups[p->group].member_count, person);
    p->group = group;
    if (group < 0)
        return;
    struct group *g = &a->groups[group];
    GROW(g->members, g->member_count, g->member_cap);
    g->members[g->member_count++] = person;
}

struct meeting *person_add_meeting(struct account *a, struct person *p, int64_t start_ms,
                                   int64_t end_ms)
{
    GROW(p->meetings, p->meeting_count, p->meeting_cap);
    uint32_t at = p->meeting_count++;
    while (at > 0 && p->meetings[at - 1].start_ms > start_ms) {
        p->meetings[at] = p->meetings[at - 1];
        at--;
    }
    a->next_session += 1 + rng_below(&a->rng, 9);
    p->meetings[at] = (struct meeting){.start_ms = start_ms,
                                       .end_ms = end_ms,
                                       .id = 100000000 + rng_below(&a->rng, 900000000),
                                       .session = a->next_session,
                                       .attendees = 1 + (uint32_t)rng_below(&a->rng, 40),
                                       .type = (uint8_t)rng_below(&a->rng, 3),
                                       .subject = (uint8_t)rng_below(&a->rng, 200)};
    return &p->meetings[at];
}

void account_done(struct account *a)
{
    for (size_t i = 0; i < a->people_count; i++) {
        free(a->people[i].first);
        free(a->people[i].last);
        free(a->people[i].email);
        free(a->people[i].meetings);
    }
    for (size_t i = 0; i < a->license_count; i++) {
        free(a->licenses[i].holders);
        free(a->licenses[i].invited);
    }
    for (size_t i = 0; i < a->group_count; i++) {
        free(a->groups[i].name);
        free(a->groups[i].members);
    }
    free(a->people);
    free(a->listed);
    free(a->groups);
    free(a->by_key);
    *a = (struct account){0};
}
