/* The ways by which alerts are told, as a person set them up. */
#pragma once

#include "alert/message.h"
#include "alert/options.h"
#include "auth/vault.h"

enum alert_channel { ALERT_WEBHOOK, ALERT_MAIL, ALERT_CHANNELS };
const char *alert_channel_word(enum alert_channel c); /* webhook, mail */

struct channels {
    struct config *options;
    struct secret webhook_url, mail_password;
    bool has[ALERT_CHANNELS]; /* it is set up */
};
void channels_done(struct channels *c);
bool channels_load(struct channels *out, struct db *db, struct vault *vault, struct err *e);

/* One message by one channel that is set up: for seconds, at most CHANNEL_TOTAL_MS. False: it did
 * not arrive, and e says why without a secret; ERR_STOPPED: stopped. */
#define CHANNEL_TOTAL_MS INT64_C(30000)
bool channel_send(const struct channels *c, enum alert_channel by, const struct alert_message *m,
                  const struct stop *stop, struct err *e);
