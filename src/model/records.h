/* What a provider's answer says, normalised: plain structs with borrowed texts, valid as long as
 * the record that they were read from. Words: product.md. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* purchased of a subscription without a limit, and other counts that nobody knows. */
#define COUNT_NONE INT64_C(-1)
/* A meeting without an end. */
#define TIME_NONE INT64_MIN

struct user {
    const char *key, *email, *name, *status; /* status in upper case, "" when absent */
    const char *group_key, *group_name;      /* NULL: in no group */
};

struct subscription {
    const char *key, *name;
    const char *products; /* sorted words separated by ',' */
    bool enabled;
    bool has_organizers; /* holders count among a group's organizers; while it is enabled, the
                            group's meeting history can be trusted to cover them */
    int64_t purchased;   /* seats; COUNT_NONE: unlimited */
    int64_t user_count;  /* what the provider counts, a check only; COUNT_NONE: not said */
};

struct meeting {
    const char *organizer, *meeting_id;
    int64_t start_ms, end_ms; /* TIME_NONE: no end given */
    const char *type;         /* lower case, "" when absent */
    int64_t attendees;        /* COUNT_NONE: not said */
};

/* Who granted access, as the provider knows them. Owned texts. */
struct identity_account {
    char *key, *name;
};
struct identity {
    char *user_key, *email, *name;
    char *language;    /* as "en_US"; NULL: not said */
    char *time_zone;   /* IANA; NULL: not said */
    char *account_key; /* the current account */
    struct identity_account *accounts;
    size_t account_count;
    bool is_admin;
};
void identity_done(struct identity *i);
/* The name of one of the accounts; NULL when it is not among them. */
const struct identity_account *identity_account(const struct identity *i, const char *key);

/* The language's date format: one row of product.md, Parity 8. */
struct date_format {
    const char *locale, *pattern, *language; /* language in English, for people */
};
