/* The Admin API (goto-api.md 2 and 6.3). */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

#include "route.h"
#include "sim.h"
#include "view.h"

/* Places where a key is written: each has its own mix of strings and numbers. */
enum {
    PLACE_ME,
    PLACE_ACCOUNT,
    PLACE_USER,
    PLACE_USER_LICENSE,
    PLACE_USER_GROUP,
    PLACE_LICENSE,
    PLACE_LICENSE_USER,
    PLACE_LICENSE_INVITED,
    PLACE_GROUP,
    PLACE_GROUP_USER,
};

static const char ATTRIBUTES[] =
    "key firstName lastName email locale timeZone licenseKeys products adminRoles admin status "
    "inviteCount groupKey groupName passwordCreated nameLocked emailLocked identityReadOnly "
    "canAuthenticate";

static void admin_roles(struct json *j, bool admin)
{
    static const char *const roles[] = {"SUPER_USER", "MANAGE_USERS", "MANAGE_SEATS",
                                        "RUN_REPORTS"};
    json_array(j, "adminRoles");
    for (unsigned i = 0; admin && i < 4; i++)
        json_text(j, NULL, roles[i]);
    json_end_array(j);
}

void handle_me(struct request *r)
{
    const struct sim *s = r->sim;
    const struct account *a = &s->account;
    const struct person *p = &a->people[r->token->person];
    struct json j;
    reply_restart(&r->reply, 200, "application/json;charset=UTF-8");
    json_open(&j, &r->reply.body);
    json_object(&j, NULL);
    view_key(&j, a, "key", p->key, PLACE_ME);
    json_text(&j, "firstName", p->first);
    json_text(&j, "lastName", p->last);
    json_text(&j, "email", p->email);
    json_text(&j, "locale", s->opt.locale);
    json_text(&j, "timeZone", s->opt.time_zone);
    admin_roles(&j, true);
    view_key(&j, a, "accountKey", a->key, PLACE_ME);
    json_array(&j, "accounts");
    for (size_t i = 0; i < s->opt.accounts; i++) {
        struct buf name = BUF_INIT(64);
        buf_addf(&name, i ? "Example %zu AB" : "Example AB", i + 1);
        json_object(&j, NULL);
        view_key(&j, a, "key", i ? s->extra_accounts[i - 1] : a->key, PLACE_ACCOUNT);
        json_text(&j, "name", buf_text(&name));
        json_end_object(&j);
        buf_done(&name);
    }
    json_end_array(&j);
    json_text(&j, "xFeature", "ignored");
    json_end_object(&j);
    json_close(&j);
}

/* Is this field asked for? attributes NULL: all are. */
static bool wants(const char *attributes, const char *field)
{
    size_t len = strlen(field);
    if (!attributes)
        return true;
    for (const char *at = attributes; (at = strstr(at, field)); at += len)
        if ((at == attributes || at[-1] == ',') && (at[len] == '\0' || at[len] == ','))
            return true;
    return false;
}

/* A name that is empty comes as "" or as null. */
static const char *name_or_null(const char *name, uint32_t place)
{
    return *name || place % 2 ? name : NULL;
}

/* An empty list comes as [], as null or not at all. */
static void user_licenses(struct json *j, const struct account *a, const struct person *p)
{
    unsigned named = 0, hash = (unsigned)(rng_hash(p->key) % 16);
    for (unsigned i = 0; i < p->seat_count; i++)
        named += p->seats[i].in_user;
    if (named == 0 && !p->names_unlisted_license && hash < 3) {
        if (hash == 0)
            json_null(j, "licenseKeys");
        return;
    }
    json_array(j, "licenseKeys");
    for (unsigned i = 0; i < p->seat_count; i++) {
        if (p->seats[i].in_user) {
            const struct license *l = &a->licenses[p->seats[i].license];
            view_key(j, a, NULL, l->key, PLACE_USER_LICENSE);
            if (hash == 4 &&
                a->keys == KEYS_MIXED) /* the same license twice, as text and as a number */
                json_number(j, NULL, l->key);
        }
    }
    if (p->names_unlisted_license)
        json_text(j, NULL, "4499999999999999999");
    json_end_array(j);
}

static void user_products(struct json *j, const struct account *a, const struct person *p)
{
    static const char *const products[] = {"G2M", "G2W", "G2T", "JIVE"};
    json_array(j, "products");
    for (unsigned n = 0; n < 4; n++) {
        bool has = false;
        for (unsigned i = 0; i < p->seat_count; i++)
            has = has || license_has(&a->licenses[p->seats[i].license], products[n]);
        if (has)
            json_text(j, NULL, products[n]);
    }
    json_end_array(j);
}

