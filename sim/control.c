/* /sim/control, /sim/counters, /sim/truth: the test's own door, no part of GoTo. */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <yajl/yajl_tree.h>

#include "base/cleanup.h"
#include "base/time.h"
#include "base/xalloc.h"

#include "json.h"
#include "route.h"
#include "sign_in.h"
#include "sim.h"
#include "truth.h"

static yajl_val get(yajl_val object, const char *name)
{
    const char *path[] = {name, NULL};
    return YAJL_IS_OBJECT(object) ? yajl_tree_get(object, path, yajl_t_any) : NULL;
}

/* A text, or a number as it was written; NULL: neither. */
static const char *text_of(yajl_val v)
{
    if (YAJL_IS_STRING(v))
        return v->u.string;
    return YAJL_IS_NUMBER(v) ? v->u.number.r : NULL;
}

static bool wrong(struct err *e, const char *what)
{
    return err_set(e, ERR_USAGE, "%s", what);
}

static bool find_person(struct sim *s, yajl_val v, struct person **out, struct err *e)
{
    const char *key = text_of(v);
    *out = key ? account_person(&s->account, key) : NULL;
    return *out ? true : err_set(e, ERR_USAGE, "no person has the key %s", key ? key : "null");
}

static bool find_instant(yajl_val v, int64_t *out, struct err *e)
{
    return (YAJL_IS_STRING(v) && time_parse(v->u.string, out)) || wrong(e, "not an instant");
}

static bool set_faults(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    if (!YAJL_IS_ARRAY(v))
        return wrong(e, "faults is a list of texts");
    faults_clear(&s->faults);
    for (size_t i = 0; i < v->u.array.len; i++) {
        yajl_val fault = v->u.array.values[i];
        if (!YAJL_IS_STRING(fault))
            return wrong(e, "faults is a list of texts");
        if (!faults_add(&s->faults, fault->u.string, e))
            return false;
    }
    json_int(j, "faults", (int64_t)s->faults.count);
    return true;
}

static bool move_clock(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    if (!YAJL_IS_INTEGER(v))
        return wrong(e, "clock_ms is a whole number");
    s->clock_offset_ms += YAJL_GET_INTEGER(v);
    json_instant(j, "now", sim_now(s));
    return true;
}

static bool revoke(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    if (!YAJL_IS_TRUE(v))
        return wrong(e, "revoke is true");
    grants_revoke(&s->grants, 0);
    sign_ins_clear(s->sign_ins);
    json_bool(j, "revoked", true);
    return true;
}

static bool expire_access(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    if (!YAJL_IS_TRUE(v))
        return wrong(e, "expire_access is true");
    grants_expire(&s->grants, TOKEN_ACCESS, sim_now(s));
    json_bool(j, "access_expired", true);
    return true;
}

static bool expire_refresh(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    if (!YAJL_IS_TRUE(v))
        return wrong(e, "expire_refresh is true");
    grants_expire(&s->grants, TOKEN_REFRESH, sim_now(s));
    json_bool(j, "refresh_expired", true);
    return true;
}

static bool set_role(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    const char *role = text_of(v);
    if (!role || (strcmp(role, "admin") != 0 && strcmp(role, "user") != 0))
        return wrong(e, "role is admin or user");
    s->opt.is_admin = strcmp(role, "admin") == 0;
    s->account.people[PERSON_ADMIN].admin = s->opt.is_admin;
    json_text(j, "role", role);
    return true;
}

static bool reset_counters(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    if (!YAJL_IS_TRUE(v))
        return wrong(e, "reset_counters is true");
    counters_reset(&s->counters);
    memset(s->faults.fired, 0, sizeof s->faults.fired);
    json_bool(j, "counters_reset", true);
    return true;
}

static bool parse_status(const char *text, enum status *out)
{
    static const char *const names[] = {"ACTIVE", "INACTIVE", "INVITED"};
    for (unsigned i = 0; text && i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum status)i;
            return true;
        }
    }
    return false;
}

static bool take_licenses(struct sim *s, uint32_t person, yajl_val list, struct err *e)
{
    for (size_t i = 0; YAJL_IS_ARRAY(list) && i < list->u.array.len; i++) {
        const char *key = text_of(list->u.array.values[i]);
        int32_t license = key ? account_license(&s->account, key) : -1;
        if (license < 0 || !account_take_seat(&s->account, person, (size_t)license, true, true))
            return wrong(e, "no such license, or no room for one more");
    }
    return true;
}

