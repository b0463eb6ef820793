/* Files and folders: private ones are made with mode 0600 and 0700. All errors are ERR_LOCAL and
 * name the path. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Makes the folder and its parents (0700) when they are missing. */
bool file_make_folder(const char *path, struct err *e);
/* Reads at most out->max bytes; a longer file is an error. path "-" reads standard input. */
bool file_read(const char *path, struct buf *out, struct err *e);
/* A new file with mode 0600 that appears whole and fsynced, or not at all. False with
 * *exists set when the path was there already. */
bool file_create_private(const char *path, const void *data, size_t len, bool *exists,
                         struct err *e);

/* An advisory lock on a file (made when missing), freed by the kernel when its holder dies. */
struct file_lock {
    int fd; /* -1: not held */
};
#define FILE_LOCK_INIT ((struct file_lock){-1})
/* Takes it at once, or sets *taken to false when another process holds it. */
bool file_lock_try(struct file_lock *l, const char *path, bool *taken, struct err *e);
void file_lock_done(struct file_lock *l);
