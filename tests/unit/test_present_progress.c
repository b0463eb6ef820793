/* The line of a running aggregation, for terminals of any width and numbers of any size. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "present/progress.h"

static const struct progress_now usual = {.name = "acme",
                                          .phase = "history",
                                          .done = 1204,
                                          .planned = 6040,
                                          .per_10_seconds = 98,
                                          .waited_ms = 80000};

static char text[4096];
static const char *line(const struct progress_now *p, size_t columns)
{
    CLEANUP(buf_done) struct buf b = BUF_INIT(sizeof text - 1);
    progress_line(&b, p, columns, false);
    assert_false(b.overflowed);
    snprintf(text, sizeof text, "%s", buf_text(&b));
    return text;
}

static void a_line_shows_as_much_as_its_width_has_room_for(__attribute__((unused)) void **state)
{
    assert_string_equal(line(&usual, 20), "history 1,204/6,040");
    assert_string_equal(line(&usual, 40), "history  [#.......]  1,204 of 6,040");
    assert_string_equal(line(&usual, 80),
                        "acme  history  [#.......]  1,204 of 6,040  9.8/s  waited 1m 20s  "
                        "8m 14s left");
    assert_string_equal(line(&usual, 200),
                        "acme  history  [#######.................................]  "
                        "1,204 of 6,040  9.8/s  waited 1m 20s for the provider  8m 14s left");
}

static void a_line_is_never_wider_than_the_terminal(__attribute__((unused)) void **state)
{
    struct progress_now all[] = {usual, usual, usual, usual, usual, {.name = "x"}};
    all[1].wait_ms = 30000;
    all[1].why = "the list of users: the service answered 429: \xe4\xb8\xad\xe6\x96\x87 too many";
    all[2].is_stopping = true;
    all[3].name = "a name that is longer than most names are, \xe4\xb8\xad\xe6\x96\x87";
    all[4].done = all[4].planned = all[4].waited_ms = all[4].per_10_seconds = INT64_MAX;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t columns = 0; columns <= 300; columns++)
            assert_true(text_width(line(&all[i], columns)) <= columns);
}

static void no_number_is_negative_or_grows_past_its_end(__attribute__((unused)) void **state)
{
    static const int64_t odd[] = {INT64_MIN, -1, 0, 1, 999, 1000, 6040, INT64_MAX / 2, INT64_MAX};
    const size_t n = sizeof odd / sizeof *odd;
    for (size_t i = 0; i < n * n * n * n; i++) {
        struct progress_now p = {.name = "acme", .phase = "history"};
        p.done = odd[i % n];
        p.planned = odd[i / n % n];
        p.per_10_seconds = odd[i / n / n % n];
        p.wait_ms = p.waited_ms = odd[i / n / n / n % n];
        assert_null(strchr(line(&p, 200), '-'));
        assert_true(progress_left_ms(&p) >= -1);
        assert_true(strlen(text) < 200);
    }
}

static void more_done_than_planned_is_a_full_bar(__attribute__((unused)) void **state)
{
    struct progress_now p = {.name = "a", .phase = "history", .done = 12, .planned = 10};
    assert_string_equal(line(&p, 40), "a  history  [################]  10 of 10");
}

static void the_bar_is_full_only_at_the_end(__attribute__((unused)) void **state)
{
    struct progress_now p = usual;
    p.done = p.planned - 1;
    assert_non_null(strstr(line(&p, 200), "#.]"));
    p.done = p.planned;
    assert_non_null(strstr(line(&p, 200), "##]"));
    assert_null(strstr(text, "left"));
}

static void without_a_plan_there_is_no_bar_and_no_time_left(__attribute__((unused)) void **state)
{
    struct progress_now p = {.name = "acme", .done = 1, .per_10_seconds = 98};
    assert_string_equal(line(&p, 80), "acme  starting  1 request  9.8/s");
    p.phase = "users";
    p.done = 2;
    assert_string_equal(line(&p, 80), "acme  users  2 requests  9.8/s");
}

static void
a_wait_counts_down_and_says_why_where_there_is_room(__attribute__((unused)) void **state)
{
    struct progress_now p = usual;
    p.wait_ms = 29001;
    p.why = "the history: answered 429\n(too many requests)";
    assert_string_equal(
        line(&p, 79),
        "acme  history  [###.............]  1,204 of 6,040  8m 43s left  waiting 30s");
    assert_string_equal(line(&p, 160),
                        "acme  history  [#######.................................]  "
                        "1,204 of 6,040  8m 43s left  waiting 30s: the history: answered 429 "
                        "(too many requests)");
}

static void a_line_that_is_being_stopped_says_so(__attribute__((unused)) void **state)
{
    struct progress_now p = usual;
    p.is_stopping = true;
    p.wait_ms = 1000;
    p.waited_ms = 0;
    p.per_10_seconds = 0;
    assert_string_equal(line(&p, 60),
                        "acme  history  [###.............]  1,204 of 6,040  stopping");
}

static void colour_adds_no_width_and_no_other_text(__attribute__((unused)) void **state)
{
    CLEANUP(buf_done) struct buf b = BUF_INIT(4096);
    CLEANUP(buf_done) struct buf bare = BUF_INIT(4096);
    progress_line(&b, &usual, 80, true);
    assert_non_null(strchr(buf_text(&b), '\033'));
    for (const char *at = buf_text(&b); *at; at++) {
        if (*at == '\033')
            at = strchr(at, 'm');
        else
            buf_addc(&bare, *at);
    }
    assert_string_equal(buf_text(&bare), line(&usual, 80));
}

static void the_rate_is_that_of_the_last_seconds(__attribute__((unused)) void **state)
{
    struct progress_rate r = {0};
    int64_t done = 0, now = 5000;
    progress_rate_note(&r, now, done);
    assert_int_equal(r.per_10_seconds, 0);
    progress_rate_note(&r, now + 900, 9);
    assert_int_equal(r.per_10_seconds, 0); /* too early */
    for (int i = 0; i < 100; i++)          /* 40 a second, for 25 seconds */
        progress_rate_note(&r, now += 250, done += 10);
    assert_int_equal(r.per_10_seconds, 400);
    for (int i = 0; i < 40; i++) /* then 4 a second */
        progress_rate_note(&r, now += 250, done += 1);
    assert_int_equal(r.per_10_seconds, 40);
    for (int i = 0; i < 40; i++) /* and then none */
        progress_rate_note(&r, now += 250, done);
    assert_int_equal(r.per_10_seconds, 0);
}

