// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/tail.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

void tail_init(struct tail *t)
{
	*t = (struct tail){ .bytes = xcalloc(1, TAIL_BYTES) };
}

void tail_free(struct tail *t)
{
	free(t->bytes);
	*t = (struct tail){ 0 };
}

void tail_add(struct tail *t, const char *bytes, size_t n)
{
	if (n > TAIL_BYTES) {
		bytes += n - TAIL_BYTES;
		n = TAIL_BYTES;
	}
	while (n) {
		size_t part = n < TAIL_BYTES - t->at ? n : TAIL_BYTES - t->at;

		memcpy(t->bytes + t->at, bytes, part);
		t->at = (t->at + part) % TAIL_BYTES;
		t->n = t->n + part > TAIL_BYTES ? TAIL_BYTES : t->n + part;
		bytes += part;
		n -= part;
	}
}

void tail_text(const struct tail *t, struct buf *out)
{
	size_t start = (t->at + TAIL_BYTES - t->n) % TAIL_BYTES, skip = 0;

	if (t->n == TAIL_BYTES)
		while (skip < t->n && t->bytes[(start + skip++) % TAIL_BYTES] != '\n')
			;
	for (size_t i = skip; i < t->n; i++)
		buf_putc(out, t->bytes[(start + i) % TAIL_BYTES]);
}
