/* What of the history is read, given what was read before. */
#include "test.h"

#include "publish_rig.h"

struct seen {
    char text[512];
};

/* "KEY:from", in days; of a group "KEY:from/group's from(wanted)"; "!" behind who has moved. */
static bool note(void *ctx, const struct planned_user *u, struct err *e)
{
    (void)e;
    struct seen *s = ctx;
    size_t len = strlen(s->text);
    int n = snprintf(s->text + len, sizeof s->text - len, "%s:%lld", u->key,
                     (long long)(u->from_ms / DAY_MS));
    if (u->group_key)
        n += snprintf(s->text + len + n, sizeof s->text - len - (size_t)n, "/%lld(%lld)",
                      (long long)(u->group_from_ms / DAY_MS), (long long)u->group_wanted);
    snprintf(s->text + len + n, sizeof s->text - len - (size_t)n, "%s ", u->has_moved ? "!" : "");
    return true;
}

/* The look-back is 60 days; again is what is read a second time, in days. */
static const char *reads(int64_t t_days, int64_t again_days)
{
    static struct seen s;
    struct err e = {0};
    const struct reading r = {(t_days - 60) * DAY_MS, t_days * DAY_MS, again_days * DAY_MS};
    s.text[0] = '\0';
    assert_ok(stage_each_user(db, id, &r, note, &s, &e), e);
    return s.text;
}

static void a_meeting(void)
{
    struct err e = {0};
    const struct meeting m = {"1", "m", 90 * DAY_MS, TIME_NONE, "", COUNT_NONE};
    assert_ok(meetings_put(db, id, 1, &m, 1, &e), e);
}

/* Read up to day 100, and a meeting was found. */
static void read_until_100(void)
{
    a_meeting();
    published(40 * DAY_MS, 100 * DAY_MS);
}

TEST(at_first_the_whole_look_back_is_read)
{
    person_in("1", "ACTIVE", NULL);
    assert_string_equal(reads(100, 1), "1:40 ");
}

TEST(whoever_was_read_before_is_read_from_a_day_before_the_mark)
{
    read_person("1");
    read_until_100();
    read_person("1");
    assert_string_equal(reads(101, 1), "1:99 ");
    assert_string_equal(reads(130, 1), "1:99 ");
}

TEST(full_reads_the_whole_look_back_again)
{
    read_person("1");
    read_until_100();
    read_person("1");
    assert_string_equal(reads(101, 60), "1:41 ");
}

/* And first: those whose last reading is longest ago come before the others, in all tests below. */
TEST(whoever_is_new_or_was_invited_until_now_is_read_wholly)
{
    read_person("1");
    person_in("2", "INVITED", NULL);
    read_until_100();
    read_person("1");
    person_in("2", "ACTIVE", NULL);
    person_in("3", "ACTIVE", NULL);
    assert_string_equal(reads(101, 1), "2:41 3:41 1:99 ");
}

TEST(whoever_was_gone_and_comes_back_is_read_wholly)
{
    read_person("1");
    read_person("2");
    read_until_100();
    read_person("1");
    published(41 * DAY_MS, 101 * DAY_MS);
    read_person("1");
    person_in("2", "ACTIVE", NULL);
    assert_string_equal(reads(102, 1), "2:42 1:100 ");
}

TEST(whoever_could_not_be_read_goes_on_at_the_own_mark)
{
    read_person("1");
    read_person("2");
    unread_person("3", "502");
    read_until_100();
    read_person("1");
    unread_person("2", "502");
    unread_person("3", "502");
    published(41 * DAY_MS, 101 * DAY_MS);
    read_person("1");
    person_in("2", "ACTIVE", NULL);
    person_in("3", "ACTIVE", NULL);
    assert_string_equal(reads(102, 1), "3:42 2:99 1:100 ");
}

TEST(a_mark_that_lies_before_the_look_back_leaves_a_gap_so_all_is_read)
{
    read_person("1");
    read_until_100();
    read_person("1");
    assert_string_equal(reads(161, 1), "1:101 ");
    assert_string_equal(reads(160, 1), "1:100 ");
    assert_string_equal(reads(159, 1), "1:99 ");
}

TEST(a_longer_look_back_than_before_reads_all)
{
    struct err e = {0};
    static struct seen s;
    const struct reading r = {(101 - 90) * DAY_MS, 101 * DAY_MS, DAY_MS};
    read_person("1");
    read_until_100();
    read_person("1");
    assert_ok(stage_each_user(db, id, &r, note, &s, &e), e);
    assert_string_equal(s.text, "1:11 ");
}

TEST(a_mark_later_than_the_clock_is_not_believed)
{
    read_person("1");
    read_until_100();
    read_person("1");
    assert_string_equal(reads(99, 1), "1:39 ");
}

TEST(while_no_meeting_was_ever_found_all_is_read)
{
    read_person("1");
    published(40 * DAY_MS, 100 * DAY_MS);
    read_person("1");
    assert_string_equal(reads(101, 1), "1:41 ");
}

/* Each digit is a person with a seat. */
static void seats(const char *keys)
{
    license_of(0, "A", 9);
    for (; *keys; keys++)
        holder(0, (const char[]){*keys, '\0'}, false);
}

