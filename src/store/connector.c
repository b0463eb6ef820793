#include "store/connector.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/option.h"
#include "base/shell.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "store/schedule.h"

static const char ADD[] = "INSERT INTO connector (name, provider, active, created_ms)"
                          " VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING";
#define SELECT                                                                                     \
    "SELECT c.id, coalesce(d.name, c.name), c.provider, c.active, c.created_ms,"                   \
    " d.connector IS NOT NULL, coalesce(d.of, 0)"                                                  \
    " FROM connector c LEFT JOIN draft d ON d.connector = c.id"
static const char LIST[] = SELECT " WHERE d.connector IS NULL ORDER BY c.name";
static const char GET[] = SELECT " WHERE c.name = $1 AND d.connector IS NULL";
static const char GET_ID[] = SELECT " WHERE c.id = $1";
static const char RENAME[] = "UPDATE connector SET name = $1 WHERE id = $2";
static const char SET_ACTIVE[] = "UPDATE connector SET active = $1 WHERE id = $2";
static const char REMOVE[] = "DELETE FROM connector WHERE id = $1"; /* the rest cascades */
static const char REMOVE_DRAFTS[] =
    "DELETE FROM connector WHERE id IN (SELECT connector FROM draft WHERE of = $1)";

static const char LIST_SETTINGS[] =
    "SELECT key, value FROM connector_setting WHERE connector = $1 ORDER BY key";
static const char PUT_SETTING[] =
    "INSERT INTO connector_setting (connector, key, value) VALUES ($1, $2, $3)"
    " ON CONFLICT (connector, key) DO UPDATE SET value = excluded.value";
static const char REMOVE_SETTING[] =
    "DELETE FROM connector_setting WHERE connector = $1 AND key = $2";

void connector_done(struct connector *c)
{
    free(c->name);
    free(c->provider);
    for (size_t i = 0; i < c->setting_count; i++) {
        free(c->settings[i].key);
        free(c->settings[i].value);
    }
    free(c->settings);
    *c = (struct connector){0};
}

void connector_list_done(struct connector_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        connector_done(&l->items[i]);
    free(l->items);
    *l = (struct connector_list){0};
}

/* Characters of well-formed UTF-8. */
static size_t count_characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

bool connector_check_name(const char *name, struct err *e)
{
    enum { NAME_MAX_CHARACTERS = 64 };
    size_t len = strlen(name);
    CLEANUP(buf_done) struct buf visible = BUF_INIT(1024);
    bool ok = len > 0 && text_is_utf8(name, len) && count_characters(name) <= NAME_MAX_CHARACTERS &&
              !strchr(name, '/') && name[0] != '-' && name[0] != ' ' && name[len - 1] != ' ' &&
              text_add_visible(&visible, name, 0) && strcmp(buf_text(&visible), name) == 0;
    if (ok)
        return true;
    visible.len = 0;
    text_add_visible(&visible, name, 40);
    err_set(e, ERR_USAGE, "\"%s\" cannot be the name of a connector", buf_text(&visible));
    return err_next(e,
                    "use 1 to %d visible characters, no \"/\", no \"-\" at the start, "
                    "and no space at either end",
                    NAME_MAX_CHARACTERS);
}

static bool name_is_taken(const char *name, struct err *e)
{
    err_set(e, ERR_USAGE, "there is a connector named \"%s\" already", name);
    return err_next(e, "choose another name");
}

bool connector_add(struct db *db, const char *name, const char *provider, bool active,
                   int64_t created_ms, int64_t *id, struct err *e)
{
    if (!connector_check_name(name, e))
        return false;
    struct query *q = query(db, ADD);
    q_text(q, 1, name);
    q_text(q, 2, provider);
    q_int(q, 3, active);
    q_int(q, 4, created_ms);
    int64_t changed;
    if (!q_run(q, &changed, e))
        return false;
    if (changed == 0)
        return name_is_taken(name, e);
    *id = db_last_id(db);
    return true;
}

static struct connector read_row(struct query *q)
{
    return (struct connector){
        .id = q_get_int(q, 0),
        .name = xstrdup(q_get_text(q, 1)),
        .provider = xstrdup(q_get_text(q, 2)),
        .active = q_get_int(q, 3) != 0,
        .created_ms = q_get_int(q, 4),
        .is_draft = q_get_int(q, 5) != 0,
        .draft_of = q_get_int(q, 6),
    };
}

static bool read_settings(struct db *db, struct connector *c, struct err *e)
{
    struct query *q = query(db, LIST_SETTINGS);
    q_int(q, 1, c->id);
    size_t cap = 0;
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        GROW(c->settings, c->setting_count, cap);
        c->settings[c->setting_count++] =
            (struct setting){xstrdup(q_get_text(q, 0)), xstrdup(q_get_text(q, 1))};
    }
}

static bool read_list(struct db *db, struct connector_list *l, struct err *e)
{
    struct query *q = query(db, LIST);
    for (bool row;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            break;
        GROW(l->items, l->count, l->cap);
        l->items[l->count++] = read_row(q);
    }
    for (size_t i = 0; i < l->count; i++)
        if (!read_settings(db, &l->items[i], e))
            return false;
    return true;
}

bool connector_list(struct db *db, struct connector_list *out, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    CLEANUP(connector_list_done) struct connector_list l = {0};
    if (!tx_begin_read(&tx, db, e) || !read_list(db, &l, e) || !tx_commit(&tx, e))
        return false;
    *out = MOVE(l);
    return true;
}

