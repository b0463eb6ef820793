#include "aggregate/resume.h"

#include <string.h>

#include <sodium.h>

#include "base/cleanup.h"
#include "base/shell.h"

/* Of the runs that failed to begin since, so many are looked at. */
enum { LATER_MAX = 50 };

void resume_mark(const struct connector *c, char out[static SETTINGS_MARK_BYTES])
{
    unsigned char hash[(SETTINGS_MARK_BYTES - 1) / 2];
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, sizeof hash);
    for (size_t i = 0; i < c->setting_count; i++) {
        const struct setting *one = &c->settings[i];
        crypto_generichash_update(&h, (const unsigned char *)one->key, strlen(one->key) + 1);
        crypto_generichash_update(&h, (const unsigned char *)one->value, strlen(one->value) + 1);
    }
    crypto_generichash_final(&h, hash, sizeof hash);
    sodium_bin2hex(out, SETTINGS_MARK_BYTES, hash, sizeof hash);
}

static bool was_cut(const struct aggregation *a)
{
    return strcmp(a->status, "running") == 0 || strcmp(a->status, "failed") == 0;
}

bool resume_is_alike(const struct connector *c, const struct config *config,
                     const struct aggregation *cut, const struct staged_run *run)
{
    char mark[SETTINGS_MARK_BYTES];
    resume_mark(c, mark);
    return strcmp(run->settings, mark) == 0 &&
           cut->window_days == config_int(config, "window_days") &&
           cut->look_back_days == config_int(config, "look_back_days");
}

/* Without a grant the account cannot be told: the run fails for that, and goes on later. */
static bool is_other_account(struct session *s, const struct aggregation *a)
{
    struct err ignored = {0};
    CLEANUP(free_text) char *key = NULL;
    CLEANUP(free_text) char *name = NULL;
    return session_account(s, &key, &name, &ignored) && strcmp(key, a->account_key) != 0;
}

bool resume_cut(struct db *db, int64_t connector, int64_t now_ms, struct aggregation *out,
                struct staged_run *run, bool *found, struct err *e)
{
    CLEANUP(aggregation_list_done) struct aggregation_list since = {0};
    if (!stage_run_get(db, connector, run, found, e))
        return false;
    if (!*found)
        return true;
    *found = false;
    const struct aggregation_page page = {.before = 0, .limit = LATER_MAX};
    if (!aggregation_page(db, connector, &page, &since, e))
        return false;
    for (size_t i = 0; i < since.count; i++) {
        struct aggregation *a = &since.items[i];
        *found = a->id == run->aggregation && was_cut(a) && a->t_ms <= now_ms &&
                 now_ms - a->t_ms <= RESUME_MS;
        /* What came after it and did not even begin changes nothing. */
        if (a->id > run->aggregation && strcmp(a->status, "failed") == 0)
            continue;
        if (*found)
            *out = MOVE(*a);
        break;
    }
    return true;
}

bool resume_find(struct session *s, struct aggregation *out, struct staged_run *run, bool *found,
                 struct err *e)
{
    CLEANUP(aggregation_done) struct aggregation a = {0};
    if (!resume_cut(s->env->db, s->connector.id, clock_wall(s->env->clock), &a, run, found, e))
        return false;
    if (!*found)
        return true;
    *found = resume_is_alike(&s->connector, s->config, &a, run) && !is_other_account(s, &a);
    if (*found)
        *out = MOVE(a);
    return true;
}

bool resume_spares(const struct session *s, struct err *e)
{
    CLEANUP(aggregation_done) struct aggregation a = {0};
    struct staged_run run;
    bool found;
    if (!resume_cut(s->env->db, s->connector.id, clock_wall(s->env->clock), &a, &run, &found, e))
        return false;
    if (!found)
        return true;
    err_set(e, ERR_USAGE, "run %lld of \"%s\" was cut, and a dry run like this would discard it",
            (long long)a.id, s->connector.name);
    return err_next(e, "finish it first: seatledger aggregate %s",
                    shell_word(s->connector.name).text);
}
