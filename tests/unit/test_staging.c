#include "staging_rig.h"

#include "base/cleanup.h"
#include "temporary.h"

static void person(const char *key, const char *status, const char *group, const char *license)
{
    struct err e = {0};
    struct staged_user u = {0, {key, "e", "n", status, group, NULL}, &license, license != NULL};
    assert_ok(stage_users(db, id, &u, 1, &e), e);
}

/* One that names the license A, at a place of the listing. */
static void person_at(int64_t number, const char *key)
{
    struct err e = {0};
    const char *const licenses[] = {"A"};
    struct staged_user u = {number, {key, "e", "n", "ACTIVE", NULL, NULL}, licenses, 1};
    assert_ok(stage_users(db, id, &u, 1, &e), e);
}

static void license_of(int64_t number, const char *key, bool has_organizers)
{
    struct err e = {0};
    struct subscription s = {key, "Pro", "G2M", true, has_organizers, 5, COUNT_NONE};
    assert_ok(stage_subscription(db, id, number, &s, &e), e);
}

static void license(int64_t number, const char *key)
{
    license_of(number, key, true);
}

static void holder(int64_t number, const char *user, bool invited)
{
    struct err e = {0};
    struct staged_holder h = {number, user, invited};
    assert_ok(stage_holders(db, id, &h, 1, &e), e);
}

static const char STAGED_USERS[] = "SELECT count(*) FROM stage_user";
static const char SUBSCRIPTIONS[] = "SELECT count(*) FROM stage_subscription";
static const char HOLDERS[] = "SELECT count(*) FROM stage_holder";
static const char LICENSES[] = "SELECT count(*) FROM stage_user_license";

TEST(staging_a_page_again_is_harmless_and_the_last_record_wins)
{
    static const char name[] = "SELECT count(*) FROM stage_user WHERE name = 'second'",
                      lost[] = "SELECT count(*) FROM stage_user_license WHERE license = 'A'";
    struct err e = {0};
    const char *const before[] = {"A", "B"}, *const after[] = {"B"};
    const struct staged_user page[] = {
        {0, {"9", "e", "n", "ACTIVE", NULL, NULL}, NULL, 0},
        {0, {"1", "e", "first", "ACTIVE", NULL, NULL}, before, 2},
        {0, {"1", "e", "second", "ACTIVE", NULL, NULL}, after, 1},
    };
    for (int i = 0; i < 2; i++) {
        assert_ok(stage_users(db, id, page, 3, &e), e);
        license(0, "A");
        license(1, "A");
        assert_int_equal(number_of(db, STAGED_USERS), 2);
        assert_int_equal(number_of(db, SUBSCRIPTIONS), 1);
        assert_int_equal(number_of(db, name), 1);
        assert_int_equal(number_of(db, LICENSES), 1);
        assert_int_equal(number_of(db, lost), 0);
    }
}

TEST(clearing_empties_one_connector_only)
{
    struct err e = {0};
    static const char others[] = "SELECT count(*) FROM stage_user WHERE connector = 1";
    int64_t first = id;
    person("1", "ACTIVE", NULL, "A");
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &id, &e), e);
    person("1", "ACTIVE", NULL, "A");
    assert_ok(stage_clear(db, first, &e), e);
    assert_int_equal(first, 1);
    assert_int_equal(number_of(db, others), 0);
    assert_int_equal(number_of(db, STAGED_USERS), 1);
    assert_int_equal(number_of(db, LICENSES), 1);
}

TEST(users_of_an_answer_that_broke_off_are_forgotten_with_their_licenses)
{
    static const char kept[] = "SELECT min(key) FROM stage_user";
    struct err e = {0};
    person_at(6, "1");
    person_at(7, "2");
    person_at(8, "3");
    license(9, "A");
    holder(9, "1", false);
    assert_ok(stage_forget(db, id, true, 7, &e), e);
    assert_int_equal(number_of(db, STAGED_USERS), 1);
    assert_int_equal(number_of(db, kept), 1);
    assert_int_equal(number_of(db, LICENSES), 1);
    assert_int_equal(number_of(db, SUBSCRIPTIONS), 1); /* these are another listing */
    assert_int_equal(number_of(db, HOLDERS), 1);
    assert_ok(stage_forget(db, id, true, 0, &e), e);
    assert_int_equal(number_of(db, STAGED_USERS) + number_of(db, LICENSES), 0);
}

