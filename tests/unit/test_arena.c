#include "test.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

enum { MANY = 5000, HUGE = 1 << 20 };

TEST(what_was_taken_stays_as_it_is_until_the_arena_is_cleared)
{
    struct arena a = ARENA_INIT;
    static const char *texts[MANY];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < MANY; i++) {
            char text[40];
            snprintf(text, sizeof text, "%d of %d", i, round);
            texts[i] = arena_text(&a, text);
        }
        for (int i = 0; i < MANY; i++) {
            char text[40];
            snprintf(text, sizeof text, "%d of %d", i, round);
            assert_string_equal(texts[i], text);
        }
        arena_clear(&a);
    }
    arena_done(&a);
}

TEST(memory_is_aligned_for_anything_beside_texts_of_any_length)
{
    struct arena a = ARENA_INIT;
    for (int i = 0; i < MANY; i++) {
        char text[8] = "1234567";
        text[i % 8] = '\0';
        arena_text(&a, text);
        int64_t *numbers = arena_take(&a, 3 * sizeof *numbers);
        assert_int_equal((uintptr_t)numbers % _Alignof(max_align_t), 0);
        memset(numbers, 0xff, 3 * sizeof *numbers);
    }
    arena_done(&a);
}

TEST(a_thing_larger_than_a_block_has_one_of_its_own)
{
    struct arena a = ARENA_INIT;
    const char *before = arena_text(&a, "before");
    memset(arena_take(&a, HUGE), 'x', HUGE);
    assert_string_equal(before, "before");
    assert_string_equal(arena_text(&a, "after"), "after");
    arena_done(&a);
}

TEST(it_says_how_much_was_taken_since_it_was_cleared)
{
    struct arena a = ARENA_INIT;
    assert_null(arena_text(&a, NULL));
    assert_int_equal(a.taken, 0);
    arena_text(&a, "123");
    arena_take(&a, 10);
    assert_int_equal(a.taken, 14);
    arena_clear(&a);
    assert_int_equal(a.taken, 0);
    arena_clear(&a);
    arena_done(&a);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(what_was_taken_stays_as_it_is_until_the_arena_is_cleared),
        RUN(memory_is_aligned_for_anything_beside_texts_of_any_length),
        RUN(a_thing_larger_than_a_block_has_one_of_its_own),
        RUN(it_says_how_much_was_taken_since_it_was_cleared),
    };
    return RUN_ALL(tests);
}