static bool join(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    struct account *a = &s->account;
    const char *email = text_of(get(v, "email"));
    const char *first = text_of(get(v, "firstName")), *last = text_of(get(v, "lastName"));
    const char *group_key = text_of(get(v, "groupKey"));
    int32_t group = group_key ? account_group(a, group_key) : -1;
    enum status status = STATUS_ACTIVE;
    if (!email || (group_key && group < 0))
        return wrong(e, "join needs an email, and its groupKey must exist");
    if (get(v, "status") && !parse_status(text_of(get(v, "status")), &status))
        return wrong(e, "status is ACTIVE, INACTIVE or INVITED");
    uint32_t place = account_add(a, first ? first : "New", last ? last : "Comer", email);
    a->people[place].status = status;
    a->people[place].edited = true;
    if (group >= 0)
        account_join_group(a, place, group);
    account_relist(a);
    if (!take_licenses(s, place, get(v, "licenseKeys"), e))
        return false;
    json_text(j, "joined", a->people[place].key);
    return true;
}

/* KEY, or {"key":KEY,"keeps_seats":true}: deleted, but licenses still name them. */
static bool leave(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    struct account *a = &s->account;
    struct person *p = NULL;
    bool keeps = YAJL_IS_TRUE(get(v, "keeps_seats"));
    if (!find_person(s, YAJL_IS_OBJECT(v) ? get(v, "key") : v, &p, e))
        return false;
    uint32_t place = account_place(a, p);
    while (!keeps && p->seat_count)
        account_drop_seat(a, place, p->seats[0].license);
    for (unsigned i = 0; i < p->seat_count; i++) {
        p->seats[i].in_user = false;
        p->seats[i].in_license = true;
    }
    account_join_group(a, place, -1);
    p->deleted = true;
    account_relist(a);
    json_text(j, "left", p->key);
    return true;
}

static bool read_seat(struct sim *s, yajl_val v, uint32_t *person, size_t *license, struct err *e)
{
    struct person *p = NULL;
    const char *key = text_of(get(v, "license"));
    int32_t found = key ? account_license(&s->account, key) : -1;
    if (!find_person(s, get(v, "user"), &p, e))
        return false;
    if (found < 0)
        return wrong(e, "no license has that key");
    *person = account_place(&s->account, p);
    *license = (size_t)found;
    return true;
}

static bool lose_seat(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    uint32_t person = 0;
    size_t license = 0;
    if (!read_seat(s, v, &person, &license, e))
        return false;
    if (!account_drop_seat(&s->account, person, license))
        return wrong(e, "that person holds no such seat");
    json_text(j, "seat_lost", s->account.licenses[license].key);
    return true;
}

static bool get_seat(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    uint32_t person = 0;
    size_t license = 0;
    if (!read_seat(s, v, &person, &license, e))
        return false;
    if (!account_take_seat(&s->account, person, license, true, true))
        return wrong(e, "that person has the seat, or has too many");
    json_text(j, "seat_got", s->account.licenses[license].key);
    return true;
}

static bool set_status(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    struct person *p = NULL;
    if (!find_person(s, get(v, "user"), &p, e))
        return false;
    if (!parse_status(text_of(get(v, "status")), &p->status))
        return wrong(e, "status is ACTIVE, INACTIVE or INVITED");
    p->edited = true;
    json_text(j, "status_of", p->key);
    return true;
}

static bool add_meeting(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    struct person *p = NULL;
    yajl_val end = get(v, "end");
    int64_t start_ms = 0, end_ms = NO_END;
    if (!find_person(s, get(v, "organizer"), &p, e) ||
        !find_instant(get(v, "start"), &start_ms, e) ||
        (end && !YAJL_IS_NULL(end) && !find_instant(end, &end_ms, e)))
        return false;
    const struct meeting *m = person_add_meeting(&s->account, p, start_ms, end_ms);
    p->edited = true;
    json_int(j, "meeting", (int64_t)m->id);
    return true;
}

static bool move(struct sim *s, yajl_val v, struct json *j, struct err *e)
{
    struct person *p = NULL;
    const char *key = text_of(get(v, "groupKey"));
    int32_t group = key ? account_group(&s->account, key) : -1;
    if (!find_person(s, get(v, "user"), &p, e) || !p)
        return false;
    if (key && group < 0)
        return wrong(e, "no group has that key");
    if (p->group == group)
        return wrong(e, "that is where the person is");
    account_join_group(&s->account, account_place(&s->account, p), group);
    p->moved_ms = sim_now(s);
    p->edited = true;
    json_text(j, "moved", p->key);
    return true;
}

