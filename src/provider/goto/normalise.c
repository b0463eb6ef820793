#include "provider/goto/goto.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "base/xalloc.h"

enum { SEATS_UNLIMITED = 2147483647 }; /* and above; product.md, Subscriptions and seats */

static const char *const page_envelope[] = {
    [GOTO_TO_INDEX] = "toIndex", [GOTO_TOTAL] = "total", NULL};

static const char *const user_fields[] = {"key",      "firstName", "lastName",
                                          "email",    "status",    "licenseKeys/#",
                                          "groupKey", "groupName", NULL};
const struct record_spec goto_user_spec = {
    .array = "results", .fields = user_fields, .envelope = page_envelope};

static const char *const license_fields[] = {"key",   "description", "type",       "enabled",
                                             "seats", "userCount",   "products/#", NULL};
static const char *const license_streamed[] = {"userKeys/#", "invitedUserKeys/#", NULL};
const struct record_spec goto_license_spec = {.array = "results",
                                              .fields = license_fields,
                                              .streamed = license_streamed,
                                              .envelope = page_envelope};

static const char *const meeting_fields[] = {
    "organizerKey", "organizerkey", "meetingId",    "startTime",
    "endTime",      "meetingType",  "numAttendees", NULL};
const struct record_spec goto_meeting_spec = {.array = "", .fields = meeting_fields};

static const char *const me_fields[] = {
    "key",   "firstName",    "lastName",   "email",          "locale",          "timeZone",
    "admin", "adminRoles/#", "accountKey", "accounts/#/key", "accounts/#/name", NULL};
const struct record_spec goto_me_spec = {.fields = me_fields};

static const char *const scim_fields[] = {
    "id", "userName", "displayName",
    "urn:scim:schemas:extension:getgo:1.0/accounts/#/entitlements/#", NULL};
const struct record_spec goto_scim_spec = {.fields = scim_fields};

void goto_scratch_done(struct goto_scratch *s)
{
    buf_done(&s->first);
    buf_done(&s->second);
    free(s->keys);
    s->keys = NULL;
    s->count = s->cap = 0;
}

static bool is_whole(const struct record *r, struct err *e)
{
    return !r->broken || err_set(e, ERR_REMOTE, "%s", r->broken);
}

static const char *text_or_empty(const struct record *r, const char *path)
{
    const char *text = record_text(r, path);
    return text ? text : "";
}

/* NULL when absent or empty. */
static const char *text_or_null(const struct record *r, const char *path)
{
    const char *text = record_text(r, path);
    return text && *text ? text : NULL;
}

static const char *full_name(const struct record *r, struct buf *out)
{
    const char *first = text_or_empty(r, "firstName"), *last = text_or_empty(r, "lastName");
    buf_clear(out);
    buf_adds(out, first);
    if (*first && *last)
        buf_addc(out, ' ');
    buf_adds(out, last);
    return buf_text(out);
}

/* The elements of a list of keys; null and "" are left out. */
static bool take_keys(const struct record *r, const char *path, struct goto_scratch *s,
                      struct err *e)
{
    s->count = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->fields[i].path, path) != 0)
            continue;
        const struct record one = {.fields = &r->fields[i], .count = 1};
        const char *key;
        if (!may_key(&one, path, &key, e))
            return false;
        if (!key)
            continue;
        GROW(s->keys, s->count, s->cap);
        s->keys[s->count++] = key;
    }
    return true;
}

