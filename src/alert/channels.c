#include "alert/channels.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/http.h"
#include "net/mail.h"

enum { TIMEOUT_MS = 15000, BODY_BYTES_MAX = 1 << 19, SUBJECT_BYTES_MAX = 4096 };

const char *alert_channel_word(enum alert_channel c)
{
    return c == ALERT_WEBHOOK ? "webhook" : "mail";
}

void channels_done(struct channels *c)
{
    config_free(c->options);
    secret_done(&c->webhook_url);
    secret_done(&c->mail_password);
    *c = (struct channels){0};
}

bool channels_load(struct channels *out, struct db *db, struct vault *vault, struct err *e)
{
    CLEANUP(channels_done) struct channels c = {0};
    CLEANUP(tx_done) struct tx tx = TX_INIT; /* all of it as it was set at one time */
    bool found;
    if (!tx_begin_read(&tx, db, e) || !alert_options_load(db, &c.options, e) ||
        !vault_get(vault, db, VAULT_OWN, ALERT_WEBHOOK_URL, &c.webhook_url, &c.has[ALERT_WEBHOOK],
                   e) ||
        !vault_get(vault, db, VAULT_OWN, ALERT_MAIL_PASSWORD, &c.mail_password, &found, e))
        return false;
    c.has[ALERT_MAIL] = alert_has_mail(c.options);
    *out = MOVE(c);
    return true;
}

static void http_end(struct http **h)
{
    http_close(*h);
}

static bool post(const struct channels *c, const struct alert_message *m, const struct stop *stop,
                 struct err *e)
{
    CLEANUP(http_end) struct http *http = NULL;
    CLEANUP(buf_done) struct buf body = BUF_INIT(BODY_BYTES_MAX);
    const struct http_settings settings = {.timeout_ms = TIMEOUT_MS,
                                           .total_ms = CHANNEL_TOTAL_MS,
                                           .ca_file = config_text(c->options, "ca_file")};
    bool is_slack = strcmp(config_text(c->options, "webhook_format"), "slack") == 0;
    struct http_answer a;
    if (!(is_slack ? message_slack(m, &body) : message_json(m, &body)))
        return err_set(e, ERR_LOCAL, "the alerts do not fit into one message");
    const struct http_request rq = {
        .url = secret_reveal(&c->webhook_url), .json = buf_text(&body), .hides_path = true};
    if (!http_open(&http, &settings, stop, e) || !http_send(http, &rq, &a, e))
        return false;
    if (a.status >= 200 && a.status < 300)
        return true;
    err_set(e, ERR_REMOTE, "the receiver of the webhook answered with status %d", a.status);
    return err_next(e, a.status == 404 || a.status == 403 || a.status == 410
                           ? "make a new webhook there, and set its URL here"
                           : "look at the receiver; it is tried again");
}

static bool mail(const struct channels *c, const struct alert_message *m, const struct stop *stop,
                 struct err *e)
{
    CLEANUP(buf_done)
    struct buf subject = BUF_INIT(SUBJECT_BYTES_MAX), text = BUF_INIT(BODY_BYTES_MAX);
    char *to[ALERT_RECEIVERS_MAX + 1];
    const struct config *o = c->options;
    const char *security = config_text(o, "mail_security");
    const struct mail_server server = {.host = config_text(o, "mail_host"),
                                       .port = (unsigned)config_int(o, "mail_port"),
                                       .security = strcmp(security, "tls") == 0    ? MAIL_TLS
                                                   : strcmp(security, "none") == 0 ? MAIL_PLAIN
                                                                                   : MAIL_STARTTLS,
                                       .user = config_text(o, "mail_user"),
                                       .password = &c->mail_password,
                                       .ca_file = config_text(o, "ca_file"),
                                       .timeout_ms = TIMEOUT_MS,
                                       .total_ms = CHANNEL_TOTAL_MS};
    if (!message_subject(m, &subject) || !message_text(m, &text))
        return err_set(e, ERR_LOCAL, "the alerts do not fit into one message");
    size_t count = alert_receivers(o, to);
    const struct mail_message message = {.from = config_text(o, "mail_from"),
                                         .to = (const char *const *)to,
                                         .to_count = count,
                                         .subject = buf_text(&subject),
                                         .text = buf_text(&text),
                                         .date_ms = m->now_ms};
    bool ok = mail_send(&server, &message, stop, e);
    for (size_t i = 0; i < count; i++)
        free(to[i]);
    return ok;
}

bool channel_send(const struct channels *c, enum alert_channel by, const struct alert_message *m,
                  const struct stop *stop, struct err *e)
{
    return by == ALERT_WEBHOOK ? post(c, m, stop, e) : mail(c, m, stop, e);
}
