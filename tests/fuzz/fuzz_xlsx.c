#include "fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../unit/workbook.h"
#include "data/xlsx.h"

static bool on_row(void *ctx, const struct sheet_row *r, __attribute__((unused)) struct err *e)
{
    int64_t *last = ctx;
    assert(r->line > *last && r->count > 0 && r->count <= SHEET_COLUMNS_MAX);
    *last = r->line;
    for (size_t i = 0; i < r->count; i++) {
        const struct sheet_cell *c = &r->cells[i];
        assert(strlen(c->text) <= SHEET_CELL_BYTES_MAX);
        assert(c->type != SHEET_DAY || civil_is_real(c->day));
    }
    return true;
}

static void read_file(const char *bytes, size_t len)
{
    char path[32];
    int64_t last = 0;
    struct err e = {0};
    const struct sheet_sink sink = {.ctx = &last, .on_row = on_row};
    int fd = memfd_create("workbook", MFD_CLOEXEC);
    assert(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    bool ok = xlsx_read(path, NULL, NULL, &sink, &e);
    close(fd);
    assert(ok || (e.kind == ERR_USAGE && e.msg[0]));
}

/* "PK...": a file as it is. Anything else: parts of a workbook (the sheet, its texts, formats, the
 * list of sheets, where they are), each ended by a control character that XML cannot hold, and made
 * into a file here: damage reaches the parts behind the checksums. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const size_t order[] = {PART_SHEET, PART_STRINGS, PART_STYLES, PART_BOOK,
                                   PART_RELATIONS};
    struct workbook_part parts[PART_COUNT];
    if (len >= 2 && memcmp(bytes, "PK", 2) == 0) {
        read_file((const char *)bytes, len);
        return 0;
    }
    memcpy(parts, workbook_parts, sizeof parts);
    CLEANUP(free_text) char *text = fuzz_text(bytes, len);
    char *rest = text;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        char *part = strsep(&rest, "\x1e");
        if (part && *part)
            parts[order[i]].text = part;
    }
    size_t made;
    CLEANUP(free_text) char *file = workbook_make(parts, PART_COUNT, &made);
    assert(file);
    read_file(file, made);
    return 0;
}
