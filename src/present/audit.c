#include "present/audit.h"

static const struct column columns[] = {
    {"id", NULL, 0},
    {"at", "At", 0},
    {"who", "Who", COLUMN_NAME},
    {"what", "What", 0},
    {"connector", "Connector", COLUMN_NAME},
    {"detail", "Detail", COLUMN_TEXT | COLUMN_WHOLE},
};

static void add(struct table *t, const struct audit_entry *entry)
{
    struct cell *row = table_row(t);
    cell_int(&row[0], entry->id);
    cell_time(&row[1], entry->at_ms);
    cell_text(&row[2], entry->who);
    cell_text(&row[3], entry->what);
    cell_text(&row[4], *entry->connector ? entry->connector : NULL);
    cell_text(&row[5], *entry->detail ? entry->detail : NULL);
}

struct table audit_table(const struct audit_list *l, size_t count)
{
    struct table t = TABLE_INIT("entries", columns);
    for (size_t i = 0; i < l->count && i < count; i++)
        add(&t, &l->items[i]);
    return t;
}
