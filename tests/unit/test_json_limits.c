/* Documents that are too deep, too long or too large, and large ones that are not. */
#include "json_heard.h"

#include "base/xalloc.h"

/* Feeds `count` times the same piece; false as soon as the reader refuses. */
static bool feed_many(struct json_reader *r, const char *piece, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++)
        if (!json_reader_feed(r, piece, strlen(piece), e))
            return false;
    return true;
}

TEST(nesting_deeper_than_the_limit_is_refused)
{
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(1 << 20)};
    struct json_sink sink = {&h, hear_record, NULL};
    CLEANUP(end_reader) struct json_reader *r = json_reader_new(&root_array, &sink);
    assert_ok(feed_many(r, "[", JSON_DEPTH_MAX, &e), e);
    assert_false(feed_many(r, "{\"key\":", 1, &e));
    assert_err(e, ERR_RETRY, "nested deeper than 32 levels");
    buf_done(&h.text);
}

TEST(nesting_to_the_limit_is_read)
{
    static const char deepest[] =
        "[{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
        ",\"key\":1}]";
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(1 << 20)};
    assert_ok(read_cut(&root_array, deepest, strlen(deepest), 20, &h, &e), e);
    assert_string_equal(buf_text(&h.text), "0 key[0]=n:1;");
    buf_done(&h.text);
}

static size_t fed_before_refusal(const char *begin, const char *piece, struct err *e)
{
    struct heard h = {.text = BUF_INIT(1 << 20)};
    struct json_sink sink = {&h, hear_record, NULL};
    CLEANUP(end_reader) struct json_reader *r = json_reader_new(&root_array, &sink);
    assert_true(json_reader_feed(r, begin, strlen(begin), e));
    size_t fed = 0;
    while (fed < 10u << 20 && json_reader_feed(r, piece, strlen(piece), e))
        fed += strlen(piece);
    buf_done(&h.text);
    return fed;
}

TEST(a_giant_token_is_refused_before_it_is_held)
{
    static const char *const begins[] = {"[{\"key\":\"", "[{\"skipped\":\"", "[{\"", "[\""};
    for (size_t i = 0; i < 4; i++) {
        struct err e = {0};
        size_t fed = fed_before_refusal(begins[i], "0123456789abcdef0123456789abcdef", &e);
        assert_err(e, ERR_RETRY, "more than 1048576 bytes");
        assert_in_range(fed, JSON_TOKEN_BYTES_MAX - 64, JSON_TOKEN_BYTES_MAX + (64 << 10));
    }
    struct err e = {0};
    fed_before_refusal("[{\"key\":1", "23456789", &e);
    assert_err(e, ERR_RETRY, "more than 1048576 bytes");
}

TEST(a_giant_token_in_one_piece_is_refused)
{
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(64)};
    size_t len = 10u << 20;
    CLEANUP(free_text) char *doc = xcalloc(1, len + 1);
    memset(doc, 'x', len);
    memcpy(doc, "[{\"a\":\"", 7);
    memcpy(doc + len - 3, "\"}]", 3);
    assert_false(read_cut(&root_array, doc, len, 0, &h, &e));
    assert_err(e, ERR_RETRY, "more than 1048576 bytes");
}

/* yajl alone would need minutes for this. */
TEST(a_long_token_that_drips_in_byte_by_byte_costs_no_more)
{
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(1 << 20)};
    struct json_sink sink = {&h, hear_record, NULL};
    CLEANUP(end_reader) struct json_reader *r = json_reader_new(&root_array, &sink);
    assert_ok(feed_many(r, "[{\"a\":\"", 1, &e), e);
    assert_ok(feed_many(r, "x", 1000000, &e), e);
    assert_ok(feed_many(r, "\",\"key\":1}]", 1, &e) && json_reader_end(r, &e), e);
    assert_string_equal(buf_text(&h.text), "0 key[0]=n:1;");
    buf_done(&h.text);
}