bool goto_user(const struct record *r, struct goto_scratch *s, struct user *out, struct err *e)
{
    struct user u = {0};
    if (!is_whole(r, e) || !want_key(r, "key", &u.key, e) ||
        !may_key(r, "groupKey", &u.group_key, e) || !take_keys(r, "licenseKeys/#", s, e))
        return false;
    u.email = text_or_empty(r, "email");
    u.name = full_name(r, &s->first);
    buf_clear(&s->second);
    for (const char *t = text_or_empty(r, "status"); *t; t++)
        buf_addc(&s->second, (char)(*t >= 'a' && *t <= 'z' ? *t - ('a' - 'A') : *t));
    u.status = buf_text(&s->second);
    u.group_name = u.group_key ? text_or_null(r, "groupName") : NULL;
    *out = u;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Is word one of the words in list, which are separated by ','? */
static bool lists_word(const char *list, const char *word)
{
    for (size_t len; *list; list += len + (list[len] == ',')) {
        len = strcspn(list, ",");
        const char *from = list, *to = list + len;
        while (from < to && isspace((unsigned char)*from))
            from++;
        while (to > from && isspace((unsigned char)to[-1]))
            to--;
        size_t n = (size_t)(to - from);
        if (n && n == strlen(word) && strncasecmp(from, word, n) == 0)
            return true;
    }
    return false;
}

/* Joins the license's products, sorted and each once, and says whether a wanted one is there. */
static bool take_products(const struct record *r, const char *products, struct goto_scratch *s,
                          bool *ours, struct err *e)
{
    *ours = false;
    if (!take_keys(r, "products/#", s, e))
        return false;
    if (s->count)
        qsort(s->keys, s->count, sizeof *s->keys, by_text);
    buf_clear(&s->first);
    for (size_t i = 0; i < s->count; i++) {
        if (i && strcmp(s->keys[i], s->keys[i - 1]) == 0)
            continue;
        if (strchr(s->keys[i], ','))
            return err_set(e, ERR_REMOTE, "products holds a word with a comma");
        buf_addf(&s->first, "%s%s", s->first.len ? "," : "", s->keys[i]);
        *ours = *ours || lists_word(products, s->keys[i]);
    }
    return true;
}

/* Absent, null, negative or too many to be a number of seats: unlimited. */
static bool take_seats(const struct record *r, int64_t *out, struct err *e)
{
    const struct json_field *f = record_find(r, "seats");
    const char *digits = f ? f->text + (f->text[0] == '-') : "";
    if (f && ((f->type != JSON_NUMBER && f->type != JSON_TEXT) ||
              strspn(digits, "0123456789") != strlen(digits)))
        return err_set(e, ERR_REMOTE, "seats is no whole number");
    if (!*digits || !parse_int(f->text, 0, SEATS_UNLIMITED - 1, out))
        *out = COUNT_NONE;
    return true;
}

/* A number that decides nothing: what cannot be read is not said. */
static int64_t count_or_none(const struct record *r, const char *path)
{
    struct err ignored;
    int64_t n;
    bool found = false;
    return may_int(r, path, 0, INT64_MAX, &n, &found, &ignored) && found ? n : COUNT_NONE;
}

bool goto_license(const struct record *r, const char *products, struct goto_scratch *s,
                  struct subscription *out, bool *ours, struct err *e)
{
    struct subscription l = {0};
    if (!is_whole(r, e) || !take_products(r, products, s, ours, e))
        return false;
    if (!*ours)
        return true;
    if (!want_key(r, "key", &l.key, e) || !may_bool(r, "enabled", true, &l.enabled, e) ||
        !take_seats(r, &l.purchased, e))
        return false;
    l.products = buf_text(&s->first);
    l.has_organizers = lists_word(l.products, "G2M");
    l.user_count = count_or_none(r, "userCount");
    l.name = text_or_null(r, "description");
    if (!l.name)
        l.name = text_or_null(r, "type");
    if (!l.name) {
        buf_clear(&s->second);
        buf_addf(&s->second, "License %s", l.key);
        l.name = buf_text(&s->second);
    }
    *out = l;
    return true;
}

static bool take_times(const struct record *r, struct meeting *m, struct err *e)
{
    const char *start, *end = text_or_null(r, "endTime");
    if (!want_text(r, "startTime", &start, e))
        return false;
    if (!goto_time(start, &m->start_ms))
        return err_set(e, ERR_REMOTE, "startTime is no date-time of a known form");
    m->end_ms = TIME_NONE;
    if (end && !goto_time(end, &m->end_ms))
        return err_set(e, ERR_REMOTE, "endTime is no date-time of a known form");
    return !end || m->end_ms >= m->start_ms ||
           err_set(e, ERR_REMOTE, "the meeting ends before it starts");
}

static bool take_organizer(const struct record *r, const char *asked, struct meeting *m,
                           struct err *e)
{
    if (!may_key(r, "organizerKey", &m->organizer, e) ||
        (!m->organizer && !may_key(r, "organizerkey", &m->organizer, e)))
        return false;
    if (!m->organizer)
        m->organizer = asked;
    if (!m->organizer)
        return err_set(e, ERR_REMOTE, "organizerKey is missing");
    return !asked || strcmp(m->organizer, asked) == 0 ||
           err_set(e, ERR_REMOTE, "organizerKey is not the organizer who was asked for");
}

/* "331-536-871" is "331536871". */
static bool take_meeting_id(const struct record *r, struct buf *out, struct err *e)
{
    const char *id;
    if (!want_key(r, "meetingId", &id, e))
        return false;
    buf_clear(out);
    for (; *id; id++)
        if (*id != '-')
            buf_addc(out, *id);
    return out->len > 0 || err_set(e, ERR_REMOTE, "meetingId is empty");
}

bool goto_meeting(const struct record *r, const char *organizer, struct goto_scratch *s,
                  struct meeting *out, struct err *e)
{
    struct meeting m = {0};
    if (!is_whole(r, e) || !take_organizer(r, organizer, &m, e) ||
        !take_meeting_id(r, &s->first, e) || !take_times(r, &m, e))
        return false;
    buf_clear(&s->second);
    for (const char *t = text_or_empty(r, "meetingType"); *t; t++)
        buf_addc(&s->second, (char)(*t >= 'A' && *t <= 'Z' ? *t + ('a' - 'A') : *t));
    m.meeting_id = buf_text(&s->first);
    m.type = buf_text(&s->second);
    m.attendees = count_or_none(r, "numAttendees");
    *out = m;
    return true;
}

/* ---- who granted access ---- */

/* The name of the account whose key stands at this index of accounts[]; without one, its key. */
static const char *account_name(const struct record *r, unsigned index, const char *key)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->fields[i].index == index && r->fields[i].type == JSON_TEXT && r->fields[i].text[0] &&
            strcmp(r->fields[i].path, "accounts/#/name") == 0)
            return r->fields[i].text;
    return key;
}

