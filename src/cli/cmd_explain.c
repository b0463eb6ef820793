/* explain: from a figure to the records that it rests on. */
#include <string.h>

#include "base/cleanup.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/subject.h"
#include "present/explanation.h"
#include "provider/provider.h"
#include "store/price.h"

enum { RECORDS = 20 };

static int print(struct app *app, const struct explanation *x)
{
    if (app->settings.json) {
        struct json_out *w = json_out_new(stdout, true);
        explanation_write(w, NULL, x);
        json_out_end(w);
    } else {
        explanation_text(stdout, x);
    }
    return 0;
}

/* What is explained stands between the connector and what it is about: words[1]. */
typedef bool explain_fn(struct app *app, struct subject *s, const char *const *words, int64_t limit,
                        struct explanation *x, struct err *e);

static bool active(struct app *app, struct subject *s,
                   __attribute__((unused)) const char *const *words, int64_t limit,
                   struct explanation *x, struct err *e)
{
    const struct provider *provider;
    return provider_find(s->connector.provider, &provider, e) &&
           explanation_active(x, app->db, &s->account,
                              provider->date_format(s->account.at.language), limit, e);
}

static bool user(struct app *app, struct subject *s, const char *const *words, int64_t limit,
                 struct explanation *x, struct err *e)
{
    CLEANUP(free_text) char *key = NULL;
    return user_resolve(app->db, &s->account, words[2], &key, e) &&
           explanation_user(x, app->db, &s->account, key, limit, e);
}

static bool cost(struct app *app, struct subject *s, const char *const *words, int64_t limit,
                 struct explanation *x, struct err *e)
{
    CLEANUP(free_text) char *key = NULL;
    int64_t month;
    return month_parse(words[3], &month, e) &&
           subscription_resolve(app->db, s->connector.id, words[2], &key, e) &&
           explanation_cost(x, app->db, &s->account, &(struct cost_place){key, month}, limit, e);
}

static const struct subject_word {
    const char *word, *usage;
    size_t words;
    explain_fn *run;
} kinds[] = {{"active", "explain NAME active [--limit N]", 2, active},
             {"user", "explain NAME user EMAIL_OR_KEY [--limit N]", 3, user},
             {"cost", "explain NAME cost SUBSCRIPTION YYYY-MM [--limit N]", 4, cost}};

static const struct subject_word *find_kind(const char *word, struct err *e)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(word, kinds[i].word) == 0)
            return &kinds[i];
    err_set(e, ERR_USAGE, "what is explained is one of active, user, cost; \"%s\" is none of them",
            word);
    return NULL;
}

int cmd_explain(struct app *app, int argc, char **argv)
{
    static const char usage[] = "explain NAME WHAT [...]";
    const char *words[4], *limit_text = NULL;
    const struct flag flags[] = {{.name = "--limit", .takes_value = true, .value = &limit_text},
                                 {.name = NULL}};
    size_t count;
    int64_t limit = RECORDS;
    struct err e = {0};
    CLEANUP(subject_done) struct subject s = {0};
    CLEANUP(explanation_done) struct explanation x = {0};
    if (!args_parse(argc, argv, flags, 2, 4, usage, words, &count, &e) ||
        !parse_count("--limit", limit_text, 0, &limit, &e))
        return app_fail(&e);
    const struct subject_word *kind = find_kind(words[1], &e);
    if (kind && count != kind->words) {
        err_set(&e, ERR_USAGE, "%s takes %zu word%s after it, not %zu", kind->word, kind->words - 2,
                kind->words == 3 ? "" : "s", count - 2);
        err_next(&e, "usage: seatledger %s", kind->usage);
        kind = NULL;
    }
    if (!kind || !subject_account(app, words[0], &s, &e) ||
        !kind->run(app, &s, words, limit, &x, &e))
        return app_fail(&e);
    return print(app, &x);
}
