// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A user's definition does not open the gate: where the built-in definition of the same PCI ID has a register that must
 * not be read, whatever lies there now has the built-in register's access. Compared are the 32-bit words that a read
 * loads, and PHY registers.
 */
#include <stdlib.h>

#include "chip/internal.h"
#include "util/alloc.h"
#include "util/buf.h"

/* A word of the BAR, or a PHY register, which a read of `reg` loads. */
struct guard_place {
	enum chip_space space;
	uint32_t word;
	const struct chip_reg *reg; /* is wo, rc or rs */
};

struct guard {
	struct guard_place *places; /* owned */
	size_t n, cap;
};

static unsigned strictness(enum chip_access access)
{
	switch (access) {
	case CHIP_WO:
		return 3;
	case CHIP_RS:
		return 2;
	case CHIP_RC:
		return 1;
	default:
		return 0;
	}
}

/* Whether access a lets through more reads than b. */
static bool weaker(enum chip_access a, enum chip_access b)
{
	return strictness(a) < strictness(b);
}

static uint32_t word_of(enum chip_space space, uint32_t offset)
{
	return space == CHIP_PHY ? offset : offset >> 2;
}

static int add(const struct chip_ref *ref, void *arg)
{
	struct guard *g = arg;
	uint32_t word = word_of(ref->reg->space, ref->offset);

	for (uint32_t i = 0; i < (ref->reg->width > 32 ? 2 : 1); i++)
		*VEC_PUSH(g->places, g->n, g->cap) = (struct guard_place){ ref->reg->space, word + i, ref->reg };
	return 0;
}

/* By place, the strictest first. */
static int by_place(const void *a, const void *b)
{
	const struct guard_place *x = a, *y = b;

	if (x->space != y->space)
		return x->space < y->space ? -1 : 1;
	if (x->word != y->word)
		return x->word < y->word ? -1 : 1;
	return (int)strictness(y->reg->access) - (int)strictness(x->reg->access);
}

/* Adds the registers of a chip that must not be read. */
static void add_chip(struct guard *g, const struct chip *chip)
{
	for (size_t i = 0; i < chip->n_regs; i++)
		if (chip->regs[i]->space != CHIP_CONFIG && !chip_access_safe(chip->regs[i]->access))
			chip_reg_each(chip->regs[i], add, g);
	if (g->n)
		qsort(g->places, g->n, sizeof(*g->places), by_place);
}

static void guard_free(struct guard *g)
{
	free(g->places);
	*g = (struct guard){ 0 };
}

/* Whether reading some element of the segment loads the word. */
static bool loads(const struct chip_reg *reg, const struct chip_segment *s, uint32_t word)
{
	uint32_t i, j, from, end;

	if (reg->space == CHIP_PHY)
		return chip_segment_find(s, word, &i, &j);
	from = 4 * word - (reg->width > 32 && word ? 4 : 0);
	end = 4 * word + 4;
	for (uint32_t offset = from; offset < end; offset++)
		if (chip_segment_find(s, offset, &i, &j))
			return true;
	return false;
}

