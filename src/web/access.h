/* Under which conditions the server may be reached by whom. */
#pragma once

#include "web/server.h"

/* Off loopback, or behind a proxy: only with an administrator's password, and with TLS or a proxy
 * that speaks it. ERR_USAGE says what is missing. Reads the certificate and the key into s. */
bool access_check(struct server *s, struct err *e);
/* Reads both files again. *changed: they are others now. On failure those of before stay. */
bool access_reload(struct server *s, bool *changed, struct err *e);