TEST(a_repeated_user_keeps_the_first_number_and_is_not_forgotten_with_the_later_one)
{
    static const char number[] = "SELECT number FROM stage_user";
    struct err e = {0};
    person_at(3, "1");
    person_at(1000, "1");
    const struct staged_user page[] = {
        {4, {"1", "e", "n", "ACTIVE", NULL, NULL}, NULL, 0},
        {1001, {"2", "e", "n", "ACTIVE", NULL, NULL}, NULL, 0},
    };
    assert_ok(stage_users(db, id, page, 2, &e), e);
    assert_ok(stage_forget(db, id, true, 1000, &e), e);
    assert_int_equal(number_of(db, STAGED_USERS), 1);
    assert_int_equal(number_of(db, number), 3);
}

TEST(subscriptions_of_an_answer_that_broke_off_are_forgotten_with_their_holders)
{
    struct err e = {0};
    license(0, "A");
    license(1, "B");
    license(2, "C");
    license(2, "A"); /* once more: keeps its first place, and so its holders */
    for (int64_t number = 0; number < 4; number++)
        holder(number, "1", number == 3);
    person_at(5, "1");
    assert_ok(stage_forget(db, id, false, 1, &e), e);
    assert_int_equal(number_of(db, SUBSCRIPTIONS), 1);
    assert_int_equal(number_of(db, HOLDERS), 1);
    assert_int_equal(number_of(db, STAGED_USERS) + number_of(db, LICENSES), 2);
}

TEST(forgetting_touches_one_connector_only)
{
    struct err e = {0};
    int64_t first = id;
    person_at(0, "1");
    license(0, "A");
    holder(0, "1", false);
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &id, &e), e);
    assert_ok(stage_forget(db, id, true, 0, &e) && stage_forget(db, id, false, 0, &e), e);
    assert_int_not_equal(first, id);
    assert_int_equal(number_of(db, STAGED_USERS) + number_of(db, LICENSES), 2);
    assert_int_equal(number_of(db, SUBSCRIPTIONS) + number_of(db, HOLDERS), 2);
}

static const struct reading everything = {0, 60 * DAY_MS, DAY_MS};

struct seen {
    char text[512];
    int calls, fail_at;
    bool writes, rolls_back;
    struct db *other; /* tries to write too */
    int refused;
};

static bool on_user(void *ctx, const struct planned_user *u, struct err *e)
{
    struct seen *s = ctx;
    size_t len = strlen(s->text);
    snprintf(s->text + len, sizeof s->text - len, "%s:%s:%d:%d:%d ",
             u->group_key ? u->group_key : "-", u->key, u->has_seat, (int)u->group_organizers,
             (int)u->group_wanted);
    if (++s->calls == s->fail_at)
        return err_set(e, ERR_STOPPED, "asked to stop");
    struct history_request rq = {.from_ms = 1, .to_ms = 2};
    snprintf(rq.key, sizeof rq.key, "%s", u->key);
    struct err busy = {0};
    if (s->other && !audit_add(s->other, 1, "w", "c", "d", &busy))
        s->refused += busy.kind == ERR_BUSY;
    if (s->writes) {
        CLEANUP(tx_done) struct tx tx = TX_INIT;
        if (!tx_begin(&tx, db, e) || !request_add(db, id, &rq, e))
            return false;
        return s->rolls_back || tx_commit(&tx, e);
    }
    return true;
}

static bool on_member(void *ctx, const char *key, __attribute__((unused)) struct err *e)
{
    strcat(strcat(ctx, key), " ");
    return true;
}

