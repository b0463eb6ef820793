#include "account.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/time.h"
#include "base/xalloc.h"

static void draw_key(struct account *a, const char *prefix, char key[KEY_TEXT])
{
    size_t digits = strlen(prefix);
    memcpy(key, prefix, digits);
    while (digits < 19)
        key[digits++] = (char)('0' + rng_below(&a->rng, 10));
    key[digits] = '\0';
}

static void make_licenses(struct account *a)
{
    static const struct license plain[LICENSE_COUNT] = {
        [LICENSE_BUSINESS] = {.name = "GoTo Meeting Business", .products = "G2M"},
        [LICENSE_PRO] = {.name = "GoTo Meeting \"Professional\", 2020", .products = "G2M"},
        [LICENSE_BUNDLE] = {.name = "GoTo Webinar Standard", .products = "G2W G2M"},
        [LICENSE_WEBINAR] = {.name = "GoTo Webinar Lite", .products = "G2W"},
        [LICENSE_DISABLED] = {.name = "GoTo Meeting (Test)", .products = "G2M"},
        [LICENSE_UNLIMITED] = {.name = "GoTo Meeting Enterprise 無制限", .products = "G2M JIVE"},
        [LICENSE_OVER] = {.name = "GoTo Meeting Starter", .products = "G2M"},
        [LICENSE_CAMPUS] = {.name = "=Campus agreement", .products = "G2T G2W G2M"},
        [LICENSE_PARTNER] = {.name = "GoTo Meeting Partner", .products = "G2M"},
        [LICENSE_ROOMS] = {.name = "GoTo Meeting Business", .products = "G2M"}, /* the name twice */
    };
    for (size_t i = 0; i < LICENSE_COUNT; i++) {
        a->licenses[i] = plain[i];
        a->licenses[i].enabled = i != LICENSE_DISABLED;
        draw_key(a, "44", a->licenses[i].key);
    }
    a->license_count = LICENSE_COUNT;
}

static enum state draw_state(struct account *a, const struct person *p)
{
    if (p->status == STATUS_INVITED)
        return STATE_NONE;
    uint64_t draw = rng_below(&a->rng, 100);
    return draw < 45 ? STATE_ACTIVE : draw < 67 ? STATE_INACTIVE : STATE_NONE;
}

static void make_people(struct account *a, size_t users)
{
    size_t deleted = 3 + users / 50;
    for (size_t i = 0; i < users + deleted; i++) {
        char *first = NULL, *last = NULL;
        people_name(&a->rng, i, &first, &last);
        bool fixed = i <= PERSON_PLAIN;
        const char *kind = i < users ? "person" : "former";
        char *email = i == PERSON_ADMIN   ? xstrdup("admin@example.com")
                      : i == PERSON_PLAIN ? xstrdup("user@example.com")
                                          : people_email(i, kind);
        uint32_t place = account_add(a, i == PERSON_ADMIN ? "Ada" : first,
                                     i == PERSON_ADMIN ? "Min" : last, email);
        struct person *p = &a->people[place];
        free(first);
        free(last);
        free(email);
        p->admin = i == PERSON_ADMIN || (i % 67 == 66 && i < users);
        p->deleted = i >= users;
        p->names_unlisted_license = i % 61 == 60;
        p->status = fixed         ? STATUS_ACTIVE
                    : i % 13 == 5 ? STATUS_INVITED
                    : i % 11 == 4 ? STATUS_INACTIVE
                                  : STATUS_ACTIVE;
        p->state = fixed ? STATE_ACTIVE : draw_state(a, p);
    }
}

static void invite(struct account *a, uint32_t person, size_t license)
{
    struct license *l = &a->licenses[license];
    GROW(l->invited, l->invited_count, l->invited_cap);
    l->invited[l->invited_count++] = person;
}

/* Most seats are named by both lists; one in twelve by one of them only. */
static void give_seat(struct account *a, uint32_t person, size_t license)
{
    uint64_t draw = rng_below(&a->rng, 24);
    account_take_seat(a, person, license, draw != 0, draw != 1);
}

