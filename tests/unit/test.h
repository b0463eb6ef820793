/* The comfort of our unit tests over cmocka: TEST(rule) { ... }, RUN(rule), assert_err(). */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"

#define TEST(rule) static void rule(__attribute__((unused)) void **state)
#define RUN(rule) cmocka_unit_test(rule)
#define RUN_ALL(tests) cmocka_run_group_tests(tests, NULL, NULL)

/* The call failed with this kind, and its sentence holds these words. */
#define assert_err(e, k, words)                                                                    \
    do {                                                                                           \
        assert_int_equal((e).kind, (k));                                                           \
        if (!strstr((e).msg, (words)))                                                             \
            fail_msg("expected \"%s\" in \"%s\"", (words), (e).msg);                               \
    } while (0)

#define assert_ok(call, e)                                                                         \
    do {                                                                                           \
        if (!(call))                                                                               \
            fail_msg("%s: %s", #call, (e).msg);                                                    \
    } while (0)
