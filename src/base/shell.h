/* A word of a command that a message tells a person to run. */
#pragma once

#include "base/err.h"

enum { SHELL_WORD_BYTES = 400 };
struct shell_word {
    char text[SHELL_WORD_BYTES];
};
/* The word as it can be pasted into a POSIX shell: as it is when that is safe, else in single
 * quotes. A word too long to fit is cut: names are at most 64 characters.
 * Use: err_next(e, "seatledger token get %s", shell_word(name).text). */
struct shell_word shell_word(const char *word);
/* Puts the connector's name where an advice of those who do not know it says NAME. */
void shell_personal(struct err *e, const char *name);
