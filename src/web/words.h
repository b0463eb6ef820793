/* Advice that names a command of the command line, in the words of the page. */
#pragma once

#include "base/buf.h"

void words_for_page(struct buf *out, const char *advice);
