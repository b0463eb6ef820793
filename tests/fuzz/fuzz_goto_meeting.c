#include "fuzz_record.h"

#include "provider/goto/goto.h"

static bool on_record(void *ctx, const struct record *r, __attribute__((unused)) struct err *e)
{
    struct err why = {0};
    struct meeting m = {0};
    bool ok = goto_meeting(r, NULL, ctx, &m, &why);
    assert(!ok || *m.organizer);
    fuzz_refused(ok, &why);
    ok = goto_meeting(r, "5651908017349562118", ctx, &m, &why);
    fuzz_refused(ok, &why);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct goto_scratch s = GOTO_SCRATCH_INIT;
    fuzz_records(bytes, len, &goto_meeting_spec, &s, on_record);
    goto_scratch_done(&s);
    return 0;
}
