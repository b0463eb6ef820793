#include "test.h"

#include <stdio.h>
#include <unistd.h>

#include "base/log.h"

static int64_t fixed(__attribute__((unused)) void *ctx)
{
    return INT64_C(1785499200000);
}

static const struct clock noon = {.wall_ms = fixed, .mono_ms = fixed};

/* What one line of this level leaves in the log file. */
static void expect_file(enum log_level screen, enum log_level level, const char *text,
                        const char *line)
{
    char *got = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&got, &len);
    struct log l = {&noon, file, screen};
    int saved = dup(STDERR_FILENO);
    assert_non_null(freopen("/dev/null", "w", stderr));
    log_line(&l, level, "event", "a=%s", text);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    fclose(file);
    assert_string_equal(got, line);
    free(got);
}

TEST(a_line_has_time_level_event_and_values)
{
    expect_file(LOG_ERROR, LOG_WARN, "b", "2026-07-31T12:00:00Z warn event a=b\n");
}

TEST(no_text_can_start_a_line_of_its_own)
{
    expect_file(LOG_ERROR, LOG_ERROR, "b\nfake\x1b[0m\x7f",
                "2026-07-31T12:00:00Z error event a=b "
                "fake [0m \n");
}

TEST(debug_reaches_the_file_only_when_asked_for)
{
    expect_file(LOG_INFO, LOG_DEBUG, "b", "");
    expect_file(LOG_DEBUG, LOG_DEBUG, "b", "2026-07-31T12:00:00Z debug event a=b\n");
}

TEST(without_a_file_nothing_breaks)
{
    struct log l = {&noon, NULL, LOG_ERROR};
    log_line(&l, LOG_INFO, "event", "a=%d", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_line_has_time_level_event_and_values),
        RUN(no_text_can_start_a_line_of_its_own),
        RUN(debug_reaches_the_file_only_when_asked_for),
        RUN(without_a_file_nothing_breaks),
    };
    return RUN_ALL(tests);
}
