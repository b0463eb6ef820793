/* test: Test Connection. */
#include <stdlib.h>
#include <string.h>

#include "aggregate/check.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cli/args.h"
#include "cli/command.h"
#include "data/json_out.h"

static const struct flag no_flags[] = {{.name = NULL}};

static void print_line(const char *mark, const char *name, const char *text)
{
    CLEANUP(buf_done) struct buf visible = BUF_INIT(8192);
    text_add_visible(&visible, text, 0);
    printf("%-7s %-17s %s\n", mark, name, buf_text(&visible));
}

/* Each line appears when its step is done: some take seconds. */
static void print_step(__attribute__((unused)) void *ctx, const struct check_step *step)
{
    switch (step->result) {
    case CHECK_OK:
        print_line("ok", step->name, step->detail);
        break;
    case CHECK_FAILED:
        print_line("FAILED", step->name, step->detail);
        if (step->next[0])
            print_line("", "what to do:", step->next);
        break;
    case CHECK_NOT_TRIED:
        print_line("-", step->name, "not tried");
        break;
    }
    fflush(stdout);
}

static void text_or_null(struct json_out *w, const char *key, const char *text)
{
    json_text(w, key, *text ? text : NULL);
}

static void print_json(const struct check *c)
{
    struct json_out *w = json_out_new(stdout, true);
    json_object(w, NULL);
    json_bool(w, "ok", c->err.kind == ERR_NONE);
    json_array(w, "steps");
    for (int i = 0; i < CHECK_STEPS; i++) {
        const struct check_step *step = &c->steps[i];
        json_object(w, NULL);
        json_text(w, "name", step->name);
        if (step->result == CHECK_NOT_TRIED)
            json_null(w, "ok");
        else
            json_bool(w, "ok", step->result == CHECK_OK);
        text_or_null(w, "detail", step->detail);
        text_or_null(w, "next", step->next);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    json_out_end(w); /* a failed write stays on the stream: the caller's fflush() finds it */
}

static const char *failed_step(const struct check *c)
{
    for (int i = 0; i < CHECK_STEPS; i++)
        if (c->steps[i].result == CHECK_FAILED)
            return c->steps[i].name;
    return "none";
}

int cmd_test(struct app *app, int argc, char **argv)
{
    CLEANUP(session_done) struct session s = {0};
    struct check c;
    const struct env *env = NULL;
    const char *name = NULL;
    struct err e = {0};
    size_t count;
    bool json = app->settings.json;
    if (!args_parse(argc, argv, no_flags, 1, 1, "test NAME", &name, &count, &e) ||
        !app_env(app, &env, &e) || !session_open(&s, env, name, &e))
        return app_fail(&e);
    if (!check_connection(&s, &c, json ? NULL : print_step, NULL, &e))
        return app_fail(&e);
    if (json)
        print_json(&c);
    bool ok = c.err.kind == ERR_NONE;
    log_line(env->log, LOG_INFO, "test", "connector=\"%s\" failed_step=\"%s\" kind=%s", name,
             failed_step(&c), err_kind_name(c.err.kind));
    if (!ok)
        fprintf(stderr, "seatledger: the connection of %s does not work: step \"%s\" failed\n",
                name, failed_step(&c));
    return exit_code_of(c.err.kind);
}
