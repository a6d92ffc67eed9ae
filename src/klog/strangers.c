// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines below those of another program, which are its words, too. */
#include <string.h>

#include "klog/internal.h"

#define BELOW_LINES 64
#define MESSAGE_COLUMN 16 /* where journalctl puts further lines, at least */

/* Whether another program wrote a line, or a journal's record that it is a field of. */
static bool is_strangers(struct log_reader *r, const char *s, size_t n, size_t *deep, bool *kernel)
{
	struct prefix prefix;
	size_t len, body, value;
	bool joined;
	enum journal_whose whose = journal_judge(r, s, true, &value);

	body = reader_look_at(r, s, n < LINE_LOOK ? n : LINE_LOOK, &len, &joined, &prefix);
	*deep = reader_indent(s, n) + (whose == JOURNAL_NOT ? record_depth(body) : BELOW_DEEPER);
	*kernel = whose == JOURNAL_KERNEL;
	return whose == JOURNAL_NOT ? prefix.stranger : whose == JOURNAL_OTHER;
}

/* Whether a line has nothing but what lines of JSON have. */
static bool is_json_line(const char *s, size_t n)
{
	while (n && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	return n && strchr("\"{}[]", *s) && *s;
}

/*
 * Whether an indented line goes on with what another program said: the lines above are looked at, up to one that is less
 * indented and says whose it is. They may be done with. *from: that line's indent and that of its message.
 */
bool strangers_below(struct log_reader *r, const char *line, size_t indent, struct below *from)
{
	const char *begin = r->buf + (r->start > JOURNAL_BACK ? r->start - JOURNAL_BACK : 0), *to = line;
	size_t least = indent;
	bool blank = false, kernel = false, cut = false, json = r->json.seen;

	for (int lines = 0; lines < BELOW_LINES && to > begin; lines++) {
		const char *newline, *s;
		size_t n, above;

		while (to - begin > 1 && to[-2] == '\n') { /* as many as a message had that was an array of bytes */
			blank = true;
			to--;
		}
		newline = reader_last_newline(begin, to - 1);
		s = newline ? newline + 1 : begin;
		n = (size_t)(to - 1 - s);
		if (!newline && (begin > r->buf ? begin[-1] != '\n' : r->moved)) { /* whose it is stands before */
			cut = n > KERNEL_LINE_MOST;
			break;
		}
		above = reader_indent(s, n);
		to = s;
		if (reader_is_blank(s, n)) {
			blank = true;
			continue;
		}
		json = json && (is_json_line(s, n) || (s == begin && begin > r->buf));
		if (above + BELOW_DEEPER > least)
			continue;
		if (is_strangers(r, s, n, &from->deep, &kernel)) {
			from->indent = above;
			return indent >= from->deep || !blank;
		}
		least = above;
		if (kernel || least < BELOW_DEEPER)
			return false;
	}
	*from = (struct below){ indent, indent };
	/* Nothing of the kernel's has so many lines, but a list of records, or so long ones. */
	if (cut && !blank)
		return true;
	return !json && indent >= MESSAGE_COLUMN && (to > begin || r->moved || begin > r->buf);
}

/* A line right below another program's, or as deep as its message, is that program's words. */
bool strangers_go_on(const struct log_reader *r, size_t indent)
{
	return r->rec.n && r->rec.prefix.stranger && (!r->blank_since || indent >= r->rec.deep);
}
