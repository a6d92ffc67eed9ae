// SPDX-License-Identifier: GPL-2.0-or-later
/* Pasted output: any lines end in bounded descriptions. */
#include <stdlib.h>
#include <string.h>

#include "paste/paste.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct pasted *p, void *arg)
{
	uint64_t *last = arg;

	if (!p->program || !p->line || (p->intel && p->foreign) || strlen(p->driver) > 15 || strlen(p->interface) > 15)
		abort();
	if (p->line < *last)
		abort();
	*last = p->line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t last = 0, line = 0;
	struct paste *p = paste_new(check, &last);

	for (size_t at = 0; at < size;) {
		const uint8_t *newline = memchr(data + at, '\n', size - at);
		size_t n = newline ? (size_t)(newline - data) - at : size - at;

		paste_line(p, (const char *)data + at, n, ++line);
		at += n + 1;
	}
	paste_end(p);
	if (paste_is_open(p))
		abort();
	paste_free(p);
	return 0;
}
