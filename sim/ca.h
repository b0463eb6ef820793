/* A certificate authority for one run: its key lives in memory and nowhere else. */
#pragma once

#include <stdbool.h>

#include "base/err.h"

struct tls_identity {
    char *certificate_pem, *key_pem; /* owned; of the server */
};

#define TLS_IDENTITY_INIT ((struct tls_identity){0})

/* Makes both and writes the authority's certificate to FOLDER/ca.pem. kind: "good", "expired",
 * "wrong-name". */
bool tls_identity_make(struct tls_identity *out, const char *folder, const char *kind,
                       struct err *e);
void tls_identity_done(struct tls_identity *t);