static void user_extras(struct json *j, const struct person *p, uint32_t place)
{
    json_bool(j, "passwordCreated", p->status != STATUS_INVITED);
    json_bool(j, "nameLocked", false);
    json_bool(j, "emailLocked", place % 5 == 0);
    json_bool(j, "identityReadOnly", false);
    json_bool(j, "canAuthenticate", p->status == STATUS_ACTIVE);
    if (place % 6 == 0) { /* fields that nobody has told us of */
        json_object(j, "settings");
        json_object(j, "JIVE");
        json_number(j, "primaryExtensionNumber", "1.5e3");
        json_end_object(j);
        json_array(j, "key");
        json_object(j, NULL);
        json_text(j, "email", "not-this-one@example.com");
        json_null(j, "status");
        json_end_object(j);
        json_number(j, NULL, "-0.0");
        json_end_array(j);
        json_end_object(j);
    }
}

static void write_user(struct json *j, const struct sim *s, uint32_t place, const char *only)
{
    static const char *const statuses[] = {"ACTIVE", "INACTIVE", "INVITED"};
    const struct account *a = &s->account;
    const struct person *p = &a->people[place];
    json_object(j, NULL);
    if (wants(only, "key"))
        view_key(j, a, "key", p->key, PLACE_USER);
    if (wants(only, "firstName"))
        json_text(j, "firstName", name_or_null(p->first, place));
    if (wants(only, "lastName"))
        json_text(j, "lastName", name_or_null(p->last, place));
    if (wants(only, "email"))
        json_text(j, "email", p->email);
    if (wants(only, "locale"))
        json_text(j, "locale", people_locale(p->locale));
    if (wants(only, "timeZone"))
        json_text(j, "timeZone", people_zone(p->zone));
    if (wants(only, "licenseKeys"))
        user_licenses(j, a, p);
    if (wants(only, "products"))
        user_products(j, a, p);
    if (wants(only, "adminRoles"))
        admin_roles(j, p->admin);
    if (wants(only, "admin"))
        json_bool(j, "admin", p->admin);
    if (wants(only, "status"))
        json_text(j, "status", statuses[p->status]);
    if (wants(only, "inviteCount"))
        json_int(j, "inviteCount", p->status == STATUS_INVITED ? 1 + place % 3 : 0);
    if (wants(only, "groupKey") && p->group >= 0)
        view_key(j, a, "groupKey", a->groups[p->group].key, PLACE_USER_GROUP);
    else if (wants(only, "groupKey") && place % 9 == 2)
        json_null(j, "groupKey");
    if (wants(only, "groupName") && p->group >= 0)
        json_text(j, "groupName", a->groups[p->group].name);
    if (!only)
        user_extras(j, p, place);
    json_end_object(j);
}

/* Each name in attributes is a field of a user. */
static bool attributes_are_known(struct request *r, const char *attributes)
{
    for (const char *at = attributes; at && *at;) {
        size_t len = strcspn(at, ",");
        CLEANUP(free_text) char *word = xstrndup(at, len);
        if (len == 0 || strchr(word, ' ') || !scope_has(ATTRIBUTES, word)) {
            reply_bad_request(r, "invalid.parameter", "attributes");
            return false;
        }
        at += len + (at[len] == ',');
    }
    return true;
}

static void write_users(struct request *r, const uint32_t *list, size_t count, const char *only)
{
    struct page p;
    struct json j;
    if (!view_page(r, count, &p))
        return;
    view_begin(r, &j, &p);
    for (size_t i = p.from; i < p.to; i++)
        write_user(&j, r->sim, list[i], only);
    if (p.found_any && faults_strike(r, FAULT_SAME_USER, NULL)) {
        write_user(&j, r->sim, list[p.from], only);
        write_user(&j, r->sim, list[p.to - 1], only);
    }
    view_end(&j, &p);
}

void handle_users(struct request *r)
{
    const struct account *a = &r->sim->account;
    const char *text = params_get(&r->query, "filter");
    const char *only = params_get(&r->query, "attributes");
    bool own = false;
    CLEANUP(filter_close_at) struct filter *filter = NULL;
    if (!view_account(r, &own) || !attributes_are_known(r, only))
        return;
    if (text && !filter_open(&filter, text)) {
        reply_bad_request(r, "invalid.parameter", "filter");
        return;
    }
    if (own && !filter) {
        write_users(r, a->listed, a->listed_count, only);
        return;
    }
    uint32_t *list = xcalloc(a->listed_count + 1, sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < a->listed_count; i++) /* another account has its caller only */
        if ((own || a->listed[i] == r->token->person) &&
            filter_takes(filter, &a->people[a->listed[i]]))
            list[count++] = a->listed[i];
    write_users(r, list, count, only);
    free(list);
}

void handle_user(struct request *r)
{
    const char *key = r->segments[1];
    bool own = false;
    if (!view_account(r, &own))
        return;
    if (key[strspn(key, "0123456789")]) {
        reply_html(&r->reply, 502, "Bad Gateway", "The upstream service gave no valid answer.");
        return;
    }
    const struct person *p = account_person(&r->sim->account, key);
    uint32_t place = p ? account_place(&r->sim->account, p) : 0;
    if (!p || p->deleted || (!own && place != r->token->person)) {
        reply_admin_error(r, 404, "user.not.found", key);
        return;
    }
    struct json j;
    reply_restart(&r->reply, 200, "application/json;charset=UTF-8");
    json_open(&j, &r->reply.body);
    write_user(&j, r->sim, place, NULL);
    json_close(&j);
}

