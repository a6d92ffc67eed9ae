/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What something was before it was changed: a file DIR/KIND-NAME of lines, which is on disk before the first write and goes
 * when everything is back. Whoever changes something
 *
 *     1. loads: if one is there that says `applying`, an earlier change was interrupted; restoring comes first
 *     2. saves it with `applying`, and the values as they are now (those of an earlier record stay)
 *     3. writes, reads back, and on failure writes the values back in reverse
 *     4. saves it without `applying`, or removes it if everything is as it was
 *
 * with the lock of lock.h held. It begins with the lines of struct change_record; the lines between, of words that have no
 * blanks in them, are the caller's.
 */
#ifndef CHANGE_RECORD_H
#define CHANGE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define CHANGE_WORDS_MAX 9 /* of a line */

struct change_record {
	bool applying;  /* a change is under way, or was killed */
	char who[96];   /* "root (uid 0)" */
	char what[256]; /* what was asked for: "disable l0s,l1" */
	int64_t begun;  /* seconds since 1970 UTC */
	int64_t until;  /* when it ends by itself, by change_clock(); 0: never */
};

/* Now, in seconds of CLOCK_BOOTTIME, which goes on during suspend. Rounded up, so that what is to last for N seconds does not
 * end a moment before. */
int64_t change_clock(void);

/* `body` is lines with their ends. Whole or not at all, and on disk when it returns; the folder is made if it is not there.
 * -errno with *e. */
int change_record_save(const char *dir, const char *kind, const char *name, const struct change_record *record,
		       const char *body, struct err *e);

/* Given the words of each line between, up to CHANGE_WORDS_MAX; false for a line that is none. */
typedef bool change_take_line(void *arg, char **words, size_t n);

/* -ENOENT, saying nothing, if there is none; -EINVAL for a damaged one, and for what is no regular file. */
int change_record_load(const char *dir, const char *kind, const char *name, struct change_record *record,
		       change_take_line *take, void *arg, struct err *e);

/* For what load gives to `take` and the caller finds to be at fault: -EINVAL. */
int change_record_damaged(const char *dir, const char *kind, const char *name, struct err *e);

/* No record is no error. -errno with the path in *e. */
int change_record_remove(const char *dir, const char *kind, const char *name, struct err *e);

#endif
