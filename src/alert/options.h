/* What a person set for alerts, over the defaults; the same rows feed the check, the page and
 * docs/alerts.md. Secrets are apart: sealed by auth/vault, as "webhook_url" and "mail_password". */
#pragma once

#include "alert/rules.h"
#include "settings/config.h"
#include "store/db.h"

extern const struct option_def alert_options[];

#define ALERT_WEBHOOK_URL "webhook_url"
#define ALERT_MAIL_PASSWORD "mail_password"

/* A stored value that is not good any more counts as not set. The caller frees *out. */
bool alert_options_load(struct db *db, struct config **out, struct err *e);
/* Rules between them, and what a row cannot say: addresses, host. ERR_USAGE: *field is the key. */
bool alert_options_check(const struct config *c, const char **field, struct err *e);
struct alert_limits alert_limits_of(const struct config *c);
/* Host, sender and receivers are set. */
bool alert_has_mail(const struct config *c);
/* Hands on each receiver's address. */
enum { ALERT_RECEIVERS_MAX = 20 };
size_t alert_receivers(const struct config *c, char *out[ALERT_RECEIVERS_MAX + 1]);
/* A webhook's address: https, or http to this machine. ERR_USAGE; never repeats it. */
bool alert_check_webhook(const char *url, struct err *e);
