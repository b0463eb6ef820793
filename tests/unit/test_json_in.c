#include "json_heard.h"

static const struct record_spec results = {.array = "results", .fields = user_fields};
static const struct record_spec document = {.fields = user_fields};

static const struct {
    const struct record_spec *spec;
    const char *doc, *heard;
} documents[] = {
    {&root_array, "[]", ""},
    {&root_array, " [ {} , { } ]\n", "0;1;"},
    {&root_array, "[{\"key\":12345678901234567890123456}]",
     "0 key[0]=n:12345678901234567890123456;"},
    {&root_array, "[{\"key\":\"1\",\"licenseKeys\":[2,\"3\",null]},{\"key\":null}]",
     "0 key[0]=t:1 licenseKeys/#[0]=n:2 licenseKeys/#[1]=t:3 licenseKeys/#[2]=z:;1 key[0]=z:;"},
    {&root_array, "[{\"accounts\":[{\"name\":\"a\",\"x\":[1,[2]]},{\"name\":\"b\"}]}]",
     "0 accounts/#/name[0]=t:a accounts/#/name[1]=t:b;"},
    {&root_array, "[{\"name\":{\"given\":\"\\u00e9\\n\\ud83d\\ude00\"}}]",
     "0 name/given[0]=t:\xc3\xa9\n\xf0\x9f\x98\x80;"},
    {&root_array, "[{\"adminRoles\":[],\"key\":{\"a\":1}}]", "0 adminRoles[0]=o:[ key[0]=o:{;"},
    {&root_array, "[{\"skipped\":{\"key\":\"inner\",\"a\":[{\"key\":1}]},\"key\":\"outer\"}]",
     "0 key[0]=t:outer;"},
    {&root_array, "[{\"key\":\"1\",\"key\":\"2\",\"licenseKeys\":[1],\"licenseKeys\":[2]}]",
     "0 key[0]=t:1 licenseKeys/#[0]=n:1;"},
    {&root_array, "[{\"#\":1,\"name/given\":2,\"licenseKeys/#\":3,\"\":4}]", "0;"},
    {&root_array, "[{\"key\":true,\"email\":false}]", "0 key[0]=b:true email[0]=b:false;"},
    {&root_array, "[{\"key\":-0.5e+10}]", "0 key[0]=n:-0.5e+10;"},
    {&root_array, "[1,\"x\",null,[{\"key\":1}],{\"key\":5}]",
     "0 broken(it is a number instead of an object);1 broken(it is a text instead of an object);"
     "2 broken(it is null instead of an object);3 broken(it is a list instead of an object);"
     "4 key[0]=n:5;"},
    {&root_array, "[{\"key\":\"a\\u0000b\",\"email\":\"e\"}]",
     "0 email[0]=t:e broken(key holds U+0000 or is not UTF-8);"},
    {&root_array, "[{\"key\":\"\\udc00\"}]", "0 broken(key holds U+0000 or is not UTF-8);"},
    {&root_array, "[{\"licenseKeys\":\"7\"}]",
     "0 broken(licenseKeys is a text, which is not its form);"},
    {&root_array, "[{\"licenseKeys\":{\"#\":7}}]",
     "0 broken(licenseKeys is an object, which is not its form);"},
    {&root_array, "[{\"accounts\":[1]}]", "0 broken(# is a number, which is not its form);"},
    {&root_array, "[{\"licenseKeys\":null,\"accounts\":null,\"name\":null}]", "0;"},
    {&results, "{\"results\":[{\"key\":1},{\"key\":2}],\"total\":2}", "0 key[0]=n:1;1 key[0]=n:2;"},
    {&results, "{\"x\":{\"results\":[{\"key\":9}]},\"results\":[{\"key\":1}]}", "0 key[0]=n:1;"},
    {&results, "{\"results\":[{\"key\":1}],\"results\":[{\"key\":2}]}", "0 key[0]=n:1;"},
    {&results, "{\"results\":null}", ""},
    {&results, "{\"total\":0}", ""},
    {&document, "{\"key\":1,\"accounts\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
     "0 key[0]=n:1 accounts/#/name[0]=t:a accounts/#/name[1]=t:b;"},
    {&document, "{}", "0;"},
};

