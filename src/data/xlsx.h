/* Reads one sheet of a workbook (ECMA-376, SpreadsheetML) row by row, in memory that does not grow
 * with the rows (libzip and expat underneath; nothing else knows them). */
#pragma once

#include "base/time.h"
#include "data/sheet.h"

/* sheet NULL: the first. A row's line is its number in the sheet. Cells typed or formatted as dates
 * are SHEET_DAY. ERR_USAGE names the part of the file, and the row where there is one: no workbook,
 * damaged, no such sheet (lists them), larger than a limit. ERR_STOPPED. */
bool xlsx_read(const char *path, const char *sheet, const struct stop *stop,
               const struct sheet_sink *sink, struct err *e);
