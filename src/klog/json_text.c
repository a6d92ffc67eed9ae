// SPDX-License-Identifier: GPL-2.0-or-later
/* The characters of a string of JSON. */
#include <string.h>

#include "klog/json.h"
#include "util/text.h"

/* Bytes of the string: of a name, as many as count. */
static void put(struct json *j, const char *s, size_t n)
{
	size_t room = j->key                     ? sizeof(j->name) - 1 - j->name_n
		      : JSON_MOST > j->bytes.len ? JSON_MOST - j->bytes.len
						 : 0;

	j->whole &= j->key || n <= room;
	j->cut |= !j->whole;
	n = n < room ? n : room;
	if (j->key) {
		memcpy(j->name + j->name_n, s, n);
		j->name_n += n;
	} else {
		buf_add(&j->bytes, s, n);
	}
}

/* A character by its number, of which the first half may have come before. */
static void put_number(struct json *j, uint32_t c)
{
	char out[4];

	if (c >= 0xd800 && c < 0xdc00) {
		j->high = c;
		return;
	}
	if (j->high && c >= 0xdc00 && c < 0xe000)
		c = 0x10000 + ((j->high - 0xd800) << 10) + (c - 0xdc00);
	j->high = 0;
	if (c < 0x80) {
		out[0] = c ? (char)c : ' ';
		put(j, out, 1);
	} else if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		put(j, out, 2);
	} else if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		put(j, out, 3);
	} else {
		out[0] = (char)(0xf0 | (c >> 18 & 7));
		out[1] = (char)(0x80 | (c >> 12 & 0x3f));
		out[2] = (char)(0x80 | (c >> 6 & 0x3f));
		out[3] = (char)(0x80 | (c & 0x3f));
		put(j, out, 4);
	}
}

bool json_escape(struct json *j, char c)
{
	static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *at = c ? strchr(names, c) : NULL;

	j->state = JSON_IN_STRING;
	if (c == 'u') {
		j->hex = j->hex_n = 0;
		j->state = JSON_IN_HEX;
		return true;
	}
	if (at)
		put(j, &meant[at - names], 1);
	return at;
}

bool json_hex(struct json *j, char c)
{
	int digit = text_hex_digit(c);

	if (digit < 0)
		return false;
	j->hex = j->hex << 4 | (uint32_t)digit;
	if (++j->hex_n == 4) {
		j->state = JSON_IN_STRING;
		put_number(j, j->hex);
	}
	return true;
}

size_t json_run(struct json *j, const char *s, const char *end)
{
	const char *p = s;

	while (p < end && *p != '"' && *p != '\\' && *p != '\n')
		p++;
	put(j, s, (size_t)(p - s));
	return (size_t)(p - s);
}
