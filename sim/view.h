/* How the account's data looks in an answer: keys as strings here and numbers there, pages. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account.h"
#include "json.h"

struct request;

/* The form that a key takes depends on the place (a small number of the caller's choice). */
void view_key(struct json *j, const struct account *a, const char *name, const char *key,
              unsigned place);

/* One page of a list: [from, to) of total, and what the envelope says about it. */
struct page {
    size_t from, to, total;
    size_t said_from, said_to, said_total;
    bool found_any; /* false: the envelope has no results */
};

enum { PAGE_SIZE_DEFAULT = 100, PAGE_SIZE_MAX = 1000 };

/* Reads pageSize and offset; false: answered with 400. */
bool view_page(struct request *r, size_t total, struct page *out);
/* {"results":[ ... */
void view_begin(struct request *r, struct json *j, const struct page *p);
void view_end(struct json *j, const struct page *p);

/* The account in the path exists for this caller; false: answered. *own: it is the one with data.
 */
bool view_account(struct request *r, bool *own);

/* filter=(email="a@b.c") & (key="1"): terms joined by " & ", a value is text or a pattern. */
struct filter;
bool filter_open(struct filter **out, const char *text); /* false: malformed */
bool filter_takes(const struct filter *f, const struct person *p);
void filter_close(struct filter *f);

static inline void filter_close_at(struct filter **f)
{
    filter_close(*f);
}