TEST(a_document_cut_anywhere_gives_the_same_records)
{
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        size_t len = strlen(documents[i].doc);
        for (size_t cut = 0; cut <= len; cut++) {
            struct err e = {0};
            CLEANUP(buf_done) struct buf text = BUF_INIT(1 << 20);
            struct heard h = {.text = text};
            assert_ok(read_cut(documents[i].spec, documents[i].doc, len, cut, &h, &e), e);
            text = h.text;
            assert_string_equal(buf_text(&h.text), documents[i].heard);
        }
    }
}

static const struct {
    const struct record_spec *spec;
    const char *doc, *words;
} refused[] = {
    {&root_array, "", "the answer is empty"},
    {&root_array, " \r\n\t", "the answer is empty"},
    {&root_array, "<html><body>502", "an HTML page instead of JSON"},
    {&root_array, " <!DOCTYPE", "an HTML page instead of JSON"},
    {&root_array, "[", "ends in the middle"},
    {&root_array, "[{\"key\":\"1\"", "ends in the middle"},
    {&root_array, "[{\"key\":\"1", "ends in the middle"},
    {&root_array, "[tru", "ends in the middle"},
    {&root_array, "[{\"key\":1}", "ends in the middle"},
    {&root_array, "{\"errorCode\":\"x\"}", "an object instead of a list"},
    {&root_array, "\"text\"", "a text instead of a list"},
    {&root_array, "12", "a number instead of a list"},
    {&root_array, "null", "null instead of a list"},
    {&results, "[]", "a list instead of an object"},
    {&results, "{\"results\":{}}", "results in the answer is an object instead of a list"},
    {&results, "{\"results\":\"none\"}", "results in the answer is a text instead of a list"},
    {&document, "[]", "a list instead of an object"},
    {&document, "true", "true or false instead of an object"},
    {&root_array, "[] []", "not JSON"},
    {&root_array, "[]x", "not JSON"},
    {&root_array, "[1,]", "not JSON"},
    {&root_array, "[/* no */]", "not JSON"},
    {&root_array, "[{\"key\":\"\xff\"}]", "not JSON"},
    {&root_array, "[{'key':1}]", "not JSON"},
    {&root_array, "[NaN]", "not JSON"},
    {&root_array, "[01]", "not JSON"},
    {&root_array, "[\"a\nb\"]", "not JSON"},
    {&root_array, "Service Unavailable", "not JSON"},
};

TEST(a_document_that_is_not_what_was_asked_for_is_refused_and_named)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        size_t len = strlen(refused[i].doc);
        for (size_t cut = 0; cut <= len; cut++) {
            struct err e = {0};
            struct heard h = {.text = BUF_INIT(1 << 20)};
            assert_false(read_cut(refused[i].spec, refused[i].doc, len, cut, &h, &e));
            assert_err(e, ERR_RETRY, refused[i].words);
            buf_done(&h.text);
        }
    }
}

TEST(streamed_items_come_at_once_and_are_not_kept)
{
    static const char *const streamed[] = {"userKeys/#", NULL};
    static const char *const key[] = {"key", NULL};
    static const struct record_spec spec = {"results", key, streamed, NULL};
    static const char doc[] =
        "{\"results\":[{\"userKeys\":[1,\"2\",null],\"key\":9},"
        "{\"userKeys\":[{\"a\":3},4,\"\\u0000\"]},{\"userKeys\":[\"stop\"]}]}";
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(1 << 20)};
    assert_false(read_cut(&spec, doc, strlen(doc), 0, &h, &e));
    assert_err(e, ERR_LOCAL, "refuses this item");
    assert_string_equal(buf_text(&h.text),
                        "<0 userKeys/# 1><0 userKeys/# 2>0 key[0]=n:9;<1 userKeys/# 4>"
                        "1 broken(userKeys/# is an object instead of a scalar);"
                        "<2 userKeys/# stop>");
    buf_done(&h.text);
}

