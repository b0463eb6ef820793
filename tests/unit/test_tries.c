#include "test.h"

#include <stdio.h>

#include "web/tries.h"

static bool may(struct tries *t, const char *peer, int64_t now_ms)
{
    int64_t wait_ms = -1;
    bool ok = tries_may(t, peer, now_ms, &wait_ms);
    assert_true(ok || (wait_ms > 0 && wait_ms <= TRIES_WINDOW_MS));
    return ok;
}

TEST(an_address_may_be_wrong_so_often_in_a_window)
{
    static struct tries t;
    int64_t wait_ms;
    for (int i = 0; i < TRIES_OF_ONE; i++) {
        assert_true(may(&t, "10.0.0.1", i));
        tries_was_wrong(&t, "10.0.0.1", i);
    }
    assert_false(tries_may(&t, "10.0.0.1", 100, &wait_ms));
    assert_int_equal(wait_ms, TRIES_WINDOW_MS - 100);
    assert_true(may(&t, "10.0.0.2", 100)); /* others are not concerned */
    assert_true(may(&t, "10.0.0.1", TRIES_WINDOW_MS));
}

TEST(a_right_password_begins_anew)
{
    static struct tries t;
    for (int i = 0; i < 3 * TRIES_OF_ONE; i++) {
        assert_true(may(&t, "::1", i));
        if (i % 3)
            tries_was_wrong(&t, "::1", i);
        else
            tries_was_right(&t, "::1");
    }
}

TEST(many_addresses_together_may_not_be_wrong_for_ever)
{
    static struct tries t;
    char peer[TRIES_PEER];
    for (int i = 0; i < TRIES_OF_ALL; i++) {
        snprintf(peer, sizeof peer, "10.0.%d.1", i);
        assert_true(may(&t, peer, i));
        tries_was_wrong(&t, peer, i);
    }
    assert_false(may(&t, "192.0.2.1", TRIES_OF_ALL));
    for (int i = 0; i < 2 * TRIES_OF_ALL; i++) { /* tried all the same: memory stays as it is */
        snprintf(peer, sizeof peer, "10.1.%d.1", i);
        tries_was_wrong(&t, peer, i);
    }
    assert_true(t.count <= TRIES_OF_ALL);
    assert_true(may(&t, "192.0.2.1", 2 * TRIES_WINDOW_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(an_address_may_be_wrong_so_often_in_a_window),
        RUN(a_right_password_begins_anew),
        RUN(many_addresses_together_may_not_be_wrong_for_ever),
    };
    return RUN_ALL(tests);
}
