#include "model/records.h"

#include <stdlib.h>
#include <string.h>

void identity_done(struct identity *i)
{
    free(i->user_key);
    free(i->email);
    free(i->name);
    free(i->language);
    free(i->time_zone);
    free(i->account_key);
    for (size_t n = 0; n < i->account_count; n++) {
        free(i->accounts[n].key);
        free(i->accounts[n].name);
    }
    free(i->accounts);
    *i = (struct identity){0};
}

const struct identity_account *identity_account(const struct identity *i, const char *key)
{
    for (size_t n = 0; n < i->account_count; n++)
        if (strcmp(i->accounts[n].key, key) == 0)
            return &i->accounts[n];
    return NULL;
}
