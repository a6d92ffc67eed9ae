// SPDX-License-Identifier: GPL-2.0-or-later
/* Stamps at the start of a line that are no date as drivers' logs have them: syslog's priority, /dev/kmsg, Unix time, ESXi. */
#include "klog/prefix.h"

#include <string.h>

#define KERN_MOST 7 /* the highest priority of the kernel's facility */

/* "Do Nov  5 16:44:42 2020" of dmesg -T in any language, up to its bracket. */
bool stamp_foreign_time(struct cursor *c)
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

/*
 * "<3>", "<12>". A value of a hang block that was wrapped to the next line looks the same: it stands alone, before a
 * comma, or has a single blank behind it where a raw log has none, or the indent of a label.
 */
bool stamp_priority(struct cursor *c, struct prefix *prefix, bool first)
{
	size_t from = c->at;
	uint64_t value;

	if (cursor_take(c, '<') && cursor_number(c, 1, 3, &value) && cursor_take(c, '>') && c->at < c->n &&
	    cursor_peek(c, 0) != ',' &&
	    !(first && cursor_peek(c, 0) == ' ' && (value > KERN_MOST || cursor_peek(c, 1) != ' '))) {
		prefix->stranger |= value > KERN_MOST;
		prefix->kernel |= !first; /* what klogd passes on keeps it */
		return true;
	}
	c->at = from;
	return false;
}

/* "1 2024-06-29T10:52:39Z": RFC 5424 has its version between priority and time. */
bool stamp_version(struct cursor *c, struct prefix *prefix)
{
	size_t from = c->at;

	if (cursor_take(c, '1') && cursor_take(c, ' ') && prefix_date(c, prefix)) {
		prefix->dated = true;
		return true;
	}
	c->at = from;
	return false;
}

/* A record of /dev/kmsg: "3,1234,9327470501,-;" */
bool stamp_kmsg(struct cursor *c, struct prefix *prefix)
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
	prefix->has_uptime = true;
	prefix->uptime_ns = us * 1000;
	prefix->stranger |= level > KERN_MOST;
	return true;
}

/* "1598620170.123456 " */
bool stamp_unix_time(struct cursor *c, struct prefix *prefix)
{
	size_t from = c->at;
	uint64_t s, ns;
	unsigned digits;

	if (cursor_number(c, 10, 10, &s) && s > 900000000 && s < 7000000000 && cursor_peek(c, 0) == '.') {
		ns = prefix_fraction(c, &digits);
		if (digits == 6 && cursor_peek(c, 0) == ' ') {
			prefix->has_wall = prefix->has_year = prefix->dated = true;
			prefix->wall_ns = (int64_t)(s * 1000000000 + ns);
			prefix->wall = c->s + from;
			prefix->wall_len = c->at - from;
			return true;
		}
	}
	c->at = from;
	return false;
}

/* ESXi's "cpu1:65936)", before version 5 with the time since boot: "15:07:33:10.284 cpu2:4245)" */
bool stamp_vmkernel(struct cursor *c, struct prefix *prefix)
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
		    cursor_take(c, ')')) {
			prefix->kernel = true; /* no other program writes so, and a line of a stack looks like a tag */
			return true;
		}
	}
	c->at = from;
	return false;
}

bool stamp_foreign_date(struct cursor *c, struct prefix *prefix)
{
	bool found = prefix_foreign_date(c);

	prefix->kernel |= found;
	return found;
}

/* "message repeated 2 times: [ ", which rsyslog puts before what it had from the kernel. */
bool stamp_repeated(struct cursor *c, const struct prefix *prefix)
{
	static const char before[] = "message repeated ", after[] = " times: [";
	size_t from = c->at;
	uint64_t times;

	if (prefix->kernel && c->n - c->at > sizeof(before) && !memcmp(c->s + c->at, before, sizeof(before) - 1)) {
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
