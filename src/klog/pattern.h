/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message looks like, as a text:
 *
 *     tx_timeout: VSI_seid: {vsi_seid}, Q {queue}~, NTC: {ntc}
 *
 * A blank stands for any blanks and line ends. {name} is a field of klog/report.h: a number in the field's base, or a
 * text up to the next character of the pattern or blank. {name:d} and {name:x} say the base, {name:G} is decimal
 * and counts thousands, {name*} is a text that may have blanks. {*} is any word, {..} anything within 200 bytes.
 * [x] may be left out. A backslash takes what is special from the next character. After a ~ the line may be cut
 * anywhere: what was read up to there counts.
 */
#ifndef KLOG_PATTERN_H
#define KLOG_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "klog/report.h"

#define PATTERN_CAPTURES 12

struct capture {
	enum klog_field field;
	uint64_t value;   /* of a number */
	const char *text; /* of a text; in the text that was matched */
	size_t len;
};

struct match {
	const char *end;
	size_t n;
	struct capture captures[PATTERN_CAPTURES];
};

/* Writes the pattern as pattern_match() wants it, at most strlen(pattern) + 1 bytes. Returns how many. */
size_t pattern_compile(const char *pattern, char *out);

/* Whether the text from s on, up to end, begins with a pattern. */
bool pattern_match(const char *compiled, const char *s, const char *end, struct match *m);

/* Puts what was captured into the report. */
void match_fill(const struct match *m, struct klog_report *r);
/* The captured number or text; NULL if there is none. */
const struct capture *match_capture(const struct match *m, enum klog_field field);

#endif
