/* Opens a page in the person's browser, where there is one. */
#pragma once

#include "base/time.h"

/* $BROWSER, or xdg-open where there is a screen (DISPLAY, WAYLAND_DISPLAY). False: there is no
 * browser here, or it could not be started; *why says so. */
bool browser_open(const char *url, const struct clock *c, const struct stop *stop,
                  const char **why);
