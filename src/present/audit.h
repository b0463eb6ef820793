/* The audit log as a table. */
#pragma once

#include "present/table.h"
#include "store/audit.h"

/* The caller ends it with table_done(). count: of them at most. */
struct table audit_table(const struct audit_list *l, size_t count);