/* The first place at or behind a word. */
static size_t lower_bound(const struct guard *g, enum chip_space space, uint32_t word)
{
	size_t low = 0, high = g->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct guard_place *p = &g->places[middle];

		if (p->space < space || (p->space == space && p->word < word))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The strictest of the places that a read of some element of reg would load; NULL: none. */
static const struct chip_reg *guard_at(const struct guard *g, const struct chip_reg *reg)
{
	const struct chip_reg *found = NULL;

	for (size_t n = 0; reg->space != CHIP_CONFIG && n < reg->n_segments; n++) {
		const struct chip_segment *s = &reg->segments[n];
		uint32_t last = word_of(reg->space, chip_segment_last(s)) + (reg->width > 32);

		for (size_t i = lower_bound(g, reg->space, word_of(reg->space, s->offset)); i < g->n; i++) {
			const struct guard_place *p = &g->places[i];

			if (p->space != reg->space || p->word > last)
				break;
			if ((!found || weaker(found->access, p->reg->access)) && loads(reg, s, p->word))
				found = p->reg;
		}
	}
	return found;
}

static void add_built_in(struct chipdb *db, struct chip *chip, struct guard *g)
{
	chip->built_in = arena_alloc(&db->arena, chip->n_ids * sizeof(*chip->built_in));
	for (size_t i = 0; i < chip->n_ids; i++) {
		const struct chip *known;
		const char *name;
		size_t n = 0;

		if (chipdb_by_id(db->built_in, chip->ids[i].vendor, chip->ids[i].device, &known, &name, NULL))
			continue;
		while (n < chip->n_built_in && chip->built_in[n] != known)
			n++;
		if (n < chip->n_built_in)
			continue;
		chip->built_in[chip->n_built_in++] = known;
		add_chip(g, known);
	}
}

/* A copy of a register with the access of the one that the built-in definition has in its place. */
static struct chip_reg *guarded_reg(struct chipdb *db, const struct chip_reg *reg, const struct chip_reg *known)
{
	struct def_reg *copy = arena_memdup(&db->arena, def_reg_of(reg), sizeof(struct def_reg));

	copy->reg.access = known->access;
	copy->reg.built_in = known;
	return &copy->reg;
}

void guard_chip(struct chipdb *db, struct chip *chip)
{
	struct guard g = { 0 };

	add_built_in(db, chip, &g);
	for (size_t i = 0; g.n && i < chip->n_regs; i++) {
		const struct chip_reg *known = guard_at(&g, chip->regs[i]);

		if (known && weaker(chip->regs[i]->access, known->access))
			chip->regs[i] = guarded_reg(db, chip->regs[i], known);
	}
	guard_free(&g);
}

/* The definition stands in one of the files that are checked. */
static bool is_own(const struct chipdb *db, const struct chip_reg *reg, enum db_layer layer)
{
	for (size_t i = 0; i < db->n_files; i++)
		if (db->files[i].name == reg->pos.file)
			return db->files[i].layer == layer;
	return false;
}

/* Of registers that this file defines, in its own chips and, by way of its families, in others. */
static void warn_guarded(struct chipdb *db, const struct db_entry *entry, enum db_layer layer, struct sink *sink)
{
	for (size_t i = 0; i < entry->chip->n_regs; i++) {
		const struct chip_reg *reg = entry->chip->regs[i];
		AUTO_BUF struct buf name = { 0 };

		if (!reg->built_in || !is_own(db, reg, layer))
			continue;
		chip_effect_words(reg->built_in, &name);
		warning(sink, &reg->pos,
			"%s of chip %s stays unread: the built-in definition of the PCI ID says that %s", reg->name,
			entry->name, buf_str(&name));
	}
}

/* What a base says of a place is not known to be wrong of the part that builds on it. */
static void warn_weaker(struct chipdb *db, const struct db_entry *entry, struct sink *sink)
{
	struct guard g = { 0 };

	for (size_t i = 0; i < entry->def->n_bases; i++) {
		const struct db_entry *base = db_entry_named(db, DEF_FAMILY, entry->def->bases[i].name);

		if (base && base->chip)
			add_chip(&g, base->chip);
	}
	for (size_t i = 0; g.n && i < entry->chip->n_regs; i++) {
		const struct chip_reg *reg = entry->chip->regs[i], *known;

		if (db_reg_def(reg) != entry->def || reg->built_in)
			continue;
		known = guard_at(&g, reg);
		if (known && weaker(reg->access, known->access))
			warning(sink, &reg->pos, "%s is %s, and so is read live, where a base has %s, which is %s",
				reg->name, chip_access_name(reg->access), known->name, chip_access_name(known->access));
	}
	guard_free(&g);
}

void guard_check(struct chipdb *db, enum db_layer layer, struct sink *sink)
{
	/* The faults of a chip that a family of this layer breaks show when the chip is looked up. */
	struct sink silent = { .report = fault_ignore };

	for (size_t i = 0; i < db->n_entries; i++) {
		struct db_entry *entry = &db->entries[i];
		bool own = db->files[entry->file].layer == layer;

		if (def_is_of_driver(entry->kind) || (!own && (entry->kind != DEF_CHIP || !db->built_in)))
			continue;
		if (!db_resolve(db, entry, &silent))
			continue;
		db_index(db, entry);
		warn_guarded(db, entry, layer, sink);
		if (own)
			warn_weaker(db, entry, sink);
	}
}
