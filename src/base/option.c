#include "base/option.h"

#include <string.h>

const struct option_def *option_find(const struct option_def *rows, const char *key)
{
    for (; rows->key; rows++)
        if (strcmp(rows->key, key) == 0)
            return rows;
    return NULL;
}

unsigned word_distance(const char *a, const char *b)
{
    enum { LONGEST = 48 };
    size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
    unsigned row[LONGEST + 1];
    for (size_t j = 0; j <= m; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned change = diagonal + (a[i - 1] != b[j - 1]);
            unsigned least = row[j] + 1 < row[j - 1] + 1 ? row[j] + 1 : row[j - 1] + 1;
            diagonal = row[j];
            row[j] = change < least ? change : least;
        }
    }
    return row[m];
}

bool word_is_near(const char *a, const char *b)
{
    size_t third = strlen(b) / 3;
    return word_distance(a, b) <= (third > 2 ? third : 2);
}

const char *option_nearest(const struct option_def *rows, const char *key)
{
    const char *best = NULL;
    for (unsigned least = 1000; rows->key; rows++) {
        unsigned d = word_distance(rows->key, key);
        if (d < least && word_is_near(rows->key, key)) {
            least = d;
            best = rows->key;
        }
    }
    return best;
}