static void write_seats(struct json *j, const struct license *l)
{
    switch (l->seats_form) {
    case SEATS_NUMBER:
        json_int(j, "seats", l->seats);
        break;
    case SEATS_NULL:
        json_null(j, "seats");
        break;
    case SEATS_ABSENT:
        break;
    }
}

static void write_holders(struct json *j, const struct account *a, size_t license)
{
    const struct license *l = &a->licenses[license];
    int64_t count = 0;
    json_array(j, "userKeys");
    for (size_t i = 0; i < l->holder_count; i++) {
        const struct person *p = &a->people[l->holders[i]];
        for (unsigned n = 0; n < p->seat_count; n++) {
            if (p->seats[n].license == license && p->seats[n].in_license) {
                view_key(j, a, NULL, p->key, PLACE_LICENSE_USER);
                if (count++ % 40 == 39) /* one person, named twice */
                    json_text(j, NULL, p->key);
            }
        }
    }
    json_end_array(j);
    json_int(j, "userCount", count + l->user_count_by < 0 ? 0 : count + l->user_count_by);
    json_array(j, "invitedUserKeys");
    for (size_t i = 0; i < l->invited_count; i++)
        view_key(j, a, NULL, a->people[l->invited[i]].key, PLACE_LICENSE_INVITED);
    if (l->invited_count)
        json_text(j, NULL, a->people[l->invited[0]].key);
    json_end_array(j);
}

static void write_products(struct json *j, const char *products)
{
    json_array(j, "products");
    for (const char *at = products; *at;) {
        size_t len = strcspn(at, " ");
        CLEANUP(free_text) char *word = xstrndup(at, len);
        json_text(j, NULL, word);
        at += len + (at[len] == ' ');
    }
    json_end_array(j);
}

static void write_license(struct json *j, const struct account *a, size_t license)
{
    const struct license *l = &a->licenses[license];
    json_object(j, NULL);
    view_key(j, a, "key", l->key, PLACE_LICENSE);
    json_null(j, "concurrentLicenseKey");
    write_seats(j, l);
    json_bool(j, "enabled", l->enabled);
    json_text(j, "description", l->name);
    json_text(j, "type", "STANDARD");
    json_text(j, "channel", license % 2 ? "PARTNER" : "DIRECT");
    write_holders(j, a, license);
    json_array(j, "deviceKeys");
    for (unsigned i = 0; i < l->devices; i++)
        json_int(j, NULL, INT64_C(4950000000000000000) + i);
    json_end_array(j);
    json_int(j, "deviceCount", l->devices);
    write_products(j, l->products);
    json_array(j, "childLicenseKeys");
    json_end_array(j);
    json_object(j, "entitlements");
    json_object(j, "g2m");
    json_bool(j, "recordingProvisioned", true);
    json_bool(j, "chatProvisioned", license % 3 == 0);
    json_end_object(j);
    json_end_object(j);
    json_bool(j, "devicesOnly", false);
    json_bool(j, "devicesAllowed", l->devices > 0);
    json_bool(j, "externallyManaged", false);
    json_end_object(j);
}

void handle_licenses(struct request *r)
{
    const struct account *a = &r->sim->account;
    struct page p;
    struct json j;
    bool own = false;
    if (!view_account(r, &own) || !view_page(r, own ? a->license_count : 0, &p))
        return;
    view_begin(r, &j, &p);
    for (size_t i = p.from; i < p.to; i++)
        write_license(&j, a, i);
    view_end(&j, &p);
}

static void group_path(struct json *j, const struct account *a, int32_t group, bool names)
{
    const struct group *g = &a->groups[group];
    if (g->parent >= 0)
        group_path(j, a, g->parent, names);
    if (names)
        json_text(j, NULL, g->name);
    else
        view_key(j, a, NULL, g->key, PLACE_GROUP);
}

static void write_group(struct json *j, const struct account *a, size_t place)
{
    const struct group *g = &a->groups[place];
    json_object(j, NULL);
    view_key(j, a, place % 2 ? "groupKey" : "key", g->key, PLACE_GROUP);
    json_text(j, place % 2 ? "groupName" : "name", g->name);
    json_array(j, "keyPath");
    group_path(j, a, (int32_t)place, false);
    json_end_array(j);
    json_array(j, "namePath");
    group_path(j, a, (int32_t)place, true);
    json_end_array(j);
    json_array(j, "userKeys");
    for (size_t i = 0; i < g->member_count; i++)
        view_key(j, a, NULL, a->people[g->members[i]].key, PLACE_GROUP_USER);
    json_end_array(j);
    json_int(j, "totalMemberCount", (int64_t)g->member_count);
    json_end_object(j);
}

void handle_groups(struct request *r)
{
    const struct account *a = &r->sim->account;
    struct page p;
    struct json j;
    bool own = false;
    if (!view_account(r, &own) || !view_page(r, own ? a->group_count : 0, &p))
        return;
    view_begin(r, &j, &p);
    for (size_t i = p.from; i < p.to; i++)
        write_group(&j, a, i);
    view_end(&j, &p);
}
