/* What is sent: alerts in words. Pure. */
#pragma once

#include "base/buf.h"
#include "store/alert.h"

enum { ALERT_MESSAGE_MAX = 50 }; /* alerts in one */

struct alert_message {
    const struct alert_row *rows; /* none: a test, which says so */
    size_t count;
    int64_t now_ms;
};
/* {"source","version","sent_at","test","alerts":[...]} */
bool message_json(const struct alert_message *m, struct buf *out);
/* {"text"}: with &, < and > as Slack wants them. */
bool message_slack(const struct alert_message *m, struct buf *out);
/* One line, for the subject of a mail. */
bool message_subject(const struct alert_message *m, struct buf *out);
/* Lines that end in '\n'. */
bool message_text(const struct alert_message *m, struct buf *out);
