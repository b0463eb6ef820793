#include "fuzz.h"

#include "base/scan.h"
#include "base/time.h"
#include "provider/goto/goto.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    CLEANUP(free_text) char *text = fuzz_text(bytes, len);
    int64_t ms = 0, again = 0;
    if (time_parse(text, &ms)) { /* what is read is written, and read the same */
        char iso[TIME_TEXT];
        time_format(ms, iso);
        assert(time_parse(iso, &again) && again <= ms && ms - again < SECOND_MS);
        assert(strncmp(iso, text, 19) == 0);
    }
    (void)goto_time(text, &ms);
    if (parse_duration(text, &ms))
        assert(ms >= 0);
    const struct date_format *f = goto_date_format(text);
    assert(!f || f->locale);
    return 0;
}
