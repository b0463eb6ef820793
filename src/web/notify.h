/* Tells the service manager how we are (sd_notify(3), Type=notify): a datagram to the socket that
 * the environment names; nothing where it names none. */
#pragma once

#include <stdint.h>

struct notifier {
    int fd;              /* -1: nobody listens */
    int64_t watchdog_ms; /* how often it must hear from us; 0: it need not */
};
/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID: before any thread starts. */
struct notifier notifier_open(void);
void notifier_close(struct notifier *n);
/* state: as "READY=1"; more than one are separated by newlines. */
void notifier_say(const struct notifier *n, const char *state);
/* "RELOADING=1" with the time that it wants beside it (monotonic). */
void notifier_reloading(const struct notifier *n, int64_t mono_ms);
