#include "keeper_rig.h"

/* ---- when ---- */

TEST(a_token_that_is_still_good_is_handed_out_unasked)
{
    assert_token(false, "at1");
    rig.now_ms = NOW_MS + HOUR_MS - 60001;
    assert_token(false, "at1");
    assert_int_equal(fake.asked, 0);
}

TEST(a_token_is_refreshed_60_seconds_before_its_end)
{
    rig.now_ms = NOW_MS + HOUR_MS - 60000;
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
    assert_token(false, "at2");
    assert_string_equal(fake.form, "grant_type=refresh_token&refresh_token=rt1");
    assert_token(false, "at2");
    assert_int_equal(fake.asked, 1);
    assert_int_equal(rig.keeper.refreshes, 1);
    assert_sealed("access_token", "at2");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.access_expires_ms, rig.now_ms + HOUR_MS);
}

TEST(a_refused_token_is_refreshed_once)
{
    assert_token(false, "at1");
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
    assert_token(true, "at2");
    assert_token(false, "at2");
    assert_int_equal(fake.asked, 1);
}

TEST(a_refresh_that_failed_is_tried_again_at_the_next_call)
{
    assert_token(false, "at1");
    fake_says(503, "");
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}");
    assert_no_token(true, ERR_RETRY, "the refresh of the token", "again");
    assert_token(false, "at2");
}

TEST(a_token_that_lives_shorter_than_a_minute_is_not_refreshed_at_every_call)
{
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"expires_in\":20}");
    assert_token(true, "at2");
    rig.now_ms += 9000;
    assert_token(false, "at2");
    assert_int_equal(fake.asked, 1);
    fake_says(200, "{\"access_token\":\"at3\",\"token_type\":\"Bearer\",\"expires_in\":20}");
    rig.now_ms += 1000;
    assert_token(false, "at3");
}

/* ---- which refresh token ---- */

TEST(an_answer_without_a_refresh_token_keeps_the_old)
{
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}");
    assert_token(true, "at2");
    assert_sealed("refresh_token", "rt1");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refresh_expires_ms, NOW_MS + GRANT_LIFE_MS);
}

TEST(the_same_refresh_token_again_does_not_prolong_the_grant)
{
    rig.now_ms += DAY_MS;
    fake_says(200,
              "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt1\"}");
    assert_token(false, "at2");
    assert_sealed("refresh_token", "rt1");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refresh_expires_ms, NOW_MS + GRANT_LIFE_MS);
}

TEST(a_rotated_refresh_token_is_in_the_database_before_its_access_token_is_handed_out)
{
    rig.now_ms += DAY_MS;
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt2\","
                   "\"scope\":\"identity:\"}");
    assert_token(false, "at2");
    struct err e = {0};
    CLEANUP(free_text) char *file = temporary_path(&rig.folder, "ledger.db");
    struct db *mine = rig.db;
    assert_ok(db_open(&rig.db, file, &e), e); /* as another process sees it */
    assert_sealed("refresh_token", "rt2");
    assert_sealed("access_token", "at2");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refresh_expires_ms, NOW_MS + DAY_MS + GRANT_LIFE_MS);
    assert_string_equal(g.scopes, "identity:");
    db_close(rig.db);
    rig.db = mine;
}

TEST(no_token_is_spent_when_the_store_cannot_take_its_successor)
{
    struct err e = {0};
    assert_token(false, "at1");
    assert_ok(db_exec(rig.db, "PRAGMA query_only = 1", &e), e);
    assert_no_token(true, ERR_LOCAL, "", "");
    assert_int_equal(fake.asked, 0);
}

static void make_read_only(void)
{
    struct err e = {0};
    assert_ok(db_exec(rig.db, "PRAGMA query_only = 1", &e), e);
}

TEST(a_token_that_could_not_be_stored_is_not_used)
{
    struct err e = {0};
    fake_add((struct fake_answer){
        .status = 200,
        .body = "{\"access_token\":\"at2\",\"token_type\":\"Bearer\",\"refresh_token\":\"rt2\"}",
        .meanwhile = make_read_only});
    assert_no_token(true, ERR_LOCAL, "", "");
    assert_string_equal(secret_reveal(&rig.keeper.access), "at1");
    assert_ok(db_exec(rig.db, "PRAGMA query_only = 0", &e), e);
    assert_sealed("access_token", "at1");
    assert_sealed("refresh_token", "rt1");
}

/* ---- when a person is needed ---- */

TEST(a_revoked_grant_asks_for_a_new_sign_in)
{
    fake_says(400, "{\"error\":\"invalid_grant\",\"error_description\":\"rt1 is revoked\"}");
    assert_no_token(true, ERR_AUTH, "the grant of acme has been revoked or has expired",
                    "seatledger token get acme");
    assert_true(rig.keeper.is_over);
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refused_ms, NOW_MS); /* `token show` knows it too */
}

TEST(a_refusal_is_kept_from_its_first_time_and_forgotten_with_the_next_token)
{
    static const char no[] = "{\"error\":\"invalid_grant\"}";
    fake_says(400, no);
    fake_says(400, no);
    fake_says(200, "{\"access_token\":\"at2\",\"token_type\":\"Bearer\"}");
    assert_no_token(true, ERR_AUTH, "revoked", "");
    rig.now_ms += DAY_MS;
    assert_no_token(true, ERR_AUTH, "revoked", "");
    CLEANUP(grant_done) struct grant refused = stored_grant();
    assert_int_equal(refused.refused_ms, NOW_MS);
    assert_token(true, "at2");
    CLEANUP(grant_done) struct grant g = stored_grant();
    assert_int_equal(g.refused_ms, 0);
}

