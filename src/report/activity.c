#include "report/activity.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum { LIST_BYTES_MAX = 1 << 20, DATE_BYTES_MAX = 256 };

struct walk {
    struct db *db;
    const struct account *account;
    const struct user_filter *filter;
    char *search; /* folded; NULL: everyone */
    struct date_writer *dates;
    struct buf seats, seat_names, date;
    bool has_seat; /* the one that the filter asks for */
    int64_t rows;
    bool (*on_row)(void *ctx, const struct user_row *r, struct err *e);
    void *ctx;
};

static void walk_done(struct walk *w)
{
    free(w->search);
    date_writer_close(w->dates);
    buf_done(&w->seats);
    buf_done(&w->seat_names);
    buf_done(&w->date);
}

static bool text_has(const char *text, const char *folded_word)
{
    CLEANUP(free_text) char *folded = text_fold(text);
    return strstr(folded, folded_word) != NULL;
}

static void take_seat(void *ctx, const char *subscription)
{
    struct walk *w = ctx;
    const struct figure *f = figure_find(&w->account->figures, subscription);
    const char *between = w->seats.len ? "\n" : "";
    if (!f) /* of a subscription that is gone */
        return;
    buf_addf(&w->seats, "%s%s", between, subscription);
    buf_addf(&w->seat_names, "%s%s", between, f->name);
    if (w->filter->seat && strcmp(w->filter->seat, subscription) == 0)
        w->has_seat = true;
}

static bool write_day(struct walk *w, struct civil day, struct err *e)
{
    buf_clear(&w->date);
    if (w->dates)
        return date_writer_add(w->dates, day, &w->date, e);
    return buf_addf(&w->date, "%04d-%02d-%02d", day.year, day.month, day.day);
}

static bool is_wanted(const struct walk *w, const struct person *p)
{
    if (w->filter->has_state && p->state != w->filter->state)
        return false;
    return !w->search || text_has(p->name, w->search) || text_has(p->email, w->search);
}

static bool on_person(void *ctx, const struct person *p, bool *more, struct err *e)
{
    struct walk *w = ctx;
    *more = true;
    if (!is_wanted(w, p))
        return true;
    buf_clear(&w->seats);
    buf_clear(&w->seat_names);
    w->has_seat = false;
    if (!person_each_seat(w->db, &w->account->at, p->key, take_seat, w, e))
        return false;
    if (w->filter->seat && !w->has_seat)
        return true;
    struct user_row row = {.person = p,
                           .last = last_activity_of(&p->facts),
                           .last_ms = p->facts.last_start_ms,
                           .seats = buf_text(&w->seats),
                           .seat_names = buf_text(&w->seat_names)};
    if (row.last == LAST_MEETING || row.last == LAST_DAY) {
        row.last_day =
            zone_day(w->account->zone, row.last == LAST_DAY ? p->facts.day_from_ms : row.last_ms);
        if (!write_day(w, row.last_day, e))
            return false;
        row.last_text = buf_text(&w->date);
    }
    w->rows++;
    *more = w->filter->limit == 0 || w->rows < w->filter->limit;
    return w->on_row(w->ctx, &row, e);
}

bool activity_each(struct db *db, const struct account *a, const struct user_filter *filter,
                   bool (*on_row)(void *ctx, const struct user_row *r, struct err *e), void *ctx,
                   struct err *e)
{
    CLEANUP(walk_done)
    struct walk w = {.db = db,
                     .account = a,
                     .filter = filter,
                     .search = filter->search ? text_fold(filter->search) : NULL,
                     .seats = BUF_INIT(LIST_BYTES_MAX),
                     .seat_names = BUF_INIT(LIST_BYTES_MAX),
                     .date = BUF_INIT(DATE_BYTES_MAX),
                     .on_row = on_row,
                     .ctx = ctx};
    const struct date_format *format = filter->format;
    if (format && !date_writer_open(&w.dates, format->locale, format->pattern, e))
        return false;
    return people_each(db, &a->at, PEOPLE_BY_NAME, on_person, &w, e);
}
