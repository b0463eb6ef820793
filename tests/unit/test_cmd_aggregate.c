/* The command `aggregate`, as far as no provider is asked. */
#include "test.h"

#include "base/cleanup.h"
#include "cli/command.h"
#include "memory_store.h"
#include "store/store.h"
#include "temporary.h"

/* Runs it as a person does whose Ctrl-C comes before the first connector is begun. */
static int stopped_at_once(int argc, char **argv, bool is_active)
{
    struct temporary t = temporary_make();
    struct err e = {0};
    int64_t id;
    struct stop stop = {.asked = true};
    struct app app = {.stop = &stop, .db = memory_store(&id)};
    assert_non_null(app.db);
    assert_ok(connector_set_active(app.db, id, is_active, 1, &e), e);
    app.clock = clock_real(&app.clock_offset_ms);
    app.log = (struct log){.clock = &app.clock, .screen = LOG_ERROR};
    app.settings.home = t.path;
    int code = cmd_aggregate(&app, argc, argv);
    assert_int_equal(number_of(app.db, "SELECT count(*) FROM aggregation"), 0);
    vault_close(app.vault);
    if (app.log.file)
        fclose(app.log.file);
    db_close(app.db);
    temporary_remove(&t);
    return code;
}

TEST(whoever_is_stopped_before_the_first_connector_says_so)
{
    char name[] = "main";
    char *argv[] = {name, NULL};
    assert_int_equal(stopped_at_once(1, argv, true), 130);
    assert_int_equal(stopped_at_once(0, argv, true), 130);
    assert_int_equal(stopped_at_once(0, argv, false), 2); /* none is active: that is why */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(whoever_is_stopped_before_the_first_connector_says_so),
    };
    return RUN_ALL(tests);
}
