#include "aggregate/resume.h"

#include <string.h>

#include <sodium.h>

#include "base/cleanup.h"

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

static bool is_planned_alike(const struct connector *c, const struct config *config,
                             const struct aggregation *a, const struct staged_run *run)
{
    char mark[SETTINGS_MARK_BYTES];
    resume_mark(c, mark);
    return run->aggregation == a->id && strcmp(run->settings, mark) == 0 &&
           a->window_days == config_int(config, "window_days") &&
           a->look_back_days == config_int(config, "look_back_days");
}

bool resume_is_open(struct db *db, const struct connector *c, const struct config *config,
                    const struct aggregation *newest, int64_t now_ms, struct staged_run *run,
                    bool *open, struct err *e)
{
    *open = false;
    if (!was_cut(newest) || newest->t_ms > now_ms || now_ms - newest->t_ms > RESUME_MS)
        return true;
    if (!stage_run_get(db, c->id, run, open, e))
        return false;
    *open = *open && is_planned_alike(c, config, newest, run);
    return true;
}

/* Without a grant the account cannot be told: the run fails for that, and goes on later. */
static bool is_other_account(struct session *s, const struct aggregation *a)
{
    struct err ignored = {0};
    CLEANUP(free_text) char *key = NULL;
    CLEANUP(free_text) char *name = NULL;
    return session_account(s, &key, &name, &ignored) && strcmp(key, a->account_key) != 0;
}

bool resume_find(struct session *s, struct aggregation *out, struct staged_run *run, bool *found,
                 struct err *e)
{
    CLEANUP(aggregation_list_done) struct aggregation_list newest = {0};
    *found = false;
    if (!aggregation_list(s->env->db, s->connector.id, 1, &newest, e))
        return false;
    if (newest.count == 0)
        return true;
    struct aggregation *a = newest.items;
    if (!resume_is_open(s->env->db, &s->connector, s->config, a, clock_wall(s->env->clock), run,
                        found, e))
        return false;
    *found = *found && !is_other_account(s, a);
    if (*found)
        *out = MOVE(*a);
    return true;
}
