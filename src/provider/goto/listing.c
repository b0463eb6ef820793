#include "provider/goto/goto.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

/* goto-api.md 2.2: toIndex is the last one given, counted from 0; how far offset may go and what a
 * page size over 1000 does are not known. */
enum { PAGE_SIZE = 1000, PAGES_MAX = 10000, PATH_BYTES_MAX = 512 };
/* How often a page that leads nowhere is asked for, and a listing that shrank is begun again. */
enum { STUCK_TRIES = 3, RESTARTS_MAX = 2 };
enum { MISSING_MAX = 10 }; /* and one in a hundred: how far a total may be off */

struct tally {
    int64_t read, bad;
    int64_t handed; /* to the sink */
};

struct listing {
    const char *what, *collection, *account;
    const struct record_spec *spec;
    bool (*on_record)(void *ctx, const struct record *r, struct err *e);
    bool (*on_item)(void *ctx, int64_t number, const char *path, const char *text, struct err *e);
    bool are_users;
    bool may_be_empty; /* when the provider itself says that the total is 0 */

    const struct sink *sink;
    const char *products;
    struct goto_scratch scratch;
    int64_t before;     /* records of the answers before this one */
    struct tally all;   /* of all records */
    struct tally page;  /* what it was before this page */
    int64_t last_total; /* -1: not said */
    int64_t most_total; /* that was said since the listing was begun */
    unsigned stuck, restarts;
    uint64_t first;   /* hash of the key of this page's first record; 0: it has none */
    uint64_t *firsts; /* of the pages before */
    size_t page_count, page_cap;
};

static void listing_done(struct listing *l)
{
    goto_scratch_done(&l->scratch);
    free(l->firsts);
}

/* ---- one page ---- */

/* The page broke off: what it gave is void. */
static bool again(void *ctx, struct err *e)
{
    struct listing *l = ctx;
    l->all = l->page;
    return l->sink->forget(l->sink->ctx, l->are_users, l->before, e);
}

static bool ask_page(struct listing *l, const struct fetch *f, int64_t offset,
                     struct fetch_answer *a, struct err *e)
{
    CLEANUP(buf_done) struct buf path = BUF_INIT(PATH_BYTES_MAX);
    buf_adds(&path, "/admin/rest/v1/accounts/");
    goto_add_key(&path, l->account);
    if (!buf_addf(&path, "/%s?pageSize=%d&offset=%lld", l->collection, PAGE_SIZE,
                  (long long)offset))
        return err_set(e, ERR_USAGE, "the account key is too long");
    const struct json_sink sink = {.ctx = l, .on_record = l->on_record, .on_item = l->on_item};
    const struct fetch_request rq = {.api = "admin",
                                     .what = l->what,
                                     .path = buf_text(&path),
                                     .spec = l->spec,
                                     .sink = &sink,
                                     .again = again};
    l->page = l->all;
    if (!f->get(f->ctx, &rq, a, e)) /* the role may have been taken away after /me */
        return e->kind == ERR_AUTH && a->status ? goto_explain_refusal(f, e) : false;
    l->before += a->records;
    return a->bytes > 0 || err_set(e, ERR_REMOTE, "GoTo's answer for %s is empty", l->what);
}

/* Each is one that could not be read. */
static bool report_missing(const struct listing *l, int64_t missing, struct err *e)
{
    for (int64_t i = 0; i < missing; i++)
        if (!l->sink->bad_record(l->sink->ctx, l->are_users ? "users" : "licenses",
                                 "counted by GoTo, but not listed", "", e))
            return false;
    return true;
}

/* A page without records: the end, or a listing that is not there. The total may count a few who
 * are not listed: they are missing, and the run is incomplete. Much more than that is half a
 * listing. */
static bool check_empty_page(const struct listing *l, const struct fetch_answer *a, int64_t offset,
                             struct err *e)
{
    int64_t total = l->most_total, missing = total - offset;
    if (offset == 0)
        return (l->may_be_empty && a->envelope[GOTO_TOTAL] == 0) ||
               err_set(e, ERR_REMOTE, "GoTo's answer for %s holds nobody and nothing", l->what);
    if (missing > MISSING_MAX && missing > total / 100)
        return err_set(e, ERR_REMOTE,
                       "GoTo says that %s has %lld entries but gives none after %lld", l->what,
                       (long long)total, (long long)offset);
    return missing <= 0 || report_missing(l, missing, e);
}

/* Where the next page begins: after what was told and what was given, whichever is less, so that
 * nothing is passed over. */
static int64_t next_offset(const struct fetch_answer *a, int64_t offset)
{
    int64_t given = offset + a->records, told = a->envelope[GOTO_TO_INDEX];
    return told >= 0 && told + 1 < given ? told + 1 : given;
}

static bool is_last_page(const struct fetch_answer *a, int64_t next)
{
    int64_t total = a->envelope[GOTO_TOTAL];
    return total >= 0 ? next >= total : a->records < PAGE_SIZE;
}

/* Someone left between two pages: those behind moved up and one of them may have been passed. */
static bool has_shrunk(struct listing *l, const struct fetch_answer *a)
{
    int64_t total = a->envelope[GOTO_TOTAL];
    bool shrunk = total >= 0 && total < l->last_total;
    l->last_total = total;
    if (total > l->most_total)
        l->most_total = total;
    return shrunk;
}

