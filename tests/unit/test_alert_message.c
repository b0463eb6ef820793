#include "test.h"

#include "alert/message.h"
#include "base/cleanup.h"

static char name[] = "a<b>\"&", kind[] = "grant", none[] = "", text[] = "It \"is\" over & <done>.",
            next[] = "Run Get Token.";

static struct alert_row row(void)
{
    return (struct alert_row){.id = 3,
                              .connector = 2,
                              .connector_name = name,
                              .kind = kind,
                              .subject = none,
                              .grade = 2,
                              .text = text,
                              .next = next,
                              .began_ms = 1000};
}

TEST(json_says_all_that_is_known)
{
    CLEANUP(buf_done) struct buf out = BUF_INIT(10000);
    const struct alert_row r = row();
    const struct alert_message m = {&r, 1, 2000};
    assert_true(message_json(&m, &out));
    assert_string_equal(
        buf_text(&out),
        "{\"source\":\"seatledger\",\"version\":\"" SEATLEDGER_VERSION
        "\",\"sent_at\":\"1970-01-01T00:00:02Z\",\"test\":false,\"text\":null,\"alerts\":[{"
        "\"id\":3,\"connector_id\":2,\"connector\":\"a<b>\\\"&\",\"kind\":\"grant\",\"subject\":"
        "null,\"severity\":\"bad\",\"text\":\"It \\\"is\\\" over & <done>.\",\"next\":\"Run Get "
        "Token.\",\"began_at\":\"1970-01-01T00:00:01Z\",\"ended_at\":null}]}");
}

TEST(slack_takes_no_mark_for_its_own)
{
    CLEANUP(buf_done) struct buf out = BUF_INIT(10000);
    const struct alert_row r = row();
    const struct alert_message m = {&r, 1, 2000};
    assert_true(message_slack(&m, &out));
    assert_string_equal(buf_text(&out), "{\"text\":\"It \\\"is\\\" over &amp; &lt;done&gt;.\\nRun "
                                        "Get Token.\\n\"}");
}

TEST(what_is_over_says_so_instead_of_what_to_do)
{
    CLEANUP(buf_done) struct buf out = BUF_INIT(10000);
    struct alert_row r[] = {row(), row()};
    r[1].ended_ms = 60000;
    const struct alert_message m = {r, 2, 70000};
    assert_true(message_text(&m, &out));
    assert_string_equal(buf_text(&out),
                        "It \"is\" over & <done>.\nRun Get Token.\n\n"
                        "It \"is\" over & <done>.\nIt is over since 1970-01-01T00:01:00Z.\n");
}

TEST(a_subject_names_the_one_or_counts_them)
{
    CLEANUP(buf_done) struct buf one = BUF_INIT(1000), two = BUF_INIT(1000), test = BUF_INIT(1000);
    const struct alert_row r[] = {row(), row()};
    assert_true(message_subject(&(struct alert_message){r, 1, 0}, &one));
    assert_true(message_subject(&(struct alert_message){r, 2, 0}, &two));
    assert_true(message_subject(&(struct alert_message){NULL, 0, 0}, &test));
    assert_string_equal(buf_text(&one), "seatledger: It \"is\" over & <done>.");
    assert_string_equal(buf_text(&two), "seatledger: 2 alerts");
    assert_string_equal(buf_text(&test), "seatledger: a test");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(json_says_all_that_is_known),
        RUN(slack_takes_no_mark_for_its_own),
        RUN(what_is_over_says_so_instead_of_what_to_do),
        RUN(a_subject_names_the_one_or_counts_them),
    };
    return RUN_ALL(tests);
}