TEST(a_long_token_that_is_cut_is_called_cut)
{
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(64)};
    struct json_sink sink = {&h, hear_record, NULL};
    CLEANUP(end_reader) struct json_reader *r = json_reader_new(&root_array, &sink);
    assert_ok(feed_many(r, "[{\"a\":\"", 1, &e), e);
    assert_ok(feed_many(r, "0123456789", 1000, &e), e);
    assert_false(json_reader_end(r, &e));
    assert_err(e, ERR_RETRY, "ends in the middle, after 10007 bytes");
}

TEST(huge_skipped_arrays_cost_nothing)
{
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(1 << 20)};
    struct json_sink sink = {&h, hear_record, NULL};
    CLEANUP(end_reader) struct json_reader *r = json_reader_new(&root_array, &sink);
    assert_ok(feed_many(r, "[{\"skipped\":[0", 1, &e), e);
    assert_ok(feed_many(r, ",{\"key\":\"0123456789\"},[1],\"0123456789\"", 100000, &e), e);
    assert_ok(feed_many(r, "],\"key\":1}]", 1, &e) && json_reader_end(r, &e), e);
    assert_string_equal(buf_text(&h.text), "0 key[0]=n:1;");
    buf_done(&h.text);
}

TEST(millions_of_streamed_items_pass_through)
{
    static const char *const streamed[] = {"userKeys/#", NULL};
    static const struct record_spec spec = {"", no_fields, streamed, NULL};
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(1 << 20), .items = 100};
    struct json_sink sink = {&h, hear_record, hear_item};
    CLEANUP(end_reader) struct json_reader *r = json_reader_new(&spec, &sink);
    assert_ok(feed_many(r, "[{\"userKeys\":[0", 1, &e), e);
    assert_ok(feed_many(r, ",1234567890123456789", 1000000, &e), e);
    assert_ok(feed_many(r, "]}]", 1, &e) && json_reader_end(r, &e), e);
    assert_int_equal(h.items, 1000101);
    assert_string_equal(buf_text(&h.text), "0;");
    buf_done(&h.text);
}

/* The record that comes of too much of something is broken; the next one is whole. */
static void expect_broken(const char *begin, const char *piece, size_t count, const char *rest,
                          const char *why)
{
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(8 << 20)};
    struct json_sink sink = {&h, hear_record, NULL};
    CLEANUP(end_reader) struct json_reader *r = json_reader_new(&root_array, &sink);
    assert_ok(feed_many(r, begin, 1, &e) && feed_many(r, piece, count, &e) &&
                  feed_many(r, rest, 1, &e) && json_reader_end(r, &e),
              e);
    assert_non_null(strstr(buf_text(&h.text), why));
    assert_non_null(strstr(buf_text(&h.text), ");1 key[0]=n:2;"));
    buf_done(&h.text);
}

TEST(a_record_with_too_many_fields_is_broken_not_fatal)
{
    expect_broken("[{\"licenseKeys\":[0", ",1", JSON_FIELDS_MAX, "]},{\"key\":2}]",
                  "broken(it has more than 4096 fields)");
}

TEST(a_record_with_too_much_text_is_broken_not_fatal)
{
    expect_broken("[{\"key\":\"", "0123456789abcdef", JSON_RECORD_BYTES_MAX / 16,
                  "\"},{\"key\":2}]", "broken(its texts are longer than 262144 bytes)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(nesting_deeper_than_the_limit_is_refused),
        RUN(nesting_to_the_limit_is_read),
        RUN(a_giant_token_is_refused_before_it_is_held),
        RUN(a_giant_token_in_one_piece_is_refused),
        RUN(a_long_token_that_drips_in_byte_by_byte_costs_no_more),
        RUN(a_long_token_that_is_cut_is_called_cut),
        RUN(huge_skipped_arrays_cost_nothing),
        RUN(millions_of_streamed_items_pass_through),
        RUN(a_record_with_too_many_fields_is_broken_not_fatal),
        RUN(a_record_with_too_much_text_is_broken_not_fatal),
    };
    return RUN_ALL(tests);
}
