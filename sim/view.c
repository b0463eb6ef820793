#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "base/scan.h"

#include "sim.h"

void view_key(struct json *j, const struct account *a, const char *name, const char *key,
              unsigned place)
{
    bool number = a->keys == KEYS_NUMBER;
    if (a->keys == KEYS_MIXED || a->keys == KEYS_HUGE)
        number = (rng_hash(key) >> (place % 60) & 1) != 0;
    if (number)
        json_number(j, name, key);
    else
        json_text(j, name, key);
}

static bool read_count(struct request *r, const char *name, int64_t low, int64_t *value)
{
    const char *text = params_get(&r->query, name);
    if (!text || parse_int(text, low, INT32_MAX, value))
        return true;
    reply_bad_request(r, "invalid.parameter", name);
    return false;
}

bool view_page(struct request *r, size_t total, struct page *out)
{
    int64_t size = PAGE_SIZE_DEFAULT, offset = 0;
    if (!read_count(r, "pageSize", 1, &size) || !read_count(r, "offset", 0, &offset))
        return false;
    if (size > PAGE_SIZE_MAX && !r->sim->opt.page_size_clamped) {
        reply_bad_request(r, "invalid.parameter", "pageSize");
        return false;
    }
    size = size > PAGE_SIZE_MAX ? PAGE_SIZE_MAX : size;
    int64_t said_offset = offset;
    if (faults_strike(r, FAULT_STUCK_PAGE, "page"))
        offset = said_offset = 0;
    if (faults_strike(r, FAULT_STUCK_PAGE, "rows"))
        offset = 0;
    const char *rows = size > 1 ? faults_strike(r, FAULT_SHORT_PAGE, NULL) : NULL;
    if (rows)
        size = strcmp(rows, "0") == 0 ? size / 2 : strtol(rows, NULL, 10);
    struct page p = {.total = total, .said_total = total};
    p.from = (size_t)offset < total ? (size_t)offset : total;
    p.to = (size_t)size < total - p.from ? p.from + (size_t)size : total;
    p.found_any = p.to > p.from;
    p.said_from = (size_t)said_offset;
    p.said_to = (size_t)said_offset + (p.found_any ? p.to - p.from - 1 : 0);
    const struct faults *f = &r->sim->faults;
    if (faults_strike(r, FAULT_GROWING_TOTAL, NULL))
        p.said_total += faults_times(f, FAULT_GROWING_TOTAL);
    if (faults_strike(r, FAULT_SHRINKING_TOTAL, NULL)) {
        uint64_t by = faults_times(f, FAULT_SHRINKING_TOTAL) - 1; /* the first one is right */
        p.said_total -= by < total ? by : total;
    }
    *out = p;
    return true;
}

void view_begin(struct request *r, struct json *j, const struct page *p)
{
    reply_restart(&r->reply, 200, "application/json;charset=UTF-8");
    json_open(j, &r->reply.body);
    json_object(j, NULL);
    if (p->found_any)
        json_array(j, "results");
}

void view_end(struct json *j, const struct page *p)
{
    if (p->found_any)
        json_end_array(j);
    json_int(j, "fromIndex", (int64_t)p->said_from);
    json_int(j, "toIndex", (int64_t)p->said_to);
    json_int(j, "total", (int64_t)p->said_total);
    json_end_object(j);
    json_close(j);
}

bool view_account(struct request *r, bool *own)
{
    const struct sim *s = r->sim;
    *own = strcmp(r->segments[0], s->account.key) == 0;
    for (size_t i = 0; !*own && i + 1 < s->opt.accounts; i++)
        if (strcmp(r->segments[0], s->extra_accounts[i]) == 0)
            return true;
    if (!*own)
        reply_admin_error(r, 404, "account.not.found", r->segments[0]);
    return *own;
}
