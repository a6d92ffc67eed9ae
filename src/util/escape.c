// SPDX-License-Identifier: GPL-2.0-or-later
/* Text from outside, made harmless for a terminal. */
#include "util/buf.h"
#include "util/text.h"

/* Control characters, separators of lines, what changes the direction of the text around it, and what is not seen: the
 * Default_Ignorable_Code_Points of Unicode (DerivedCoreProperties.txt). In ascending order. */
static const struct {
	uint32_t first, last;
} harmful[] = {
	{ 0x00, 0x1f },     { 0x7f, 0x9f },       { 0xad, 0xad },       { 0x034f, 0x034f },   { 0x061c, 0x061c },
	{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },   { 0x200b, 0x200f },   { 0x2028, 0x202e },
	{ 0x2060, 0x206f }, { 0x3164, 0x3164 },   { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

bool text_harmless(uint32_t c)
{
	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]) && c >= harmful[i].first; i++)
		if (c <= harmful[i].last)
			return false;
	return true;
}

void text_escape(struct buf *out, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	while (n) {
		uint32_t c = 0;
		size_t len = text_utf8_next(p, n, &c);

		if (!len) {
			buf_printf(out, "\\x%02x", p[0]);
			len = 1;
		} else if (text_harmless(c)) {
			buf_add(out, p, len);
		} else if (c < 0x100) {
			buf_printf(out, "\\x%02x", c);
		} else {
			buf_printf(out, "\\u{%x}", c);
		}
		p += len;
		n -= len;
	}
}
