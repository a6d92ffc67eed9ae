/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folder of records, which does not outlive the boot, and the one lock of all that nicregs changes on a machine. In this
 * room is what every change has in common, and with it the change of settings:
 *
 *     lock --> record (what was, on disk before the first write) --> the change --> deadline (a process that ends it)
 *                                                                      |
 *                                                                      +--> told (each write is logged before it is made)
 *
 *     change.c --wishes--> plan.c --plan--> transact.c (write, read back, undo; past.c is its record) --> host/setting
 *        |
 *        +--> keep.c (settings made to last)
 *
 * aspm/ changes links on the first line as well.
 */
#ifndef CHANGE_LOCK_H
#define CHANGE_LOCK_H

struct err;

#define CHANGE_RUN_DIR "/run/nicregs"
#define CHANGE_LOCK_SECONDS 10 /* that a command waits for the lock */

/*
 * The folder of records and lock, made for this user alone or closed to others; *fd is closed by the caller. -EPERM if it is
 * another user's, if others may write in it, and for a symbolic link.
 */
int change_folder(const char *dir, int *fd, struct err *e);

/*
 * Takes the lock, waiting at most `seconds`. -EBUSY, said of `verb`, when it is still held. *fd is closed to release it.
 * Nobody else can hold it: a lock file that others can open, or could, is replaced.
 */
int change_lock(const char *dir, const char *verb, unsigned seconds, int *fd, struct err *e);

/* -EACCES, said of `verb`, for anybody but root; else as change_lock() in CHANGE_RUN_DIR. */
int change_begin(const char *verb, int *fd, struct err *e);

#endif
