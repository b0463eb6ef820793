#include "web/words.h"

#include <string.h>

/* What each command is called in the page. A longer one comes before what it begins with. */
static const struct {
    const char *command, *words;
} names[] = {
    {"seatledger token get", "Get Token"},
    {"seatledger token show", "the connector's grant"},
    {"seatledger test", "Test Connection"},
    {"seatledger aggregate", "Aggregate now"},
    {"seatledger connector set", "the connector's settings"},
    {"seatledger connector show", "the connector's settings"},
    {"seatledger connector enable", "the switch Active"},
    {"seatledger connector disable", "the switch Active"},
    {"seatledger connector remove", "Remove connector"},
    {"seatledger connector add", "Add connector"},
    {"seatledger connector list", "Connectors"},
    {"seatledger price", "Subscriptions, where prices are entered"},
    {"seatledger report runs", "Runs"},
    {"seatledger report users", "Users"},
    {"seatledger report subscriptions", "Subscriptions"},
    {"seatledger report", "Overview"},
    {"seatledger schedule", "Schedule"},
};

/* A command ends where the sentence goes on: at a comma, a semicolon, a backtick, a bracket, or the
 * word "then", "shows" or "names". */
static size_t command_len(const char *text)
{
    static const char *const words[] = {" then ",  " shows ", " lists ",
                                        " names ", " says ",  " and "};
    size_t len = strcspn(text, ",;`()");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *at = strstr(text, words[i]);
        if (at && (size_t)(at - text) < len)
            len = (size_t)(at - text);
    }
    while (len > 0 && text[len - 1] == ' ')
        len--;
    return len;
}

static const char *name_of(const char *command)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(command, names[i].command, strlen(names[i].command)) == 0)
            return names[i].words;
    return NULL;
}

/* "run Get Token again: Get Token" says it twice: what is already said is left out, with the colon
 * before it. */
static bool is_said(struct buf *out, const char *words)
{
    if (out->len < 2 || strncmp(out->data + out->len - 2, ": ", 2) != 0 ||
        !strstr(buf_text(out), words))
        return false;
    out->len -= 2;
    out->data[out->len] = '\0';
    return true;
}

void words_for_page(struct buf *out, const char *advice)
{
    while (*advice) {
        const char *at = strstr(advice, "seatledger ");
        const char *words = at ? name_of(at) : NULL;
        if (!words) {
            buf_adds(out, advice);
            return;
        }
        bool is_quoted = at > advice && at[-1] == '`';
        buf_add(out, advice, (size_t)(at - advice) - is_quoted);
        advice = at + command_len(at);
        advice += is_quoted && *advice == '`';
        if (!is_said(out, words))
            buf_adds(out, words);
    }
}