static void add_account(struct identity *i, const char *key, const char *name)
{
    if (identity_account(i, key))
        return;
    i->accounts = xrealloc_array(i->accounts, i->account_count + 1, sizeof *i->accounts);
    i->accounts[i->account_count++] = (struct identity_account){xstrdup(key), xstrdup(name)};
}

static bool take_accounts(const struct record *r, struct identity *i, struct err *e)
{
    const char *current;
    if (!may_key(r, "accountKey", &current, e))
        return false;
    for (size_t n = 0; n < r->count; n++) {
        if (strcmp(r->fields[n].path, "accounts/#/key") != 0)
            continue;
        const struct record one = {.fields = &r->fields[n], .count = 1};
        const char *key;
        if (!may_key(&one, "accounts/#/key", &key, e))
            return false;
        if (key)
            add_account(i, key, account_name(r, r->fields[n].index, key));
    }
    if (current)
        add_account(i, current, current);
    else if (i->account_count == 1)
        current = i->accounts[0].key;
    i->account_key = xstrdup(current);
    return i->account_count > 0 || err_set(e, ERR_REMOTE, "it names no account");
}

static char *language_of(const struct record *r)
{
    char *language = xstrdup(text_or_null(r, "locale"));
    for (char *p = language; p && *p; p++)
        if (*p == '-')
            *p = '_';
    return language;
}

bool goto_identity(const struct record *r, struct identity *out, struct err *e)
{
    const char *key;
    if (!is_whole(r, e) || !want_key(r, "key", &key, e))
        return false;
    struct identity i = {0};
    /* The Admin API answers administrators only, so being answered makes one, unless it says no. */
    bool has_role = record_find(r, "adminRoles/#") != NULL;
    if (!take_accounts(r, &i, e) || !may_bool(r, "admin", true, &i.is_admin, e)) {
        identity_done(&i);
        return false;
    }
    struct buf name = BUF_INIT(JSON_RECORD_BYTES_MAX + 1);
    full_name(r, &name);
    i.is_admin = i.is_admin || has_role;
    i.name = buf_take(&name);
    i.user_key = xstrdup(key);
    i.email = xstrdup(text_or_empty(r, "email"));
    i.language = language_of(r);
    i.time_zone = xstrdup(text_or_null(r, "timeZone"));
    *out = i;
    return true;
}
