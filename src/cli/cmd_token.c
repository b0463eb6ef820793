/* token get: Get Token, for a person at a terminal. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aggregate/sign_in.h"
#include "base/cleanup.h"
#include "base/scan.h"
#include "base/shell.h"
#include "base/text.h"
#include "cli/args.h"
#include "cli/browser.h"
#include "cli/command.h"
#include "cli/token_text.h"
#include "present/grant.h"

enum { CHOICE_BYTES_MAX = 32 };
#define TIMEOUT_MAX_MS DAY_MS

struct asking {
    struct app *app;
    struct session session;
    bool no_browser, paste;
    int64_t timeout_ms;
};

static void asking_done(struct asking *a)
{
    session_done(&a->session);
}

static bool is_quiet(const struct asking *a)
{
    return a->app->settings.verbosity < 0;
}

static bool show_url(void *ctx, const char *url, __attribute__((unused)) struct err *e)
{
    struct asking *a = ctx;
    const char *why = NULL;
    fprintf(stderr, "Open: %s\n", url);
    if (a->paste)
        return true;
    if (!a->no_browser && browser_open(url, &a->app->clock, a->app->stop, &why)) {
        if (!is_quiet(a))
            fputs("It has been opened in your browser. Sign in there and choose Allow.\n", stderr);
    } else if (!is_quiet(a)) {
        const char *redirect_uri = config_text(a->session.config, "redirect_uri");
        fprintf(stderr, "%s%sOpen that address yourself, in a browser on this machine.\n",
                why ? why : "", why ? ". " : "");
        fprintf(stderr,
                "The answer comes to %s; from another machine forward that port with "
                "ssh -L, or use --paste.\n",
                redirect_uri);
    }
    if (!is_quiet(a))
        fprintf(stderr,
                "If the browser shows an error instead of a sign-in page, compare client_id and "
                "redirect_uri with the OAuth client (docs/goto-oauth-client.md).\n"
                "Waiting for the sign-in, %lld s at most; Ctrl-C ends it.\n",
                (long long)(a->timeout_ms / 1000));
    return true;
}

/* One line of standard input, byte by byte: it may hold a code, and no other buffer shall. */
static bool read_line(struct app *app, struct buf *out, struct err *e)
{
    for (;;) {
        char c;
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (stop_asked(app->stop))
            return err_set(e, ERR_STOPPED, "stopped");
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_USAGE, "cannot read standard input: %s", strerror(errno));
        if (n == 0 || c == '\n')
            return true;
        if (!buf_addc(out, c))
            return err_set(e, ERR_USAGE, "the line on standard input is too long");
    }
}

static bool paste(void *ctx, struct buf *url, struct err *e)
{
    struct asking *a = ctx;
    if (isatty(STDIN_FILENO))
        fputs("Sign in there and choose Allow. The browser then ends on a page that may not "
              "load: that is right.\nPaste the whole address of that page: ",
              stderr);
    if (!read_line(a->app, url, e))
        return false;
    if (url->len)
        return true;
    err_set(e, ERR_USAGE, "nothing was pasted");
    return err_next(e, "give the whole address that the browser ended on, as one line of standard "
                       "input");
}

static void print_visible(FILE *to, const char *text)
{
    CLEANUP(buf_done) struct buf visible = BUF_INIT(8192);
    text_add_visible(&visible, text ? text : "", 0);
    fputs(buf_text(&visible), to);
}

static bool choose(void *ctx, const struct identity *who, size_t *choice, struct err *e)
{
    struct asking *a = ctx;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return err_set(e, ERR_USAGE, "nobody can be asked");
    for (size_t i = 0; i < who->account_count; i++) {
        fprintf(stderr, "%4zu  ", i + 1);
        print_visible(stderr, who->accounts[i].name);
        fprintf(stderr, " (%s)\n", who->accounts[i].key);
    }
    for (;;) {
        CLEANUP(buf_done) struct buf line = BUF_INIT(CHOICE_BYTES_MAX);
        int64_t number;
        fprintf(stderr, "Which account shall be read? [1-%zu] ", who->account_count);
        if (!read_line(a->app, &line, e))
            return false;
        if (parse_int(buf_text(&line), 1, (int64_t)who->account_count, &number)) {
            *choice = (size_t)number - 1;
            return true;
        }
        if (!line.len)
            return err_set(e, ERR_USAGE, "no account was chosen");
    }
}

static bool parse(struct asking *a, int argc, char **argv, const char **name, struct err *e)
{
    const char *timeout = "5m";
    const char *given = NULL;
    const struct flag flags[] = {{.name = "--no-browser", .on = &a->no_browser},
                                 {.name = "--paste", .on = &a->paste},
                                 {.name = "--timeout", .takes_value = true, .value = &given},
                                 {.name = NULL}};
    size_t count;
    if (!args_parse(argc, argv, flags, 1, 1,
                    "token get NAME [--no-browser] [--paste] [--timeout DURATION]", name, &count,
                    e))
        return false;
    if (given)
        timeout = given;
    return (parse_duration(timeout, &a->timeout_ms) && a->timeout_ms >= SECOND_MS &&
            a->timeout_ms <= TIMEOUT_MAX_MS) ||
           err_set(e, ERR_USAGE, "--timeout must be from 1s to 1d, as \"5m\"");
}

static int success(struct asking *a, const struct env *env, const struct grant *g,
                   const struct buf *warning)
{
    log_line(env->log, LOG_INFO, "token_get", "connector=\"%s\" account=%s result=ok",
             a->session.connector.name, g->account_key);
    if (a->app->settings.json) {
        grant_json(stdout, g, app_now(a->app));
    } else {
        puts("Success!");
        token_print(stdout, a->session.provider, g, app_now(a->app));
    }
    if (warning->len)
        fprintf(stderr, "seatledger: warning: %s\n", buf_text(warning));
    if (!is_quiet(a))
        fprintf(stderr, "  Next: seatledger test %s\n", shell_word(a->session.connector.name).text);
    return 0;
}

int cmd_token_get(struct app *app, int argc, char **argv)
{
    CLEANUP(asking_done) struct asking a = {.app = app};
    CLEANUP(grant_done) struct grant g = {0};
    CLEANUP(identity_done) struct identity who = {0};
    CLEANUP(buf_done) struct buf warning = BUF_INIT(2048);
    const struct env *env = NULL;
    const char *name = NULL;
    struct err e = {0};
    if (!parse(&a, argc, argv, &name, &e) || !app_env(app, &env, &e) ||
        !session_open(&a.session, env, name, &e))
        return app_fail(&e);
    struct sign_in s = {
        .session = &a.session,
        .show_url = show_url,
        .choose = choose,
        .paste = a.paste ? paste : NULL,
        .ctx = &a,
        .timeout_ms = a.timeout_ms,
    };
    if (sign_in(&s, &g, &who, &warning, &e))
        return success(&a, env, &g, &warning);
    log_line(env->log, LOG_INFO, "token_get", "connector=\"%s\" result=failed kind=%s", name,
             err_kind_name(e.kind));
    return app_fail(&e);
}
