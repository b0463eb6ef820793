/* What the targets share. A target reads bytes of a stranger; it must neither crash, leak, nor
 * break the promises that it asserts. */
#pragma once

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* As a text; a NUL ends it. The caller frees it: ASan sees a read past its end. */
static inline char *fuzz_text(const uint8_t *bytes, size_t len)
{
    return xstrndup((const char *)bytes, len);
}
