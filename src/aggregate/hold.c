#include "aggregate/hold.h"
#include "base/shell.h"

#include <limits.h>
#include <stdio.h>

bool hold_connector(const char *home, const struct connector *c, struct file_lock *out,
                    struct err *e)
{
    char folder[PATH_MAX], path[PATH_MAX + 32];
    int n = snprintf(folder, sizeof folder, "%s/locks", home);
    if (n < 0 || (size_t)n >= sizeof folder)
        return err_set(e, ERR_LOCAL, "the name of the data folder is too long");
    if (!file_make_folder(folder, e))
        return false;
    bool taken;
    snprintf(path, sizeof path, "%s/run-%lld", folder, (long long)c->id);
    if (!file_lock_try(out, path, &taken, e))
        return false;
    if (!taken) {
        err_set(e, ERR_BUSY, "another process is aggregating \"%s\"", c->name);
        return err_next(e, "wait until it has ended: `seatledger report runs %s` shows it",
                        shell_word(c->name).text);
    }
    return true;
}
