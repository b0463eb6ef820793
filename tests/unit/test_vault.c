#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"
#include "temporary.h"
#include "auth/vault.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "store/connector.h"
#include "store/grant.h"
#include "store/store.h"

struct home {
    struct temporary folder;
    struct db *db;
    struct vault *vault;
    int64_t one, two; /* connectors */
};

static void in_home(const struct home *h, const char *file, char path[PATH_MAX])
{
    assert_in_range(snprintf(path, PATH_MAX, "%s/%s", h->folder.path, file), 1, PATH_MAX - 1);
}

static struct home home_make(void)
{
    struct err e = {0};
    struct home h = {.folder = temporary_make()};
    char path[PATH_MAX];
    in_home(&h, "ledger.db", path);
    assert_ok(store_open(&h.db, path, &e), e);
    assert_ok(connector_add(h.db, "one", "gotomeeting", true, 0, &h.one, &e), e);
    assert_ok(connector_add(h.db, "two", "gotomeeting", true, 0, &h.two, &e), e);
    assert_ok(vault_open(&h.vault, h.folder.path, &e), e);
    return h;
}

static void home_done(struct home *h)
{
    vault_close(h->vault);
    db_close(h->db);
    temporary_remove(&h->folder);
}

static void put(struct home *h, int64_t connector, const char *name, const char *text)
{
    struct err e = {0};
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    secret_set(&s, text, strlen(text));
    assert_ok(vault_put(h->vault, h->db, connector, name, &s, &e), e);
}

static void assert_holds(struct home *h, int64_t connector, const char *name, const char *text)
{
    struct err e = {0};
    bool found = false;
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    assert_ok(vault_get(h->vault, h->db, connector, name, &s, &found, &e), e);
    assert_true(found);
    assert_string_equal(secret_reveal(&s), text);
}

static void assert_closed(struct home *h, int64_t connector, const char *name, const char *words)
{
    struct err e = {0};
    bool found = false;
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    assert_false(vault_get(h->vault, h->db, connector, name, &s, &found, &e));
    assert_err(e, ERR_LOCAL, words);
    assert_false(secret_is_set(&s));
    assert_true(e.next[0] != '\0');
}

static void reopen(struct home *h)
{
    struct err e = {0};
    vault_close(h->vault);
    h->vault = NULL;
    assert_ok(vault_open(&h->vault, h->folder.path, &e), e);
}

TEST(a_secret_comes_back_as_it_was)
{
    CLEANUP(home_done) struct home h = home_make();
    put(&h, h.one, "client_secret", "s3cret");
    put(&h, h.one, "access_token", "");
    put(&h, h.two, "client_secret", "another");
    assert_holds(&h, h.one, "client_secret", "s3cret");
    assert_holds(&h, h.one, "access_token", "");
    reopen(&h);
    assert_holds(&h, h.two, "client_secret", "another");
}

TEST(a_secret_that_was_never_put_is_not_found)
{
    CLEANUP(home_done) struct home h = home_make();
    struct err e = {0};
    bool found = true;
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    assert_ok(vault_get(h.vault, h.db, h.one, "client_secret", &s, &found, &e), e);
    assert_false(found);
}

static void move_box(struct home *h, int64_t from, const char *name, int64_t to, const char *as)
{
    struct err e = {0};
    void *box = NULL;
    size_t len = 0;
    bool found = false;
    assert_ok(sealed_get(h->db, from, name, &box, &len, &found, &e), e);
    assert_true(found);
    assert_ok(sealed_put(h->db, to, as, box, len, &e), e);
    free(box);
}

TEST(a_box_does_not_open_for_another_connector_or_name)
{
    CLEANUP(home_done) struct home h = home_make();
    put(&h, h.one, "refresh_token", "mine");
    move_box(&h, h.one, "refresh_token", h.two, "refresh_token");
    move_box(&h, h.one, "refresh_token", h.one, "access_token");
    assert_closed(&h, h.two, "refresh_token", "does not open");
    assert_closed(&h, h.one, "access_token", "does not open");
    assert_holds(&h, h.one, "refresh_token", "mine");
}

TEST(a_secret_of_the_process_is_no_connectors)
{
    CLEANUP(home_done) struct home h = home_make();
    struct err e = {0};
    bool found = true;
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    put(&h, VAULT_OWN, "mail_password", "ours");
    put(&h, VAULT_OWN, "mail_password", "newer");
    assert_holds(&h, VAULT_OWN, "mail_password", "newer");
    move_box(&h, VAULT_OWN, "mail_password", h.one, "mail_password");
    assert_closed(&h, h.one, "mail_password", "does not open");
    assert_ok(sealed_remove(h.db, VAULT_OWN, "mail_password", &e), e);
    assert_ok(vault_get(h.vault, h.db, VAULT_OWN, "mail_password", &s, &found, &e), e);
    assert_false(found);
}

TEST(a_changed_or_cut_box_does_not_open)
{
    CLEANUP(home_done) struct home h = home_make();
    struct err e = {0};
    void *box = NULL;
    size_t len = 0;
    bool found = false;
    put(&h, h.one, "access_token", "token");
    assert_ok(sealed_get(h.db, h.one, "access_token", &box, &len, &found, &e), e);
    ((unsigned char *)box)[len - 1] ^= 1;
    assert_ok(sealed_put(h.db, h.one, "access_token", box, len, &e), e);
    assert_closed(&h, h.one, "access_token", "does not open");
    assert_ok(sealed_put(h.db, h.one, "access_token", box, 3, &e), e);
    assert_closed(&h, h.one, "access_token", "does not open");
    free(box);
}

