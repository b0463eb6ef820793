/* A row of settings for programs. */
#pragma once

#include "base/option.h"
#include "data/json_out.h"

/* "key","default","default_text","type","range","words","help" as members of an object that is
 * begun. type: text, int, duration, url, redirect, proxy, file, zone, list, word. range:
 * {"min","max"} of an int, or of a duration in milliseconds; else null. words: those that are
 * taken, separated by commas, or null. */
void option_write(struct json_out *w, const struct option_def *o);