TEST(a_group_is_read_from_where_its_member_who_is_farthest_back_needs_it)
{
    seats("12");
    person_in("1", "ACTIVE", "g");
    person_in("2", "ACTIVE", "g");
    request("g", true, "done", NULL);
    read_until_100();
    seats("123");
    person_in("1", "ACTIVE", "g");
    person_in("2", "ACTIVE", "g");
    assert_string_equal(reads(101, 1), "1:99/99(2) 2:99/99(2) ");
    person_in("3", "ACTIVE", "g");
    assert_string_equal(reads(101, 1), "1:99/41(3) 2:99/41(3) 3:41/41(3) ");
}

TEST(whoever_has_moved_between_groups_counts_for_none)
{
    seats("1234");
    person_in("1", "ACTIVE", "g");
    person_in("2", "ACTIVE", "g");
    person_in("3", "ACTIVE", "h");
    person_in("4", "ACTIVE", NULL);
    request("g", true, "done", NULL);
    request("3", false, "done", NULL);
    request("4", false, "done", NULL);
    read_until_100();
    seats("1234");
    person_in("1", "ACTIVE", "g");
    person_in("2", "ACTIVE", "h");
    person_in("3", "ACTIVE", "h");
    person_in("4", "ACTIVE", "h");
    assert_string_equal(reads(101, 1), "1:99/99(1) 2:41/99(1)! 3:99/99(1) 4:41/99(1)! ");
}

/* Two members of g and, with of_2, what becomes of the second one's own request. */
static void two_members(const char *group_of_2, const char *of_2)
{
    seats("12");
    person_in("1", "ACTIVE", "g");
    person_in("2", "ACTIVE", group_of_2);
    request("g", true, "done", NULL);
    if (of_2)
        request("2", false, of_2, "502");
}

TEST(whoever_has_moved_and_could_not_be_read_is_still_read_wholly_and_alone)
{
    two_members("g", NULL);
    read_until_100();
    two_members("h", "failed");
    published(45 * DAY_MS, 105 * DAY_MS);
    two_members("h", NULL);
    assert_string_equal(reads(110, 1), "2:50/50(0)! 1:104/104(1) ");
}

TEST(whoever_has_moved_is_read_alone_until_the_reading_begins_after_that)
{
    two_members("g", NULL);
    read_until_100();
    two_members("h", "done");
    published(45 * DAY_MS, 105 * DAY_MS);
    two_members("h", "done");
    assert_string_equal(reads(106, 1), "2:46/46(0)! 1:104/104(1) ");
    published(46 * DAY_MS, 106 * DAY_MS);
    two_members("h", "done");
    assert_string_equal(reads(107, 1), "1:105/105(1) 2:105/105(1) ");
}

/* It may have been lost before the group was read, but after the list. */
TEST(whoever_has_lost_the_last_seat_is_read_wholly)
{
    two_members("g", NULL);
    read_until_100();
    seats("1");
    person_in("1", "ACTIVE", "g");
    person_in("2", "ACTIVE", "g");
    request("g", true, "done", NULL);
    request("2", false, "failed", "502");
    assert_string_equal(reads(105, 1), "1:99/99(1) 2:45/99(1) ");
    published(45 * DAY_MS, 105 * DAY_MS);
    person_in("2", "ACTIVE", "g");
    license_of(0, "A", 9);
    assert_string_equal(reads(106, 1), "2:46/46(0) ");
}

TEST(marks_are_those_of_the_own_connector)
{
    struct err e = {0};
    read_person("1");
    read_until_100();
    assert_ok(connector_add(db, "second", "gotomeeting", true, 1, &id, &e), e);
    a_meeting();
    person_in("1", "ACTIVE", NULL);
    assert_string_equal(reads(101, 1), "1:41 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUBLISHED(at_first_the_whole_look_back_is_read),
        PUBLISHED(whoever_was_read_before_is_read_from_a_day_before_the_mark),
        PUBLISHED(full_reads_the_whole_look_back_again),
        PUBLISHED(whoever_is_new_or_was_invited_until_now_is_read_wholly),
        PUBLISHED(whoever_was_gone_and_comes_back_is_read_wholly),
        PUBLISHED(whoever_could_not_be_read_goes_on_at_the_own_mark),
        PUBLISHED(a_mark_that_lies_before_the_look_back_leaves_a_gap_so_all_is_read),
        PUBLISHED(a_longer_look_back_than_before_reads_all),
        PUBLISHED(a_mark_later_than_the_clock_is_not_believed),
        PUBLISHED(while_no_meeting_was_ever_found_all_is_read),
        PUBLISHED(a_group_is_read_from_where_its_member_who_is_farthest_back_needs_it),
        PUBLISHED(whoever_has_moved_between_groups_counts_for_none),
        PUBLISHED(whoever_has_moved_and_could_not_be_read_is_still_read_wholly_and_alone),
        PUBLISHED(whoever_has_moved_is_read_alone_until_the_reading_begins_after_that),
        PUBLISHED(whoever_has_lost_the_last_seat_is_read_wholly),
        PUBLISHED(marks_are_those_of_the_own_connector),
    };
    return RUN_ALL(tests);
}