TEST(the_same_secret_is_never_sealed_to_the_same_bytes)
{
    CLEANUP(home_done) struct home h = home_make();
    struct err e = {0};
    void *first = NULL, *second = NULL;
    size_t len = 0, len2 = 0;
    bool found = false;
    put(&h, h.one, "access_token", "token");
    assert_ok(sealed_get(h.db, h.one, "access_token", &first, &len, &found, &e), e);
    put(&h, h.one, "access_token", "token");
    assert_ok(sealed_get(h.db, h.one, "access_token", &second, &len2, &found, &e), e);
    assert_int_equal(len, len2);
    assert_memory_not_equal(first, second, len);
    free(first);
    free(second);
}

TEST(the_master_key_is_made_on_first_use_and_is_private)
{
    CLEANUP(home_done) struct home h = home_make();
    char path[PATH_MAX];
    struct stat st;
    in_home(&h, "master.key", path);
    assert_int_equal(access(path, F_OK), -1);
    put(&h, h.one, "client_secret", "s");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_size, 65); /* 64 digits and a newline */
}

TEST(two_processes_that_start_at_once_share_one_key)
{
    CLEANUP(home_done) struct home h = home_make();
    struct err e = {0};
    struct vault *other = NULL;
    assert_ok(vault_open(&other, h.folder.path, &e), e); /* neither has seen a key */
    put(&h, h.one, "client_secret", "first");
    struct vault *mine = h.vault;
    h.vault = other;
    put(&h, h.two, "client_secret", "second");
    assert_holds(&h, h.one, "client_secret", "first");
    h.vault = mine;
    assert_holds(&h, h.two, "client_secret", "second");
    vault_close(other);
}

TEST(a_key_that_others_can_read_is_refused_with_the_cure)
{
    CLEANUP(home_done) struct home h = home_make();
    char path[PATH_MAX];
    struct err e = {0};
    struct vault *v = NULL;
    put(&h, h.one, "client_secret", "s");
    in_home(&h, "master.key", path);
    chmod(path, 0640);
    assert_false(vault_open(&v, h.folder.path, &e));
    assert_err(e, ERR_LOCAL, "read by others");
    assert_non_null(strstr(e.next, "chmod 600"));
    chmod(path, 0600);
    assert_ok(vault_open(&v, h.folder.path, &e), e);
    vault_close(v);
}

static void write_key(const struct home *h, const char *text)
{
    char path[PATH_MAX];
    bool exists;
    struct err e = {0};
    in_home(h, "master.key", path);
    unlink(path);
    assert_ok(file_create_private(path, text, strlen(text), &exists, &e), e);
}

TEST(a_damaged_key_is_refused)
{
    static const char *const damaged[] = {
        "", "00", "zz", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f x"};
    CLEANUP(home_done) struct home h = home_make();
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        struct err e = {0};
        struct vault *v = NULL;
        write_key(&h, damaged[i]);
        assert_false(vault_open(&v, h.folder.path, &e));
        assert_err(e, ERR_LOCAL, "is damaged");
    }
}

TEST(a_key_may_end_in_a_newline_or_not)
{
    static const char bare[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    CLEANUP(home_done) struct home h = home_make();
    char with_newline[80];
    write_key(&h, bare);
    reopen(&h);
    put(&h, h.one, "client_secret", "s");
    snprintf(with_newline, sizeof with_newline, "%s\r\n", bare);
    write_key(&h, with_newline);
    reopen(&h);
    assert_holds(&h, h.one, "client_secret", "s");
}

TEST(a_missing_key_is_named_when_a_box_needs_it)
{
    CLEANUP(home_done) struct home h = home_make();
    char path[PATH_MAX];
    put(&h, h.one, "client_secret", "s");
    in_home(&h, "master.key", path);
    unlink(path);
    reopen(&h);
    assert_closed(&h, h.one, "client_secret", "is missing");
}

TEST(another_key_opens_nothing)
{
    CLEANUP(home_done) struct home h = home_make();
    put(&h, h.one, "client_secret", "s");
    write_key(&h, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    reopen(&h);
    assert_closed(&h, h.one, "client_secret", "master.key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_secret_comes_back_as_it_was),
        RUN(a_secret_that_was_never_put_is_not_found),
        RUN(a_box_does_not_open_for_another_connector_or_name),
        RUN(a_secret_of_the_process_is_no_connectors),
        RUN(a_changed_or_cut_box_does_not_open),
        RUN(the_same_secret_is_never_sealed_to_the_same_bytes),
        RUN(the_master_key_is_made_on_first_use_and_is_private),
        RUN(two_processes_that_start_at_once_share_one_key),
        RUN(a_key_that_others_can_read_is_refused_with_the_cure),
        RUN(a_damaged_key_is_refused),
        RUN(a_key_may_end_in_a_newline_or_not),
        RUN(a_missing_key_is_named_when_a_box_needs_it),
        RUN(another_key_opens_nothing),
    };
    return RUN_ALL(tests);
}
