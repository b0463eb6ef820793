/* From a handler's answer to libmicrohttpd's. Private to net/listen*.c. */
#pragma once

#include <microhttpd.h>

#include "net/listen.h"

/* Queues it, with these headers too (as of listen_options); *a is empty afterwards. */
enum MHD_Result listen_answer_send(struct MHD_Connection *c, const char *const (*headers)[2],
                                   struct listen_answer *a);
void listen_answer_done(struct listen_answer *a);
