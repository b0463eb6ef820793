#include "fuzz.h"

#include "model/money.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    CLEANUP(free_text) char *text = fuzz_text(bytes, len);
    struct err e = {0};
    int64_t e4 = -1, again = 0, minor = 0;
    char out[MONEY_TEXT];
    int digits = currency_digits(text);
    assert(digits >= -1 && digits <= 4);
    if (!money_parse(text, &e4, &e)) {
        assert(e.kind == ERR_USAGE && e.msg[0]);
        return 0;
    }
    assert(e4 >= 0 && e4 <= INT64_C(9999999999990000));
    money_format_e4(e4, 2, out); /* no digit that was typed is lost */
    assert(money_parse(out, &again, &e) && again == e4);
    int64_t quantity = 1 + (int64_t)(len % 100);
    if (money_times(e4, quantity, 1, 4, &minor))
        assert(minor == e4 * quantity);
    if (money_times(e4, quantity, 12, 2, &minor)) {
        money_format(minor, 2, out);
        int64_t off = money_divide(minor, 7) * 7 - minor;
        assert(off >= -3 && off <= 3);
    }
    return 0;
}
