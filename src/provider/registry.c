#include "provider/provider.h"

#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "provider/goto/goto.h"

static const struct provider *const providers[] = {&goto_provider, NULL};

const struct provider *provider_at(unsigned i)
{
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): counts pointers, as meant */
    return i < sizeof providers / sizeof *providers ? providers[i] : NULL;
}

bool provider_find(const char *id, const struct provider **out, struct err *e)
{
    CLEANUP(buf_done) struct buf names = BUF_INIT(400);
    for (const struct provider *const *p = providers; *p; p++) {
        if (strcmp((*p)->id, id) == 0) {
            *out = *p;
            return true;
        }
        buf_addf(&names, "%s%s", names.len ? ", " : "", (*p)->id);
    }
    err_set(e, ERR_USAGE, "there is no provider \"%s\"", id);
    return err_next(e, "the providers are: %s", buf_text(&names));
}
