#include "test.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "provider/provider.h"
#include "settings/config.h"

static const struct option_def *rows(void)
{
    struct err e;
    const struct provider *p = NULL;
    assert_ok(provider_find("gotomeeting", &p, &e), e);
    return p->options;
}

TEST(every_setting_of_the_contract_has_its_default)
{
    static const char *const contract[][2] = {
        {"authorize_url", "https://authentication.logmeininc.com/oauth/authorize"},
        {"token_url", "https://authentication.logmeininc.com/oauth/token"},
        {"revoke_url", "https://identity.goto.com/oauth/revoke"},
        {"api_url", "https://api.getgo.com"},
        {"account_key", NULL},
        {"window_days", "30"},
        {"look_back_days", "60"},
        {"products", "G2M"},
        {"time_zone", NULL},
        {"requests_per_second", "10"},
        {"timeout", "60s"},
        {"retries", "5"},
        {"retry_delay", "2s"},
        {"proxy", NULL},
        {"ca_file", NULL},
        {"redirect_uri", "http://localhost:8080"},
        {"client_id", NULL},
    };
    for (size_t i = 0; i < sizeof contract / sizeof *contract; i++) {
        const struct option_def *o = option_find(rows(), contract[i][0]);
        if (!o)
            fail_msg("there is no setting %s", contract[i][0]);
        else if (contract[i][1])
            assert_string_equal(o->def, contract[i][1]);
        else
            assert_null(o->def);
    }
}

TEST(every_default_is_allowed_by_its_own_row)
{
    struct config *c = config_new(rows());
    for (const struct option_def *o = rows(); o->key; o++) {
        struct err e = {0};
        if (o->def)
            assert_ok(config_set(c, o->key, o->def, &e), e);
        else
            assert_non_null(o->def_text);
        assert_true(strlen(o->help) > 10);
    }
    struct err e = {0};
    assert_ok(config_check(c, &e), e);
    config_free(c);
}

/* ---- docs/settings.md ---- */

static const char *unit_of(int64_t ms, int64_t *count)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{86400000, "d"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        *count = ms / units[i].ms;
        if (ms && ms % units[i].ms == 0)
            return units[i].unit;
    }
    return "ms";
}

static void add_allowed(struct buf *out, const struct option_def *o)
{
    static const char *const names[] = {
        [OPT_TEXT] = "text",
        [OPT_URL] = "URL",
        [OPT_FILE] = "file",
        [OPT_REDIRECT] = "redirect URI",
        [OPT_ZONE] = "time zone",
        [OPT_PROXY] = "proxy URL",
        [OPT_LIST] = "words, separated by commas",
        [OPT_WORD] = "one of these words",
    };
    int64_t min, max;
    if (o->type == OPT_INT) {
        buf_addf(out, "%lld to %lld", (long long)o->min, (long long)o->max);
    } else if (o->type == OPT_DURATION) {
        const char *min_unit = unit_of(o->min, &min), *max_unit = unit_of(o->max, &max);
        buf_addf(out, "%lld%s to %lld%s", (long long)min, min_unit, (long long)max, max_unit);
    } else {
        buf_adds(out, names[o->type]);
    }
}

static void page_read(struct buf *out)
{
    const char *root = getenv("SOURCE_ROOT");
    assert_non_null(root);
    char path[4096];
    snprintf(path, sizeof path, "%s/docs/settings.md", root);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        buf_add(out, chunk, n);
    fclose(f);
}

TEST(the_page_of_the_settings_says_what_the_rows_say)
{
    CLEANUP(buf_done) struct buf page = BUF_INIT(1 << 20);
    page_read(&page);
    unsigned listed = 0, known = 0;
    for (const char *at = buf_text(&page); (at = strstr(at, "\n| `")); at++)
        listed++;
    for (const struct option_def *o = rows(); o->key; o++, known++) {
        CLEANUP(buf_done) struct buf line = BUF_INIT(4096);
        buf_addf(&line, "\n| `%s` | %s%s%s | ", o->key, o->def ? "`" : "",
                 o->def ? o->def : o->def_text, o->def ? "`" : "");
        add_allowed(&line, o);
        buf_adds(&line, " | ");
        if (!strstr(buf_text(&page), buf_text(&line)))
            fail_msg("docs/settings.md has no line that begins with%s", buf_text(&line));
    }
    assert_int_equal(listed, known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(every_setting_of_the_contract_has_its_default),
        RUN(every_default_is_allowed_by_its_own_row),
        RUN(the_page_of_the_settings_says_what_the_rows_say),
    };
    return RUN_ALL(tests);
}