TEST(people_come_group_by_group_with_the_seats_of_the_group)
{
    struct err e = {0};
    license(0, "A");
    license(1, "B");
    person("30", "ACTIVE", "g2", "A");
    person("31", "INVITED", "g2", "A"); /* has a seat, is not wanted */
    person("32", "ACTIVE", "g2", NULL);
    person("20", "ACTIVE", "g1", "other"); /* a license that is not ours */
    person("21", "SUSPENDED", "g1", NULL);
    person("12", "ACTIVE", NULL, NULL);
    person("11", "ACTIVE", NULL, "B");
    holder(1, "21", false);
    holder(1, "32", true);  /* an invitation is no seat yet */
    holder(7, "20", false); /* of no staged subscription */
    struct seen s = {.fail_at = -1};
    assert_ok(stage_each_user(db, id, &everything, on_user, &s, &e), e);
    assert_string_equal(s.text, "-:11:1:0:0 -:12:0:0:0 g1:20:0:1:1 g1:21:1:1:1 g2:30:1:2:1 "
                                "g2:31:1:2:1 g2:32:0:2:1 ");
}

TEST(a_group_is_asked_only_for_holders_of_a_subscription_with_organizers)
{
    struct err e = {0};
    char members[64] = "";
    license_of(0, "A", true);
    license_of(1, "B", false);
    person("1", "ACTIVE", "g", "A");
    person("2", "ACTIVE", "g", "B");
    person("3", "ACTIVE", "g", NULL);
    holder(1, "3", false);
    person("4", "ACTIVE", "g", "B"); /* has one of each */
    holder(0, "4", false);
    struct seen s = {.fail_at = -1};
    assert_ok(stage_each_user(db, id, &everything, on_user, &s, &e), e);
    assert_string_equal(s.text, "g:1:1:2:2 g:2:0:2:2 g:3:0:2:2 g:4:1:2:2 ");
    assert_ok(stage_each_member(db, id, "g", on_member, members, &e), e);
    assert_string_equal(members, "1 4 ");
}

TEST(a_seat_of_a_disabled_subscription_counts_in_the_group_and_is_not_covered_by_its_history)
{
    struct err e = {0};
    const struct subscription disabled = {"B", "Pro", "G2M", false, true, 5, COUNT_NONE};
    license_of(0, "A", true);
    assert_ok(stage_subscription(db, id, 1, &disabled, &e), e);
    person("1", "ACTIVE", "g", "A");
    person("2", "ACTIVE", "g", "B");
    struct seen s = {.fail_at = -1};
    assert_ok(stage_each_user(db, id, &everything, on_user, &s, &e), e);
    assert_string_equal(s.text, "g:1:1:2:1 g:2:0:2:1 ");
}

TEST(requests_added_while_people_stream_by_are_all_stored)
{
    struct err e = {0};
    for (int i = 0; i < 300; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", i);
        person(key, "ACTIVE", i % 3 ? "g" : NULL, NULL);
    }
    struct seen s = {.fail_at = -1, .writes = true};
    struct request_counts c;
    assert_ok(stage_each_user(db, id, &everything, on_user, &s, &e), e);
    assert_int_equal(s.calls, 300);
    assert_ok(request_count(db, id, &c, &e), e);
    assert_int_equal(c.todo, 300);
}

TEST(a_callback_that_fails_ends_the_stream_and_undoes_what_it_wrote)
{
    struct err e = {0};
    person("1", "ACTIVE", NULL, NULL);
    person("2", "ACTIVE", NULL, NULL);
    struct seen s = {.fail_at = 2, .writes = true};
    struct request_counts c;
    assert_false(stage_each_user(db, id, &everything, on_user, &s, &e));
    assert_int_equal(e.kind, ERR_STOPPED);
    assert_ok(request_count(db, id, &c, &e), e);
    assert_int_equal(c.todo, 0);
    s = (struct seen){.fail_at = -1}; /* and it can be used again */
    assert_ok(stage_each_user(db, id, &everything, on_user, &s, &e), e);
    assert_int_equal(s.calls, 2);
}

