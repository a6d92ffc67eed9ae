/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts, what they stand on, and what happened when, as one page for a browser: nothing else is loaded, no script is needed. */
#ifndef VIEW_HTML_H
#define VIEW_HTML_H

#include "view/diagnose.h"

struct html_page {
	const struct diagnose_view *what;
	const struct snapshots *samples; /* of all devices, oldest first for each; may be none */
	const char *made;                /* when: "2026-11-27 02:30 UTC" */
	bool masked;                     /* MAC addresses and the like are */
	const char *others;              /* of the log's NICs those whose lines are left out; NULL: none */
	bool of_others;                  /* the log names none of these devices */
	uint64_t lines, kept;            /* of the log; of these those in `log` */
	const struct buf *log;           /* NULL: no log */
};

/* Appends the page. -errno with *e for a definition that cannot be read. */
int html_page(const struct html_page *p, struct buf *out, struct err *e);

#endif
