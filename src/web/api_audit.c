/* Who changed what. */
#include "base/cleanup.h"
#include "present/audit.h"
#include "present/output.h"
#include "web/routes.h"

enum { LIMIT = 100, LIMIT_MAX = 500 };

bool api_audit(struct exchange *x, struct err *e)
{
    int64_t before = 0, limit = LIMIT;
    CLEANUP(audit_list_done) struct audit_list l = {0};
    if (!exchange_number(x, "before", 1, INT64_MAX, &before, e) ||
        !exchange_number(x, "limit", 1, LIMIT_MAX, &limit, e) ||
        !audit_list(x->server->db, before, limit + 1, &l, e))
        return false;
    CLEANUP(table_done) struct table t = audit_table(&l, (size_t)limit);
    struct json_out *w = exchange_json(x);
    json_object(w, NULL);
    output_rows(w, &t);
    json_bool(w, "more", (int64_t)l.count > limit);
    json_object_end(w);
    return true;
}
