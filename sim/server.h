/* HTTP and HTTPS over libmicrohttpd, on 127.0.0.1 and, when the machine has it, ::1. */
#pragma once

#include <stdbool.h>

#include "base/err.h"

#include "ca.h"

struct server;
struct sim;

/* Takes sim->opt.port (0: any) and writes sim->base_url. tls may be NULL. */
bool server_open(struct server **out, struct sim *sim, const struct tls_identity *tls,
                 struct err *e);
void server_close(struct server *s); /* NULL is fine */
