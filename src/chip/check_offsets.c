// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules of where a register may be. */
#include "chip/check.h"
#include "chip/index.h"

static struct chip_pos segment_pos(const struct chip_reg *reg, const struct chip_segment *s)
{
	struct chip_pos pos = reg->pos;

	pos.column = s->column;
	return pos;
}

static void each_segment(const struct checker *c, void (*run)(const struct checker *c, const struct chip_reg *reg,
							      const struct chip_segment *s, const struct chip_pos *pos))
{
	for (size_t r = 0; r < c->def->n_regs; r++) {
		const struct chip_reg *reg = &c->def->regs[r]->reg;

		for (size_t n = 0; n < reg->n_segments; n++) {
			struct chip_pos pos = segment_pos(reg, &reg->segments[n]);

			run(c, reg, &reg->segments[n], &pos);
		}
	}
}

/* A 64-bit register is read as two 32-bit loads. */
static uint32_t alignment(const struct chip_reg *reg)
{
	if (reg->space == CHIP_PHY)
		return 1;
	return reg->width > 32 ? 4 : reg->width / 8;
}

static void aligned(const struct checker *c, const struct chip_reg *reg, const struct chip_segment *s,
		    const struct chip_pos *pos)
{
	uint32_t align = alignment(reg);

	if (s->offset % align)
		fault(c->sink, pos, "%s at 0x%05x is misaligned: %u bits stand at multiples of %u", reg->name,
		      s->offset, reg->width, align);
	else if (s->stride % align || s->stride2 % align)
		fault(c->sink, pos, "the stride of %s is misaligned: %u bits stand at multiples of %u", reg->name,
		      reg->width, align);
}

void check_alignment(const struct checker *c)
{
	each_segment(c, aligned);
}

static void stride(const struct checker *c, const struct chip_reg *reg, const struct chip_segment *s,
		   const struct chip_pos *pos)
{
	uint32_t size = reg->space == CHIP_PHY ? 1 : reg->width / 8;

	if ((s->last > s->first && s->stride < size) || (s->last2 > s->first2 && s->stride2 < size))
		fault(c->sink, pos, "the elements of %s overlap: a stride is less than its %u bits", reg->name,
		      reg->width);
	if (reg->space == CHIP_PHY && s->stride < 32 && chip_segment_last(s) >> 5 != s->offset >> 5)
		fault(c->sink, pos, "%s goes past register 31 of its page", reg->name);
}

void check_strides(const struct checker *c)
{
	each_segment(c, stride);
}

static void within(const struct checker *c, const struct chip_reg *reg, const struct chip_segment *s,
		   const struct chip_pos *pos)
{
	static const uint32_t sizes[] = { 64, 256, 4096 };
	static const char *const names[] = { "the header's 64 bytes", "the 256 bytes of standard capabilities",
					     "the 4096 bytes of configuration space" };

	if (reg->space == CHIP_CONFIG && chip_segment_last(s) + reg->width / 8 > sizes[reg->cap])
		fault(c->sink, pos, "%s at 0x%03x is past %s", reg->name, chip_segment_last(s), names[reg->cap]);
}

void check_structures(const struct checker *c)
{
	each_segment(c, within);
}

/* A narrow register is read by the 32-bit load around it, which reads its neighbours too. */
static int read_alone(const struct chip_ref *ref, void *arg)
{
	const struct checker *c = arg;
	const uint32_t word = ref->offset & ~3u;

	for (uint32_t at = word; at < word + 4; at++) {
		const struct chip_reg *reg = ref->reg, *other = chip_reg_at(c->chip, CHIP_MMIO, at).reg;
		const struct def *def = db_reg_def(reg);
		const struct chip_pos *pos = def == c->def ? &reg->pos : &c->def->pos;

		if (!other || chip_access_safe(other->access) || (def != c->def && def == db_reg_def(other)))
			continue;
		fault(c->sink, pos,
		      "%s at 0x%05x cannot be read without %s (%s), which is %s: both are in one 32-bit word",
		      reg->name, ref->offset, other->name, check_place(c, pos, &other->pos),
		      chip_access_name(other->access));
		return 1;
	}
	return 0;
}

void check_loads(const struct checker *c)
{
	for (size_t r = 0; r < c->chip->n_regs; r++) {
		const struct chip_reg *reg = c->chip->regs[r];

		if (reg->space == CHIP_MMIO && reg->width < 32 && chip_access_safe(reg->access))
			chip_reg_each(reg, read_alone, (void *)(uintptr_t)c);
	}
}

static bool past_bar(const struct checker *c, const struct chip_reg *reg, const struct chip_segment **which)
{
	for (size_t n = 0; n < reg->n_segments; n++) {
		*which = &reg->segments[n];
		if (chip_segment_last(*which) + reg->width / 8 > c->chip->bar_size)
			return true;
	}
	return false;
}

static const struct chip_reg *first_mmio(const struct chip *chip)
{
	for (size_t r = 0; r < chip->n_regs; r++)
		if (chip->regs[r]->space == CHIP_MMIO)
			return chip->regs[r];
	return NULL;
}

/* A base's registers are told at the place that makes them a fault: the BAR's size, or the definition. */
void check_bar(const struct checker *c)
{
	const struct chip *chip = c->chip;
	bool told = false;

	if (!chip->bar_size) {
		if (!chip->family && first_mmio(chip))
			fault(c->sink, &c->def->pos, "%s has registers but no BAR: say 'bar NUMBER SIZE'", chip->name);
		return;
	}
	for (size_t r = 0; r < chip->n_regs; r++) {
		const struct chip_reg *reg = chip->regs[r];
		const struct chip_segment *s;
		struct chip_pos pos;
		bool own = db_reg_def(reg) == c->def;

		if (reg->space != CHIP_MMIO || !past_bar(c, reg, &s))
			continue;
		if (!own && (told || (!(c->def->said & DEF_BAR) && c->def->n_bases < 2)))
			continue;
		told = told || !own;
		pos = own ? segment_pos(reg, s) : c->def->said & DEF_BAR ? c->def->bar_pos : c->def->pos;
		fault(c->sink, &pos, "%s ends at 0x%05x, beyond the BAR's 0x%x bytes", reg->name,
		      chip_segment_last(s) + reg->width / 8, chip->bar_size);
	}
}
