/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel logs and the verdicts of them, for every verb that reads one. */
#ifndef CMD_LOGS_H
#define CMD_LOGS_H

#include "cmd/cmd.h"
#include "diagnose/logbook.h"
#include "klog/input.h"
#include "view/diagnose.h"

/* One log with what was made of it. */
struct logs {
	char *name;           /* what to call it; owned, NULL: no log */
	char *parts;          /* what of this machine's it was read from; owned, NULL: its name says so */
	struct klog *klog;    /* owned; NULL: no log */
	struct logbook *book; /* owned */
	struct diagnoses diagnoses;
	uint64_t messages_lost;    /* of this machine's kernel log, which overwrote them before they were read */
	struct klog_bundle bundle; /* of a log that is several files; .files is 0: it is one */
	bool of_machine;           /* what it says of no device is wanted, too */
};

/* Reads all of a log ("-": stdin, NULL: this machine's kernel log; with `own`, which may be NULL, of earlier boots, too). Once it is open, capabilities are given up but for
 * reading more files. -errno with *e; freed by logs_free() in any case. */
int logs_read(struct logs *l, const char *path, const struct klog_own *own, struct err *e);
/* Prints why a file of the log could not be read; the status of that, 0 if all were. */
int logs_unread(const struct logs *l);
void logs_free(struct logs *l);

/* Prints the verdicts of n logs, each with its file's name if that is not NULL; with `told`, which log was read and that
 * one has nothing. Returns STATUS_HUNG if a device is
 * hung, stalled or dead, else `status`; or the status of a failure, which was printed. */
int logs_print(const struct options *o, struct chipdb *db, struct logs *l, const char *const *files, size_t n,
	       bool told, int status);

#endif