static const struct {
    const char *name;
    bool (*apply)(struct sim *s, yajl_val v, struct json *j, struct err *e);
} controls[] = {
    {"faults", set_faults},
    {"clock_ms", move_clock},
    {"revoke", revoke},
    {"expire_access", expire_access},
    {"expire_refresh", expire_refresh},
    {"role", set_role},
    {"reset_counters", reset_counters},
    {"join", join},
    {"leave", leave},
    {"move", move},
    {"lose_seat", lose_seat},
    {"get_seat", get_seat},
    {"status", set_status},
    {"meeting", add_meeting},
};

static bool apply_one(struct sim *s, const char *name, yajl_val v, struct json *j, struct err *e)
{
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        if (strcmp(controls[i].name, name) == 0)
            return controls[i].apply(s, v, j, e);
    return err_set(e, ERR_USAGE, "there is no control \"%s\"", name);
}

/* In the order given; what stands before a mistake stays done. */
void handle_control(struct request *r)
{
    char problem[256] = "";
    struct err e = {0};
    struct json j;
    yajl_val root = yajl_tree_parse(buf_text(&r->body), problem, sizeof problem);
    bool good = YAJL_IS_OBJECT(root);
    if (!good)
        wrong(&e, "the body is not a JSON object");
    reply_restart(&r->reply, 200, "application/json");
    json_open(&j, &r->reply.body);
    json_object(&j, NULL);
    for (size_t i = 0; good && i < root->u.object.len; i++)
        good = apply_one(r->sim, root->u.object.keys[i], root->u.object.values[i], &j, &e);
    json_end_object(&j);
    json_close(&j);
    if (!good)
        reply_control_error(r, e.msg);
    yajl_tree_free(root);
}

static void write_route(struct json *j, const struct counters *c, size_t place)
{
    const struct status_count *row = c->routes[place];
    struct buf name = BUF_INIT(200);
    if (row[0].count == 0)
        return;
    if (place < route_count)
        buf_addf(&name, "%s %s", routes[place].method, routes[place].pattern);
    else
        buf_adds(&name, "unknown");
    json_object(j, buf_text(&name));
    for (unsigned i = 0; i < COUNTER_STATUSES_MAX && row[i].count; i++) {
        char status[16];
        snprintf(status, sizeof status, "%u", row[i].status);
        json_int(j, status, (int64_t)row[i].count);
    }
    json_end_object(j);
    buf_done(&name);
}

static void write_statuses(struct json *j, const struct counters *c)
{
    json_object(j, "statuses");
    for (unsigned status = 100; status < 600; status++) {
        uint64_t sum = 0;
        char name[16];
        for (size_t i = 0; i <= route_count; i++)
            for (unsigned n = 0; n < COUNTER_STATUSES_MAX; n++)
                sum += c->routes[i][n].status == status ? c->routes[i][n].count : 0;
        snprintf(name, sizeof name, "%u", status);
        if (sum)
            json_int(j, name, (int64_t)sum);
    }
    json_end_object(j);
}

void handle_counters(struct request *r)
{
    const struct counters *c = &r->sim->counters;
    struct json j;
    reply_restart(&r->reply, 200, "application/json");
    json_open(&j, &r->reply.body);
    json_object(&j, NULL);
    json_int(&j, "requests", (int64_t)c->requests);
    json_int(&j, "connections", (int64_t)c->connections);
    json_int(&j, "in_flight_max", (int64_t)c->in_flight_max);
    json_object(&j, "routes");
    for (size_t i = 0; i <= route_count; i++)
        write_route(&j, c, i);
    json_end_object(&j);
    write_statuses(&j, c);
    json_object(&j, "limit_refusals");
    for (unsigned i = API_ADMIN; i <= API_G2M; i++)
        json_int(&j, api_name(i), (int64_t)c->refused[i]);
    json_end_object(&j);
    json_object(&j, "faults");
    for (unsigned i = 0; i < FAULT_COUNT; i++)
        if (r->sim->faults.fired[i])
            json_int(&j, fault_name(i), (int64_t)r->sim->faults.fired[i]);
    json_end_object(&j);
    json_end_object(&j);
    json_close(&j);
}

static bool read_instant(struct request *r, const char *name, int64_t *out)
{
    const char *text = params_get(&r->query, name);
    if (!text || time_parse(text, out))
        return true;
    reply_control_error(r, "not an instant");
    return false;
}

void handle_truth(struct request *r)
{
    int64_t at = sim_now(r->sim);
    if (!read_instant(r, "at", &at))
        return;
    at -= at % SECOND_MS;
    int64_t since = at - LOOK_BACK_DAYS * DAY_MS;
    if (!read_instant(r, "since", &since))
        return;
    reply_restart(&r->reply, 200, "application/json");
    truth_write(r->sim, at, since, &r->reply.body);
}
