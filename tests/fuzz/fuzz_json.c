#include "fuzz_record.h"

static bool on_record(__attribute__((unused)) void *ctx, const struct record *r,
                      __attribute__((unused)) struct err *e)
{
    for (size_t i = 0; i < r->count; i++)
        assert(r->fields[i].path && r->fields[i].text && strlen(r->fields[i].text) <= 1 << 18);
    assert(r->count <= JSON_FIELDS_MAX && r->number >= 0);
    struct err why = {0};
    const char *key = NULL;
    int64_t number = 0;
    bool found = false, truth = false;
    fuzz_refused(want_key(r, "key", &key, &why), &why);
    assert(!key || (*key && strlen(key) <= 64));
    fuzz_refused(may_key(r, "in/key", &key, &why), &why);
    fuzz_refused(want_text(r, "name", &key, &why), &why);
    fuzz_refused(may_int(r, "count", -5, 1000, &number, &found, &why), &why);
    assert(!found || (number >= -5 && number <= 1000));
    fuzz_refused(may_bool(r, "truth", true, &truth, &why), &why);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const fields[] = {"key",    "name",   "count",       "truth",
                                         "in/key", "list/#", "deep/#/name", NULL};
    static const char *const streamed[] = {"many/#", NULL}, *const envelope[] = {"total", NULL};
    static const struct record_spec specs[] = {
        {.array = "results", .fields = fields, .streamed = streamed, .envelope = envelope},
        {.array = "", .fields = fields, .streamed = streamed},
        {.array = NULL, .fields = fields}};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        fuzz_records(bytes, len, &specs[i], NULL, on_record);
    return 0;
}
