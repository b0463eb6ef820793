#include "test.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"

/* A folder of our own under /tmp. */
static char home[64];

static const char *in_home(const char *name)
{
    static char path[4][200];
    static size_t next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", home, name);
    return out;
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

TEST(folders_are_made_private_with_their_parents)
{
    struct err e = {0};
    umask(0);
    assert_ok(file_make_folder(in_home("a/b/c"), &e), e);
    assert_int_equal(mode_of(in_home("a")), 0700);
    assert_int_equal(mode_of(in_home("a/b/c")), 0700);
    assert_ok(file_make_folder(in_home("a/b/c/"), &e), e);
}

TEST(a_folder_that_cannot_be_is_named)
{
    struct err e = {0};
    put(in_home("file"), "x");
    assert_false(file_make_folder(in_home("file"), &e));
    assert_err(e, ERR_LOCAL, in_home("file"));
    assert_false(file_make_folder(in_home("file/below"), &e));
    assert_err(e, ERR_LOCAL, "cannot make the folder");
    assert_false(file_make_folder("", &e));
    assert_err(e, ERR_LOCAL, "empty or too long");
    char path[5000];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_false(file_make_folder(path, &e));
    assert_err(e, ERR_LOCAL, "empty or too long");
}

TEST(a_file_is_read_whole_or_not_at_all)
{
    struct err e = {0};
    CLEANUP(buf_done) struct buf ten = BUF_INIT(10), nine = BUF_INIT(9);
    put(in_home("ten"), "0123456789");
    assert_ok(file_read(in_home("ten"), &ten, &e), e);
    assert_string_equal(buf_text(&ten), "0123456789");
    assert_false(file_read(in_home("ten"), &nine, &e));
    assert_err(e, ERR_LOCAL, "is longer than 9 bytes");
    assert_false(file_read(in_home("absent"), &nine, &e));
    assert_err(e, ERR_LOCAL, "absent: No such file");
    assert_false(file_read(home, &nine, &e));
    assert_err(e, ERR_LOCAL, "cannot read");
}

TEST(a_dash_reads_standard_input)
{
    struct err e = {0};
    CLEANUP(buf_done) struct buf text = BUF_INIT(100);
    put(in_home("input"), "from stdin");
    int saved = dup(STDIN_FILENO);
    assert_non_null(freopen(in_home("input"), "r", stdin));
    assert_ok(file_read("-", &text, &e), e);
    assert_string_equal(buf_text(&text), "from stdin");
    dup2(saved, STDIN_FILENO);
    close(saved);
}

TEST(a_private_file_appears_once_and_is_ours_only)
{
    struct err e = {0};
    bool exists = true;
    CLEANUP(buf_done) struct buf text = BUF_INIT(100);
    umask(0);
    assert_ok(file_create_private(in_home("key"), "se\0cret", 7, &exists, &e), e);
    assert_false(exists);
    assert_int_equal(mode_of(in_home("key")), 0600);
    assert_false(file_create_private(in_home("key"), "other", 5, &exists, &e));
    assert_true(exists);
    assert_int_equal(e.kind, ERR_LOCAL);
    assert_ok(file_read(in_home("key"), &text, &e), e);
    assert_int_equal(text.len, 7);
    assert_memory_equal(buf_text(&text), "se\0cret", 7);
}

TEST(a_private_file_that_cannot_be_leaves_nothing_behind)
{
    struct err e = {0};
    bool exists = true;
    assert_false(file_create_private(in_home("no/such/folder/key"), "x", 1, &exists, &e));
    assert_err(e, ERR_LOCAL, "cannot write");
    assert_false(exists);
    char path[5000];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_false(file_create_private(path, "x", 1, &exists, &e));
    assert_err(e, ERR_LOCAL, "too long");
    char pattern[200];
    snprintf(pattern, sizeof pattern, "ls %s | grep -q new", home);
    assert_int_not_equal(system(pattern), 0);
}

TEST(a_lock_has_one_holder_until_it_is_given_back)
{
    struct err e = {0};
    bool taken = false;
    struct file_lock first = FILE_LOCK_INIT, second = FILE_LOCK_INIT;
    assert_ok(file_lock_try(&first, in_home("lock"), &taken, &e), e);
    assert_true(taken);
    assert_ok(file_lock_try(&second, in_home("lock"), &taken, &e), e);
    assert_false(taken);
    file_lock_done(&second);
    file_lock_done(&first);
    assert_ok(file_lock_try(&second, in_home("lock"), &taken, &e), e);
    assert_true(taken);
    file_lock_done(&second);
    file_lock_done(&second);
}

TEST(a_lock_is_free_again_when_its_holder_dies)
{
    struct err e = {0};
    bool taken = false;
    pid_t child = fork();
    if (child == 0) {
        struct file_lock l = FILE_LOCK_INIT;
        _exit(file_lock_try(&l, in_home("lock2"), &taken, &e) && taken ? 0 : 1);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct file_lock l = FILE_LOCK_INIT;
    assert_ok(file_lock_try(&l, in_home("lock2"), &taken, &e), e);
    assert_true(taken);
    file_lock_done(&l);
}

TEST(a_lock_that_cannot_be_made_is_named)
{
    struct err e = {0};
    bool taken = false;
    struct file_lock l = FILE_LOCK_INIT;
    assert_false(file_lock_try(&l, in_home("no/folder/lock"), &taken, &e));
    assert_err(e, ERR_LOCAL, "cannot open the lock");
}

static int make_home(__attribute__((unused)) void **state)
{
    snprintf(home, sizeof home, "/tmp/seatledger-test.XXXXXX");
    return mkdtemp(home) ? 0 : -1;
}

static int remove_home(__attribute__((unused)) void **state)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", home);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(folders_are_made_private_with_their_parents),
        RUN(a_folder_that_cannot_be_is_named),
        RUN(a_file_is_read_whole_or_not_at_all),
        RUN(a_dash_reads_standard_input),
        RUN(a_private_file_appears_once_and_is_ours_only),
        RUN(a_private_file_that_cannot_be_leaves_nothing_behind),
        RUN(a_lock_has_one_holder_until_it_is_given_back),
        RUN(a_lock_is_free_again_when_its_holder_dies),
        RUN(a_lock_that_cannot_be_made_is_named),
    };
    return cmocka_run_group_tests(tests, make_home, remove_home);
}