TEST(a_wrong_client_secret_is_not_called_a_revoked_grant)
{
    fake_says(401, "{\"error\":\"invalid_client\"}");
    assert_no_token(true, ERR_LOCAL, "Client Secret", "--client-secret-file");
}

TEST(without_a_grant_nothing_is_asked)
{
    struct err e = {0};
    assert_ok(grant_remove(rig.db, rig.connector, &e), e);
    assert_no_token(false, ERR_AUTH, "acme has no grant yet", "seatledger token get acme");
}

/* ---- Get Token ---- */

static struct tokens tokens_of(const char *access, const char *refresh)
{
    struct tokens t = {.access = secret_of(access), .access_expires_ms = NOW_MS + HOUR_MS};
    if (refresh)
        t.refresh = secret_of(refresh);
    return t;
}

TEST(a_token_on_trial_is_handed_out_but_neither_stored_nor_refreshed)
{
    CLEANUP(tokens_done) struct tokens t = tokens_of("new", "rt-new");
    keeper_try(&rig.keeper, &t);
    assert_token(false, "new");
    assert_token(true, "new");
    assert_sealed("access_token", "at1");
    keeper_forget(&rig.keeper);
    assert_token(false, "at1");
}

TEST(a_new_grant_replaces_the_old_as_a_whole)
{
    struct err e = {0};
    CLEANUP(tokens_done) struct tokens t = tokens_of("new", "rt-new");
    CLEANUP(grant_done) struct grant g = grant_of(NOW_MS + HOUR_MS);
    assert_ok(keeper_store(&rig.keeper, &t, &g, &e), e);
    assert_token(false, "new");
    assert_sealed("access_token", "new");
    assert_sealed("refresh_token", "rt-new");
    assert_sealed("client_secret", "cs");
}

TEST(a_new_grant_without_a_refresh_token_drops_that_of_the_old)
{
    struct err e = {0};
    CLEANUP(tokens_done) struct tokens t = tokens_of("new", NULL);
    CLEANUP(grant_done) struct grant g = grant_of(NOW_MS + HOUR_MS);
    assert_ok(keeper_store(&rig.keeper, &t, &g, &e), e);
    assert_sealed("refresh_token", NULL);
    assert_no_token(true, ERR_AUTH, "has been revoked or has expired", "token get");
}

/* ---- the end ---- */

static void assert_grant_is_gone(void)
{
    struct err e = {0};
    CLEANUP(grant_done) struct grant g = {0};
    bool found = true;
    assert_ok(grant_get(rig.db, rig.connector, &g, &found, &e), e);
    assert_false(found);
    assert_sealed("access_token", NULL);
    assert_sealed("refresh_token", NULL);
    assert_sealed("client_secret", "cs");
}

TEST(revoking_tells_the_provider_and_removes_the_grant)
{
    struct err e = {0};
    bool removed = false;
    fake_says(200, "");
    assert_ok(keeper_revoke(&rig.keeper, &removed, &e), e);
    assert_true(removed);
    assert_string_equal(fake.form, "token=rt1&token_type_hint=refresh_token");
    assert_grant_is_gone();
    assert_false(keeper_revoke(&rig.keeper, &removed, &e));
    assert_err(e, ERR_AUTH, "no grant");
}

TEST(a_provider_that_is_away_does_not_keep_a_grant_alive_here)
{
    struct err e = {0};
    bool removed = false;
    fake_says(0, "");
    assert_false(keeper_revoke(&rig.keeper, &removed, &e));
    assert_true(removed);
    assert_err(e, ERR_RETRY, "connection reset");
    assert_grant_is_gone();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KEPT(a_token_that_is_still_good_is_handed_out_unasked),
        KEPT(a_token_is_refreshed_60_seconds_before_its_end),
        KEPT(a_refused_token_is_refreshed_once),
        KEPT(a_refresh_that_failed_is_tried_again_at_the_next_call),
        KEPT(a_token_that_lives_shorter_than_a_minute_is_not_refreshed_at_every_call),
        KEPT(an_answer_without_a_refresh_token_keeps_the_old),
        KEPT(the_same_refresh_token_again_does_not_prolong_the_grant),
        KEPT(a_rotated_refresh_token_is_in_the_database_before_its_access_token_is_handed_out),
        KEPT(no_token_is_spent_when_the_store_cannot_take_its_successor),
        KEPT(a_token_that_could_not_be_stored_is_not_used),
        KEPT(a_revoked_grant_asks_for_a_new_sign_in),
        KEPT(a_refusal_is_kept_from_its_first_time_and_forgotten_with_the_next_token),
        KEPT(a_wrong_client_secret_is_not_called_a_revoked_grant),
        KEPT(without_a_grant_nothing_is_asked),
        KEPT(a_token_on_trial_is_handed_out_but_neither_stored_nor_refreshed),
        KEPT(a_new_grant_replaces_the_old_as_a_whole),
        KEPT(a_new_grant_without_a_refresh_token_drops_that_of_the_old),
        KEPT(revoking_tells_the_provider_and_removes_the_grant),
        KEPT(a_provider_that_is_away_does_not_keep_a_grant_alive_here),
    };
    return RUN_ALL(tests);
}
