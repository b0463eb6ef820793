#include "web/notify.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/scan.h"

/* A path, or '@' and an abstract name. */
static int connect_to(const char *where)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t len = strlen(where);
    if ((where[0] != '/' && where[0] != '@') || len >= sizeof a.sun_path)
        return -1;
    memcpy(a.sun_path, where, len);
    if (where[0] == '@')
        a.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&a, size) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

struct notifier notifier_open(void)
{
    struct notifier n = {.fd = -1};
    const char *where = getenv("NOTIFY_SOCKET"), *usec = getenv("WATCHDOG_USEC"),
               *pid = getenv("WATCHDOG_PID");
    int64_t us, whom;
    if (where && *where)
        n.fd = connect_to(where);
    bool is_ours = !pid || (parse_int(pid, 1, INT32_MAX, &whom) && whom == getpid());
    if (n.fd >= 0 && usec && is_ours && parse_int(usec, 1000, INT64_MAX, &us))
        n.watchdog_ms = us / 1000;
    return n;
}

void notifier_close(struct notifier *n)
{
    if (n->fd >= 0)
        close(n->fd);
    n->fd = -1;
}

void notifier_say(const struct notifier *n, const char *state)
{
    if (n->fd >= 0 && send(n->fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        return; /* nobody to tell: whoever listened has gone */
}

void notifier_reloading(const struct notifier *n, int64_t mono_ms)
{
    char text[80];
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, mono_ms * 1000);
    notifier_say(n, text);
}
