// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines that are told without being parsed. In a log with a NIC's line here and there, most that are looked at are the ones
 * behind it: whether they go on with it, or have a word of a block that is open, shows at a glance as a rule. Where it does
 * not, they are looked at as ever: nothing that is found depends on what is here.
 */
#include <ctype.h>
#include <string.h>

#include "klog/internal.h"

bool glance_begins(const struct log_reader *r, const char *s, size_t n, struct prefix_glance *glance)
{
	return n && n < PIECE_MAX && s[n - 1] != ' ' && !r->columns.count && prefix_glance(s, n, &r->memo, glance) &&
	       paste_is_plain(s, n) && !memchr(s, '"', n);
}

/* "1f.6", behind a colon: the end of a PCI address, which is no anchor without its domain. */
static bool has_address(const char *s, const char *end)
{
	for (const char *p = s; (p = memchr(p, '.', (size_t)(end - p))); p++)
		if (p - s >= 3 && p[-3] == ':' && isxdigit((unsigned char)p[-1]) && isxdigit((unsigned char)p[-2]))
			return true;
	return false;
}

/* Whether the line behind this one begins a record: else what this one says may go on there. */
static bool next_begins(const struct log_reader *r, const char *s, size_t n)
{
	const char *next = s + n + 1, *end = r->buf + r->end;
	const char *newline = next < end ? memchr(next, '\n', (size_t)(end - next)) : NULL;
	struct prefix_glance glance;

	return newline && glance_begins(r, next, (size_t)(newline - next), &glance);
}

bool glance_is_silent(const struct klog *k, const char *s, size_t n, const struct prefix_glance *glance)
{
	const struct blocks *blocks = &k->blocks;
	const char *behind = s + glance->stamp, *end = s + n;

	return !k->files && !blocks->aer.open && !blocks->dump.open && !blocks->crash.open &&
	       !memchr(behind, '+', (size_t)(end - behind)) && !has_address(behind, end) &&
	       next_begins(&k->reader, s, n) && !messages_begin(&k->index, behind, end);
}
