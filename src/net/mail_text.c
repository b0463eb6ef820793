/* The text of a mail. */
#include "net/mail.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "net/url.h"

enum {
    ADDRESS_BYTES_MAX = 254, /* RFC 5321 4.5.3.1.3 */
    HOST_BYTES_MAX = 253,
    WORD_BYTES = 39, /* of text in one encoded word: 64 with its marks, 73 after "Subject: " */
    LINE_BYTES = 57, /* of text in one line of base64 of 76 */
    SUBJECT_BYTES_MAX = 2000,
};

static const char letters_and_digits[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789";

static bool is_made_of(const char *text, size_t len, const char *also)
{
    for (size_t i = 0; i < len; i++)
        if (!text[i] || (!strchr(letters_and_digits, text[i]) && !strchr(also, text[i])))
            return false;
    return len > 0;
}

bool mail_check_address(const char *text, struct err *e)
{
    const char *at = strchr(text, '@');
    if (at && strlen(text) <= ADDRESS_BYTES_MAX &&
        is_made_of(text, (size_t)(at - text), "!#$%&'*+-/=?^_`{|}~.") &&
        is_made_of(at + 1, strlen(at + 1), "-."))
        return true;
    err_set(e, ERR_USAGE, "\"%.100s\" is no e-mail address", text);
    return err_next(e, "write only the address, such as licenses@example.com");
}

bool mail_check_host(const char *text, bool is_plain, struct err *e)
{
    struct in6_addr v6;
    const struct url u = {.host = (char *)(uintptr_t)text};
    size_t len = strlen(text);
    if (len > HOST_BYTES_MAX ||
        (!is_made_of(text, len, "-.") && inet_pton(AF_INET6, text, &v6) != 1)) {
        err_set(e, ERR_USAGE, "\"%.100s\" is no host name", text);
        return err_next(e, "write the name alone, such as mail.example.com; the port is apart");
    }
    if (!is_plain || url_is_loopback(&u))
        return true;
    err_set(e, ERR_USAGE, "mail without TLS may go to this machine only, not to %s", text);
    return err_next(e, "set mail_security to starttls or tls");
}

static void add_base64(struct buf *out, const char *bytes, size_t len)
{
    char text[LINE_BYTES * 2];
    sodium_bin2base64(text, sizeof text, (const unsigned char *)bytes, len,
                      sodium_base64_VARIANT_ORIGINAL);
    buf_adds(out, text);
}

/* How many of the bytes fit into one encoded word without cutting a character. */
static size_t word_len(const char *text)
{
    size_t len = strnlen(text, WORD_BYTES);
    while (text[len] && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

/* Control characters, line ends among them, have become spaces: nothing can begin a header. */
static void add_subject(struct buf *out, const char *subject)
{
    CLEANUP(buf_done) struct buf line = BUF_INIT((size_t)4 * SUBJECT_BYTES_MAX);
    text_add_visible(&line, subject, SUBJECT_BYTES_MAX / 4);
    const char *at = buf_text(&line);
    bool is_plain = line.len <= 60 && !strstr(at, "=?");
    for (const char *p = at; *p; p++)
        is_plain = is_plain && (unsigned char)*p < 0x7f;
    buf_adds(out, "Subject: ");
    if (is_plain) {
        buf_addf(out, "%s\r\n", at);
        return;
    }
    while (*at) {
        size_t len = word_len(at);
        buf_adds(out, "=?UTF-8?B?");
        add_base64(out, at, len);
        at += len;
        buf_addf(out, "?=\r\n%s", *at ? " " : "");
    }
}

/* "Fri, 31 Jul 2026 12:00:00 +0000" */
static void add_date(struct buf *out, int64_t ms)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char at[TIME_TEXT];
    int64_t day = ms / DAY_MS;
    struct civil c = civil_from_days(day);
    time_format(ms, at);
    buf_addf(out, "Date: %s, %d %s %04d %.8s +0000\r\n", days[day % 7], c.day, months[c.month - 1],
             c.year, at + 11);
}

static void add_text(struct buf *out, const char *text)
{
    CLEANUP(buf_done) struct buf lines = BUF_INIT(out->max);
    for (; *text; text++)
        if (*text == '\n')
            buf_adds(&lines, "\r\n");
        else
            buf_addc(&lines, *text);
    for (size_t at = 0; at < lines.len; at += LINE_BYTES) {
        size_t left = lines.len - at;
        add_base64(out, buf_text(&lines) + at, left < LINE_BYTES ? left : LINE_BYTES);
        buf_adds(out, "\r\n");
    }
}

bool mail_write(const struct mail_message *m, const char *id, struct buf *out, struct err *e)
{
    if (!mail_check_address(m->from, e))
        return false;
    buf_addf(out, "From: seatledger <%s>\r\nTo: ", m->from);
    for (size_t i = 0; i < m->to_count; i++) {
        if (!mail_check_address(m->to[i], e))
            return false;
        buf_addf(out, "%s%s", i ? ",\r\n " : "", m->to[i]);
    }
    buf_adds(out, "\r\n");
    add_subject(out, m->subject);
    add_date(out, m->date_ms);
    buf_addf(out,
             "Message-ID: <%s%s>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
             "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
             id, strchr(m->from, '@'));
    add_text(out, m->text);
    return !out->overflowed || err_set(e, ERR_LOCAL, "the mail is too long");
}
