// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/chip.h"

#include <string.h>
#include <strings.h>

#include "chip/index.h"
#include "util/buf.h"

static struct chip_ref element(const struct chip_reg *reg, const struct chip_segment *s, uint32_t i, uint32_t j)
{
	uint32_t offset = s->offset + (i - s->first) * s->stride + (j - s->first2) * s->stride2;

	return (struct chip_ref){ reg, i, j, offset };
}

struct chip_ref chip_reg_at(const struct chip *chip, enum chip_space space, uint32_t offset)
{
	const struct index_span *spans;
	size_t low = 0, high;

	if (space == CHIP_CONFIG)
		return (struct chip_ref){ 0 };
	spans = chip->index->spans[space];
	high = chip->index->n_spans[space];
	while (low < high) { /* low: how many begin at or before the offset */
		size_t middle = low + (high - low) / 2;

		if (spans[middle].first <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	while (low-- && spans[low].reach >= offset) {
		uint32_t i, j;

		if (chip_segment_find(spans[low].segment, offset, &i, &j))
			return (struct chip_ref){ spans[low].reg, i, j, offset };
	}
	return (struct chip_ref){ 0 };
}

static const struct chip_reg *named(const struct chip *chip, enum chip_space space, const char *name, size_t n)
{
	uint32_t at = namemap_get(&chip->index->names, space, name, n);

	return at == NAMEMAP_NONE ? NULL : chip->regs[at];
}

const struct chip_reg *chip_reg_named(const struct chip *chip, enum chip_space space, const char *name)
{
	return named(chip, space, name, strlen(name));
}

/* A decimal index; NULL if there is none. */
static const char *index_digits(const char *s, uint32_t *value)
{
	const char *from = s;

	for (*value = 0; *s >= '0' && *s <= '9' && s - from < 6; s++)
		*value = 10 * *value + (uint32_t)(*s - '0');
	return s == from ? NULL : s;
}

struct chip_ref chip_ref_parse(const struct chip *chip, enum chip_space space, const char *text)
{
	size_t n = strcspn(text, "[");
	const struct chip_reg *reg = named(chip, space, text, n);
	const struct chip_ref none = { 0 };
	uint32_t i = 0, j = 0;
	unsigned given = 0;
	const char *s = text + n;

	if (!reg)
		return none;
	if (!*s)
		return element(reg, reg->segments, reg->segments->first, reg->segments->first2);
	s = index_digits(s + 1, &i);
	given = s ? 1 : 0;
	if (s && *s == ',') {
		s = index_digits(s + 1, &j);
		given = 2;
	}
	if (!s || strcmp(s, "]") != 0 || given != reg->dimensions)
		return none;
	return chip_ref_at(reg, i, j);
}

struct chip_ref chip_ref_at(const struct chip_reg *reg, uint32_t i, uint32_t j)
{
	for (size_t n = 0; n < reg->n_segments; n++) {
		const struct chip_segment *s = &reg->segments[n];

		if (i >= s->first && i <= s->last && j >= s->first2 && j <= s->last2)
			return element(reg, s, i, j);
	}
	return (struct chip_ref){ 0 };
}

struct chip_ref chip_word_ref(const struct chip *chip, const struct chip_word *word)
{
	const struct chip_reg *reg =
		word->kind == CHIP_WORD_REGISTER ? chip_reg_named(chip, word->space, word->name) : NULL;

	return reg ? chip_ref_at(reg, word->i, word->j) : (struct chip_ref){ 0 };
}

static void dump_harm(const struct chip *chip, const struct chip_dump *dump, struct buf *names)
{
	for (size_t w = 0; w < dump->n_named; w++) {
		struct chip_ref ref = chip_word_ref(chip, &dump->words[w]);

		if (!ref.reg || (ref.reg->access != CHIP_RC && ref.reg->access != CHIP_RS))
			continue;
		buf_puts(names, names->len ? ", " : "");
		chip_ref_name(&ref, names);
	}
}

void chip_dump_harm(const struct chip *chip, const struct chip_dump *dump, struct buf *names)
{
	const struct chip_dump *known = dump->built_in ? dump->built_in : dump;

	dump_harm(chip, dump, names);
	for (size_t i = 0; i < chip->n_built_in && !names->len; i++)
		dump_harm(chip->built_in[i], known, names);
	if (!names->len)
		dump_harm(chip, known, names);
}

struct chip_ref chip_role_ref(const struct chip *chip, enum chip_role role, uint32_t i)
{
	const struct chip_index *index = chip->index;

	if (role == CHIP_ROLE_NONE)
		return (struct chip_ref){ 0 };
	for (size_t n = index->role_start[role]; n < index->role_start[role + 1]; n++) {
		const struct chip_reg *reg = index->by_role[n];
		struct chip_ref ref = chip_ref_at(reg, i, reg->segments->first2);

		if (ref.reg)
			return ref;
	}
	return (struct chip_ref){ 0 };
}

void chip_effect_words(const struct chip_reg *reg, struct buf *out)
{
	if (reg->access == CHIP_RC)
		buf_printf(out, "reading %s clears it", reg->name);
	else if (reg->access == CHIP_RS)
		buf_printf(out, "reading %s sets it", reg->name);
	else
		buf_printf(out, "%s is never to be read", reg->name);
}

void chip_ref_name(const struct chip_ref *ref, struct buf *out)
{
	buf_puts(out, ref->reg->name);
	if (ref->reg->dimensions == 1)
		buf_printf(out, "[%u]", ref->i);
	else if (ref->reg->dimensions == 2)
		buf_printf(out, "[%u,%u]", ref->i, ref->j);
}

int chip_reg_each(const struct chip_reg *reg, int (*each)(const struct chip_ref *ref, void *arg), void *arg)
{
	for (size_t n = 0; n < reg->n_segments; n++) {
		const struct chip_segment *s = &reg->segments[n];

		for (uint32_t i = s->first; i <= s->last; i++)
			for (uint32_t j = s->first2; j <= s->last2; j++) {
				struct chip_ref ref = element(reg, s, i, j);
				int r = each(&ref, arg);

				if (r)
					return r;
			}
	}
	return 0;
}

uint64_t chip_reg_count(const struct chip_reg *reg)
{
	uint64_t count = 0;

	for (size_t n = 0; n < reg->n_segments; n++) {
		const struct chip_segment *s = &reg->segments[n];

		count += (uint64_t)(s->last - s->first + 1) * (s->last2 - s->first2 + 1);
	}
	return count;
}

const struct chip_field *chip_field_named(const struct chip_reg *reg, const char *name)
{
	for (size_t n = 0; n < reg->n_fields; n++)
		if (!strcasecmp(reg->fields[n].name, name))
			return &reg->fields[n];
	return NULL;
}

const struct chip_field *chip_field_with_role(const struct chip_reg *reg, enum chip_field_role role, size_t n)
{
	for (size_t i = reg->n_fields; i-- > 0;)
		if (reg->fields[i].role == role && !n--)
			return &reg->fields[i];
	return NULL;
}

uint64_t chip_field_get(const struct chip_field *field, uint64_t value)
{
	unsigned width = (unsigned)(field->hi - field->lo) + 1;

	return value >> field->lo & (width < 64 ? (1ull << width) - 1 : UINT64_MAX);
}

bool chip_has_trait(const struct chip *chip, const char *trait)
{
	for (size_t n = 0; n < chip->n_traits; n++)
		if (!strcmp(chip->traits[n], trait))
			return true;
	return false;
}

bool chip_condition_holds(const struct chip_condition *condition, uint64_t field_value)
{
	for (size_t n = 0; n < condition->n_values; n++)
		if (condition->values[n] == field_value)
			return !condition->negate;
	return condition->negate;
}

const char *chip_capability_name(const struct chip *chip, enum chip_cap cap, uint16_t id)
{
	for (size_t n = 0; n < chip->n_capabilities; n++)
		if (chip->capabilities[n].cap == cap && chip->capabilities[n].id == id)
			return chip->capabilities[n].name;
	return NULL;
}

bool chip_dump_has_size(const struct chip_dump *dump, size_t bytes)
{
	for (size_t i = 0; i < dump->n_sizes; i++)
		if ((size_t)dump->sizes[i] * 4 == bytes)
			return true;
	return false;
}
