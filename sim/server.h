/* HTTP and HTTPS over libmicrohttpd, on 127.0.0.1 and, when the machine has it, ::1. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#include "ca.h"

struct MHD_Connection;
struct server;
struct sim;

/* Takes sim->opt.port (0: any) and writes sim->base_url. tls may be NULL. */
bool server_open(struct server **out, struct sim *sim, const struct tls_identity *tls,
                 struct err *e);
void server_close(struct server *s); /* NULL is fine */
/* Puts an answer off; MHD asks for it again when it is due. False when the server is stopping:
 * answer at once. */
bool server_delay(struct server *s, struct MHD_Connection *c, int64_t ms);
