/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of a tar or zip archive, one after the other, as they come. Nothing is kept, and nothing written. */
#ifndef UTIL_ARCHIVE_H
#define UTIL_ARCHIVE_H

#include "util/stream.h"

struct members;

/* Reads from `more` (unpacked bytes). Caller frees with members_free(); `name` is for messages, and is copied. */
struct members *members_new(stream_fn *more, void *arg, const char *name);
void members_free(struct members *m);
/* Goes to the next member, past what was not read of the one before and past those that are encrypted: 1, 0 at the end, -errno with *e.
 * -EBADMSG: it is the end, and some were left out; -ENODATA: it is the end, and the end mark is missing. */
int members_next(struct members *m, struct err *e);
/* Of the member: its path as the archive has it, NULL if that cannot be read; text from outside. Owned by m, until the next member. */
const char *members_path(const struct members *m);
/* Whether it is a file with bytes: no folder, link or device. */
bool members_is_file(const struct members *m);
/* A stream_fn, arg is a struct members: the member's bytes. -errno with *e. */
ssize_t members_read(void *arg, char *to, size_t room, struct err *e);

#endif
