/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report while it is made: for the files of that verb. */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "cmd/inside.h"
#include "cmd/logs.h"
#include "klog/extract.h"
#include "klog/input.h"

struct report {
	const struct options *o;
	struct chipdb *db;        /* owned */
	struct snapshots samples; /* owned, as the next */
	struct extract *extract;
	struct klog_input *input; /* owned; NULL: no log */
	struct inside inside;
	const char *log_path;  /* of a named log; NULL: this machine's, or none */
	char *incident_log;    /* beside the snapshots of an incident; owned; NULL: none */
	bool of_log;           /* there is a log alone, and all its NICs are meant */
	struct err no_samples; /* why, then */
	bool chosen;           /* one device is meant */
	char *log_name;        /* owned */
	char *others;          /* the log's NICs that are not among the samples; owned; NULL: none */
	bool of_ours;          /* the log has any that is */
	struct buf log;        /* what was kept of it */
	struct logs whole;     /* all of the log, and what a page has of it: the verdicts of diagnose and log */
	struct logs judged;    /* what was kept, as whoever reads the file judges it */
	struct buf out;
	bool live;
};

/* A machine without a readable log has a report all the same. -EIO: the log that was asked for cannot be read. */
int report_open_log(struct report *r);
/* What of it is kept, to r->log. -errno with *e. */
int report_read_log(struct report *r, struct err *e);
/* A log that is given may be another machine's. */
bool report_is_of_others(const struct report *r);

/* Log and samples are of one machine, and the page is of all its NICs. */
bool report_is_of_all(const struct report *r);

/* The page: from the whole log before the samples are redacted, written after. A status, or -errno with *e. */
struct options report_page_options(const struct options *o);
int report_judge_page(struct report *r, struct err *e);
int report_put_page(struct report *r, const char *made, struct err *e);

#endif
