// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/write.h"

#include <inttypes.h>
#include <stdio.h>

struct written {
	uint32_t before, after, started;
};

/* "2 (link up)" */
static void value_text(const struct chip_field *f, uint64_t value, struct buf *out)
{
	AUTO_BUF struct buf meaning = { 0 };

	if (f->hi != f->lo || f->n_values) /* a bit by itself says no more than 0 or 1 */
		decode_meaning(f, value, &meaning);
	buf_printf(out, "%" PRIu64, value);
	if (meaning.len)
		buf_printf(out, " (%s)", buf_str(&meaning));
}

static void field_text(const struct written *w, const struct chip_field *f, struct buf *out)
{
	uint64_t before = chip_field_get(f, w->before), after = chip_field_get(f, w->after);

	if (before != after) {
		buf_printf(out, "    %-12s ", f->name);
		value_text(f, before, out);
		buf_puts(out, " -> ");
		value_text(f, after, out);
		buf_printf(out, "  %s\n", f->title);
	} else if (f->trigger && chip_field_get(f, w->started) && !after) {
		buf_printf(out, "    %-12s 1 was written, and it reads 0 again  %s\n", f->name, f->title);
	}
}

/* Changed bits that no field has, neighbours together: "bits 15:8". */
static void rest_text(const struct written *w, uint32_t bits, struct buf *out)
{
	while (bits) {
		int low = __builtin_ctz(bits), high = low;
		char name[24];
		uint32_t mask;

		while (high < 31 && bits >> (high + 1) & 1)
			high++;
		mask = UINT32_MAX >> (31 - high) & UINT32_MAX << low;
		if (high == low)
			snprintf(name, sizeof(name), "bit %d", low);
		else
			snprintf(name, sizeof(name), "bits %d:%d", high, low);
		buf_printf(out, high == low ? "    %-12s %x -> %x\n" : "    %-12s 0x%x -> 0x%x\n", name,
			   (w->before & mask) >> low, (w->after & mask) >> low);
		bits &= ~mask;
	}
}

void write_text_fields(const struct chip_reg *reg, uint32_t before, uint32_t after, uint32_t started, struct buf *out)
{
	const struct written w = { before, after, started };
	uint32_t rest = before ^ after;

	for (size_t i = 0; i < reg->n_fields; i++) {
		field_text(&w, &reg->fields[i], out);
		rest &= ~(uint32_t)chip_field_mask(&reg->fields[i]);
	}
	rest_text(&w, rest, out);
}
