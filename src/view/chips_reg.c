// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "chip/decode.h"
#include "view/chips_parts.h"
#include "view/style.h"

static void put_condition(const struct chip_reg *reg, struct buf *out)
{
	for (const struct chip_condition *c = &reg->condition; c && c->reg; c = c->next) {
		buf_printf(out, "%s%s.%s is %s", c == &reg->condition ? "" : ", and ", c->reg, c->field,
			   c->negate ? "not " : "");
		for (size_t i = 0; i < c->n_values; i++)
			buf_printf(out, "%s%llu", i ? " or " : "", (unsigned long long)c->values[i]);
	}
}

static void put_role(const struct chip_reg *reg, struct buf *out)
{
	static const char *const queues[] = { "", "; its index is the transmit queue",
					      "; its index is the receive queue" };

	if (reg->role)
		buf_puts(out, chip_role_name(reg->role));
	else if (reg->queue)
		buf_puts(out, "none");
	buf_puts(out, queues[reg->queue]);
}

static const char *access_words(enum chip_access access)
{
	static const char *const words[] = {
		[CHIP_RO] = "read only",
		[CHIP_RW] = "read and write",
		[CHIP_WO] = "write only, never read",
		[CHIP_RC] = "reading clears it",
		[CHIP_W1C] = "writing 1 clears",
		[CHIP_W1S] = "writing 1 sets",
		[CHIP_RS] = "reading sets it: a semaphore",
		[CHIP_RL] = "read only; reading releases what it has latched, or starts its count anew",
	};

	return words[access];
}

static void reg_facts(const struct view *v, const struct chip *chip, const struct chip_reg *reg, struct buf *out)
{
	static const char *const spaces[] = { "BAR", "PHY", "configuration space" };
	AUTO_BUF struct buf text = { 0 };
	const char *structure = NULL;

	if (reg->space == CHIP_CONFIG)
		structure = chip_capability_name(chip, reg->cap, reg->cap_id);
	buf_printf(&text, "%s%s%s", spaces[reg->space], structure ? ", " : "", structure ? structure : "");
	chips_fact(v, "space", buf_str(&text), out);
	buf_clear(&text);
	buf_printf(&text, "%s (%s), group %s", chip_access_name(reg->access), access_words(reg->access),
		   chip_group_name(reg->group));
	if (reg->built_in) {
		buf_puts(&text, "; the built-in definition says that ");
		chip_effect_words(reg->built_in, &text);
	}
	chips_fact(v, "access", buf_str(&text), out);
	buf_clear(&text);
	put_role(reg, &text);
	if (text.len)
		chips_fact(v, "role", buf_str(&text), out);
	buf_clear(&text);
	put_condition(reg, &text);
	if (text.len)
		chips_fact(v, "exists if", buf_str(&text), out);
	if (reg->aka)
		chips_fact(v, "in drivers", strcmp(reg->aka, "none") ? reg->aka : "no name", out);
	chips_fact(v, "source", reg->cite, out);
}

bool chips_wants(const struct chip *chip, const struct chip_reg *reg, const char *glob)
{
	struct chip_ref first = { reg, reg->segments->first, reg->segments->first2, 0 };
	AUTO_BUF struct buf name = { 0 };

	if (chip_match_ref(glob, &first))
		return true;
	buf_add(&name, glob, strcspn(glob, "."));
	return chip_ref_parse(chip, reg->space, buf_str(&name)).reg == reg && chip_match_any_field(glob, reg);
}

size_t chips_reg_text(const struct view *v, const struct chips_view *what, struct buf *out)
{
	size_t found = 0;

	for (size_t c = 0; c < what->n; c++) {
		const struct chip *chip = what->chips[c];

		for (size_t r = 0; r < chip->n_regs; r++) {
			const struct chip_reg *reg = chip->regs[r];
			struct chips_widths none = { 0, 0 };

			if (!chips_wants(chip, reg, what->regs))
				continue;
			if (found++)
				buf_putc(out, '\n');
			chips_reg_line(v, reg, &none, out);
			reg_facts(v, chip, reg, out);
			for (size_t f = 0; f < reg->n_fields; f++)
				if (chip_match_field(what->regs, &reg->fields[f]))
					chips_field(v, &reg->fields[f], out);
		}
	}
	return found;
}
