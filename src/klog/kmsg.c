// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/kmsg.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kmsg_head {
	uint64_t priority, sequence, us;
};

/* "6,339,5140900,-;" and what may come between; the text's start, or NULL. */
static const char *head_read(const char *record, size_t n, struct kmsg_head *head)
{
	const char *text = memchr(record, ';', n);
	char copy[128], *at;
	size_t len = text ? (size_t)(text - record) : 0;

	if (!text || len >= sizeof(copy))
		return NULL;
	memcpy(copy, record, len);
	copy[len] = '\0';
	head->priority = strtoull(copy, &at, 10);
	if (*at++ != ',')
		return NULL;
	head->sequence = strtoull(at, &at, 10);
	if (*at++ != ',')
		return NULL;
	head->us = strtoull(at, &at, 10);
	return *at == ',' || *at == '\0' ? text + 1 : NULL;
}

static void count_lost(struct kmsg *kmsg, uint64_t sequence)
{
	if (kmsg->started && sequence > kmsg->next)
		kmsg->lost += sequence - kmsg->next;
	kmsg->started = true;
	kmsg->next = sequence + 1;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t kmsg_text(struct kmsg *kmsg, const char *record, size_t n, char *out, size_t cap)
{
	struct kmsg_head head;
	const char *s = head_read(record, n, &head), *end = record + n;
	size_t len;
	int stamp;

	if (!s)
		return 0;
	count_lost(kmsg, head.sequence);
	if (head.priority > 7)
		return 0;
	stamp = snprintf(out, cap, "[%5" PRIu64 ".%06" PRIu64 "] ", head.us / 1000000, head.us % 1000000);
	if (stamp < 0 || (size_t)stamp + 1 >= cap)
		return 0;
	len = (size_t)stamp;
	/* The text ends at the first newline; what follows are properties of the device. */
	while (s < end && *s != '\n' && len + 1 < cap) {
		if (s + 3 < end && s[0] == '\\' && s[1] == 'x' && hex(s[2]) >= 0 && hex(s[3]) >= 0) {
			char c = (char)(hex(s[2]) << 4 | hex(s[3]));

			out[len++] = c;
			/* As dmesg does: what follows stays below its record, whatever it looks like. */
			for (int i = 0; i < stamp && c == '\n' && len + 1 < cap; i++)
				out[len++] = ' ';
			s += 4;
		} else {
			out[len++] = *s++;
		}
	}
	out[len++] = '\n';
	return len;
}
