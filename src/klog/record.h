/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines into records. */
#ifndef KLOG_RECORD_H
#define KLOG_RECORD_H

#include "klog/parts.h"

/* A cleaned line, or a piece of a long one. */
struct line {
	const char *text;
	size_t n;
	size_t indent; /* blanks that it began with, without a mail's quote marks */
	bool blank;    /* it began with one, which counts after a soft line break */
	size_t prefix; /* bytes of it, as prefix_parse() says */
	bool middle;   /* a piece that does not begin its line */
	bool joined;   /* it ends in a soft line break */
	const struct prefix *stamp;
};

/* Adds a line to the open record. Its stamp is used if it is the record's first. */
void record_add(struct klog *k, const struct line *line);
/* Reads the messages in the record and begins a new one. `more`: the record was only full; what could be the start
 * of a message is kept. */
void record_finish(struct klog *k, bool more);
/* Whether a line begins a record of its own. */
bool record_begins(const struct klog *k, const struct line *line);

#endif
