/* The summary of a connector: one JSON object for programs, a few calm lines for people. */
#pragma once

#include <stdio.h>

#include "report/summary.h"

/* Write errors stay on the stream: the caller's fflush() finds them. */
void summary_json(FILE *to, const char *connector, const struct account *a,
                  const struct summary *s);
/* product: what people call what was read, as "GoToMeeting". */
void summary_text(FILE *to, const char *connector, const char *product, const struct account *a,
                  const struct summary *s);
