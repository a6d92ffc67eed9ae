// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/stamp.h"

#include <string.h>

#include "klog/stamp_origin.h"
#include "klog/stamp_time.h"

#define KERN_MOST 7 /* the highest priority of the kernel's facility */

/* "Do Nov  5 16:44:42 2020" of dmesg -T in any language, up to its bracket. */
static bool foreign_time(struct cursor *c)
{
	size_t from = c->at, at = c->at, len;
	bool clock = false;

	while (at < c->n && at - from < 40 && cursor_peek(c, at - c->at) != ']')
		at++;
	for (struct cursor inside = { c->s, at, from }; !clock;) {
		const char *word = cursor_word(&inside, &inside.at, &len);

		if (!len)
			return false;
		clock = cursor_clock(word, len);
	}
	c->at = at;
	return true;
}

/* Anything in brackets that a log puts there: times, "[   C28]", "[xxxxxx]", "[kern.err]", "[kernel: .]". */
static bool bracket(struct cursor *c, struct stamp *stamp, bool first)
{
	size_t from = c->at;
	bool known;
	char inner;

	if (!cursor_take(c, '['))
		return false;
	cursor_blanks(c);
	if (stamp_seconds(c, stamp) || stamp_date(c, stamp)) {
		cursor_blanks(c);
		if (cursor_peek(c, 0) == '<') /* dmesg -d: time and delta together */
			stamp_seconds(c, stamp);
		if (cursor_take(c, ']')) {
			cursor_take(c, ':');
			return true;
		}
	}
	c->at = from + 1;
	cursor_blanks(c);
	inner = cursor_peek(c, 0);
	known = foreign_time(c);
	while (c->at < c->n && c->at - from < 24 && cursor_peek(c, 0) != ']')
		c->at++;
	known |= (stamp->kernel && cursor_digit(inner)) || inner == 'k' || inner == 'x' ||
		 (!first && (inner == 'C' || inner == 'T'));
	if (known && cursor_take(c, ']')) {
		stamp->kernel |= inner == 'k';
		cursor_take(c, ':');
		return true;
	}
	c->at = from;
	return false;
}

/*
 * "<3>", "<12>". A value of a hang block that was wrapped to the next line looks the same: it stands alone, before a
 * comma, or has a single blank behind it where a raw log has none, or the indent of a label.
 */
static bool priority(struct cursor *c, struct stamp *stamp, bool first)
{
	size_t from = c->at;
	uint64_t value;

	if (cursor_take(c, '<') && cursor_number(c, 1, 3, &value) && cursor_take(c, '>') && c->at < c->n &&
	    cursor_peek(c, 0) != ',' &&
	    !(first && cursor_peek(c, 0) == ' ' && (value > KERN_MOST || cursor_peek(c, 1) != ' '))) {
		stamp->stranger |= value > KERN_MOST;
		stamp->kernel |= !first; /* what klogd passes on keeps it */
		return true;
	}
	c->at = from;
	return false;
}

/* "1 2024-06-29T10:52:39Z": RFC 5424 has its version between priority and time. */
static bool version(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;

	if (cursor_take(c, '1') && cursor_take(c, ' ') && stamp_date(c, stamp)) {
		stamp->dated = true;
		return true;
	}
	c->at = from;
	return false;
}

/* A record of /dev/kmsg: "3,1234,9327470501,-;" */
static bool kmsg(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;
	uint64_t level, sequence, us;

	if (!cursor_number(c, 1, 4, &level) || !cursor_take(c, ',') || !cursor_number(c, 1, 19, &sequence) ||
	    !cursor_take(c, ',') || !cursor_number(c, 1, 15, &us) || !cursor_take(c, ',')) {
		c->at = from;
		return false;
	}
	while (c->at < c->n && c->at - from < 80 && cursor_peek(c, 0) != ';')
		c->at++;
	if (!cursor_take(c, ';')) {
		c->at = from;
		return false;
	}
	stamp->has_uptime = stamp->fine = true;
	stamp->uptime_ns = us * 1000;
	stamp->stranger |= level > KERN_MOST;
	return true;
}

