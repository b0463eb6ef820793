#include "base/text.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/ucal.h>
#include <unicode/ucol.h>
#include <unicode/udat.h>
#include <unicode/uiter.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

#ifndef __clang__ /* ICU's UTF-8 macros narrow int to uint8_t, which only gcc remarks on */
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Warith-conversion"
#endif

static bool is_direction_mark(UChar32 c)
{
    return c == 0x061c || (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

static bool is_control(UChar32 c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
           is_direction_mark(c);
}

static size_t width_of(UChar32 c)
{
    int8_t type = u_charType(c);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR)
        return 0;
    if (c < 0x1100) /* nothing below is wide */
        return 1;
    int32_t east = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    return east == U_EA_WIDE || east == U_EA_FULLWIDTH ? 2 : 1;
}

/* The next code point as people see it: a control becomes a space, a bad byte U+FFFD. */
static UChar32 next_visible(const char *utf8, int32_t len, int32_t *i)
{
    UChar32 c;
    U8_NEXT_OR_FFFD(utf8, *i, len, c);
    return is_control(c) ? ' ' : c;
}

size_t text_width(const char *utf8)
{
    int32_t len = (int32_t)strnlen(utf8, INT32_MAX - 1), i = 0;
    size_t width = 0;
    while (i < len)
        width += width_of(next_visible(utf8, len, &i));
    return width;
}

static bool add_code_point(struct buf *out, UChar32 c)
{
    char bytes[U8_MAX_LENGTH];
    int32_t n = 0;
    UBool bad = false;
    U8_APPEND((uint8_t *)bytes, n, U8_MAX_LENGTH, c, bad);
    return !bad && buf_add(out, bytes, (size_t)n);
}

bool text_add_visible(struct buf *out, const char *utf8, size_t max_width)
{
    int32_t len = (int32_t)strnlen(utf8, INT32_MAX - 1), i = 0;
    size_t width = 0;
    bool cut = max_width && text_width(utf8) > max_width;
    while (i < len) {
        UChar32 c = next_visible(utf8, len, &i);
        width += width_of(c);
        if (cut && width > max_width - 1)
            return buf_adds(out, "…");
        if (!add_code_point(out, c))
            return false;
    }
    return true;
}

/* NOLINTNEXTLINE(readability-function-size): ICU's macro nests deep */
bool text_is_utf8(const char *text, size_t len)
{
    if (len > INT32_MAX)
        return false;
    for (int32_t i = 0; i < (int32_t)len;) {
        UChar32 c;
        U8_NEXT((const uint8_t *)text, i, (int32_t)len, c);
        if (c < 0)
            return false;
    }
    return true;
}

char *text_fold(const char *utf8)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *folder = unorm2_getNFKCCasefoldInstance(&status);
    /* No UTF-8 text has more UTF-16 units than bytes; no code point folds to more than 18. */
    size_t len = strlen(utf8), cap = len * 18 + 1;
    if (U_FAILURE(status) || cap > INT32_MAX)
        return xstrdup(utf8);
    UChar *wide = xcalloc(len + 1, sizeof *wide), *folded = xcalloc(cap, sizeof *folded);
    char *out = xcalloc(cap, 3);
    int32_t units = 0;
    u_strFromUTF8WithSub(wide, (int32_t)len + 1, &units, utf8, (int32_t)len, 0xfffd, NULL, &status);
    units = unorm2_normalize(folder, wide, units, folded, (int32_t)cap, &status);
    u_strToUTF8(out, (int32_t)cap * 3, NULL, folded, units, &status);
    free(wide);
    free(folded);
    return out;
}

static char *lower_ascii(const char *text)
{
    char *out = xstrdup(text);
    for (char *at = out; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return out;
}

char *text_lower(const char *utf8)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    size_t len = strlen(utf8), ascii = 0;
    while (ascii < len && (unsigned char)utf8[ascii] < 0x80)
        ascii++;
    if (ascii == len)
        return lower_ascii(utf8);
    /* Lower case takes at most 3 units for one, the decomposition at most 4. */
    size_t cap = len * 12 + 1;
    if (cap > INT32_MAX / 3 || !text_is_utf8(utf8, len))
        return NULL;
    UChar *wide = xcalloc(cap, sizeof *wide), *low = xcalloc(cap, sizeof *low);
    char *out = xcalloc(cap, 3);
    int32_t units = 0;
    u_strFromUTF8(wide, (int32_t)cap, &units, utf8, (int32_t)len, &status);
    units = u_strToLower(low, (int32_t)cap, wide, units, "", &status);
    units = unorm2_normalize(nfd, low, units, wide, (int32_t)cap, &status);
    u_strToUTF8(out, (int32_t)cap * 3, NULL, wide, units, &status);
    free(wide);
    free(low);
    if (U_SUCCESS(status))
        return out;
    free(out);
    return NULL;
}

struct date_writer {
    UDateFormat *format;
};

bool date_writer_open(struct date_writer **out, const char *locale, const char *pattern,
                      struct err *e)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[64];
    u_strFromUTF8(wide, 64, NULL, pattern, -1, &status);
    UDateFormat *format =
        udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, u"Etc/UTC", -1, wide, -1, &status);
    if (U_FAILURE(status))
        return err_set(e, ERR_LOCAL, "ICU cannot write dates in %s: %s", locale,
                       u_errorName(status));
    /* ICU's default switches to the Julian calendar before 1582; ours never does. */
    UCalendar *calendar = ucal_clone(udat_getCalendar(format), &status);
    ucal_setGregorianChange(calendar, -1e18, &status);
    udat_setCalendar(format, calendar);
    ucal_close(calendar);
    *out = NEW(struct date_writer);
    (*out)->format = format;
    return true;
}

bool date_writer_add(struct date_writer *w, struct civil day, struct buf *out, struct err *e)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[64];
    char narrow[192];
    udat_format(w->format, (UDate)(civil_to_days(day) * DAY_MS), wide, 64, NULL, &status);
    u_strToUTF8(narrow, sizeof narrow, NULL, wide, -1, &status);
    if (U_FAILURE(status))
        return err_set(e, ERR_LOCAL, "ICU cannot write a date: %s", u_errorName(status));
    return buf_adds(out, narrow);
}

void date_writer_close(struct date_writer *w)
{
    if (!w)
        return;
    udat_close(w->format);
    free(w);
}

struct text_order {
    UCollator *collator;
};

bool text_order_open(struct text_order **out, struct err *e)
{
    UErrorCode status = U_ZERO_ERROR;
    UCollator *collator = ucol_open("", &status);
    if (U_FAILURE(status))
        return err_set(e, ERR_LOCAL, "ICU cannot sort: %s", u_errorName(status));
    ucol_setStrength(collator, UCOL_SECONDARY);
    *out = NEW(struct text_order);
    (*out)->collator = collator;
    return true;
}

size_t text_order_key(const struct text_order *o, const char *utf8, uint8_t out[TEXT_ORDER_BYTES])
{
    UErrorCode status = U_ZERO_ERROR;
    UCharIterator text;
    uint32_t state[2] = {0, 0};
    utf8 += strspn(utf8, " \t\r\n");
    uiter_setUTF8(&text, utf8, (int32_t)strnlen(utf8, INT32_MAX));
    int32_t len = ucol_nextSortKeyPart(o->collator, &text, state, out, TEXT_ORDER_BYTES, &status);
    return U_SUCCESS(status) && len > 0 ? (size_t)len : 0;
}

void text_order_close(struct text_order *o)
{
    if (!o)
        return;
    ucol_close(o->collator);
    free(o);
}
