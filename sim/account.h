/* The simulated customer account. The generator draws each person's intended state first, then the
 * seats and meetings that bring it about; account_check() proves that they do. People are named by
 * their place in the array: nobody is ever taken out, who leaves is marked. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#include "rng.h"

enum { KEY_TEXT = 28, SEATS_MAX = 4, LICENSES_MAX = 16, WINDOW_DAYS = 30, LOOK_BACK_DAYS = 60 };
#define NO_END INT64_MIN
#define NO_ACTIVITY INT64_MIN

enum status { STATUS_ACTIVE, STATUS_INACTIVE, STATUS_INVITED };
enum state { STATE_ACTIVE, STATE_INACTIVE, STATE_NONE };
enum key_style { KEYS_MIXED, KEYS_STRING, KEYS_NUMBER, KEYS_HUGE };

struct meeting {
    int64_t start_ms, end_ms; /* NO_END: still running, nobody knows until when */
    uint64_t id, session;
    uint32_t attendees;
    uint8_t type, subject;
};

struct seat {
    uint8_t license;
    bool in_user, in_license; /* which of the two lists names it; at least one does */
};

struct person {
    char key[KEY_TEXT];
    char *first, *last, *email; /* owned; first and last may be "" */
    enum status status;
    enum state state; /* intended, at the account's T */
    int64_t last_ms;  /* intended last activity within the look-back, or NO_ACTIVITY */
    int32_t group;    /* -1: none */
    int64_t moved_ms; /* came to the group then; its history holds nothing older of theirs */
    uint8_t locale, zone, seat_count;
    bool deleted, admin, edited; /* edited: the intended state no longer holds */
    bool names_unlisted_license;
    struct seat seats[SEATS_MAX];
    struct meeting *meetings; /* by start */
    uint32_t meeting_count, meeting_cap;
};

enum seats_form { SEATS_NUMBER, SEATS_ABSENT, SEATS_NULL };

struct license {
    char key[KEY_TEXT];
    const char *name, *products; /* products: "G2W G2M" */
    bool enabled;
    enum seats_form seats_form;
    int64_t seats;     /* what the license says; unlimited when negative or >= 2147483647 */
    int user_count_by; /* how far userCount is off */
    unsigned devices;
    uint32_t *holders, *invited; /* distinct people */
    size_t holder_count, holder_cap, invited_count, invited_cap;
};

struct group {
    char key[KEY_TEXT];
    char *name;
    int32_t parent; /* -1: none */
    uint32_t *members;
    size_t member_count, member_cap;
};

struct account {
    char key[KEY_TEXT];
    int64_t t_ms; /* the instant that the intended states are for */
    enum key_style keys;
    struct rng rng;
    struct person *people;
    size_t people_count, people_cap;
    uint32_t *listed; /* who the account lists, in that order */
    size_t listed_count;
    struct license licenses[LICENSES_MAX];
    size_t license_count;
    struct group *groups;
    size_t group_count, group_cap;
    uint32_t *by_key; /* open addressing: place + 1 */
    size_t by_key_size;
    uint64_t next_session;
};

enum { PERSON_ADMIN = 0, PERSON_PLAIN = 1 }; /* who signs in by default: --role admin | user */
enum {
    LICENSE_BUSINESS,
    LICENSE_PRO,
    LICENSE_BUNDLE,
    LICENSE_WEBINAR,
    LICENSE_DISABLED,
    LICENSE_UNLIMITED,
    LICENSE_OVER,
    LICENSE_CAMPUS,
    LICENSE_PARTNER,
    LICENSE_ROOMS,
    LICENSE_COUNT,
};

struct account_plan {
    uint64_t seed;
    size_t users;
    int64_t t_ms;
    enum key_style keys;
};

bool account_make(struct account *a, const struct account_plan *plan, struct err *e);
void account_done(struct account *a);

/* NULL: no such key. A deleted person is found. */
struct person *account_person(const struct account *a, const char *key);
int32_t account_license(const struct account *a, const char *key); /* -1: none */
int32_t account_group(const struct account *a, const char *key);
uint32_t account_place(const struct account *a, const struct person *p);

bool license_is_unlimited(const struct license *l);
bool license_has(const struct license *l, const char *product);
bool person_holds(const struct person *p, size_t license);
/* Holds a seat of any license with product G2M: whom a group's history covers. */
bool person_is_organizer(const struct account *a, const struct person *p);
size_t group_organizers(const struct account *a, const struct group *g);

/* --- building and editing; used by the generator and by /sim/control --- */
uint32_t account_add(struct account *a, const char *first, const char *last, const char *email);
void account_relist(struct account *a); /* after people joined or left */
bool account_take_seat(struct account *a, uint32_t person, size_t license, bool in_user,
                       bool in_license); /* false: has it, or has too many */
bool account_drop_seat(struct account *a, uint32_t person, size_t license);
void account_join_group(struct account *a, uint32_t person, int32_t group); /* -1: none */
struct meeting *person_add_meeting(struct account *a, struct person *p, int64_t start_ms,
                                   int64_t end_ms);

/* --- activity.c --- */
/* Draws the meetings that bring about p->state; nth counts the people of that state. */
void activity_make(struct account *a, struct person *p, unsigned nth);
/* The state and last activity that the meetings give at an instant, read since an instant. */
enum state activity_state(const struct person *p, int64_t at_ms, int64_t since_ms,
                          int64_t *last_ms);

/* --- people.c: names as awkward as real ones --- */
void people_name(struct rng *r, size_t nth, char **first, char **last);
char *people_email(size_t nth, const char *kind);
const char *people_locale(unsigned n);
const char *people_zone(unsigned n);
const char *people_subject(unsigned n);
const char *people_group_name(unsigned n);
