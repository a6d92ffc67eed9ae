/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts for people and for programs, and single reports of a log. */
#ifndef VIEW_DIAGNOSE_H
#define VIEW_DIAGNOSE_H

#include "diagnose/diagnose.h"
#include "util/jsonw.h"
#include "view/view.h"

struct diagnose_view {
	struct chipdb *db;
	const char *file;     /* of the log, where there are several; else NULL */
	const char *log_name; /* what to call the log; NULL: no log */
	bool verbose;         /* everything; else a screen for each device */
	unsigned lines;       /* of the screen; 0: 24 */
	const struct diagnoses *diagnoses;
	const struct klog *klog;       /* NULL: no log */
	const struct logbook *logbook; /* NULL: no log */
	bool of_machine;               /* with what the log says of no device */
	uint64_t files, files_read;    /* of a log that is several files: all, and those that are read; 0: it is one */
	uint64_t messages_lost;        /* of the log, before it was read */
	/* Called now and then with what there is so far, which it may take away: reports may be more than fit in
	 * memory. -errno ends the view with it. NULL: never. */
	int (*drain)(struct buf *out, void *arg);
	void *drain_arg;
};

/* Each device: the verdict, what to do, why; in verbose form all evidence first, all advice, what would make it surer. -errno
 * with *e for a definition that cannot be resolved. */
int diagnose_text(const struct view *v, const struct diagnose_view *what, struct buf *out, struct err *e);
/* How to see more of the n, and how to save it; nothing where there is no more. */
void diagnose_more(const struct view *v, const struct diagnose_view *what, size_t n, struct buf *out);
/* {"schema":1,"devices":[...],"reports":[...]} with all reports of the n logs, and what was left out. */
int diagnose_json(const struct diagnose_view *what, size_t n, struct buf *out);

/* One report of a log: a line or two; an object, with the log's name if `log` is not NULL, and its file in it if `k`, which may be
 * NULL, has several. */
void report_text(const struct view *v, const struct klog_report *r, struct buf *out);
void report_json(const struct klog_report *r, const struct klog *k, const char *log, struct jsonw *w);
/* All of it in one line, for people who follow a log: "10:02:00 eno1 HANG head 0x5d tail 0x90 waiting 2.2 s". `boot`: when the
 * machine was started by its clock, in ns, for logs that have only the time since then; 0: not known. */
void report_line(const struct view *v, const struct klog_report *r, int64_t boot, struct buf *out);
/* In a few words, as read and not escaped: "hang head 5d tail 90 waiting 2.2 s". */
void report_words(const struct klog_report *r, struct buf *out);
/* When, as logged, or in seconds since boot; false if the line has no stamp. */
bool report_time(const struct klog_report *r, struct buf *out);

#endif
