/* The least that storing rows costs: a bare program that inserts prepared rows with SQLite, and
 * nothing else. `floor DATABASE ROWS`: the tables are there already; ROWS is what rows.py wrote,
 * with the number of rows that make a transaction of each table (0: all that follow). */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

struct input {
    const char *at, *end;
};

static void fail(const char *what)
{
    fprintf(stderr, "floor: %s\n", what);
    exit(1);
}

static const char *take(struct input *in, size_t len)
{
    const char *here = in->at;
    if ((size_t)(in->end - in->at) < len)
        fail("the rows end too early");
    in->at += len;
    return here;
}

static int64_t take_int(struct input *in)
{
    int64_t n;
    memcpy(&n, take(in, sizeof n), sizeof n);
    return n;
}

static struct input map(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        fail("the rows cannot be opened");
    const char *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        fail("the rows cannot be mapped");
    close(fd);
    return (struct input){bytes, bytes + st.st_size};
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(sqlite3_errmsg(db));
}

static void bind(sqlite3_stmt *stmt, int column, struct input *in)
{
    int64_t len;
    switch (*take(in, 1)) {
    case 'i':
        sqlite3_bind_int64(stmt, column, take_int(in));
        break;
    case 't':
        len = take_int(in);
        sqlite3_bind_text(stmt, column, take(in, (size_t)len), (int)len, SQLITE_STATIC);
        break;
    case 'b':
        len = take_int(in);
        sqlite3_bind_blob(stmt, column, take(in, (size_t)len), (int)len, SQLITE_STATIC);
        break;
    default:
        sqlite3_bind_null(stmt, column);
    }
}

/* One table: the statement that inserts, how many columns and rows to a transaction, and in all,
 * and the values. */
static void insert_table(sqlite3 *db, struct input *in, int64_t *pending)
{
    sqlite3_stmt *stmt;
    int64_t len = take_int(in);
    const char *sql = take(in, (size_t)len);
    if (sqlite3_prepare_v2(db, sql, (int)len, &stmt, NULL) != SQLITE_OK)
        fail(sqlite3_errmsg(db));
    int columns = (int)take_int(in);
    int64_t batch = take_int(in);
    for (int64_t rows = take_int(in); rows > 0; rows--) {
        for (int i = 1; i <= columns; i++)
            bind(stmt, i, in);
        if (sqlite3_step(stmt) != SQLITE_DONE)
            fail(sqlite3_errmsg(db));
        sqlite3_reset(stmt);
        if (++*pending == batch) {
            run(db, "COMMIT; BEGIN IMMEDIATE");
            *pending = 0;
        }
    }
    sqlite3_finalize(stmt);
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    if (argc != 3)
        fail("usage: floor DATABASE ROWS");
    struct input in = map(argv[2]);
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        fail("the database cannot be opened");
    int64_t pending = 0, len = take_int(&in);
    char *pragmas = strndup(take(&in, (size_t)len), (size_t)len);
    run(db, pragmas);
    free(pragmas);
    run(db, "BEGIN IMMEDIATE");
    while (in.at < in.end)
        insert_table(db, &in, &pending);
    run(db, "COMMIT");
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
