/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file of `nicregs report`: text for people, with a part that is a kernel log and a part that is snapshots. Readers of
 * logs take the one, readers of snapshots the other. Each part stands between two lines of its own; no line inside begins
 * as these do.
 */
#ifndef KLOG_REPORTFILE_H
#define KLOG_REPORTFILE_H

#include <stdbool.h>
#include <stddef.h>

#define REPORTFILE_HEAD "nicregs report 1" /* the first line */
/* Among the first lines, if it was so. */
#define REPORTFILE_LIVE \
	"The kernel log was read right after the samples were taken: it is history, and the samples are now."
#define REPORTFILE_HEAD_MOST 1024 /* bytes that these lines are in */
#define REPORTFILE_MARK "== "
#define REPORTFILE_LOG REPORTFILE_MARK "Kernel log"
#define REPORTFILE_LOG_END REPORTFILE_MARK "End of the kernel log"
#define REPORTFILE_SNAPSHOTS REPORTFILE_MARK "Snapshots"
#define REPORTFILE_SNAPSHOTS_END REPORTFILE_MARK "End of the snapshots"

/* Whether a file begins as one. */
bool reportfile_is(const char *head, size_t n);
/* Whether its samples and its log are of one moment. */
bool reportfile_is_live(const char *head, size_t n);
/* The part between the two lines, which points into text; NULL if it is not there or not whole. The last one counts: what stands in the
 * log may look like another. */
const char *reportfile_part(const char *text, size_t n, const char *begin, const char *end, size_t *len);

/* Where in such a file a reader of logs is. All zero at first. */
struct reportfile {
	bool other;     /* it is none */
	bool is;        /* its first line was seen */
	bool begun;     /* the log's part was, */
	bool inside;    /* and has not ended */
	size_t matched; /* bytes of the line that are those of a mark; SIZE_MAX: another line */
};

/* Of the next n bytes of a file leaves those of the log, at their start; returns how many. Of any other file, all. */
size_t reportfile_log(struct reportfile *f, char *bytes, size_t n);

#endif
