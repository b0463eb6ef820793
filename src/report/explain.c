#include "report/explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/xalloc.h"

enum { CHOICES_BYTES_MAX = 2000 };

static const char HISTORY[] =
    "SELECT c.from_ms, c.to_ms, (SELECT count(*) FROM coverage_user u"
    " WHERE u.connector = c.connector AND u.reason <> ''), (SELECT count(*) FROM coverage_user u"
    " WHERE u.connector = c.connector AND u.reason = '') FROM coverage c WHERE c.connector = $1";
static const char MEETING_END[] =
    "SELECT end_ms FROM meeting WHERE connector = $1 AND organizer = $2 AND start_ms = $3"
    " AND first_agg <= $4 ORDER BY meeting_id DESC";
static const char BY_ADDRESS[] =
    "SELECT user_key, search FROM user_figure WHERE connector = $1 AND email_order = $2"
    " ORDER BY user_key";
static const char IS_USER[] = "SELECT 1 FROM user_figure WHERE connector = $1 AND user_key = $2";
static const char COUNT_MEETINGS[] =
    "SELECT count(*) FROM meeting WHERE connector = $1 AND organizer = $2";
static const char COUNT_DAYS[] =
    "SELECT count(*) FROM activity_day WHERE connector = $1 AND user_key = $2";
static const char MEETINGS[] =
    "SELECT start_ms, end_ms, type, meeting_id, first_agg FROM meeting"
    " WHERE connector = $1 AND organizer = $2 ORDER BY start_ms DESC, meeting_id DESC LIMIT $3";
static const char DAYS[] =
    "SELECT d.day, i.file, i.at_ms FROM activity_day d JOIN activity_import i ON i.id = d.import"
    " WHERE d.connector = $1 AND d.user_key = $2 ORDER BY d.day DESC LIMIT $3";

bool explain_history(struct db *db, const struct account *a, struct history_range *out,
                     struct err *e)
{
    struct query *q = query(db, HISTORY);
    bool row;
    q_int(q, 1, a->at.connector);
    if (!q_next(q, &row, e))
        return false;
    *out = (struct history_range){0};
    if (row) {
        *out = (struct history_range){true, q_get_int(q, 0), q_get_int(q, 1), q_get_int(q, 2),
                                      q_get_int(q, 3)};
        q_end(q);
    }
    return true;
}

struct active_walk {
    struct db *db;
    const struct account *a;
    const struct active_sink *sink;
};

/* Of several meetings that start at once, one that counts. */
static bool find_end(struct active_walk *w, const struct user_row *r, int64_t *end_ms,
                     struct err *e)
{
    struct query *q = query(w->db, MEETING_END);
    bool row;
    q_int(q, 1, w->a->at.connector);
    q_text(q, 2, r->key);
    q_int(q, 3, r->last_ms);
    q_int(q, 4, w->a->at.id);
    for (*end_ms = TIME_NONE;;) {
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        int64_t end = q_is_null(q, 0) ? TIME_NONE : q_get_int(q, 0);
        if (meeting_counts(r->last_ms, end, w->a->at.t_ms)) {
            *end_ms = end;
            q_end(q);
            return true;
        }
    }
}

static bool on_active(void *ctx, const struct user_row *r, struct err *e)
{
    struct active_walk *w = ctx;
    int64_t end_ms = TIME_NONE;
    return (r->last != LAST_MEETING || find_end(w, r, &end_ms, e)) &&
           w->sink->row(w->sink->ctx, r, end_ms, e);
}

bool explain_active(struct db *db, const struct account *a, const struct active_sink *sink,
                    struct err *e)
{
    struct active_walk w = {db, a, sink};
    const struct user_filter f = {.has_state = true,
                                  .state = STATE_ACTIVE,
                                  .sort = SORT_LAST_ACTIVITY,
                                  .descending = true,
                                  .limit = sink->limit,
                                  .format = sink->format};
    return activity_each(db, a, &f, on_active, &w, e);
}

/* ---- one user ---- */

static bool is_user(struct db *db, const struct account *a, const char *key, bool *found,
                    struct err *e)
{
    struct query *q = query(db, IS_USER);
    q_int(q, 1, a->at.connector);
    q_text(q, 2, key);
    if (!q_next(q, found, e))
        return false;
    if (*found)
        q_end(q);
    return true;
}

