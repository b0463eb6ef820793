#include "test.h"

#include "base/cleanup.h"
#include "memory_store.h"
#include "store/aggregation.h"
#include "store/grant.h"
#include "store/price.h"
#include "store/staging.h"

static struct db *open_two(int64_t ids[2])
{
    struct err e = {0};
    struct db *db = memory_store(&ids[0]);
    assert_non_null(db);
    assert_ok(connector_add(db, "other", "gotomeeting", false, 2, &ids[1], &e), e);
    return db;
}

TEST(a_connector_comes_back_with_what_people_set)
{
    struct err e = {0};
    int64_t ids[2];
    struct db *db = open_two(ids);
    assert_ok(connector_put_setting(db, ids[0], "window_days", "30", &e), e);
    assert_ok(connector_put_setting(db, ids[0], "client_id", "abc", &e), e);
    assert_ok(connector_put_setting(db, ids[0], "window_days", "45", &e), e); /* the last wins */
    struct connector c;
    assert_ok(connector_get(db, "main", &c, &e), e);
    assert_int_equal(c.id, ids[0]);
    assert_string_equal(c.provider, "gotomeeting");
    assert_true(c.active);
    assert_int_equal(c.created_ms, 1);
    assert_int_equal(c.setting_count, 2);
    assert_string_equal(c.settings[0].key, "client_id");
    assert_string_equal(c.settings[1].value, "45");
    connector_done(&c);
    db_close(db);
}

TEST(an_empty_setting_is_no_setting)
{
    struct err e = {0};
    int64_t ids[2];
    struct db *db = open_two(ids);
    const char *const empty[] = {NULL, ""};
    for (int i = 0; i < 2; i++) {
        assert_ok(connector_put_setting(db, ids[0], "proxy", "http://p:1", &e), e);
        assert_ok(connector_put_setting(db, ids[0], "proxy", empty[i], &e), e);
        struct connector c;
        assert_ok(connector_get(db, "main", &c, &e), e);
        assert_int_equal(c.setting_count, 0);
        connector_done(&c);
    }
    db_close(db);
}

TEST(connectors_are_listed_by_name)
{
    struct err e = {0};
    int64_t ids[2], id;
    struct db *db = open_two(ids);
    assert_ok(connector_add(db, "alpha", "gotomeeting", true, 3, &id, &e), e);
    struct connector_list l;
    assert_ok(connector_list(db, &l, &e), e);
    assert_int_equal(l.count, 3);
    assert_string_equal(l.items[0].name, "alpha");
    assert_string_equal(l.items[1].name, "main");
    assert_string_equal(l.items[2].name, "other");
    connector_list_done(&l);
    db_close(db);
}

TEST(a_name_is_used_once)
{
    struct err e = {0};
    int64_t ids[2], id;
    struct db *db = open_two(ids);
    assert_false(connector_add(db, "main", "gotomeeting", true, 3, &id, &e));
    assert_err(e, ERR_USAGE, "there is a connector named \"main\" already");
    assert_false(connector_rename(db, ids[1], "main", &e));
    assert_err(e, ERR_USAGE, "already");
    assert_ok(connector_rename(db, ids[1], "other", &e), e); /* its own */
    assert_ok(connector_rename(db, ids[1], "Main", &e), e);
    struct connector c;
    assert_ok(connector_get(db, "Main", &c, &e), e);
    assert_int_equal(c.id, ids[1]);
    connector_done(&c);
    db_close(db);
}

