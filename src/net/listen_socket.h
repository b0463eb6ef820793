/* The sockets that a listener hears. Private to net/listen*.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

enum { LISTEN_ADDRESSES_MAX = 2, LISTEN_PEER_TEXT = 48 };

/* "localhost" is both loopback addresses; else host is one address, and of the loopback unless
 * anywhere. Opens all on one port (0: a free one), or none: false with errno (EINVAL: host is no
 * such address). *count: how many, fewer where the machine has no IPv6. */
bool listen_sockets_open(const char *host, unsigned *port, bool anywhere, int *fds, size_t *count);
void listen_sockets_close(const int *fds, size_t count);
void listen_peer_text(const struct sockaddr *a, char out[LISTEN_PEER_TEXT]);