TEST(a_sink_may_stop_the_parse_with_its_own_error)
{
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(1 << 20), .stop_at = 1};
    assert_false(read_cut(&root_array, "[{},{},{}]", 10, 3, &h, &e));
    assert_err(e, ERR_LOCAL, "the sink has enough");
    assert_string_equal(buf_text(&h.text), "0;");
    buf_done(&h.text);
}

TEST(envelope_values_are_readable_after_the_end)
{
    static const char *const envelope[] = {"total", "page/next", "gone", "none", "list", NULL};
    static const struct record_spec spec = {"results", no_fields, NULL, envelope};
    static const char doc[] =
        "{\"total\":150,\"results\":[{\"total\":1}],\"page\":{\"next\":\"n\"},"
        "\"none\":null,\"total\":7,\"list\":[1]}";
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(1 << 20)};
    struct json_sink sink = {&h, hear_record, NULL};
    CLEANUP(end_reader) struct json_reader *r = json_reader_new(&spec, &sink);
    assert_ok(json_reader_feed(r, doc, strlen(doc), &e) && json_reader_end(r, &e), e);
    assert_string_equal(json_reader_envelope(r, "total"), "150");
    assert_string_equal(json_reader_envelope(r, "page/next"), "n");
    assert_null(json_reader_envelope(r, "gone"));
    assert_null(json_reader_envelope(r, "none"));
    assert_null(json_reader_envelope(r, "list"));
    assert_null(json_reader_envelope(r, "never asked for"));
    assert_int_equal(json_reader_records(r), 1);
    buf_done(&h.text);
}

TEST(an_envelope_value_with_a_nul_is_refused)
{
    static const char *const envelope[] = {"total", NULL};
    static const struct record_spec spec = {"results", no_fields, NULL, envelope};
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(64)};
    assert_false(read_cut(&spec, "{\"total\":\"1\\u0000\"}", 18, 4, &h, &e));
    assert_err(e, ERR_RETRY, "total in the answer holds U+0000");
}

TEST(free_takes_null_and_a_reader_in_the_middle)
{
    struct err e = {0};
    struct heard h = {.text = BUF_INIT(64)};
    struct json_sink sink = {&h, hear_record, NULL};
    json_reader_free(NULL);
    struct json_reader *r = json_reader_new(&root_array, &sink);
    assert_true(json_reader_feed(r, "[{\"key\":\"secr", 13, &e));
    json_reader_free(r);
}

/* ---- access to a record ---- */

static const struct json_field access_fields[] = {
    {"number", 0, JSON_NUMBER, "42"},
    {"text", 0, JSON_TEXT, "words"},
    {"digits", 0, JSON_TEXT, "0042"},
    {"empty", 0, JSON_TEXT, ""},
    {"null", 0, JSON_NULL, ""},
    {"yes", 0, JSON_BOOL, "true"},
    {"no", 0, JSON_TEXT, "false"},
    {"object", 0, JSON_OTHER, "{"},
    {"list", 0, JSON_OTHER, "["},
    {"key26", 0, JSON_NUMBER, "12345678901234567890123456"},
    {"float", 0, JSON_NUMBER, "1e3"},
    {"minus", 0, JSON_NUMBER, "-7"},
    {"long", 0, JSON_TEXT, "12345678901234567890123456789012345678901234567890123456789012345"},
    {"bell", 0, JSON_TEXT, "a\ab"},
    {"twice", 0, JSON_TEXT, "first"},
    {"twice", 1, JSON_TEXT, "second"},
};
static const struct record access_record = {access_fields,
                                            sizeof access_fields / sizeof *access_fields, 0, NULL};

TEST(finds_the_first_field_of_a_path)
{
    assert_string_equal(record_text(&access_record, "twice"), "first");
    assert_null(record_text(&access_record, "null"));
    assert_null(record_text(&access_record, "absent"));
    assert_null(record_text(&access_record, "object"));
    assert_int_equal(record_find(&access_record, "object")->type, JSON_OTHER);
    assert_null(record_find(&access_record, "null"));
}

typedef bool reads_text(const struct record *, const char *, const char **, struct err *);

