#include "test.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "net/mail.h"

static const char *const to[] = {"a@example.com", "b@example.com"};

static void write_it(struct buf *out, const char *subject, const char *text)
{
    struct err e = {0};
    const struct mail_message m = {.from = "seats@example.com",
                                   .to = to,
                                   .to_count = 2,
                                   .subject = subject,
                                   .text = text,
                                   .date_ms = INT64_C(1785499200000)};
    *out = BUF_INIT(1 << 16);
    assert_ok(mail_write(&m, "abc", out, &e), e);
}

TEST(a_mail_has_the_headers_that_it_needs)
{
    CLEANUP(buf_done) struct buf out;
    write_it(&out, "hello", "one\ntwo\n");
    assert_string_equal(
        buf_text(&out),
        "From: seatledger <seats@example.com>\r\nTo: a@example.com,\r\n b@example.com\r\n"
        "Subject: hello\r\nDate: Fri, 31 Jul 2026 12:00:00 +0000\r\n"
        "Message-ID: <abc@example.com>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "b25lDQp0d28NCg==\r\n");
}

TEST(a_subject_cannot_begin_a_header)
{
    CLEANUP(buf_done) struct buf out;
    write_it(&out, "x\r\nBcc: eve@example.com\n\nbody", "t");
    assert_null(strstr(buf_text(&out), "\nBcc"));
    assert_non_null(strstr(buf_text(&out), "Subject: x  Bcc: eve@example.com  body\r\n"));
}

TEST(a_subject_that_is_not_ascii_becomes_encoded_words_of_whole_characters)
{
    CLEANUP(buf_done) struct buf out, long_subject = BUF_INIT(1000);
    write_it(&out,
             "Pr\xc3\xbc"
             "fung",
             "t");
    assert_non_null(strstr(buf_text(&out), "Subject: =?UTF-8?B?UHLDvGZ1bmc=?=\r\nDate"));
    buf_done(&out);
    for (int i = 0; i < 60; i++)
        buf_adds(&long_subject, "\xc3\xbc");
    write_it(&out, buf_text(&long_subject), "t");
    /* 19 characters of two bytes fit into one word of 39, none is cut */
    const char *word = "=?UTF-8?B?w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7zDvMO8w7w=?=";
    CLEANUP(buf_done) struct buf expected = BUF_INIT(1000);
    buf_addf(&expected, "Subject: %s\r\n %s\r\n =?UTF-8?B?", word, word);
    assert_non_null(strstr(buf_text(&out), buf_text(&expected)));
}

TEST(an_ascii_subject_that_is_long_or_looks_encoded_is_encoded)
{
    CLEANUP(buf_done) struct buf out;
    write_it(&out, "=?x", "t");
    assert_non_null(strstr(buf_text(&out), "Subject: =?UTF-8?B?PT94?="));
    buf_done(&out);
    write_it(&out, "a subject that is longer than what is comfortable in one line of a mail", "t");
    for (const char *at = buf_text(&out); at && *at;) {
        const char *end = strstr(at, "\r\n");
        assert_true(end && end - at <= 76);
        at = end + 2;
    }
}

TEST(addresses_hold_nothing_that_the_server_would_read_as_more)
{
    static const char *const bad[] = {"",
                                      "a",
                                      "@b",
                                      "a@",
                                      "a@b@c",
                                      "a b@c",
                                      "a@b>",
                                      "<a@b>",
                                      "a@b\r\nRCPT TO:<x@y>",
                                      "a@b c",
                                      "\"a\"@b",
                                      "a@b,c@d",
                                      "m\xc3\xbcller@b"};
    struct err e = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(mail_check_address(bad[i], &e));
        assert_int_equal(e.kind, ERR_USAGE);
    }
    assert_ok(mail_check_address("first.last+tag@mail.example.com", &e), e);
    CLEANUP(buf_done) struct buf out = BUF_INIT(1000);
    const struct mail_message m = {.from = "a@b\r\nX: y", .subject = "", .text = ""};
    assert_false(mail_write(&m, "id", &out, &e));
}

TEST(mail_in_the_clear_goes_to_this_machine_only)
{
    struct err e = {0};
    assert_ok(mail_check_host("127.0.0.1", true, &e), e);
    assert_ok(mail_check_host("localhost", true, &e), e);
    assert_ok(mail_check_host("::1", true, &e), e);
    assert_ok(mail_check_host("mail.example.com", false, &e), e);
    assert_false(mail_check_host("mail.example.com", true, &e));
    assert_err(e, ERR_USAGE, "this machine only");
    assert_false(mail_check_host("mail.example.com:25", false, &e));
    assert_err(e, ERR_USAGE, "no host name");
    assert_false(mail_check_host("a/b", false, &e));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_mail_has_the_headers_that_it_needs),
        RUN(a_subject_cannot_begin_a_header),
        RUN(a_subject_that_is_not_ascii_becomes_encoded_words_of_whole_characters),
        RUN(an_ascii_subject_that_is_long_or_looks_encoded_is_encoded),
        RUN(addresses_hold_nothing_that_the_server_would_read_as_more),
        RUN(mail_in_the_clear_goes_to_this_machine_only),
    };
    return RUN_ALL(tests);
}