/* Whose address is the one that was typed: what sorts alike need not be the same. */
static bool find_address(struct db *db, const struct account *a, const char *typed,
                         struct buf *keys, int64_t *count, struct err *e)
{
    CLEANUP(free_text) char *folded = text_fold(typed);
    struct text_order *order;
    uint8_t bytes[TEXT_ORDER_BYTES];
    if (!text_order_open(&order, e))
        return false;
    size_t len = text_order_key(order, typed, bytes);
    text_order_close(order);
    struct query *q = query(db, BY_ADDRESS);
    q_int(q, 1, a->at.connector);
    q_blob(q, 2, bytes, len);
    for (*count = 0;;) {
        bool row;
        if (!q_next(q, &row, e))
            return false;
        if (!row)
            return true;
        const char *newline = strrchr(q_get_text(q, 1), '\n');
        if (newline && strcmp(newline + 1, folded) == 0)
            buf_addf(keys, "%s%s", (*count)++ ? ", " : "", q_get_text(q, 0));
    }
}

bool user_resolve(struct db *db, const struct account *a, const char *typed, char **key,
                  struct err *e)
{
    CLEANUP(buf_done) struct buf keys = BUF_INIT(CHOICES_BYTES_MAX);
    bool found;
    int64_t count;
    if (!is_user(db, a, typed, &found, e))
        return false;
    if (found) {
        *key = xstrdup(typed);
        return true;
    }
    if (!find_address(db, a, typed, &keys, &count, e))
        return false;
    if (count == 1) {
        *key = buf_take(&keys);
        return true;
    }
    if (count > 1) {
        err_set(e, ERR_USAGE, "%lld users have the e-mail address %s", (long long)count, typed);
        return err_next(e, "use the key of one of them: %s", buf_text(&keys));
    }
    err_set(e, ERR_USAGE, "no user of the account has the e-mail address or key \"%s\"", typed);
    err_next(e, "look for them: seatledger report users NAME --search TEXT");
    return connector_advise(db, a->at.connector, e);
}

const char *meeting_role_words(enum meeting_role r)
{
    static const char *const words[] = {[MEETING_COUNTS] = "counts",
                                        [MEETING_LATER] = "begins after T",
                                        [MEETING_RUNNING] = "had not ended at T",
                                        [MEETING_READ_LATER] = "read by a later run"};
    return words[r];
}

static enum meeting_role role_of(const struct aggregation *at, const struct stored_meeting *m)
{
    if (m->first_agg > at->id)
        return MEETING_READ_LATER;
    if (m->start_ms > at->t_ms)
        return MEETING_LATER;
    return meeting_counts(m->start_ms, m->end_ms, at->t_ms) ? MEETING_COUNTS : MEETING_RUNNING;
}

static bool count(struct db *db, const char *statement, const struct account *a, const char *user,
                  int64_t *total, struct err *e)
{
    struct query *q = query(db, statement);
    bool row;
    q_int(q, 1, a->at.connector);
    q_text(q, 2, user);
    if (!q_next(q, &row, e))
        return false;
    *total = q_get_int(q, 0);
    q_end(q);
    return true;
}

bool explain_meetings(struct db *db, const struct account *a, const char *user,
                      const struct meeting_sink *sink, int64_t *total, struct err *e)
{
    if (!count(db, COUNT_MEETINGS, a, user, total, e))
        return false;
    struct query *q = query(db, MEETINGS);
    bool row;
    q_int(q, 1, a->at.connector);
    q_text(q, 2, user);
    q_int(q, 3, sink->limit);
    while (q_next(q, &row, e)) {
        if (!row)
            return true;
        struct stored_meeting m = {.start_ms = q_get_int(q, 0),
                                   .end_ms = q_is_null(q, 1) ? TIME_NONE : q_get_int(q, 1),
                                   .type = q_get_text(q, 2),
                                   .meeting_id = q_get_text(q, 3),
                                   .first_agg = q_get_int(q, 4)};
        m.role = role_of(&a->at, &m);
        if (!sink->row(sink->ctx, &m, e))
            break;
    }
    q_end(q);
    return false;
}

bool explain_days(struct db *db, const struct account *a, const char *user,
                  const struct day_sink *sink, int64_t *total, struct err *e)
{
    if (!count(db, COUNT_DAYS, a, user, total, e))
        return false;
    struct query *q = query(db, DAYS);
    bool row;
    q_int(q, 1, a->at.connector);
    q_text(q, 2, user);
    q_int(q, 3, sink->limit);
    while (q_next(q, &row, e)) {
        if (!row)
            return true;
        if (!sink->row(sink->ctx, civil_from_days(q_get_int(q, 0)), q_get_text(q, 1),
                       q_get_int(q, 2), e))
            break;
    }
    q_end(q);
    return false;
}
