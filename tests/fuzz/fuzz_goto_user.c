#include "fuzz_record.h"

#include "provider/goto/goto.h"

static bool on_record(void *ctx, const struct record *r, __attribute__((unused)) struct err *e)
{
    struct goto_scratch *s = ctx;
    struct err why = {0};
    struct user u = {0};
    bool ok = goto_user(r, s, &u, &why);
    assert(!ok || (*u.key && u.email && u.name && u.status));
    for (size_t i = 0; ok && i < s->count; i++)
        assert(*s->keys[i]);
    fuzz_refused(ok, &why);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct goto_scratch s = GOTO_SCRATCH_INIT;
    fuzz_records(bytes, len, &goto_user_spec, &s, on_record);
    goto_scratch_done(&s);
    return 0;
}
