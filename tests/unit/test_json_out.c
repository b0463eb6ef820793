#include "test.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "data/json_out.h"

struct page {
    char *text;
    size_t len;
    FILE *file;
};

static struct json_out *begin(struct page *p, bool pretty)
{
    p->file = open_memstream(&p->text, &p->len);
    return json_out_new(p->file, pretty);
}

static void expect(struct page *p, const char *text)
{
    fclose(p->file);
    assert_string_equal(p->text, text);
    free(p->text);
}

static void write_all(struct json_out *w)
{
    json_object(w, NULL);
    json_text(w, "text", "a\"b\\c\n\x01</script>\xc3\xa9");
    json_text(w, "none", NULL);
    json_int(w, "least", INT64_MIN);
    json_bool(w, "yes", true);
    json_null(w, "null");
    json_time(w, "at", 1785499200999);
    json_array(w, "list");
    json_int(w, NULL, 1);
    json_object(w, NULL);
    json_object_end(w);
    json_array_end(w);
    json_object_end(w);
}

TEST(writes_every_type_in_compact_form)
{
    struct page p;
    struct json_out *w = begin(&p, false);
    write_all(w);
    assert_true(json_out_end(w));
    expect(&p, "{\"text\":\"a\\\"b\\\\c\\n\\u0001</script>\xc3\xa9\",\"none\":null,"
               "\"least\":-9223372036854775808,\"yes\":true,\"null\":null,"
               "\"at\":\"2026-07-31T12:00:00Z\",\"list\":[1,{}]}");
}

TEST(pretty_form_indents_by_two_and_ends_in_a_newline)
{
    struct page p;
    struct json_out *w = begin(&p, true);
    json_object(w, NULL);
    json_array(w, "list");
    json_int(w, NULL, 1);
    json_array_end(w);
    json_object_end(w);
    assert_true(json_out_end(w));
    expect(&p, "{\n  \"list\": [\n    1\n  ]\n}\n");
}

TEST(bytes_that_are_not_utf8_become_the_replacement_character)
{
    struct page p;
    struct json_out *w = begin(&p, false);
    json_array(w, NULL);
    json_text(w, NULL,
              "a\xff"
              "b\xc3");
    json_text(w, NULL, "\xed\xa0\x80\xf0\x9f\x98\x80");
    json_array_end(w);
    assert_true(json_out_end(w));
    expect(&p, "[\"a\xef\xbf\xbd"
               "b\xef\xbf\xbd\","
               "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xf0\x9f\x98\x80\"]");
}

TEST(a_document_that_is_not_whole_is_a_failure)
{
    struct page p;
    struct json_out *w = begin(&p, false);
    json_object(w, NULL);
    json_text(w, "a", "b");
    assert_false(json_out_end(w));
    expect(&p, "{\"a\":\"b\"");
}

TEST(a_value_where_a_key_belongs_is_a_failure)
{
    struct page p;
    struct json_out *w = begin(&p, false);
    json_object(w, NULL);
    json_int(w, NULL, 1);
    json_object_end(w);
    assert_false(json_out_end(w));
    fclose(p.file);
    free(p.text);
}

TEST(a_full_disk_is_a_failure)
{
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    struct json_out *w = json_out_new(full, true);
    write_all(w);
    assert_false(json_out_end(w));
    fclose(full);

    full = fopen("/dev/full", "w");
    setvbuf(full, NULL, _IONBF, 0);
    w = json_out_new(full, false);
    write_all(w);
    assert_false(json_out_end(w));
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(writes_every_type_in_compact_form),
        RUN(pretty_form_indents_by_two_and_ends_in_a_newline),
        RUN(bytes_that_are_not_utf8_become_the_replacement_character),
        RUN(a_document_that_is_not_whole_is_a_failure),
        RUN(a_value_where_a_key_belongs_is_a_failure),
        RUN(a_full_disk_is_a_failure),
    };
    return RUN_ALL(tests);
}
