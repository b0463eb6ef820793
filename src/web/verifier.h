/* Passwords are verified one at a time, in a thread of its own: Argon2id takes as long as a hundred
 * answers of the page. That thread gets a copy of the password and of the hashes, and gives a role
 * back; everything else stays with the server's thread, which calls all of these. A few wait at one
 * time, and one of each address. */
#pragma once

#include "web/exchange.h"

struct verifier;
bool verifier_open(struct verifier **out, struct server *s, struct err *e);
/* After listener_close(): no request waits any more. Waits for the one under way. NULL is fine. */
void verifier_close(struct verifier *v);
/* Can be read when one has ended: then verifier_collect() lets its request go on. */
int verifier_fd(const struct verifier *v);
void verifier_collect(struct verifier *v);

/* x->role becomes the role of whoever asks, by this password; a wrong one is counted against the
 * address. False without an error: the request waits (x->answer->later), and the handler is called
 * for it again. ERR_LIMIT, and the answer 429: too many wrong ones, or too many at one time. */
bool verify_password(struct exchange *x, const struct passwords *now, const char *password,
                     struct err *e);
