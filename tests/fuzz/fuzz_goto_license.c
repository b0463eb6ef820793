#include "fuzz_record.h"

#include "provider/goto/goto.h"

static bool on_record(void *ctx, const struct record *r, __attribute__((unused)) struct err *e)
{
    struct err why = {0};
    struct subscription out = {0};
    bool is_ours = false, ok = goto_license(r, "G2M,G2W", ctx, &out, &is_ours, &why);
    assert(!ok || !is_ours || *out.key);
    fuzz_refused(ok, &why);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct goto_scratch s = GOTO_SCRATCH_INIT;
    fuzz_records(bytes, len, &goto_license_spec, &s, on_record);
    goto_scratch_done(&s);
    return 0;
}
