// SPDX-License-Identifier: GPL-2.0-or-later
/* POSIX, "pax Interchange Format": the ustar header. */
#include "util/tarblock.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

#define SUM_AT 148
#define SUM_N 8
#define MAGIC_AT 257

/* The bytes sum up to the number in eight of them, which count as blanks. */
static bool sum_fits(const unsigned char *head)
{
	unsigned long sum = 0;
	char field[SUM_N + 1] = "";

	memcpy(field, head + SUM_AT, SUM_N);
	for (size_t i = 0; i < TARBLOCK; i++)
		sum += i >= SUM_AT && i < SUM_AT + SUM_N ? ' ' : head[i];
	return head[0] && strtoul(field, NULL, 8) == sum;
}

/* An octal number as a header has it: digits, and blanks and zero bytes around. */
static bool is_number(const char *field, size_t n)
{
	bool digit = false;

	for (size_t i = 0; i < n; i++) {
		if (field[i] && field[i] != ' ' && (field[i] < '0' || field[i] > '7'))
			return false;
		digit |= field[i] >= '0';
	}
	return digit;
}

/* One field may be the damaged one. A text has no zero bytes, of which a header is full. */
static bool is_header_like(const char *head)
{
	static const struct {
		size_t at, n;
	} numbers[] = { { 100, 8 }, { 108, 8 }, { 116, 8 }, { 124, 12 }, { 136, 12 }, { SUM_AT, SUM_N } };
	size_t like = 0;

	if (!memcmp(head + MAGIC_AT, "ustar", 5))
		return true;
	for (size_t i = 0; i < COUNT(numbers); i++)
		like += is_number(head + numbers[i].at, numbers[i].n);
	return like + 1 >= COUNT(numbers) && memchr(head + 100, 0, TARBLOCK - 100);
}

enum tarblock tarblock_look(const char *bytes)
{
	if (!bytes[0] && !memcmp(bytes, bytes + 1, TARBLOCK - 1))
		return TARBLOCK_ZERO;
	return is_header_like(bytes) ? TARBLOCK_LIKE : TARBLOCK_OTHER;
}

enum tarblock tarblock_of(const char *bytes)
{
	return sum_fits((const unsigned char *)bytes) ? TARBLOCK_HEADER : tarblock_look(bytes);
}
