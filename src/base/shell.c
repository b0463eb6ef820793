#include "base/shell.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"

/* Letters of other scripts are bytes from 0x80 on, which no shell takes apart. */
static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c >= 0x80 || (c && strchr("_-.,:/@+=", c));
}

static bool is_safe(const char *word)
{
    if (!*word)
        return false;
    while (*word && is_plain((unsigned char)*word))
        word++;
    return !*word;
}

struct shell_word shell_word(const char *word)
{
    static const char apostrophe[] = "'\\''";
    struct shell_word out = {{0}};
    bool quoted = !is_safe(word);
    /* Room for the longest step, the closing quote and the end. */
    const size_t last = sizeof out.text - sizeof apostrophe - 1;
    size_t n = 0;
    if (quoted)
        out.text[n++] = '\'';
    for (; *word && n < last; word++) {
        if (*word == '\'') {
            memcpy(out.text + n, apostrophe, sizeof apostrophe - 1);
            n += sizeof apostrophe - 1;
        } else {
            out.text[n++] = *word;
        }
    }
    if (quoted)
        out.text[n++] = '\'';
    return out;
}

void shell_personal(struct err *e, const char *name)
{
    static const char word[] = " NAME";
    const size_t len = sizeof word - 1;
    const char *at = strstr(e->next, word);
    if (!at || (at[len] && !strchr(" ;,`", at[len])))
        return;
    CLEANUP(buf_done) struct buf text = BUF_INIT(sizeof e->next + SHELL_WORD_BYTES);
    buf_add(&text, e->next, (size_t)(at - e->next) + 1);
    buf_adds(&text, shell_word(name).text);
    buf_adds(&text, at + len);
    err_next(e, "%s", buf_text(&text));
}
