/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines into records. */
#ifndef KLOG_RECORD_H
#define KLOG_RECORD_H

#include "klog/parts.h"

/* Adds a cleaned line, or a piece of one, to the open record. `blank`: it began with one, which counts after a
 * soft line break; `joined`: it ends in such a break. `prefix` is the length of its prefix and `stamp` what that
 * says, used if the line is the record's first. */
void record_add(struct klog *k, const char *text, size_t n, bool blank, bool joined, size_t prefix,
		const struct stamp *stamp);
/* Reads the messages in the record and begins a new one. `more`: the record was only full; what could be the start
 * of a message is kept. */
void record_finish(struct klog *k, bool more);
/* Whether a cleaned line begins a record of its own. */
bool record_begins(const struct klog *k, const char *text, size_t n, size_t prefix, const struct stamp *stamp);

#endif
