#include "fuzz.h"

#include "provider/provider.h"
#include "settings/config.h"

static void end_config(struct config **c)
{
    config_free(*c);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const struct option_def *rows = provider_at(0)->options;
    CLEANUP(free_text) char *text = fuzz_text(bytes, len);
    CLEANUP(end_config) struct config *c = config_new(rows);
    struct err e = {0};
    /* One pair a line, as a person goes on typing. */
    for (char *rest = text, *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        bool ok = config_set_pair(c, line, &e);
        assert(ok || (e.kind == ERR_USAGE && e.msg[0]));
        e = (struct err){0};
    }
    (void)config_check(c, &e);
    for (const struct option_def *row = rows; row->key; row++) {
        const char *value = config_text(c, row->key);
        assert(!value || strlen(value) <= 1 << 16);
    }
    return 0;
}
