/* The summary of a connector: one JSON object for programs, a few calm lines for people. */
#pragma once

#include <stdio.h>

#include "base/buf.h"
#include "data/json_out.h"
#include "report/summary.h"

/* [{"currency","amount"}]; l NULL: null. */
void money_write(struct json_out *w, const char *key, const struct money_list *l);
/* The figures as members of an object that the caller has begun; s NULL: each is null. The cost is
 * given apart, for it may be known of a month that has no other figure; NULL, COUNT_NONE: null. */
void summary_members(struct json_out *w, const struct summary *s, const struct money_list *cost,
                     int64_t without_price);
/* The summary as a member of an object (key NULL: the whole document). */
void summary_write(struct json_out *w, const char *key, const char *connector,
                   const struct account *a, const struct summary *s);
/* "1234.50 EUR, 45.60 USD"; nothing when there is none. */
void summary_add_money(struct buf *out, const struct money_list *l);
/* Write errors stay on the stream: the caller's fflush() finds them. */
void summary_json(FILE *to, const char *connector, const struct account *a,
                  const struct summary *s);
/* product: what people call what was read, as "GoToMeeting". */
void summary_text(FILE *to, const char *connector, const char *product, const struct account *a,
                  const struct summary *s);
