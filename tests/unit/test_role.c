#include "test.h"

#include "auth/role.h"
#include "base/cleanup.h"
#include "memory_store.h"

static bool set(struct db *db, enum role r, const char *password, struct err *e)
{
    CLEANUP(secret_done) struct secret s = SECRET_INIT;
    secret_set(&s, password, strlen(password));
    return role_set_password(db, r, &s, 1, e);
}

static enum role role_of(struct db *db, const char *password)
{
    struct err e = {0};
    CLEANUP(passwords_done) struct passwords p = {0};
    assert_ok(passwords_load(db, &p, &e), e);
    return passwords_role(&p, password);
}

TEST(each_password_gives_its_role_and_is_kept_as_a_hash)
{
    struct err e = {0};
    int64_t connector;
    struct db *db = memory_store(&connector);
    CLEANUP(passwords_done) struct passwords p = {0};
    assert_ok(set(db, ROLE_ADMINISTRATOR, "administrator's one", &e), e);
    assert_ok(set(db, ROLE_VIEWER, "viewer's other one", &e), e);
    assert_int_equal(role_of(db, "administrator's one"), ROLE_ADMINISTRATOR);
    assert_int_equal(role_of(db, "viewer's other one"), ROLE_VIEWER);
    assert_int_equal(role_of(db, "administrator's on"), ROLE_NONE);
    assert_int_equal(role_of(db, ""), ROLE_NONE);
    assert_ok(passwords_load(db, &p, &e), e);
    assert_non_null(strstr(p.hash[ROLE_VIEWER], "$argon2id$v=19$m=19456,t=2,p=1$"));
    db_close(db);
}

TEST(a_password_that_could_harm_is_refused)
{
    struct err e = {0};
    int64_t connector;
    struct db *db = memory_store(&connector);
    char longest[PASSWORD_BYTES_MAX + 2];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_false(set(db, ROLE_ADMINISTRATOR, "eleven long", &e));
    assert_err(e, ERR_USAGE, "12 to 1024 bytes");
    assert_false(set(db, ROLE_ADMINISTRATOR, longest, &e));
    assert_false(set(db, ROLE_VIEWER, "only a viewer's", &e));
    assert_err(e, ERR_USAGE, "no administrator's password");
    assert_ok(set(db, ROLE_ADMINISTRATOR, "administrator's one", &e), e);
    assert_false(set(db, ROLE_VIEWER, "administrator's one", &e));
    assert_err(e, ERR_USAGE, "the password of the administrator");
    assert_int_equal(role_of(db, longest), ROLE_NONE);
    db_close(db);
}

TEST(the_viewers_goes_with_the_administrators)
{
    bool both;
    struct err e = {0};
    int64_t connector;
    struct db *db = memory_store(&connector);
    assert_false(role_remove_password(db, ROLE_ADMINISTRATOR, 1, &both, &e));
    assert_err(e, ERR_USAGE, "has no password");
    assert_ok(set(db, ROLE_ADMINISTRATOR, "administrator's one", &e), e);
    assert_ok(set(db, ROLE_VIEWER, "viewer's other one", &e), e);
    assert_ok(role_remove_password(db, ROLE_ADMINISTRATOR, 1, &both, &e), e);
    assert_true(both);
    assert_int_equal(role_of(db, "viewer's other one"), ROLE_NONE);
    assert_int_equal(number_of(db, "SELECT count(*) FROM password"), 0);
    assert_int_equal(number_of(db, "SELECT count(*) FROM audit"), 3);
    db_close(db);
}

TEST(a_role_has_one_of_two_names)
{
    struct err e = {0};
    enum role r;
    assert_ok(role_parse("viewer", &r, &e), e);
    assert_int_equal(r, ROLE_VIEWER);
    assert_false(role_parse("root", &r, &e));
    assert_err(e, ERR_USAGE, "no role");
    assert_null(role_word(ROLE_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(each_password_gives_its_role_and_is_kept_as_a_hash),
        RUN(a_password_that_could_harm_is_refused),
        RUN(the_viewers_goes_with_the_administrators),
        RUN(a_role_has_one_of_two_names),
    };
    return RUN_ALL(tests);
}
