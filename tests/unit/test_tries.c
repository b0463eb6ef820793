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

TEST(an_ipv6_network_of_64_bits_is_one_address)
{
    static struct tries t;
    char peer[TRIES_PEER];
    for (int i = 0; i < TRIES_OF_ONE; i++) {
        snprintf(peer, sizeof peer, "2001:db8:0:1::%d", i + 1);
        assert_true(may(&t, peer, i));
        tries_was_wrong(&t, peer, i);
    }
    assert_false(may(&t, "2001:db8:0:1:ffff::9", TRIES_OF_ONE));
    assert_true(may(&t, "2001:db8:0:2::1", TRIES_OF_ONE));
    for (int i = 0; i < TRIES_OF_ONE; i++)
        tries_was_wrong(&t, "::ffff:10.0.0.1", i);
    assert_false(may(&t, "10.0.0.1", TRIES_OF_ONE));
    assert_true(may(&t, "::ffff:10.0.0.2", TRIES_OF_ONE));
}

TEST(wrong_passwords_of_many_addresses_slow_them_down_and_lock_out_nobody_else)
{
    static struct tries t;
    char peer[TRIES_PEER];
    for (int i = 0; i < TRIES_OF_ALL; i++) {
        snprintf(peer, sizeof peer, "10.0.%d.1", i);
        assert_true(may(&t, peer, 0));
        tries_was_wrong(&t, peer, 0);
    }
    assert_true(may(&t, "192.0.2.1", 1));
    assert_false(may(&t, "10.0.7.1", TRIES_SLOW_MS - 1));
    assert_true(may(&t, "10.0.7.1", TRIES_SLOW_MS));
}

TEST(more_addresses_than_are_kept_share_a_pace)
{
    static struct tries t;
    char peer[TRIES_PEER];
    for (int i = 0; i < 2 * TRIES_ADDRESSES; i++) { /* memory stays as it is */
        snprintf(peer, sizeof peer, "10.%d.%d.1", i / 256, i % 256);
        tries_was_wrong(&t, peer, 0);
    }
    assert_int_equal(t.count, TRIES_ADDRESSES);
    assert_false(may(&t, "192.0.2.1", TRIES_PACE_MS - 1));
    assert_true(may(&t, "192.0.2.1", TRIES_PACE_MS));
    assert_true(may(&t, "192.0.2.1", 2 * TRIES_WINDOW_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(an_address_may_be_wrong_so_often_in_a_window),
        RUN(a_right_password_begins_anew),
        RUN(an_ipv6_network_of_64_bits_is_one_address),
        RUN(wrong_passwords_of_many_addresses_slow_them_down_and_lock_out_nobody_else),
        RUN(more_addresses_than_are_kept_share_a_pace),
    };
    return RUN_ALL(tests);
}