static void a_wait_does_not_slow_the_rate(__attribute__((unused)) void **state)
{
    struct progress_rate r = {0};
    for (int i = 0; i <= 20; i++)
        progress_rate_note(&r, i * 250, i * 10);
    progress_rate_break(&r);
    assert_int_equal(r.per_10_seconds, 400);
    progress_rate_note(&r, 65000, 200);
    progress_rate_note(&r, 66000, 240);
    assert_int_equal(r.per_10_seconds, 400);
}

static void spans_and_sizes_are_short(__attribute__((unused)) void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } spans[] = {
        {-5, "0s"},         {0, "0s"},          {1, "1s"},           {59001, "1m 0s"},
        {492000, "8m 12s"}, {3600000, "1h 0m"}, {86400000, "1d 0h"}, {INT64_MAX, "999d 0h"},
        {INT64_MIN, "0s"}};
    static const struct {
        int64_t bytes;
        const char *text;
    } sizes[] = {{-1, "0 bytes"},     {999, "999 bytes"},    {1000, "1.0 kB"},
                 {1249999, "1.2 MB"}, {INT64_MAX, "9.2 EB"}, {999999, "999.9 kB"}};
    char out[SPAN_TEXT + SIZE_TEXT];
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        progress_span(spans[i].ms, out);
        assert_string_equal(out, spans[i].text);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        progress_size(sizes[i].bytes, out);
        assert_string_equal(out, sizes[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_shows_as_much_as_its_width_has_room_for),
        cmocka_unit_test(a_line_is_never_wider_than_the_terminal),
        cmocka_unit_test(no_number_is_negative_or_grows_past_its_end),
        cmocka_unit_test(more_done_than_planned_is_a_full_bar),
        cmocka_unit_test(the_bar_is_full_only_at_the_end),
        cmocka_unit_test(without_a_plan_there_is_no_bar_and_no_time_left),
        cmocka_unit_test(a_wait_counts_down_and_says_why_where_there_is_room),
        cmocka_unit_test(a_line_that_is_being_stopped_says_so),
        cmocka_unit_test(colour_adds_no_width_and_no_other_text),
        cmocka_unit_test(the_rate_is_that_of_the_last_seconds),
        cmocka_unit_test(a_wait_does_not_slow_the_rate),
        cmocka_unit_test(spans_and_sizes_are_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
