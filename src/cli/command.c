#include "cli/command.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/option.h"
#include "cli/args.h"

static struct stop stopped; /* the one thing that a signal handler may touch */

static void on_signal(__attribute__((unused)) int number)
{
    atomic_store(&stopped.asked, true);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static const char general_flags[] =
    "Flags of every command:\n"
    "  --home DIR      the folder of the data (default $SEATLEDGER_HOME, else\n"
    "                  $XDG_DATA_HOME/seatledger, else ~/.local/share/seatledger)\n"
    "  --store URL     sqlite:FILE (default $SEATLEDGER_STORE, else ledger.db in the home)\n"
    "  --json          data as JSON on standard output\n"
    "  -q, --quiet     say nothing that is not an error\n"
    "  -v, --verbose   say more on standard error\n"
    "  -h, --help      help on a command\n";

static void print_overview(FILE *to)
{
    fputs("seatledger: what your SaaS seats cost each month, and who uses them\n\n"
          "Usage: seatledger [FLAGS] COMMAND ...\n\nCommands:\n",
          to);
    for (const struct command *c = commands; c->noun; c++)
        fprintf(to, "  %-10s %-14s %s\n", c->noun, c->verb ? c->verb : "", c->summary);
    fprintf(to, "\n%s\n", general_flags);
    fputs("Start with: seatledger connector add --help\n", to);
}

static void print_help(const struct command *c)
{
    printf("%s\n\nUsage: seatledger %s\n\n", c->summary, c->usage);
    if (c->flags)
        printf("Flags:\n%s\n", c->flags);
    puts("Example:");
    for (const char *line = c->example; *line;) {
        size_t len = strcspn(line, "\n");
        printf("  %.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
    printf("\n%s", general_flags);
}

static int print_noun(const char *noun)
{
    puts("Usage:");
    for (const struct command *c = commands; c->noun; c++)
        if (strcmp(c->noun, noun) == 0)
            printf("  seatledger %s\n      %s\n", c->usage, c->summary);
    return 0;
}

/* The noun, or the verb of the noun, that the word may have meant; NULL: none. */
static const char *nearest(const char *noun, const char *word)
{
    const char *best = NULL;
    unsigned least = UINT_MAX;
    for (const struct command *c = commands; c->noun; c++) {
        const char *candidate = noun ? c->verb : c->noun;
        if (!candidate || (noun && strcmp(c->noun, noun) != 0))
            continue;
        unsigned d = word_distance(candidate, word);
        if (d < least && word_is_near(candidate, word)) {
            least = d;
            best = candidate;
        }
    }
    return best;
}

/* The row of "noun verb"; *words says how many words name it. NULL: none. */
static const struct command *find(int argc, char **argv, int *words, bool *noun_known)
{
    *noun_known = false;
    for (const struct command *c = commands; c->noun; c++) {
        if (strcmp(c->noun, argv[0]) != 0)
            continue;
        *noun_known = true;
        *words = c->verb ? 2 : 1;
        if (!c->verb || (argc > 1 && strcmp(c->verb, argv[1]) == 0))
            return c;
    }
    return NULL;
}

struct global_flags {
    const char *home, *store;
    bool json, quiet, verbose, help, version;
};

static bool *switch_named(struct global_flags *g, const char *w)
{
    return strcmp(w, "--json") == 0                              ? &g->json
           : strcmp(w, "-q") == 0 || strcmp(w, "--quiet") == 0   ? &g->quiet
           : strcmp(w, "-v") == 0 || strcmp(w, "--verbose") == 0 ? &g->verbose
           : strcmp(w, "-h") == 0 || strcmp(w, "--help") == 0    ? &g->help
           : strcmp(w, "--version") == 0                         ? &g->version
                                                                 : NULL;
}

/* Global flags may stand anywhere; what is left moves to the front of argv. "--" ends them. */
static bool take_globals(int *argc, char **argv, struct global_flags *g, struct err *e)
{
    int kept = 0, i = 0;
    for (; i < *argc && strcmp(argv[i], "--") != 0; i++) {
        const char *w = argv[i];
        bool *on = switch_named(g, w);
        const char **value = strncmp(w, "--home", 6) == 0    ? &g->home
                             : strncmp(w, "--store", 7) == 0 ? &g->store
                                                             : NULL;
        size_t len = value == &g->home ? 6 : 7;
        if (on) {
            *on = true;
        } else if (value && w[len] == '=') {
            *value = w + len + 1;
        } else if (value && w[len] == '\0') {
            if (i + 1 >= *argc)
                return err_set(e, ERR_USAGE, "%s needs a value", w);
            *value = argv[++i];
        } else {
            argv[kept++] = argv[i];
        }
    }
    for (; i < *argc; i++)
        argv[kept++] = argv[i];
    *argc = kept;
    return !(g->quiet && g->verbose) || err_set(e, ERR_USAGE, "-q and -v do not go together");
}

/* "a, b or c" */
static void add_verbs(const char *noun, struct buf *out)
{
    const char *waiting = NULL;
    for (const struct command *c = commands; c->noun; c++) {
        if (strcmp(c->noun, noun) != 0)
            continue;
        if (waiting)
            buf_addf(out, "%s%s", out->len ? ", " : "", waiting);
        waiting = c->verb;
    }
    buf_addf(out, "%s%s", out->len ? " or " : "", waiting);
}

static int unknown_verb(int argc, char **argv)
{
    struct err e = {0};
    CLEANUP(buf_done) struct buf verbs = BUF_INIT(1024);
    add_verbs(argv[0], &verbs);
    if (argc < 2) {
        err_set(&e, ERR_USAGE, "after \"%s\" comes %s", argv[0], buf_text(&verbs));
        err_next(&e, "`seatledger %s --help` shows how each is written", argv[0]);
        return app_fail(&e);
    }
    const char *near = nearest(argv[0], argv[1]);
    if (near)
        err_set(&e, ERR_USAGE, "there is no command \"%s %s\"; did you mean \"%s %s\"?", argv[0],
                argv[1], argv[0], near);
    else
        err_set(&e, ERR_USAGE, "there is no command \"%s %s\"; after \"%s\" comes %s", argv[0],
                argv[1], argv[0], buf_text(&verbs));
    err_next(&e, "`seatledger %s --help` shows how each is written", argv[0]);
    return app_fail(&e);
}

static int unknown_command(const char *word)
{
    struct err e = {0};
    const char *near = nearest(NULL, word);
    if (near)
        err_set(&e, ERR_USAGE, "there is no command \"%s\"; did you mean \"%s\"?", word, near);
    else
        err_set(&e, ERR_USAGE, "there is no command \"%s\"", word);
    err_next(&e, "`seatledger --help` lists the commands");
    return app_fail(&e);
}

static void app_done(struct app *app)
{
    vault_close(app->vault);
    db_close(app->db);
    if (app->log.file)
        fclose(app->log.file);
    settings_done(&app->settings);
}

/* Data that did not reach its reader is a failure, even when all else went well. A reader that has
 * left (`| head`) knows it: the exit code is enough. */
static int end_output(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    int why = errno;
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    bool reader_left = why == EPIPE || (poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0);
    if (code == 0 && !reader_left) {
        struct err e = {0};
        err_set(&e, ERR_LOCAL, "cannot write to standard output: %s",
                why ? strerror(why) : "a write failed");
        err_next(&e, "%s",
                 why == ENOSPC ? "free space on that disk, or write to another, and run it again"
                               : "see that its disk is not full, and run it again");
        app_fail(&e);
    }
    return code ? code : 1;
}

static int run(const struct command *c, const struct global_flags *g, int argc, char **argv)
{
    struct app app = {.stop = &stopped};
    struct err e = {0};
    app.clock = clock_real(&app.clock_offset_ms);
    if (!settings_load(&app.settings, g->home, g->store, &e))
        return app_fail(&e);
    app.settings.json = g->json;
    app.settings.verbosity = g->verbose - g->quiet;
    if (app.settings.now_set)
        app.clock_offset_ms = app.settings.now_ms - app_now(&app);
    app.log = (struct log){.clock = &app.clock,
                           .screen = g->verbose ? LOG_DEBUG
                                     : g->quiet ? LOG_ERROR
                                                : LOG_WARN};
    int code = end_output(c->run(&app, argc, argv));
    app_done(&app);
    return code;
}

int command_main(int argc, char **argv)
{
    struct global_flags g = {0};
    struct err e = {0};
    int words = 0;
    bool noun_known;
    /* No core dump of a process that holds secrets. */
    prctl(PR_SET_DUMPABLE, 0);
    catch_signals();
    argc--;
    argv++;
    if (!take_globals(&argc, argv, &g, &e))
        return app_fail(&e);
    if (g.version)
        return cmd_version(NULL, 0, argv);
    if (argc > 0 && strcmp(argv[0], "help") == 0) {
        g.help = true;
        argc--;
        argv++;
    }
    if (argc == 0) {
        print_overview(g.help ? stdout : stderr);
        return g.help ? 0 : 2;
    }
    const struct command *c = find(argc, argv, &words, &noun_known);
    if (g.help && !c && noun_known && argc == 1)
        return print_noun(argv[0]);
    if (g.help && c) {
        print_help(c);
        return 0;
    }
    if (!c)
        return noun_known ? unknown_verb(argc, argv) : unknown_command(argv[0]);
    return run(c, &g, argc - words, argv + words);
}
