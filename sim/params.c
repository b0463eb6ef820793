#include "params.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/xalloc.h"

void params_add(struct param_list *p, const char *name, const char *value)
{
    if (p->count == PARAMS_MAX) {
        p->too_many = true;
        return;
    }
    p->list[p->count++] = (struct param){xstrdup(name), xstrdup(value ? value : "")};
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes in place; false on a broken escape or an encoded NUL. */
static bool decode(char *text)
{
    char *to = text;
    for (const char *at = text; *at; at++) {
        if (*at == '+') {
            *to++ = ' ';
        } else if (*at == '%') {
            int high = hex(at[1]), low = high < 0 ? -1 : hex(at[2]);
            if (low < 0 || high + low == 0)
                return false;
            *to++ = (char)(high * 16 + low);
            at += 2;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    return true;
}

void params_parse(struct param_list *p, const char *text)
{
    for (const char *at = text; *at;) {
        size_t len = strcspn(at, "&");
        CLEANUP(free_text) char *name = xstrndup(at, len);
        char *value = strchr(name, '=');
        if (value)
            *value++ = '\0';
        if (!value || !decode(name) || !decode(value))
            p->malformed = true;
        else
            params_add(p, name, value);
        at += len + (at[len] == '&');
    }
}

const char *params_get(const struct param_list *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->list[i].name, name) == 0)
            return p->list[i].value;
    return NULL;
}

static bool in_words(const char *words, const char *word)
{
    size_t len = strlen(word);
    if (len == 0 || strchr(word, ' '))
        return false;
    for (const char *at = words; (at = strstr(at, word)); at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
            return true;
    return false;
}

bool params_allowed(const struct param_list *p, const char *allowed, const char **name,
                    const char **why)
{
    *name = "";
    *why = "malformed";
    if (p->malformed || p->too_many)
        return false;
    for (size_t i = 0; i < p->count; i++) {
        *name = p->list[i].name;
        *why = "unknown";
        if (!in_words(allowed, *name))
            return false;
        *why = "duplicate";
        if (params_get(p, *name) != p->list[i].value)
            return false;
    }
    return true;
}

void params_done(struct param_list *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->list[i].name);
        free(p->list[i].value);
    }
    *p = (struct param_list){0};
}

void percent_add(struct buf *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     strchr("-._~", c);
        if (plain)
            buf_addc(out, (char)c);
        else
            buf_addf(out, "%%%02X", c);
    }
}