struct choice {
    const char *name;
    unsigned distance;
};

static int by_distance(const void *a, const void *b)
{
    const struct choice *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return strcmp(x->name, y->name);
}

static bool not_found(struct db *db, const char *name, struct err *e)
{
    enum { NAMES_MAX = 5 };
    CLEANUP(connector_list_done) struct connector_list l = {0};
    if (!connector_list(db, &l, e))
        return false;
    err_set(e, ERR_USAGE, "no connector is named \"%s\"", name);
    if (l.count == 0)
        return err_next(e, "add one: seatledger connector add NAME ...");
    struct choice *choices = xcalloc(l.count, sizeof *choices);
    for (size_t i = 0; i < l.count; i++)
        choices[i] = (struct choice){l.items[i].name, word_distance(l.items[i].name, name)};
    qsort(choices, l.count, sizeof *choices, by_distance);
    CLEANUP(buf_done) struct buf names = BUF_INIT(2048);
    for (size_t i = 0; i < l.count && i < NAMES_MAX; i++)
        buf_addf(&names, "%s\"%s\"", i ? ", " : "", choices[i].name);
    if (l.count > NAMES_MAX)
        buf_adds(&names, ", ...");
    free(choices);
    return err_next(e, "there is: %s", buf_text(&names));
}

/* The row that q gives; *found false: it gives none. */
static bool read_one(struct db *db, struct query *q, struct connector *out, bool *found,
                     struct err *e)
{
    CLEANUP(connector_done) struct connector c = {0};
    if (!q_next(q, found, e))
        return false;
    if (!*found)
        return true;
    c = read_row(q);
    q_end(q);
    if (!read_settings(db, &c, e))
        return false;
    *out = MOVE(c);
    return true;
}

bool connector_get(struct db *db, const char *name, struct connector *out, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    bool found;
    if (!tx_begin_read(&tx, db, e))
        return false;
    struct query *q = query(db, GET);
    q_text(q, 1, name);
    return read_one(db, q, out, &found, e) && (found || not_found(db, name, e)) &&
           tx_commit(&tx, e);
}

bool connector_find(struct db *db, int64_t id, struct connector *out, bool *found, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin_read(&tx, db, e))
        return false;
    struct query *q = query(db, GET_ID);
    q_int(q, 1, id);
    return read_one(db, q, out, found, e) && tx_commit(&tx, e);
}

bool connector_get_id(struct db *db, int64_t id, struct connector *out, struct err *e)
{
    bool found;
    if (!connector_find(db, id, out, &found, e))
        return false;
    if (found)
        return true;
    err_set(e, ERR_USAGE, "connector %lld is not there any more", (long long)id);
    return err_next(e, "look among the connectors: it was removed or its draft was given up");
}

bool connector_put_setting(struct db *db, int64_t id, const char *key, const char *value,
                           struct err *e)
{
    bool is_set = value && *value;
    struct query *q = query(db, is_set ? PUT_SETTING : REMOVE_SETTING);
    q_int(q, 1, id);
    q_text(q, 2, key);
    if (is_set)
        q_text(q, 3, value);
    return q_run(q, NULL, e);
}

/* *taken: by a connector other than id. */
static bool find_name(struct db *db, const char *name, int64_t id, bool *taken, struct err *e)
{
    struct query *q = query(db, GET);
    q_text(q, 1, name);
    if (!q_next(q, taken, e))
        return false;
    if (*taken)
        *taken = q_get_int(q, 0) != id;
    q_end(q);
    return true;
}

bool connector_rename(struct db *db, int64_t id, const char *name, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    bool taken;
    if (!connector_check_name(name, e) || !tx_begin(&tx, db, e) ||
        !find_name(db, name, id, &taken, e))
        return false;
    if (taken)
        return name_is_taken(name, e);
    struct query *q = query(db, RENAME);
    q_text(q, 1, name);
    q_int(q, 2, id);
    return q_run(q, NULL, e) && tx_commit(&tx, e);
}

static bool let_pass(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    bool found, marked;
    CLEANUP(schedule_row_done) struct schedule_row r = {0};
    return schedule_get(db, id, &r, &found, e) &&
           (!found || r.active || schedule_mark(db, &r, now_ms, &marked, e));
}

bool connector_set_active(struct db *db, int64_t id, bool active, int64_t now_ms, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e) || (active && !let_pass(db, id, now_ms, e)))
        return false;
    struct query *q = query(db, SET_ACTIVE);
    q_int(q, 1, active);
    q_int(q, 2, id);
    return q_run(q, NULL, e) && tx_commit(&tx, e);
}

bool connector_remove(struct db *db, int64_t id, struct err *e)
{
    CLEANUP(tx_done) struct tx tx = TX_INIT;
    if (!tx_begin(&tx, db, e))
        return false;
    struct query *q = query(db, REMOVE_DRAFTS);
    q_int(q, 1, id);
    if (!q_run(q, NULL, e))
        return false;
    q = query(db, REMOVE);
    q_int(q, 1, id);
    return q_run(q, NULL, e) && tx_commit(&tx, e);
}

bool connector_advise(struct db *db, int64_t id, struct err *e)
{
    struct err ignored = {0};
    CLEANUP(connector_done) struct connector c = {0};
    if (connector_get_id(db, id, &c, &ignored))
        shell_personal(e, c.name);
    return false;
}
