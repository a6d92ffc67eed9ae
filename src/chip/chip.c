// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/chip.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "chip/internal.h"
#include "util/buf.h"
#include "util/text.h"

_Static_assert(CHIP_ROLES <= 256 && CHIP_FIELD_ROLES <= 256, "a role is a byte of a register and of a field");

#define NAME_MAX_LENGTH 128 /* of a glob, before its dot */

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

bool chip_word_counts(const struct chip *chip, const struct chip_word *word)
{
	for (size_t n = 0; n < word->n_only; n++)
		if (chip_builds_on(chip, word->only[n]))
			return true;
	return !word->n_only;
}

static struct chip_ref element_named(const struct chip *chip, enum chip_space space, const char *name, uint32_t i,
				     uint32_t j)
{
	const struct chip_reg *reg = chip_reg_named(chip, space, name);

	return reg ? chip_ref_at(reg, i, j) : (struct chip_ref){ 0 };
}

struct chip_ref chip_word_ref(const struct chip *chip, const struct chip_word *word)
{
	if (word->kind != CHIP_WORD_REGISTER || !chip_word_counts(chip, word))
		return (struct chip_ref){ 0 };
	return element_named(chip, word->space, word->name, word->i, word->j);
}

struct chip_ref chip_word_lost(const struct chip *chip, const struct chip_word *word)
{
	if (!word->over || !chip_word_counts(chip, word))
		return (struct chip_ref){ 0 };
	return element_named(chip, word->space, word->over, word->over_i, word->over_j);
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

/* The part with this number, the most significant first; a field of adjacent bits is one part. */
static struct chip_bits part_of(const struct chip_field *field, size_t n)
{
	return field->n_parts ? field->parts[n] : (struct chip_bits){ field->hi, field->lo };
}

static size_t parts_of(const struct chip_field *field)
{
	return field->n_parts ? field->n_parts : 1;
}

static unsigned bits_width(struct chip_bits b)
{
	return (unsigned)(b.hi - b.lo) + 1;
}

static uint64_t low_bits(unsigned n)
{
	return n < 64 ? (1ull << n) - 1 : UINT64_MAX;
}

uint64_t chip_field_get(const struct chip_field *field, uint64_t value)
{
	uint64_t v = 0;

	for (size_t n = 0; n < parts_of(field); n++) {
		struct chip_bits b = part_of(field, n);

		v = (n ? v << bits_width(b) : 0) | (value >> b.lo & low_bits(bits_width(b)));
	}
	return v;
}

uint64_t chip_field_put(const struct chip_field *field, uint64_t field_value)
{
	uint64_t value = 0;

	for (size_t n = parts_of(field); n-- > 0;) {
		struct chip_bits b = part_of(field, n);

		value |= (field_value & low_bits(bits_width(b))) << b.lo;
		field_value = n ? field_value >> bits_width(b) : 0;
	}
	return value;
}

unsigned chip_field_width(const struct chip_field *field)
{
	unsigned width = 0;

	for (size_t n = 0; n < parts_of(field); n++)
		width += bits_width(part_of(field, n));
	return width;
}

uint64_t chip_field_mask(const struct chip_field *field)
{
	return chip_field_put(field, UINT64_MAX);
}

void chip_field_bits(const struct chip_field *field, struct buf *out)
{
	for (size_t n = 0; n < parts_of(field); n++) {
		struct chip_bits b = part_of(field, n);

		buf_printf(out, b.hi == b.lo ? "%s%u" : "%s%u:%u", n ? "," : "", b.hi, b.lo);
	}
}

bool chip_name_is_short(const char *id_name)
{
	return id_name && (!strchr(id_name, ' ') || strstr(id_name, " (") || strstr(id_name, " or "));
}

const char *chip_called(const struct chip *chip, const char *id_name)
{
	return chip_name_is_short(id_name) ? id_name : chip->name;
}

bool chip_has_trait(const struct chip *chip, const char *trait)
{
	for (size_t n = 0; n < chip->n_traits; n++)
		if (!strcmp(chip->traits[n], trait))
			return true;
	return false;
}

const char *chip_stepping(const struct chip *chip, uint32_t revision)
{
	for (size_t n = 0; n < chip->n_steppings; n++)
		if (chip->steppings[n].revision == revision)
			return chip->steppings[n].name;
	return NULL;
}

bool chip_has_erratum(const struct chip *chip, const char *id)
{
	for (size_t n = 0; n < chip->n_errata; n++)
		if (!strcmp(chip->errata[n].id, id))
			return true;
	return false;
}

bool chip_builds_on(const struct chip *chip, const char *name)
{
	for (size_t n = 0; n < chip->n_bases; n++)
		if (!strcmp(chip->bases[n], name))
			return true;
	return !strcmp(chip->name, name);
}

static const struct chip_queue_map *map_of(const struct chip *chip, enum chip_queue direction)
{
	return direction == CHIP_QUEUE_TX ? &chip->map_tx : &chip->map_rx;
}

bool chip_queue_of_driver(const struct chip *chip, enum chip_queue direction, uint32_t n, int64_t vfs, uint32_t *queue)
{
	const struct chip_queue_map *map = map_of(chip, direction);
	uint32_t count = direction == CHIP_QUEUE_TX ? chip->queues_tx : chip->queues_rx;
	uint32_t divide = map->divide ? map->divide : 1;
	uint64_t q = n / divide + (uint64_t)map->times * (n % divide);

	if (map->base == CHIP_QUEUES_AT_BASE || (map->base == CHIP_QUEUES_AFTER_VFS && vfs < 0))
		return false;
	if (map->base == CHIP_QUEUES_AFTER_VFS)
		q += (uint64_t)vfs;
	*queue = (uint32_t)q;
	return q < count;
}

bool chip_queue_to_driver(const struct chip *chip, enum chip_queue direction, uint32_t queue, int64_t vfs, uint32_t *n)
{
	const struct chip_queue_map *map = map_of(chip, direction);
	uint32_t count = direction == CHIP_QUEUE_TX ? chip->queues_tx : chip->queues_rx, at;
	uint32_t divide = map->divide ? map->divide : 1;
	uint64_t before = map->base == CHIP_QUEUES_AFTER_VFS && vfs > 0 ? (uint64_t)vfs : 0, first = count;

	/* Of each remainder one n at most has this queue. */
	for (uint64_t rest = 0; rest < divide && before + map->times * rest <= queue; rest++) {
		uint64_t one = (queue - before - map->times * rest) * divide + rest;

		first = one < first ? one : first;
	}
	*n = (uint32_t)first;
	return first < count && chip_queue_of_driver(chip, direction, *n, vfs, &at) && at == queue;
}

void chip_queue_map_words(const struct chip_queue_map *map, struct buf *out)
{
	static const char *const bases[] = { "", "vfs+", "base+" };

	if (map->base || map->divide)
		buf_printf(out, "%sn", bases[map->base]);
	if (map->divide)
		buf_printf(out, "/%u+%u*(n%%%u)", map->divide, map->times, map->divide);
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

static const struct chip_value *value_of(const struct chip_field *field, uint64_t v)
{
	for (size_t i = 0; i < field->n_values; i++)
		if (v >= field->values[i].first && v <= field->values[i].last)
			return &field->values[i];
	return NULL;
}

static bool is_number(const struct chip_field *field)
{
	return field->unit || field->shift || field->plus || field->scale != 1;
}

void decode_meaning(const struct chip_field *field, uint64_t field_value, struct buf *out)
{
	const struct chip_value *v = value_of(field, field_value);

	if (v) {
		buf_puts(out, v->meaning);
	} else if (is_number(field)) {
		buf_printf(out, "%" PRIu64, (field_value << field->shift) * field->scale + field->plus);
		if (field->unit)
			buf_printf(out, " %s", field->unit);
	}
}

bool decode_unusual(const struct chip_field *field, uint64_t field_value)
{
	const struct chip_value *v = value_of(field, field_value);

	if (v)
		return v->unusual;
	return field_value ? field->unusual_if_set : field->unusual_if_clear;
}

static bool match_name(const char *glob, const struct chip_ref *ref)
{
	char part[NAME_MAX_LENGTH];
	AUTO_BUF struct buf name = { 0 };

	str_copy(part, sizeof(part), glob, strcspn(glob, "."));
	if (!fnmatch(part, ref->reg->name, FNM_CASEFOLD))
		return true;
	if (!ref->reg->dimensions)
		return false;
	chip_ref_name(ref, &name);
	return !strcasecmp(part, buf_str(&name));
}

bool chip_match_ref(const char *glob, const struct chip_ref *ref)
{
	return !glob || (match_name(glob, ref) && chip_match_any_field(glob, ref->reg));
}

bool chip_match_field(const char *glob, const struct chip_field *field)
{
	const char *dot = glob ? strchr(glob, '.') : NULL;

	return !dot || !fnmatch(dot + 1, field->name, FNM_CASEFOLD);
}

bool chip_match_any_field(const char *glob, const struct chip_reg *reg)
{
	for (size_t i = 0; i < reg->n_fields; i++)
		if (chip_match_field(glob, &reg->fields[i]))
			return true;
	return !strchr(glob, '.');
}
