#include "fuzz_record.h"

#include "provider/goto/goto.h"

static bool on_record(__attribute__((unused)) void *ctx, const struct record *r,
                      __attribute__((unused)) struct err *e)
{
    struct err why = {0};
    struct identity who = {0};
    bool ok = goto_identity(r, &who, &why);
    if (ok)
        assert(*who.user_key);
    if (ok)
        identity_done(&who);
    fuzz_refused(ok, &why);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    fuzz_records(bytes, len, &goto_me_spec, NULL, on_record);
    fuzz_records(bytes, len, &goto_scim_spec, NULL, on_record);
    return 0;
}
