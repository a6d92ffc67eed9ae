/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A message of journalctl -o json that is no UTF-8 text, or has a control character, is an array of its bytes there:
 * "MESSAGE":[27,91,109]. It becomes a text as other messages are, before lines are looked for.
 */
#ifndef KLOG_ARRAY_H
#define KLOG_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

#define ARRAY_QUEUE 32

struct array_text {
	/* Whether the first bytes were seen, and may begin such objects; how many of "data: " came. */
	bool looked, json;
	unsigned begun;
	unsigned state, matched, value;
	bool opened, newline;    /* its text has begun; a line end came behind the last number */
	char queue[ARRAY_QUEUE]; /* what came out and had no room yet */
	size_t n;
};

/* Whether some of these bytes, the next ones of a text, may have to change, or go on with what does: if it is JSON. */
bool array_wants(struct array_text *a, const char *bytes, size_t n);
/* Changes them in place; returns how many they are now, n at most. */
size_t array_to_text(struct array_text *a, char *bytes, size_t n);

#endif