/* "1598620170.123456 " */
static bool unix_time(struct cursor *c, struct stamp *stamp)
{
	size_t from = c->at;
	uint64_t s, ns;
	unsigned digits;

	if (cursor_number(c, 10, 10, &s) && s > 900000000 && s < 7000000000 && cursor_peek(c, 0) == '.') {
		ns = stamp_fraction(c, &digits);
		if (digits == 6 && cursor_peek(c, 0) == ' ') {
			stamp->has_wall = stamp->has_year = stamp->dated = true;
			stamp->wall_ns = (int64_t)(s * 1000000000 + ns);
			stamp->wall = c->s + from;
			stamp->wall_len = c->at - from;
			return true;
		}
	}
	c->at = from;
	return false;
}

/* ESXi's "cpu1:65936)", before version 5 with the time since boot: "15:07:33:10.284 cpu2:4245)" */
static bool vmkernel(struct cursor *c)
{
	size_t from = c->at;
	uint64_t value;

	if (cursor_number(c, 1, 4, &value) && cursor_take(c, ':') && cursor_number(c, 2, 2, &value) &&
	    cursor_take(c, ':') && cursor_number(c, 2, 2, &value) && cursor_take(c, ':') &&
	    cursor_number(c, 2, 2, &value) && cursor_take(c, '.') && cursor_number(c, 1, 6, &value) &&
	    cursor_take(c, ' '))
		cursor_blanks(c);
	else
		c->at = from;
	if (c->at + 3 <= c->n && !memcmp(c->s + c->at, "cpu", 3)) {
		c->at += 3;
		if (cursor_number(c, 1, 4, &value) && cursor_take(c, ':') && cursor_number(c, 1, 10, &value) &&
		    cursor_take(c, ')'))
			return true;
	}
	c->at = from;
	return false;
}

/* A date that is not in brackets. dmesg's own have a comma before the fraction. */
static bool date(struct cursor *c, struct stamp *stamp)
{
	if (stamp->has_wall || !stamp_date(c, stamp))
		return false;
	stamp->dated = !memchr(stamp->wall, ',', stamp->wall_len);
	return true;
}

static bool origin(struct cursor *c, struct stamp *stamp, bool stamped)
{
	bool found = stamp_origin(c, stamped);

	stamp->kernel |= found;
	return found;
}

static bool foreign_date(struct cursor *c, struct stamp *stamp)
{
	bool found = stamp_foreign_date(c);

	stamp->kernel |= found;
	return found;
}

/* "message repeated 2 times: [ ", which rsyslog puts before what it had from the kernel. */
static bool repeated(struct cursor *c, const struct stamp *stamp)
{
	static const char before[] = "message repeated ", after[] = " times: [";
	size_t from = c->at;
	uint64_t times;

	if (stamp->kernel && c->n - c->at > sizeof(before) && !memcmp(c->s + c->at, before, sizeof(before) - 1)) {
		c->at += sizeof(before) - 1;
		if (cursor_number(c, 1, 9, &times) && c->n - c->at > sizeof(after) &&
		    !memcmp(c->s + c->at, after, sizeof(after) - 1)) {
			c->at += sizeof(after) - 1;
			return true;
		}
	}
	c->at = from;
	return false;
}

size_t stamp_parse(const char *s, size_t n, struct stamp *stamp)
{
	struct cursor c = { s, n < 200 ? n : 200, 0 };
	bool again = true, any = false;

	memset(stamp, 0, sizeof(*stamp));
	stamp_file_name(&c);
	while (again) {
		cursor_blanks(&c);
		again = bracket(&c, stamp, !any) || date(&c, stamp) || priority(&c, stamp, !any) ||
			(!any && (kmsg(&c, stamp) || unix_time(&c, stamp))) ||
			(any && !stamp->has_wall && version(&c, stamp)) || vmkernel(&c) || origin(&c, stamp, any) ||
			(!any && foreign_date(&c, stamp)) || repeated(&c, stamp);
		any |= again;
	}
	return any ? c.at : 0;
}
