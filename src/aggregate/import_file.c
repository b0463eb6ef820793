#include "aggregate/import_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "aggregate/import_json.h"
#include "aggregate/import_rows.h"
#include "base/cleanup.h"
#include "data/csv.h"
#include "data/xlsx.h"

enum { CHUNK_BYTES = 1 << 16 };

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool cannot_read(const char *path, struct err *e)
{
    return err_set(e, ERR_USAGE, "cannot read %s: %s", path, strerror(errno));
}

/* Hands a file on, piece by piece. */
static bool feed(const struct import_file *f, int fd,
                 bool (*take)(void *ctx, const char *bytes, size_t len, struct err *e), void *ctx,
                 struct err *e)
{
    char chunk[CHUNK_BYTES];
    for (;;) {
        if (stop_asked(f->stop))
            return err_set(e, ERR_STOPPED, "interrupted");
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n == 0)
            return true;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cannot_read(f->path, e);
        if (!take(ctx, chunk, (size_t)n, e))
            return false;
    }
}

static bool feed_csv(void *ctx, const char *bytes, size_t len, struct err *e)
{
    return csv_reader_feed(ctx, bytes, len, e);
}

static bool feed_json(void *ctx, const char *bytes, size_t len, struct err *e)
{
    return import_json_feed(ctx, bytes, len, e);
}

static bool read_csv(const struct import_file *f, int fd, struct err *e)
{
    CLEANUP(import_rows_done) struct import_rows rows = IMPORT_ROWS_INIT(f, false);
    const struct sheet_sink sink = {&rows, import_rows_take};
    struct csv_reader *r = csv_reader_new(&sink);
    bool ok = feed(f, fd, feed_csv, r, e) && csv_reader_end(r, e) && import_rows_end(&rows, e);
    csv_reader_free(r);
    return ok;
}

static bool read_xlsx(const struct import_file *f, struct err *e)
{
    CLEANUP(import_rows_done) struct import_rows rows = IMPORT_ROWS_INIT(f, true);
    const struct sheet_sink sink = {&rows, import_rows_take};
    return xlsx_read(f->path, f->sheet, f->stop, &sink, e) && import_rows_end(&rows, e);
}

static bool read_json(const struct import_file *f, int fd, char **language, struct err *e)
{
    struct import_json *j = import_json_new(f);
    bool ok = feed(f, fd, feed_json, j, e) && import_json_end(j, language, e);
    import_json_free(j);
    return ok;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t len = strlen(path), n = strlen(ending);
    return len > n && strcasecmp(path + len - n, ending) == 0;
}

/* By the name; else by the first bytes, which a pipe does not give back: it is then CSV. */
static bool find_format(const struct import_file *f, int fd, enum import_format *out, struct err *e)
{
    static const char workbook[] = "PK\x03\x04", old_workbook[] = "\xd0\xcf\x11\xe0";
    char head[64] = "";
    ssize_t n = pread(fd, head, sizeof head - 1, 0);
    if (n < 0 && errno != ESPIPE)
        return cannot_read(f->path, e);
    if (n >= 4 && memcmp(head, old_workbook, 4) == 0) {
        err_set(e, ERR_USAGE, "%s is a workbook of old Excel (.xls), or protected by a password",
                f->path);
        return err_next(e, "save it as .xlsx without a password, or as \"CSV UTF-8\"");
    }
    const char *first = head + strspn(head, " \t\r\n\xef\xbb\xbf");
    bool is_workbook = n >= 4 && memcmp(head, workbook, 4) == 0;
    *out = ends_in(f->path, ".xlsx") || ends_in(f->path, ".xlsm") ? IMPORT_XLSX
           : ends_in(f->path, ".json")                            ? IMPORT_JSON
           : is_workbook                                          ? IMPORT_XLSX
           : ends_in(f->path, ".csv")                             ? IMPORT_CSV
           : *first == '{' || *first == '['                       ? IMPORT_JSON
                                                                  : IMPORT_CSV;
    return true;
}

bool import_file_read(const struct import_file *f, enum import_format *format, char **language,
                      struct err *e)
{
    CLEANUP(close_fd) int fd = open(f->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return cannot_read(f->path, e);
    if (!find_format(f, fd, format, e))
        return false;
    if (*format != IMPORT_XLSX && f->sheet) {
        err_set(e, ERR_USAGE, "%s has no sheets", f->path);
        return err_next(e, "leave --sheet out");
    }
    *language = NULL;
    bool ok = *format == IMPORT_XLSX   ? read_xlsx(f, e)
              : *format == IMPORT_JSON ? read_json(f, fd, language, e)
                                       : read_csv(f, fd, e);
    return ok || e->kind == ERR_STOPPED || err_wrap(e, "%s", f->path);
}
