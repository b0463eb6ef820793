#include "test.h"

#include "base/cleanup.h"
#include "memory_store.h"
#include "store/grant.h"

static const struct grant full = {
    .user_key = LENT("565"),
    .user_name = LENT("Ada Min"),
    .user_email = LENT("ada@example.com"),
    .is_admin = true,
    .granted_ms = 10,
    .language = LENT("en_US"),
    .time_zone = LENT("Europe/Stockholm"),
    .scopes = LENT("identity: collab:"),
    .account_key = LENT("834"),
    .account_name = LENT("Example AB"),
    .access_expires_ms = 20,
    .refresh_expires_ms = 30,
};

TEST(a_grant_comes_back_as_it_was_put)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    bool found;
    struct grant g;
    assert_ok(grant_get(db, id, &g, &found, &e), e);
    assert_false(found);
    assert_ok(grant_put(db, id, &full, &e), e);
    assert_ok(grant_get(db, id, &g, &found, &e), e);
    assert_true(found);
    assert_string_equal(g.user_key, "565");
    assert_string_equal(g.user_name, "Ada Min");
    assert_string_equal(g.user_email, "ada@example.com");
    assert_true(g.is_admin);
    assert_int_equal(g.granted_ms, 10);
    assert_string_equal(g.language, "en_US");
    assert_string_equal(g.time_zone, "Europe/Stockholm");
    assert_string_equal(g.scopes, "identity: collab:");
    assert_string_equal(g.account_key, "834");
    assert_string_equal(g.account_name, "Example AB");
    assert_int_equal(g.access_expires_ms, 20);
    assert_int_equal(g.refresh_expires_ms, 30);
    grant_done(&g);
    db_close(db);
}

TEST(a_later_grant_replaces_all_of_the_earlier_one)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    struct grant bare = {
        .user_key = LENT("7"), .user_name = LENT(""), .user_email = LENT(""), .scopes = LENT("")};
    assert_ok(grant_put(db, id, &full, &e) && grant_put(db, id, &bare, &e), e);
    bool found;
    struct grant g;
    assert_ok(grant_get(db, id, &g, &found, &e), e);
    assert_string_equal(g.user_key, "7");
    assert_false(g.is_admin);
    assert_null(g.language);
    assert_null(g.time_zone);
    assert_null(g.account_key);
    assert_null(g.account_name);
    assert_int_equal(g.refresh_expires_ms, 0);
    grant_done(&g);
    db_close(db);
}

TEST(removing_a_grant_takes_its_tokens_and_leaves_the_client_secret)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    static const char *const names[] = {"access_token", "refresh_token", "client_secret"};
    assert_ok(grant_put(db, id, &full, &e), e);
    for (int i = 0; i < 3; i++)
        assert_ok(sealed_put(db, id, names[i], "box", 3, &e), e);
    assert_ok(grant_remove(db, id, &e), e);
    for (int i = 0; i < 3; i++) {
        CLEANUP(free_text) char *box = NULL;
        void *bytes = NULL;
        size_t len;
        bool found;
        assert_ok(sealed_get(db, id, names[i], &bytes, &len, &found, &e), e);
        box = bytes;
        assert_int_equal(found, i == 2);
    }
    bool found;
    struct grant g;
    assert_ok(grant_get(db, id, &g, &found, &e), e);
    assert_false(found);
    db_close(db);
}

TEST(an_account_is_found_only_at_another_connector)
{
    struct err e = {0};
    int64_t one, two;
    struct db *db = memory_store(&one);
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &two, &e), e);
    assert_ok(grant_put(db, one, &full, &e), e);
    bool found;
    CLEANUP(free_text) char *name = NULL;
    assert_ok(grant_find_account(db, "834", one, &name, &found, &e), e);
    assert_false(found);
    assert_ok(grant_find_account(db, "83", two, &name, &found, &e), e);
    assert_false(found);
    assert_ok(grant_find_account(db, "834", two, &name, &found, &e), e);
    assert_true(found);
    assert_string_equal(name, "main");
    db_close(db);
}

TEST(a_box_is_kept_byte_by_byte_for_its_connector_and_name)
{
    struct err e = {0};
    int64_t one, two;
    struct db *db = memory_store(&one);
    static const unsigned char box[] = {0, 255, 0, 10, 0};
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &two, &e), e);
    assert_ok(sealed_put(db, one, "access_token", "old", 3, &e), e);
    assert_ok(sealed_put(db, one, "access_token", box, sizeof box, &e), e);
    void *bytes = NULL;
    size_t len;
    bool found;
    assert_ok(sealed_get(db, one, "access_token", &bytes, &len, &found, &e), e);
    assert_true(found);
    assert_int_equal(len, sizeof box);
    assert_memory_equal(bytes, box, sizeof box);
    free(bytes);
    assert_ok(sealed_get(db, two, "access_token", &bytes, &len, &found, &e), e);
    assert_false(found);
    assert_ok(sealed_remove(db, one, "access_token", &e), e);
    assert_ok(sealed_get(db, one, "access_token", &bytes, &len, &found, &e), e);
    assert_false(found);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_grant_comes_back_as_it_was_put),
        RUN(a_later_grant_replaces_all_of_the_earlier_one),
        RUN(removing_a_grant_takes_its_tokens_and_leaves_the_client_secret),
        RUN(an_account_is_found_only_at_another_connector),
        RUN(a_box_is_kept_byte_by_byte_for_its_connector_and_name),
    };
    return RUN_ALL(tests);
}
