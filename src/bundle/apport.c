// SPDX-License-Identifier: GPL-2.0-or-later
/* Ubuntu's crash reports (apport): "Key: value", or "Key:" and lines that a blank begins; of "Key: base64" these lines are
 * packed data, each encoded for itself. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/internal.h"
#include "util/alloc.h"

#define CHUNK 65536u
#define FIELD_MOST 64

struct apport {
	stream_fn *more;
	void *arg;
	char in[CHUNK]; /* at, end: not used yet */
	size_t at, end;
	bool eof;
	int failed;
	char field[FIELD_MOST];
	bool open;       /* a field's value is being read */
	bool base64;     /* it is encoded */
	bool line_start; /* the next byte begins a line */
	uint32_t bits;   /* of base64, n_bits of them */
	unsigned n_bits;
};

struct apport *apport_new(stream_fn *more, void *arg)
{
	struct apport *a = xcalloc(1, sizeof(*a));

	a->more = more;
	a->arg = arg;
	a->line_start = true;
	return a;
}

void apport_free(struct apport *a)
{
	free(a);
}

/* Reads on until there are so many bytes, or no more. */
static void need(struct apport *a, size_t least, struct err *e)
{
	while (a->end - a->at < least && !a->eof) {
		ssize_t n;

		memmove(a->in, a->in + a->at, a->end - a->at);
		a->end -= a->at;
		a->at = 0;
		n = a->more(a->arg, a->in + a->end, sizeof(a->in) - a->end, e);
		a->eof = n <= 0;
		a->failed = n < 0 ? (int)n : 0;
		a->end += n > 0 ? (size_t)n : 0;
	}
}

/* The next byte, which stays; -1 at the end, or if reading failed. */
static int peek(struct apport *a, struct err *e)
{
	if (a->at == a->end)
		need(a, 1, e);
	return a->at < a->end ? (unsigned char)a->in[a->at] : -1;
}

static int get(struct apport *a, struct err *e)
{
	int c = peek(a, e);

	if (c >= 0) {
		a->at++;
		a->line_start = c == '\n';
	}
	return c;
}

/* What stands behind "Key:" on its line: "base64", or the value itself. */
static void read_kind(struct apport *a, struct err *e)
{
	static const char word[] = "base64\n";
	size_t n = 0;

	while (peek(a, e) == ' ')
		get(a, e);
	a->base64 = false;
	a->bits = 0;
	a->n_bits = 0;
	need(a, sizeof(word) - 1, e);
	while (word[n] && a->at + n < a->end && a->in[a->at + n] == word[n])
		n++;
	if (word[n])
		return;
	a->base64 = true;
	a->at += n;
	a->line_start = true;
}

int apport_next(struct apport *a, struct err *e)
{
	int c;

	for (;;) {
		size_t n = 0;

		while ((c = peek(a, e)) >= 0 && !(a->line_start && c != ' ')) /* the rest of the field before */
			get(a, e);
		while ((c = get(a, e)) >= 0 && c != ':' && c != '\n')
			if (n + 1 < sizeof(a->field))
				a->field[n++] = (char)c;
		if (c < 0)
			return a->failed;
		a->field[n] = '\0';
		if (c != ':')
			continue;
		read_kind(a, e);
		a->open = true;
		return 1;
	}
}

const char *apport_field(const struct apport *a)
{
	return a->field;
}

static int sextet(int c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c > 0 ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* The next byte of the value; -1 at its end. */
static int value_byte(struct apport *a, struct err *e)
{
	for (;;) {
		bool begins = a->line_start;
		int c = peek(a, e), six;

		if (c < 0 || (begins && c != ' '))
			return -1;
		get(a, e);
		if (begins)
			continue; /* the blank that lines of a value begin with */
		if (!a->base64)
			return c;
		six = sextet(c);
		if (six < 0) { /* the end of a line, with or without what fills it up */
			a->n_bits = 0;
			continue;
		}
		a->bits = a->bits << 6 | (uint32_t)six;
		a->n_bits += 6;
		if (a->n_bits >= 8) {
			a->n_bits -= 8;
			return (int)(a->bits >> a->n_bits & 0xff);
		}
	}
}

ssize_t apport_read(void *arg, char *to, size_t room, struct err *e)
{
	struct apport *a = arg;
	size_t n = 0;

	while (a->open && n < room) {
		int c = value_byte(a, e);

		a->open = c >= 0;
		if (c >= 0)
			to[n++] = (char)c;
	}
	return n || !a->failed ? (ssize_t)n : a->failed;
}
