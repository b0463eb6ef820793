#include "alert/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"
#include "net/mail.h"
#include "net/url.h"

#define KINDS "aggregation,stale,grant,price,threshold"

const struct option_def alert_options[] = {
    {.key = "kinds",
     .type = OPT_LIST,
     .words = KINDS,
     .def = KINDS,
     .help = "what alerts are about; others are not made"},
    {.key = "grant_days",
     .type = OPT_INT,
     .def = "7",
     .min = 1,
     .max = 90,
     .help = "so many days before a grant expires it is told, once more a day before, and when it "
             "is over"},
    {.key = "stale_days",
     .type = OPT_INT,
     .def = "7",
     .min = 1,
     .max = 366,
     .help = "a connector without a schedule is stale when nothing was published for so many days"},
    {.key = "stale_margin",
     .type = OPT_DURATION,
     .def = "6h",
     .min = 600000,
     .max = 30 * DAY_MS,
     .help = "a connector with a schedule is stale when nothing was published so long after a "
             "start that it named"},
    {.key = "webhook_format",
     .type = OPT_WORD,
     .words = "generic,slack",
     .def = "generic",
     .help = "what is posted to the webhook: all that is known as JSON, or the one text that Slack "
             "and those like it take"},
    {.key = "mail_host",
     .type = OPT_TEXT,
     .def_text = "none: no mail is sent",
     .help = "the mail server (SMTP), as mail.example.com"},
    {.key = "mail_port",
     .type = OPT_INT,
     .def = "587",
     .min = 1,
     .max = 65535,
     .help = "its port: 587 for starttls, 465 for tls"},
    {.key = "mail_security",
     .type = OPT_WORD,
     .words = "starttls,tls,none",
     .def = "starttls",
     .help = "starttls begins in the clear and must be raised to TLS, tls is TLS from the start, "
             "none is for a server on this machine only"},
    {.key = "mail_user",
     .type = OPT_TEXT,
     .def_text = "none: without signing in",
     .help = "who signs in at the mail server"},
    {.key = "mail_from", .type = OPT_TEXT, .def_text = "none", .help = "the sender's address"},
    {.key = "mail_to",
     .type = OPT_TEXT,
     .def_text = "none",
     .help = "the receivers' addresses, with a comma between them"},
    {.key = "ca_file",
     .type = OPT_FILE,
     .def_text = "the system's",
     .help = "PEM file of the certificate authorities to trust instead of the system's"},
    {.key = NULL},
};

static bool take(void *ctx, const char *key, const char *value, struct err *e)
{
    if (option_find(alert_options, key) && !config_set(ctx, key, value, e))
        err_clear(e);
    return true;
}

bool alert_options_load(struct db *db, struct config **out, struct err *e)
{
    struct config *c = config_new(alert_options);
    if (!alert_each_setting(db, take, c, e)) {
        config_free(c);
        return false;
    }
    *out = c;
    return true;
}

size_t alert_receivers(const struct config *c, char *out[ALERT_RECEIVERS_MAX + 1])
{
    size_t count = 0;
    const char *at = config_text(c, "mail_to");
    while (at && *at && count <= ALERT_RECEIVERS_MAX) {
        at += strspn(at, ", ");
        size_t len = strcspn(at, ", ");
        if (len)
            out[count++] = xstrndup(at, len);
        at += len;
    }
    return count;
}

static bool check_receivers(const struct config *c, struct err *e)
{
    char *to[ALERT_RECEIVERS_MAX + 1];
    size_t count = alert_receivers(c, to);
    bool ok = count <= ALERT_RECEIVERS_MAX ||
              err_set(e, ERR_USAGE, "mail_to: at most %d addresses are allowed",
                      (int)ALERT_RECEIVERS_MAX);
    for (size_t i = 0; i < count; i++) {
        ok = ok && (mail_check_address(to[i], e) || err_wrap(e, "mail_to"));
        free(to[i]);
    }
    return ok;
}

bool alert_has_mail(const struct config *c)
{
    return config_text(c, "mail_host") && config_text(c, "mail_from") && config_text(c, "mail_to");
}

static bool check_mail(const struct config *c, const char **field, struct err *e)
{
    static const char *const needed[] = {"mail_host", "mail_from", "mail_to"};
    const char *host = config_text(c, "mail_host"), *from = config_text(c, "mail_from");
    bool is_begun = false;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        is_begun = is_begun || config_text(c, needed[i]);
    for (size_t i = 0; is_begun && i < sizeof needed / sizeof *needed; i++) {
        *field = needed[i];
        if (!config_text(c, needed[i])) {
            err_set(e, ERR_USAGE, "%s is missing", needed[i]);
            return err_next(e, "mail needs mail_host, mail_from and mail_to; empty all three to "
                               "send none");
        }
    }
    *field = "mail_host";
    if (host && !mail_check_host(host, strcmp(config_text(c, "mail_security"), "none") == 0, e))
        return false;
    *field = "mail_from";
    if (from && !mail_check_address(from, e))
        return err_wrap(e, "mail_from");
    *field = "mail_to";
    return check_receivers(c, e);
}

bool alert_options_check(const struct config *c, const char **field, struct err *e)
{
    if (!check_mail(c, field, e))
        return false;
    *field = NULL;
    return true;
}

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strcspn(at, ",") == n && strncmp(at, word, n) == 0)
            return true;
    return false;
}

struct alert_limits alert_limits_of(const struct config *c)
{
    struct alert_limits l = {.grant_days = config_int(c, "grant_days"),
                             .stale_days = config_int(c, "stale_days"),
                             .stale_margin_ms = config_ms(c, "stale_margin")};
    for (enum alert_kind k = 0; k < ALERT_KINDS; k++)
        l.wants[k] = has_word(config_text(c, "kinds"), alert_kind_word(k));
    return l;
}

bool alert_check_webhook(const char *url, struct err *e)
{
    CLEANUP(url_done) struct url u = {0};
    if (!url_parse(&u, url, e))
        return false;
    if (strcmp(u.scheme, "https") == 0 || url_is_loopback(&u))
        return true;
    err_set(e, ERR_USAGE, "plain http is allowed only to this machine, not to %s", u.host);
    return err_next(e, "write https://");
}
