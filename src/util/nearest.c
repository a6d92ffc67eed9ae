// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/nearest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Letters left out, added or replaced, or two neighbours exchanged, each counting one. Both are shorter than
 * NEAREST_MAX. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][NEAREST_MAX + 1], *before = rows[0], *last = rows[1], *now = rows[2];
	size_t n = strlen(b);

	for (unsigned k = 0; k <= n; k++)
		last[k] = k;
	for (size_t i = 1; a[i - 1]; i++) {
		unsigned *spare = before;

		now[0] = (unsigned)i;
		for (size_t k = 1; k <= n; k++) {
			now[k] = least(last[k - 1] + !same(a[i - 1], b[k - 1]), least(last[k], now[k - 1]) + 1);
			if (i > 1 && k > 1 && same(a[i - 1], b[k - 2]) && same(a[i - 2], b[k - 1]))
				now[k] = least(now[k], before[k - 2] + 1);
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[n];
}

void nearest_begin(struct nearest *n, const char *word)
{
	*n = (struct nearest){ .word = word };
}

bool nearest_try(struct nearest *n, const char *candidate)
{
	size_t typed = strlen(n->word), most = typed < 6 ? 1 : typed / 3;
	unsigned d;

	if (typed < 2 || typed >= NEAREST_MAX || !*candidate || strlen(candidate) >= NEAREST_MAX)
		return false;
	d = distance(n->word, candidate);
	if (d > 1 && !strncasecmp(n->word, candidate, typed))
		d = 1;
	if (d > most || (*n->found && d >= n->distance))
		return false;
	n->distance = d;
	snprintf(n->found, sizeof(n->found), "%s", candidate);
	return true;
}
