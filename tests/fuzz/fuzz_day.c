#include "fuzz.h"

#include "provider/goto/goto.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    CLEANUP(free_text) char *text = fuzz_text(bytes, len);
    struct day_column column = {0};
    goto_look_at_day(text, &column);
    for (unsigned i = 0; goto_date_formats[i].locale; i++) {
        struct civil day = {0};
        enum day_reading reading = goto_read_day(&goto_date_formats[i], text, &day);
        assert(reading != DAY_READ || (civil_is_real(day) && day.year >= 1990 && day.year <= 2100));
        assert(reading == DAY_READ || !(column.formats >> i & 1));
        if (reading == DAY_READ && !(column.formats >> i & 1)) { /* it tells no language apart */
            char iso[64];
            snprintf(iso, sizeof iso, "%04d-", day.year);
            assert(strstr(text, iso));
        }
    }
    struct civil none = {0};
    bool is_read = goto_read_day(NULL, text, &none) == DAY_READ;
    assert(is_read == (none.year != 0) && (!is_read || civil_is_real(none)));
    const struct date_format *f = NULL;
    struct err e = {0};
    bool ok = goto_detect_language(&column, &f, &e);
    assert(ok || (e.kind == ERR_USAGE && e.msg[0]));
    return 0;
}
