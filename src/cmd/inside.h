/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel log inside the evidence that --from names: a report's, that of an archive or a directory, or lines beside
 * what lspci and ethtool print. */
#ifndef CMD_INSIDE_H
#define CMD_INSIDE_H

#include "cmd/cmd.h"
#include "klog/klog.h"

struct inside {
	const char *path; /* for logs_read(): the --from that has it; NULL: there is none */
	bool report;      /* it is of `nicregs report` */
	bool text;        /* it is text that may have one: see inside_says_nothing() */
	bool live;        /* and is of the moment of its samples */
	const char *left; /* of several files, the first that has a log, which is not read; NULL: there is none */
	size_t n_beside; /* logs and texts in the directory of an incident that are not read, as it has a log of its own */
	char beside[256]; /* the first of them */
};

/* Before the sources are read. What can be read once only, as standard input, is copied, so that source and log both can read it.
 * On failure prints and returns a status. */
int inside_find(const struct options *o, struct inside *in);
/* Once the sources were read, before the log is: standard input is at its start again. */
void inside_again(const struct inside *in);
/* Of text in which no message of a log was found: it has none. */
bool inside_says_nothing(const struct inside *in, const struct klog *k);
/* Prints that the log inside one of several files, or what stands beside an incident's own, is not read, if so; `list` is partial
 * then. */
void inside_say_left(const struct inside *in, const struct options *o, struct snapshots *list);

/* Path of the log that the folder of an incident has beside its snapshots; caller frees. NULL: it has none. *other: there is something
 * else of that name. */
char *inside_incident_log(const struct options *o, bool *other);

#endif