static size_t draw_license(struct account *a)
{
    static const struct {
        unsigned below;
        size_t license;
    } share[] = {{34, LICENSE_BUSINESS}, {52, LICENSE_PRO},      {64, LICENSE_BUNDLE},
                 {69, LICENSE_WEBINAR},  {73, LICENSE_DISABLED}, {82, LICENSE_UNLIMITED},
                 {89, LICENSE_OVER},     {94, LICENSE_CAMPUS},   {98, LICENSE_PARTNER},
                 {100, LICENSE_ROOMS}};
    uint64_t draw = rng_below(&a->rng, 100);
    size_t i = 0;
    while (draw >= share[i].below)
        i++;
    return share[i].license;
}

static void seat_invited(struct account *a, uint32_t i, unsigned nth)
{
    size_t license = nth % 2 ? LICENSE_PRO : LICENSE_BUSINESS;
    if (nth % 5 != 4)
        invite(a, i, license);
    if (nth % 7 == 3) /* holds a seat already, and is on both lists */
        account_take_seat(a, i, license, nth % 2 == 0, true);
}

/* Deleted people: only the license still names them. */
static void seat_former(struct account *a, uint32_t i, unsigned nth)
{
    if (nth % 3 != 2)
        account_take_seat(a, i, nth % 2 ? LICENSE_BUNDLE : LICENSE_BUSINESS, false, true);
    if (nth == 2)
        invite(a, i, LICENSE_PRO);
}

/* One in seven has no seat, some have two or more. */
static void seat_present(struct account *a, uint32_t i)
{
    if (rng_below(&a->rng, 100) < 14)
        return;
    give_seat(a, i, draw_license(a));
    if (i % 23 == 3)
        give_seat(a, i, LICENSE_BUNDLE);
    if (i % 31 == 7)
        give_seat(a, i, LICENSE_PRO);
    if (i % 37 == 9) /* invited to what they have: no invitation any more */
        invite(a, i, a->people[i].seats[0].license);
}

static void make_seats(struct account *a)
{
    unsigned invited = 0, former = 0;
    account_take_seat(a, PERSON_ADMIN, LICENSE_BUSINESS, true, true);
    for (uint32_t i = PERSON_ADMIN + 1; i < a->people_count; i++) {
        if (a->people[i].deleted)
            seat_former(a, i, former++);
        else if (a->people[i].status == STATUS_INVITED)
            seat_invited(a, i, invited++);
        else
            seat_present(a, i);
    }
}

static size_t open_invitations(const struct account *a, const struct license *l)
{
    size_t open = 0;
    for (size_t i = 0; i < l->invited_count; i++)
        open += !person_holds(&a->people[l->invited[i]], (size_t)(l - a->licenses));
    return open;
}

/* Seats bought, by what each license is there to show. */
static void make_purchases(struct account *a, uint64_t seed)
{
    struct license *l = a->licenses;
    for (size_t i = 0; i < LICENSE_COUNT; i++) {
        int64_t held = (int64_t)l[i].holder_count;
        l[i].seats = held + (int64_t)open_invitations(a, &l[i]) + 3 + held / 10;
        l[i].seats |= 1; /* an odd number of seats makes the halves that rounding is about */
    }
    l[LICENSE_PRO].seats = (int64_t)l[LICENSE_PRO].holder_count; /* full: nothing for the invited */
    l[LICENSE_OVER].seats -= 5 + (int64_t)l[LICENSE_OVER].holder_count / 3;
    if (l[LICENSE_OVER].seats < 0)
        l[LICENSE_OVER].seats = 0;
    l[LICENSE_ROOMS].devices = 4;
    l[LICENSE_ROOMS].user_count_by = 3;
    l[LICENSE_BUNDLE].user_count_by = -1;
    static const struct {
        enum seats_form form;
        int64_t seats;
    } unlimited[] = {{SEATS_ABSENT, 0},
                     {SEATS_NULL, 0},
                     {SEATS_NUMBER, -1},
                     {SEATS_NUMBER, INT32_MAX},
                     {SEATS_NUMBER, INT64_C(4294967295)}};
    l[LICENSE_UNLIMITED].seats_form = unlimited[seed % 5].form;
    l[LICENSE_UNLIMITED].seats = unlimited[seed % 5].seats;
}

