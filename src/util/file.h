/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files: bounded reads, atomic writes. */
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include <stddef.h>
#include <sys/types.h>

struct buf;
struct err;

/* Reads all of path ("-" is stdin) into *out, at most `most` bytes: larger is -EFBIG.
 * A directory is -EISDIR. Errors name the path. */
int file_read(const char *path, size_t most, struct buf *out, struct err *e);

/* Reads a small attribute file such as sysfs's without its trailing newline. Returns -errno and
 * says nothing: absence is normal there. `dirfd` as in openat(). */
int file_attr(int dirfd, const char *path, char *out, size_t size);

/* Replaces path by these bytes, or leaves it as it was: a temporary file beside it is written, synced and renamed, so
 * that a crash of the machine leaves the one or the other. A symbolic link to a file is replaced, not followed. "-" and
 * /dev/stdout are stdout; to a device or a pipe the bytes are written. file_write_new() leaves a file that there is
 * already: -EEXIST. */
int file_write_new(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);
int file_write_atomic(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

#endif