TEST(a_text_that_must_be_there_is_named_when_it_is_not)
{
    static const struct {
        reads_text *read;
        const char *path, *text, *words; /* words: it fails so */
    } rows[] = {
        {want_text, "text", "words", NULL},
        {want_text, "number", "42", NULL},
        {want_text, "empty", "", NULL},
        {want_text, "absent", NULL, "absent is missing"},
        {want_text, "null", NULL, "null is missing"},
        {want_text, "yes", NULL, "yes is true or false instead of a text"},
        {want_text, "object", NULL, "object is an object instead of a text"},
        {want_key, "key26", "12345678901234567890123456", NULL},
        {want_key, "digits", "0042", NULL},
        {want_key, "text", "words", NULL},
        {want_key, "absent", NULL, "absent is missing"},
        {want_key, "empty", NULL, "empty is empty"},
        {want_key, "float", NULL, "float is a number that is no key"},
        {want_key, "minus", NULL, "minus is a number that is no key"},
        {want_key, "yes", NULL, "yes is true or false that is no key"},
        {want_key, "list", NULL, "list is a list that is no key"},
        {want_key, "long", NULL, "long is a key of 65 bytes"},
        {want_key, "bell", NULL, "bell is a key with a control character"},
        {may_key, "number", "42", NULL},
        {may_key, "absent", NULL, NULL},
        {may_key, "null", NULL, NULL},
        {may_key, "empty", NULL, NULL},
        {may_key, "long", NULL, "long is a key of 65 bytes"},
        {may_key, "object", NULL, "object is an object that is no key"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        const char *text = "untouched";
        bool ok = rows[i].read(&access_record, rows[i].path, &text, &e);
        assert_int_equal(ok, rows[i].words == NULL);
        if (rows[i].words)
            assert_err(e, ERR_REMOTE, rows[i].words);
        if (rows[i].text)
            assert_string_equal(text, rows[i].text);
        else if (ok)
            assert_null(text);
        else
            assert_string_equal(text, "untouched");
    }
}

TEST(an_integer_is_read_from_number_or_text_within_its_range)
{
    static const struct {
        const char *path;
        bool ok, found;
        int64_t value;
    } rows[] = {
        {"number", true, true, 42}, {"digits", true, true, 42}, {"absent", true, false, 0},
        {"null", true, false, 0},   {"empty", true, false, 0},  {"minus", false, false, 0},
        {"float", false, false, 0}, {"key26", false, false, 0}, {"text", false, false, 0},
        {"yes", false, false, 0},   {"list", false, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        bool found = false;
        int64_t value = 0;
        bool ok = may_int(&access_record, rows[i].path, 0, 1000, &value, &found, &e);
        assert_int_equal(ok, rows[i].ok);
        assert_int_equal(found, rows[i].found);
        assert_int_equal(value, rows[i].value);
        if (!ok)
            assert_err(e, ERR_REMOTE, "that is no integer from 0 to 1000");
    }
}

TEST(a_truth_is_read_from_bool_or_word_and_has_a_default)
{
    struct err e = {0};
    bool value = false;
    assert_true(may_bool(&access_record, "yes", false, &value, &e) && value);
    assert_true(may_bool(&access_record, "no", true, &value, &e) && !value);
    assert_true(may_bool(&access_record, "absent", true, &value, &e) && value);
    assert_true(may_bool(&access_record, "null", false, &value, &e) && !value);
    assert_false(may_bool(&access_record, "number", true, &value, &e));
    assert_err(e, ERR_REMOTE, "number is a number instead of true or false");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_document_cut_anywhere_gives_the_same_records),
        RUN(a_document_that_is_not_what_was_asked_for_is_refused_and_named),
        RUN(streamed_items_come_at_once_and_are_not_kept),
        RUN(a_sink_may_stop_the_parse_with_its_own_error),
        RUN(envelope_values_are_readable_after_the_end),
        RUN(an_envelope_value_with_a_nul_is_refused),
        RUN(free_takes_null_and_a_reader_in_the_middle),
        RUN(finds_the_first_field_of_a_path),
        RUN(a_text_that_must_be_there_is_named_when_it_is_not),
        RUN(an_integer_is_read_from_number_or_text_within_its_range),
        RUN(a_truth_is_read_from_bool_or_word_and_has_a_default),
    };
    return RUN_ALL(tests);
}
