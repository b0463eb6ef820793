/* The progress of one aggregation on a terminal: one line of standard error, drawn over a few times
 * a second by a thread of its own, so that a wait counts down while nothing else moves. Between
 * bar_begin() and bar_end() nobody else may write to standard error. */
#pragma once

#include "aggregate/run.h"

struct bar;
/* Standard error is a terminal. */
bool bar_is_possible(void);
/* s is borrowed until bar_end(). NULL: no thread can be had, and so no bar. */
struct bar *bar_begin(struct session *s);
/* What on_progress and on_wait of a run tell; NULL is fine. */
void bar_progress(struct bar *b, const struct progress *p);
void bar_wait(struct bar *b, int64_t ms, const char *why);
/* The run goes on where another was cut: says so on a line of its own, which is there before
 * bar_end() returns. What was done before says nothing about the rate. */
void bar_goes_on(struct bar *b, const char *line);
/* Takes the line off the terminal. NULL is fine. */
void bar_end(struct bar *b);