struct supply {
    uint32_t *organizers, *others;
    size_t organizer_count, other_count, organizer_used, other_used;
};

static void make_group(struct account *a, struct supply *s, size_t organizers, size_t others)
{
    GROW(a->groups, a->group_count, a->group_cap);
    int32_t place = (int32_t)a->group_count++;
    struct group *g = &a->groups[place];
    *g = (struct group){.parent = place % 4 == 3 ? place - 1 : -1};
    draw_key(a, "77", g->key);
    struct buf name = BUF_INIT(256);
    buf_addf(&name, "%s %d", people_group_name((unsigned)place), place);
    g->name = buf_take(&name);
    for (; organizers > 0 && s->organizer_used < s->organizer_count; organizers--)
        account_join_group(a, s->organizers[s->organizer_used++], place);
    for (; others > 0 && s->other_used < s->other_count; others--)
        account_join_group(a, s->others[s->other_used++], place);
}

/* One organizer, under, exactly and over 50, nobody; then more until three in five are in one. */
static void make_groups(struct account *a)
{
    static const size_t sizes[] = {1, 50, 51, 12, 0, 49, 50, 50, 30, 60, 50, 50};
    struct supply s = {.organizers = xcalloc(a->people_count, sizeof *s.organizers),
                       .others = xcalloc(a->people_count, sizeof *s.others)};
    for (uint32_t i = 0; i < a->people_count; i++) {
        const struct person *p = &a->people[i];
        if (p->deleted || (p->status == STATUS_INVITED && p->seat_count))
            continue;
        if (person_is_organizer(a, p))
            s.organizers[s.organizer_count++] = i;
        else
            s.others[s.other_count++] = i;
    }
    size_t limit = s.organizer_count * 3 / 5;
    if (limit < 114)
        limit = s.organizer_count > 114 ? 114 : s.organizer_count / 2;
    for (unsigned i = 0; i < 5 || s.organizer_used < limit; i++) {
        size_t size = sizes[i % (sizeof sizes / sizeof *sizes)];
        if (size > limit - s.organizer_used)
            size = limit - s.organizer_used;
        make_group(a, &s, size, size ? rng_below(&a->rng, 5) : 0);
    }
    free(s.organizers);
    free(s.others);
}

static bool account_check(const struct account *a, struct err *e)
{
    int64_t since = a->t_ms - LOOK_BACK_DAYS * DAY_MS;
    for (size_t i = 0; i < a->people_count; i++) {
        const struct person *p = &a->people[i];
        int64_t last = NO_ACTIVITY;
        enum state state = activity_state(p, a->t_ms, since, &last);
        if (state != p->state || last != p->last_ms)
            return err_set(e, ERR_LOCAL, "the generated meetings of %s do not give its state",
                           p->key);
    }
    return true;
}

bool account_make(struct account *a, const struct account_plan *plan, struct err *e)
{
    *a = (struct account){.t_ms = plan->t_ms,
                          .keys = plan->keys,
                          .rng = {rng_mix(plan->seed + 1)},
                          .next_session = 3820000};
    draw_key(a, "83", a->key);
    make_licenses(a);
    make_people(a, plan->users);
    make_seats(a);
    make_purchases(a, plan->seed);
    make_groups(a);
    unsigned nth[3] = {0};
    for (size_t i = 0; i < a->people_count; i++)
        activity_make(a, &a->people[i], nth[a->people[i].state]++);
    account_relist(a);
    return account_check(a, e);
}
