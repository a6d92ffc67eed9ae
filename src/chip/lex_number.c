// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "chip/lex.h"
#include "util/text.h"

static bool ends_number(const struct lex *l, const char *q)
{
	return q == l->end ||
	       !((*q >= '0' && *q <= '9') || (*q >= 'A' && *q <= 'Z') || (*q >= 'a' && *q <= 'z') || *q == '_');
}

static bool too_large(struct lex *l, const char *what, uint64_t most)
{
	struct chip_pos pos = lex_pos(l);

	if (most > 0xffff)
		return fault(l->sink, &pos, "%s is at most 0x%" PRIx64, what, most);
	return fault(l->sink, &pos, "%s is at most %" PRIu64, what, most);
}

static bool digits(struct lex *l, const char *what, const char *q, unsigned base, uint64_t most, uint64_t *value)
{
	const char *from = q;
	uint64_t v = 0;

	for (; q < l->end; q++) {
		int d = text_hex_digit(*q);

		if (d < 0 || d >= (int)base)
			break;
		if (v > (UINT64_MAX - (unsigned)d) / base)
			return too_large(l, what, most);
		v = v * base + (unsigned)d;
	}
	if (q == from || !ends_number(l, q))
		return lex_expected(l, what);
	if (base == 10 && *from == '0' && q - from > 1) {
		struct chip_pos pos = lex_pos(l);

		return fault(l->sink, &pos, "a decimal number does not begin with 0");
	}
	if (v > most)
		return too_large(l, what, most);
	l->p = q;
	*value = v;
	return true;
}

bool lex_u64(struct lex *l, const char *what, uint64_t most, uint64_t *value)
{
	if (l->end - l->p > 2 && l->p[0] == '0' && l->p[1] == 'x')
		return digits(l, what, l->p + 2, 16, most, value);
	return digits(l, what, l->p, 10, most, value);
}

bool lex_u32(struct lex *l, const char *what, uint32_t most, uint32_t *value)
{
	uint64_t v;

	if (!lex_u64(l, what, most, &v))
		return false;
	*value = (uint32_t)v;
	return true;
}

bool lex_decimal(struct lex *l, const char *what, uint32_t most, uint32_t *value)
{
	uint64_t v;

	if (!digits(l, what, l->p, 10, most, &v))
		return false;
	*value = (uint32_t)v;
	return true;
}

bool lex_digits(struct lex *l, const char *what, unsigned n, uint32_t *value)
{
	const char *q = l->p;
	uint32_t v = 0;

	while (q < l->end && q - l->p < (long)n && text_hex_digit(*q) >= 0)
		v = v << 4 | (uint32_t)text_hex_digit(*q++);
	if (q - l->p != (long)n || !ends_number(l, q))
		return lex_expected(l, what);
	l->p = q;
	*value = v;
	return true;
}
