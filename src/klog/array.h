/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A message of journalctl -o json that is no UTF-8 text, or has a control character, is an array of its bytes there:
 * "MESSAGE":[27,91,109]. It becomes a text as other messages are, before lines are looked for.
 */
#ifndef KLOG_ARRAY_H
#define KLOG_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define ARRAY_QUEUE 32
/* Bytes at the start of a log in which records are looked for behind text: what is larger is no mail. */
#define TEXT_MOST (1 << 20)

struct array_text {
	/* Whether the first bytes were seen, and may begin such objects; how many of "data: " came. */
	bool looked, json;
	unsigned begun;
	size_t seen; /* bytes, up to those in which records are looked for behind text */
	unsigned state, matched, value;
	bool opened, newline; /* its text has begun; a line end came behind the last number */
	size_t owed; /* line ends that were passed over: they follow the record's line, so that the others keep their numbers */
	char queue[ARRAY_QUEUE]; /* what came out and had no room yet */
	size_t n;
};

/* A list of records on one line, "[{...}, {...}]" at its start, as jq and the like print them. */
struct list_text {
	size_t seen;    /* bytes, up to those in which one is looked for */
	bool in_line;   /* not at the start of a line */
	unsigned depth; /* of brackets; 0: not in a list */
	bool text, escape;
	bool listed;   /* there was one, on one line or on many */
	bool records;  /* of this one: its objects have a message each, so that none says whose that of another is */
	char name[12]; /* the string before, or its first bytes */
	size_t name_n;
};

/* Whether some of these bytes, the next ones of a text, may have to change, or go on with what does: if it is JSON. */
bool array_wants(struct array_text *a, const char *bytes, size_t n);
/* Changes them in place; returns how many they are now. `room` for more than n is needed where an array began in bytes before these: what
 * there is no room for comes behind a later line. */
size_t array_to_text(struct array_text *a, char *bytes, size_t n, size_t room);

/* Does both with the next bytes: array_to_text() where that is wanted, after the records of a list are on lines of their own, by a line end in
 * place of the comma between them. Returns how many bytes there are now; `room`: as there. */
size_t json_to_lines(struct array_text *a, struct list_text *l, char *bytes, size_t n, size_t room);

/* Whether the next bytes of a text have nothing for either of them, which shows at a glance in most logs: they are passed over then. */
static inline bool json_pass_over(struct array_text *a, struct list_text *l, const char *bytes, size_t n)
{
	size_t text = n;

	if (!n)
		return true;
	if (l->depth || a->json || a->state || a->matched || a->n || a->owed)
		return false;
	if (!a->looked && (a->begun || strchr(" \t\r\n\x1e\xef\xbb\xbf"
					      "d{",
					      *bytes)))
		return false;
	while (text && strchr(" \t\r\n", bytes[text - 1]) && bytes[text - 1])
		text--;
	if ((a->seen < TEXT_MOST && memchr(bytes, '"', n)) ||
	    (l->seen < TEXT_MOST && (memchr(bytes, '{', n) || !text || bytes[text - 1] == '[')))
		return false;
	a->looked = true;
	a->seen += a->seen < TEXT_MOST ? n : 0;
	l->seen += l->seen < TEXT_MOST ? n : 0;
	l->in_line = bytes[n - 1] != '\n';
	return true;
}

#endif
