#include "cli/browser.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"

enum {
    START_MS = 500, /* an opener that fails has failed by then */
    POLL_MS = 20,
};

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

/* In a session of its own, so that Ctrl-C here does not end it, and without our terminal. */
static bool start(const char *program, const char *url, pid_t *child)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    char *name = xstrdup(program), *page = xstrdup(url);
    char *const argv[] = {name, page, NULL};
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    bool ok = posix_spawnp(child, program, &files, &how, argv, environ) == 0;
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    free(name);
    free(page);
    return ok;
}

bool browser_open(const char *url, const struct clock *c, const struct stop *stop, const char **why)
{
    const char *chosen = getenv("BROWSER");
    bool is_chosen = chosen && *chosen;
    const char *program = is_chosen ? chosen : "xdg-open";
    if (!is_chosen && !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")) {
        *why = "there is no screen here";
        return false;
    }
    pid_t child;
    *why = "no browser could be started";
    if (!start(program, url, &child))
        return false;
    int status = 0;
    for (int64_t left = START_MS; left > 0; left -= POLL_MS) {
        if (waitpid(child, &status, WNOHANG) == child)
            return WIFEXITED(status) && WEXITSTATUS(status) == 0;
        if (!clock_wait(c, POLL_MS, stop))
            break;
    }
    return true; /* it runs: some openers end only with the browser */
}