/* Begins again at the first page: nothing of the pages so far is kept. */
static bool restart(struct listing *l, int64_t *offset, struct err *e)
{
    if (l->restarts++ == RESTARTS_MAX)
        return err_set(e, ERR_REMOTE, "%s became shorter each time that it was read", l->what);
    *offset = l->before = 0;
    l->most_total = -1;
    l->page_count = 0;
    l->all = (struct tally){0};
    return l->sink->forget(l->sink->ctx, l->are_users, 0, e);
}

/* The rows of an earlier page once more, whatever the envelope says: those of this one are missing.
 */
static bool is_same_page(const struct listing *l)
{
    for (size_t i = 0; l->first && i < l->page_count; i++)
        if (l->firsts[i] == l->first)
            return true;
    return false;
}

/* FNV-1a. */
static void note_first(struct listing *l, const struct record *r)
{
    const char *key = record_text(r, "key");
    if (r->number != 0 || !key)
        return;
    l->first = UINT64_C(0xcbf29ce484222325);
    for (; *key; key++)
        l->first = (l->first ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
}

/* ---- all pages ---- */

/* Moves *offset on; *more is false after the last page. */
static bool step(struct listing *l, const struct fetch *f, int64_t *offset, bool *more,
                 struct err *e)
{
    struct fetch_answer a = {0};
    l->first = 0;
    if (!ask_page(l, f, *offset, &a, e))
        return false;
    if (has_shrunk(l, &a))
        return restart(l, offset, e);
    if (a.records == 0) {
        *more = false;
        return check_empty_page(l, &a, *offset, e);
    }
    int64_t next = next_offset(&a, *offset);
    if (next <= *offset || is_same_page(l)) {
        l->before -= a.records;
        return ++l->stuck < STUCK_TRIES
                   ? again(l, e)
                   : err_set(e, ERR_REMOTE,
                             "GoTo gives the same page of %s again and again (after %lld)", l->what,
                             (long long)*offset);
    }
    GROW(l->firsts, l->page_count, l->page_cap);
    l->firsts[l->page_count++] = l->first;
    l->stuck = 0;
    *offset = next;
    *more = !is_last_page(&a, next);
    return true;
}

static bool read_all(struct listing *l, const struct fetch *f, int64_t *count, struct err *e)
{
    int64_t offset = 0, pages = 0;
    for (bool more = true; more; pages++) {
        if (pages == PAGES_MAX)
            return err_set(e, ERR_REMOTE, "GoTo's answer for %s does not end after %d pages",
                           l->what, PAGES_MAX);
        if (!step(l, f, &offset, &more, e))
            return false;
    }
    if (l->all.bad > 0 && l->all.read == 0)
        return err_set(e, ERR_REMOTE, "none of the %lld entries of %s can be read",
                       (long long)l->all.bad, l->what);
    *count = l->all.handed;
    return true;
}

/* ---- users ---- */

static bool on_user(void *ctx, const struct record *r, struct err *e)
{
    struct listing *l = ctx;
    struct user u;
    note_first(l, r);
    if (!goto_user(r, &l->scratch, &u, e)) {
        l->all.bad++;
        return goto_bad_record(l->sink, "users", r, e);
    }
    l->all.read++;
    l->all.handed++;
    return l->sink->user(l->sink->ctx, l->before + r->number, &u, l->scratch.keys, l->scratch.count,
                         e);
}

bool goto_list_users(const struct fetch *f, const char *account, const struct sink *s,
                     int64_t *count, struct err *e)
{
    CLEANUP(listing_done)
    struct listing l = {.what = "the list of users",
                        .collection = "users",
                        .account = account,
                        .spec = &goto_user_spec,
                        .on_record = on_user,
                        .are_users = true,
                        .sink = s,
                        .scratch = GOTO_SCRATCH_INIT,
                        .last_total = -1,
                        .most_total = -1};
    return read_all(&l, f, count, e);
}

/* ---- licenses ---- */

static bool on_license(void *ctx, const struct record *r, struct err *e)
{
    struct listing *l = ctx;
    struct subscription found;
    bool ours;
    note_first(l, r);
    if (!goto_license(r, l->products, &l->scratch, &found, &ours, e)) {
        l->all.bad++;
        return goto_bad_record(l->sink, "licenses", r, e);
    }
    l->all.read++;
    if (!ours)
        return true;
    l->all.handed++;
    return l->sink->subscription(l->sink->ctx, l->before + r->number, &found, e);
}

static bool on_holder(void *ctx, int64_t number, const char *path, const char *text, struct err *e)
{
    struct listing *l = ctx;
    bool invited = path[0] == 'i';
    const struct json_field field = {.path = path, .type = JSON_TEXT, .text = text};
    const struct record one = {.fields = &field, .count = 1, .number = number};
    const char *key;
    if (!may_key(&one, path, &key, e))
        return goto_bad_record(l->sink, "licenses", &one, e);
    return !key || l->sink->holder(l->sink->ctx, l->before + number, key, invited, e);
}

bool goto_list_subscriptions(const struct fetch *f, const char *account, const char *products,
                             const struct sink *s, int64_t *count, struct err *e)
{
    CLEANUP(listing_done)
    struct listing l = {.what = "the list of licenses",
                        .collection = "licenses",
                        .account = account,
                        .spec = &goto_license_spec,
                        .on_record = on_license,
                        .on_item = on_holder,
                        .may_be_empty = true,
                        .sink = s,
                        .products = products,
                        .scratch = GOTO_SCRATCH_INIT,
                        .last_total = -1,
                        .most_total = -1};
    return read_all(&l, f, count, e);
}