TEST(a_transaction_given_up_inside_the_stream_breaks_no_row_of_it_and_is_reported)
{
    struct err e = {0};
    person("1", "ACTIVE", NULL, NULL);
    person("2", "ACTIVE", NULL, NULL);
    struct seen s = {.fail_at = -1, .writes = true, .rolls_back = true};
    assert_false(stage_each_user(db, id, &everything, on_user, &s, &e));
    assert_int_equal(s.calls, 2);
    assert_err(e, ERR_LOCAL, "undone");
}

TEST(another_process_that_wants_to_write_meanwhile_must_wait)
{
    struct err e = {0};
    struct temporary t = temporary_make();
    CLEANUP(free_text) char *path = temporary_path(&t, "a.db");
    db_close(db);
    struct db *other = NULL;
    assert_ok(store_open(&db, path, &e) && store_open(&other, path, &e), e);
    assert_ok(connector_add(db, "main", "gotomeeting", true, 1, &id, &e), e);
    person("1", "ACTIVE", NULL, NULL);
    person("2", "ACTIVE", NULL, NULL);
    assert_ok(db_exec(other, "PRAGMA busy_timeout = 10", &e), e);
    struct seen s = {.fail_at = -1, .writes = true, .other = other};
    assert_ok(stage_each_user(db, id, &everything, on_user, &s, &e), e);
    assert_int_equal(s.refused, 2);
    assert_ok(audit_add(other, 1, "w", "c", "d", &e), e);
    db_close(other);
    temporary_remove(&t);
}

TEST(members_are_those_with_a_seat_who_are_not_invited)
{
    struct err e = {0};
    char text[64] = "";
    license(0, "A");
    person("5", "ACTIVE", "g", "A");
    person("4", "SUSPENDED", "g", NULL);
    person("3", "INVITED", "g", "A");
    person("2", "ACTIVE", "g", NULL);
    person("1", "ACTIVE", "other", "A");
    holder(0, "4", false);
    assert_ok(stage_each_member(db, id, "g", on_member, text, &e), e);
    assert_string_equal(text, "4 5 ");
}

TEST(a_page_that_cannot_be_stored_whole_is_not_stored_at_all)
{
    struct err e = {0};
    const struct staged_user page[] = {
        {0, {"1", "e", "n", "ACTIVE", NULL, NULL}, NULL, 0},
        {0, {"2", NULL, "n", "ACTIVE", NULL, NULL}, NULL, 0}, /* no e-mail: refused */
    };
    assert_false(stage_users(db, id, page, 2, &e));
    assert_err(e, ERR_LOCAL, "NOT NULL");
    assert_int_equal(number_of(db, STAGED_USERS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STAGED(staging_a_page_again_is_harmless_and_the_last_record_wins),
        STAGED(clearing_empties_one_connector_only),
        STAGED(users_of_an_answer_that_broke_off_are_forgotten_with_their_licenses),
        STAGED(a_repeated_user_keeps_the_first_number_and_is_not_forgotten_with_the_later_one),
        STAGED(subscriptions_of_an_answer_that_broke_off_are_forgotten_with_their_holders),
        STAGED(forgetting_touches_one_connector_only),
        STAGED(people_come_group_by_group_with_the_seats_of_the_group),
        STAGED(a_group_is_asked_only_for_holders_of_a_subscription_with_organizers),
        STAGED(
            a_seat_of_a_disabled_subscription_counts_in_the_group_and_is_not_covered_by_its_history),
        STAGED(
            a_seat_of_a_disabled_subscription_counts_in_the_group_and_is_not_covered_by_its_history),
        STAGED(requests_added_while_people_stream_by_are_all_stored),
        STAGED(a_callback_that_fails_ends_the_stream_and_undoes_what_it_wrote),
        STAGED(a_transaction_given_up_inside_the_stream_breaks_no_row_of_it_and_is_reported),
        STAGED(another_process_that_wants_to_write_meanwhile_must_wait),
        STAGED(members_are_those_with_a_seat_who_are_not_invited),
        STAGED(a_page_that_cannot_be_stored_whole_is_not_stored_at_all),
    };
    return RUN_ALL(tests);
}
