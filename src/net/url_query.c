#include "net/url.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static const char letters_and_digits[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789";

/* Own loop, not curl_easy_escape(): no copy of a secret stays behind in memory. */
static bool add_encoded(struct buf *out, const char *text, const char *also_plain, bool plus)
{
    for (; *text; text++) {
        bool ok = strchr(letters_and_digits, *text) || strchr(also_plain, *text)
                      ? buf_addc(out, *text)
                  : plus && *text == ' ' ? buf_addc(out, '+')
                                         : buf_addf(out, "%%%02X", (unsigned)(unsigned char)*text);
        if (!ok)
            return false;
    }
    return true;
}

bool url_add_escaped(struct buf *out, const char *text)
{
    return add_encoded(out, text, "-._~", false); /* RFC 3986 2.3 */
}

bool url_add_query(struct buf *out, const char *name, const char *value)
{
    char separator = strchr(buf_text(out), '?') ? '&' : '?';
    return buf_addc(out, separator) && url_add_escaped(out, name) && buf_addc(out, '=') &&
           url_add_escaped(out, value);
}

bool form_add(struct buf *out, const char *name, const char *value)
{
    static const char plain[] = "*-._";
    return (out->len == 0 || buf_addc(out, '&')) && add_encoded(out, name, plain, true) &&
           buf_addc(out, '=') && add_encoded(out, value, plain, true);
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Percent-decodes len bytes; false: a broken "%xx", a NUL or not UTF-8. */
static bool decode(const char *text, size_t len, bool plus, struct buf *out)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (plus && c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = len - i > 2 ? hex_digit(text[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0' || !buf_addc(out, c))
            return false;
    }
    return text_is_utf8(buf_text(out), out->len);
}

bool url_add_unescaped(struct buf *out, const char *text, size_t len)
{
    return decode(text, len, false, out);
}

bool query_get(const char *query, const char *name, char **out, struct err *e)
{
    CLEANUP(buf_wipe) struct buf found = BUF_INIT(URL_BYTES_MAX);
    bool is_found = false;
    while (query && *query) {
        size_t pair = strcspn(query, "&"), key = 0;
        while (key < pair && query[key] != '=')
            key++;
        CLEANUP(buf_wipe) struct buf k = BUF_INIT(URL_BYTES_MAX), v = BUF_INIT(URL_BYTES_MAX);
        if (decode(query, key, true, &k) && strcmp(buf_text(&k), name) == 0) {
            if (is_found)
                return err_set(e, ERR_USAGE, "the URL has the parameter %s twice", name);
            if (key < pair && !decode(query + key + 1, pair - key - 1, true, &v))
                return err_set(e, ERR_USAGE, "the URL's parameter %s is not well-formed", name);
            is_found = true;
            found = MOVE(v);
        }
        query += pair + (query[pair] == '&');
    }
    *out = is_found ? buf_take(&found) : NULL;
    return true;
}
