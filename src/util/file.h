/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files: bounded reads, atomic writes. */
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include <stddef.h>
#include <sys/types.h>

struct buf;
struct err;

/* Appends all of path ("-" is stdin) to *out. 0, or -errno with *e filled: -EFBIG above `most` bytes (*out holds some
 * of them then), -EISDIR for a directory. */
int file_read(const char *path, size_t most, struct buf *out, struct err *e);

/* read(2), again after a signal: how many bytes, 0 at the end, or -errno. */
ssize_t file_some(int fd, void *to, size_t room);

/* -EFBIG, and how much it may have. */
int file_too_large(const char *path, size_t most, struct err *e);

/* The same of a file of our own, which is a regular one: -EINVAL for anything else, and nobody waits for what a pipe may bring.
 * -ENOENT, saying nothing, if there is none. */
int file_read_own(const char *path, size_t most, struct buf *out, struct err *e);

/* Reads the first line of a small attribute file, such as those of sysfs, into out, cut to `size` - 1 bytes. 0, or
 * -errno without a message and an empty out: absence is normal there. `dirfd` is as in openat(). */
int file_attr(int dirfd, const char *path, char *out, size_t size);

/* Replaces path by these bytes, or leaves it as it was: a temporary file beside it is written, synced and renamed, so
 * that a crash of the machine leaves the one or the other. A symbolic link to a file is replaced, not followed. "-" and
 * /dev/stdout are stdout; to a device or a pipe the bytes are written. 0, or -errno with *e filled. file_write_new()
 * does not replace an existing file: -EEXIST. */
int file_write_new(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);
int file_write_atomic(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);
/* As file_write_atomic(); a file that it replaces keeps its mode, and its owner and group where that is allowed. */
int file_replace(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

/* As file_replace(), for a file that is written again and again, perhaps by several at once: the temporary file has one name,
 * ".NAME.new", so that what a process left that was killed is used again. -EBUSY if another one writes it for seconds. Of a
 * symbolic link the file behind it is replaced, unless the link is another user's (-EPERM); a device, a pipe or a socket is refused
 * (-EINVAL). */
int file_rewrite(const char *path, const void *bytes, size_t n, mode_t mode, struct err *e);

#endif
