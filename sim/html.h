/* The few pages that a person sees. */
#pragma once

#include "base/buf.h"

void html_begin(struct buf *out, const char *title);
void html_text(struct buf *out, const char *text); /* escaped */
void html_end(struct buf *out);