TEST(a_name_is_visible_text_of_1_to_64_characters)
{
    struct err e = {0};
    char long_name[2 * 65 + 1] = "";
    for (int i = 0; i < 64; i++)
        strcat(long_name, "å");
    static const char *const good[] = {"a", "GoTo Europe", "日本", "o'neil & co"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_ok(connector_check_name(good[i], &e), e);
    assert_ok(connector_check_name(long_name, &e), e);
    strcat(long_name, "å");
    assert_false(connector_check_name(long_name, &e));
    assert_err(e, ERR_USAGE, "cannot be the name");
    static const char *const bad[] = {"",        " a", "a ", "a/b", "a\nb", "\xff", "a\xe2\x80\xae",
                                      "\x1b[31m"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(connector_check_name(bad[i], &e));
        assert_err(e, ERR_USAGE, "cannot be the name");
        assert_null(strpbrk(e.msg, "\n\x1b")); /* shown without its controls */
        assert_non_null(strstr(e.next, "1 to 64"));
    }
}

TEST(an_unknown_name_is_answered_with_the_nearest_first)
{
    static const char *const names[] = {"sales", "support", "finance", "legal", "hr", "it"};
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    struct connector c;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_ok(connector_add(db, names[i], "gotomeeting", true, 1, &id, &e), e);
    assert_false(connector_get(db, "saels", &c, &e));
    assert_err(e, ERR_USAGE, "no connector is named \"saels\"");
    assert_int_equal(strncmp(e.next, "there is: \"sales\", ", 19), 0);
    assert_non_null(strstr(e.next, ", ..."));
    db_close(db);
}

TEST(without_any_connector_it_says_how_to_add_one)
{
    struct err e = {0};
    int64_t id;
    struct db *db = memory_store(&id);
    struct connector c;
    assert_ok(connector_remove(db, id, &e), e);
    assert_false(connector_get(db, "main", &c, &e));
    assert_err(e, ERR_USAGE, "no connector is named \"main\"");
    assert_string_equal(e.next, "add one: seatledger connector add NAME ...");
    db_close(db);
}

TEST(a_connector_is_switched_on_and_off)
{
    struct err e = {0};
    int64_t ids[2];
    struct db *db = open_two(ids);
    struct connector c;
    assert_ok(connector_set_active(db, ids[0], false, 1, &e), e);
    assert_ok(connector_get(db, "main", &c, &e), e);
    assert_false(c.active);
    connector_done(&c);
    assert_ok(connector_set_active(db, ids[0], true, 1, &e), e);
    assert_ok(connector_get(db, "main", &c, &e), e);
    assert_true(c.active);
    connector_done(&c);
    db_close(db);
}

/* A row in every table that belongs to a connector. */
static void fill(struct db *db, int64_t id)
{
    struct err e = {0};
    struct grant g = {
        .user_key = LENT("1"), .user_name = LENT("n"), .user_email = LENT("e"), .scopes = LENT("")};
    struct aggregation a = {.connector = id, .trigger = LENT("manual"), .status = LENT("complete")};
    const char *const licenses[] = {"L"};
    struct staged_user u = {0, {"U", "e", "n", "ACTIVE", NULL, NULL}, licenses, 1};
    struct subscription s = {"L", "Pro", "G2M", true, true, 5, 5};
    struct staged_holder h = {0, "U", false};
    struct history_request rq = {.key = "U"};
    struct meeting m = {"U", "1", 5, 6, "", COUNT_NONE};
    struct price_row p = {LENT("L"), {.currency = "USD"}, LENT("")};
    int64_t unread;
    assert_ok(connector_put_setting(db, id, "k", "v", &e), e);
    assert_ok(sealed_put(db, id, "client_secret", "x", 1, &e) && grant_put(db, id, &g, &e), e);
    assert_ok(aggregation_start(db, &a, &e), e);
    assert_ok(stage_users(db, id, &u, 1, &e) && stage_subscription(db, id, 0, &s, &e), e);
    assert_ok(stage_holders(db, id, &h, 1, &e) && request_add(db, id, &rq, &e), e);
    assert_ok(meetings_put(db, id, a.id, &m, 1, &e) && price_add(db, id, &p, &e), e);
    struct publishing pub = {.connector = id, .aggregation = a.id, .to_ms = 10};
    assert_ok(publish(db, &pub, &unread, &e), e);
    m.end_ms = 7;
    assert_ok(meetings_put(db, id, a.id + 1, &m, 1, &e), e);
    assert_ok(evidence_add(db, a.id, "users", "r", "{}", &e), e);
}

TEST(removing_one_takes_all_of_it_and_nothing_of_another)
{
    static const char rows[] =
        "SELECT (SELECT count(*) FROM connector_setting) + (SELECT count(*) FROM sealed)"
        " + (SELECT count(*) FROM grant_info) + (SELECT count(*) FROM aggregation)"
        " + (SELECT count(*) FROM user_span) + (SELECT count(*) FROM subscription_span)"
        " + (SELECT count(*) FROM seat_span) + (SELECT count(*) FROM meeting)"
        " + (SELECT count(*) FROM coverage) + (SELECT count(*) FROM coverage_user)"
        " + (SELECT count(*) FROM stage_user) + (SELECT count(*) FROM stage_user_license)"
        " + (SELECT count(*) FROM stage_subscription) + (SELECT count(*) FROM stage_holder)"
        " + (SELECT count(*) FROM request) + (SELECT count(*) FROM evidence)"
        " + (SELECT count(*) FROM stage_meeting)"
        " + (SELECT count(*) FROM price_period)";
    struct err e = {0};
    int64_t ids[2];
    struct db *db = open_two(ids);
    fill(db, ids[0]);
    int64_t one = number_of(db, rows);
    assert_int_equal(one, 18);
    fill(db, ids[1]);
    assert_int_equal(number_of(db, rows), 2 * one);
    assert_ok(connector_remove(db, ids[0], &e), e);
    assert_int_equal(number_of(db, rows), one);
    struct connector c;
    assert_ok(connector_get(db, "other", &c, &e), e);
    assert_int_equal(c.setting_count, 1);
    connector_done(&c);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_connector_comes_back_with_what_people_set),
        RUN(an_empty_setting_is_no_setting),
        RUN(connectors_are_listed_by_name),
        RUN(a_name_is_used_once),
        RUN(a_name_is_visible_text_of_1_to_64_characters),
        RUN(an_unknown_name_is_answered_with_the_nearest_first),
        RUN(without_any_connector_it_says_how_to_add_one),
        RUN(a_connector_is_switched_on_and_off),
        RUN(removing_one_takes_all_of_it_and_nothing_of_another),
    };
    return RUN_ALL(tests);
}
