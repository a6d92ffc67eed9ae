// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a definition to a chip: its file is parsed on first use, and its facts, citations and registers are put on top
 * of those of its bases.
 */
#include <string.h>

#include "chip/internal.h"

/* By way of two bases. */
static bool has_expect(const struct chip *chip, const struct chip_expect *expect)
{
	for (size_t i = 0; i < chip->n_expects; i++)
		if (chip->expects[i] == expect)
			return true;
	return false;
}

static void inherit_names(struct chipdb *db, struct chip *chip, const struct chip *base)
{
	size_t cap = chip->n_bases;

	for (size_t i = 0; i < base->n_bases; i++)
		*ARENA_PUSH(&db->arena, chip->bases, chip->n_bases, cap) = base->bases[i];
	*ARENA_PUSH(&db->arena, chip->bases, chip->n_bases, cap) = base->name;
}

/* Everything but registers. A later base, and then the definition itself, overrides an earlier one. */
static void inherit_base(struct chipdb *db, struct chip *chip, const struct chip *base)
{
	size_t n = chip->n_traits;

	inherit_names(db, chip, base);
	if (base->driver)
		chip->driver = base->driver;
	if (base->bar_size) {
		chip->bar = base->bar;
		chip->bar_size = base->bar_size;
	}
	if (base->queues_tx) {
		chip->queues_tx = base->queues_tx;
		chip->map_tx = base->map_tx;
	}
	if (base->queues_rx) {
		chip->queues_rx = base->queues_rx;
		chip->map_rx = base->map_rx;
	}
	if (base->ring_entry)
		chip->ring_entry = base->ring_entry;
	if (base->phy_kind) {
		chip->phy_kind = base->phy_kind;
		chip->phy = base->phy;
	}
	for (size_t i = 0, cap = n; i < base->n_traits; i++)
		if (!chip_has_trait(chip, base->traits[i]))
			*ARENA_PUSH(&db->arena, chip->traits, chip->n_traits, cap) = base->traits[i];
	for (size_t i = 0, cap = chip->n_errata; i < base->n_errata; i++)
		if (!chip_has_erratum(chip, base->errata[i].id))
			*ARENA_PUSH(&db->arena, chip->errata, chip->n_errata, cap) = base->errata[i];
	for (size_t i = 0, cap = chip->n_expects; i < base->n_expects; i++)
		if (!has_expect(chip, base->expects[i]))
			*ARENA_PUSH(&db->arena, chip->expects, chip->n_expects, cap) = base->expects[i];
}

static void own_lists(struct chipdb *db, struct chip *chip, const struct def *def)
{
	size_t cap = chip->n_traits;

	for (size_t i = 0; i < def->n_traits; i++)
		if (!chip_has_trait(chip, def->traits[i].name))
			*ARENA_PUSH(&db->arena, chip->traits, chip->n_traits, cap) = def->traits[i].name;
	cap = chip->n_errata;
	for (size_t i = 0; i < def->n_errata; i++)
		*ARENA_PUSH(&db->arena, chip->errata, chip->n_errata, cap) = def->errata[i].erratum;
	cap = chip->n_expects;
	for (size_t i = 0; i < def->n_expects; i++)
		*ARENA_PUSH(&db->arena, chip->expects, chip->n_expects, cap) = def->expects[i];
	chip->ids = arena_alloc(&db->arena, def->n_ids * sizeof(*chip->ids));
	chip->n_ids = def->n_ids;
	for (size_t i = 0; i < def->n_ids; i++)
		chip->ids[i] = def->ids[i].id;
	chip->steppings = def->steppings;
	chip->n_steppings = def->n_steppings;
	chip->capabilities = def->capabilities;
	chip->n_capabilities = def->n_capabilities;
}

static void own_facts(struct chip *chip, const struct def *def)
{
	if (def->said & DEF_DRIVER)
		chip->driver = def->driver;
	if (def->said & DEF_BAR) {
		chip->bar = def->bar;
		chip->bar_size = def->bar_size;
	}
	if (def->said & DEF_QUEUES_TX) {
		chip->queues_tx = def->queues_tx;
		chip->map_tx = def->map_tx;
	}
	if (def->said & DEF_QUEUES_RX) {
		chip->queues_rx = def->queues_rx;
		chip->map_rx = def->map_rx;
	}
	if (def->said & DEF_RING)
		chip->ring_entry = def->ring_entry;
	if (def->said & DEF_PHY) {
		chip->phy_kind = def->phy_kind;
		chip->phy = def->phy;
	}
}

/* The definition's own driver, BAR, queues, PHY, traits and errata. */
static void inherit_own(struct chipdb *db, struct chip *chip, const struct def *def)
{
	chip->name = def->name;
	chip->title = def->title;
	chip->family = def->kind == DEF_FAMILY;
	chip->part = def->kind == DEF_PART;
	chip->like = def->like.name;
	chip->pos = def->pos;
	own_facts(chip, def);
	own_lists(db, chip, def);
}

static const char *source_title(const struct db_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->n_sources; i++)
		if (!strcmp(entry->sources[i].name, name))
			return entry->sources[i].title;
	return NULL;
}

/* A source counts in its definition and in those that build on it. */
static void cite_sources(struct chipdb *db, struct db_entry *entry, const struct def_source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!source_title(entry, sources[i].name))
			*ARENA_PUSH(&db->arena, entry->sources, entry->n_sources, entry->cap_sources) = sources[i];
}

/* After all sources: gives each register and erratum its citation's text, "TITLE, PLACE" of a source of the definition
 * or of its bases. */
static void cite_resolve(struct chipdb *db, const struct db_entry *entry, struct sink *sink)
{
	struct def *def = entry->def;

	for (size_t i = 0; i < def->n_cites; i++) {
		struct def_cite *c = def->cites[i];
		const char *title;
		char *text;

		if (c->text)
			continue;
		title = source_title(entry, c->source);
		if (!title) {
			fault(sink, &c->pos, "source %s is not declared, here or in a base", c->source);
			title = c->source;
		}
		text = arena_alloc(&db->arena, strlen(title) + strlen(c->place) + 3);
		strcat(strcat(strcpy(text, title), ", "), c->place);
		c->text = text;
	}
	for (size_t i = 0; i < def->n_regs; i++)
		def->regs[i]->reg.cite = def->regs[i]->cite ? def->regs[i]->cite->text : NULL;
	for (size_t i = 0; i < def->n_errata; i++)
		def->errata[i].erratum.cite = def->errata[i].cite ? def->errata[i].cite->text : NULL;
}

/* The registers as they come together, one place a name. */
struct merge {
	struct chipdb *db;
	struct db_entry *entry;
	struct sink *sink;
	struct arena scratch; /* names and slots */
	struct namemap names; /* tag: space; value: position in slots */
	struct merge_slot {
		const struct def_reg *reg;   /* NULL: removed */
		const struct def_reg *rival; /* another base's of this name */
	} * slots;
	size_t n, cap;
};

static struct merge_slot *slot_hashed(struct merge *m, enum chip_space space, uint32_t hash, const char *name)
{
	uint32_t at = namemap_get_hashed(&m->names, space, hash, name, strlen(name));

	return at == NAMEMAP_NONE || !m->slots[at].reg ? NULL : &m->slots[at];
}

static struct merge_slot *slot_named(struct merge *m, enum chip_space space, const char *name)
{
	return slot_hashed(m, space, namemap_hash(space, name, strlen(name)), name);
}

static void add(struct merge *m, const struct def_reg *r)
{
	namemap_set_hashed(&m->names, &m->scratch, r->reg.space, r->hash, r->reg.name, (uint32_t)m->n);
	*ARENA_PUSH(&m->scratch, m->slots, m->n, m->cap) = (struct merge_slot){ .reg = r };
}

static void merge_base(struct merge *m, const struct db_entry *base)
{
	namemap_room(&m->names, &m->scratch, m->n + base->n_regs);
	for (size_t i = 0; i < base->n_regs; i++) {
		const struct def_reg *r = base->regs[i];
		struct merge_slot *slot = slot_hashed(m, r->reg.space, r->hash, r->reg.name);

		if (!slot)
			add(m, r);
		else if (slot->reg != r)
			slot->rival = r;
	}
}

static bool has_element_at(const struct chip_reg *reg, uint32_t offset)
{
	uint32_t i, j;

	for (size_t n = 0; n < reg->n_segments; n++)
		if (chip_segment_find(&reg->segments[n], offset, &i, &j))
			return true;
	return false;
}

/* There are several at an offset if they never exist together. */
static void remove_at(struct merge *m, const struct def_remove *r)
{
	bool found = false;

	for (size_t i = 0; i < m->n; i++) {
		struct merge_slot *slot = &m->slots[i];

		if (!slot->reg || slot->reg->reg.space != r->space || !has_element_at(&slot->reg->reg, r->offset))
			continue;
		slot->reg = NULL;
		found = true;
	}
	if (!found && !m->entry->partial)
		fault(m->sink, &r->pos, "no base has a register at this offset to remove");
}

static void remove_regs(struct merge *m, const struct def *def)
{
	for (size_t i = 0; i < def->n_removes; i++) {
		const struct def_remove *r = &def->removes[i];
		struct merge_slot *slot = r->name ? slot_named(m, r->space, r->name) : NULL;

		if (!r->name)
			remove_at(m, r);
		else if (slot)
			slot->reg = NULL;
		else if (!m->entry->partial)
			fault(m->sink, &r->pos, "no base has a register %s to remove", r->name);
	}
}

static void twice(struct merge *m, const struct def_reg *r, const struct def_reg *before)
{
	const char *place = db_place(m->db, &before->reg.pos);

	if (before->def == r->def)
		fault(m->sink, &r->reg.pos, "register %s is defined twice, first at line %u", r->reg.name,
		      before->reg.pos.line);
	else
		fault(m->sink, &r->reg.pos,
		      "base %s has a register %s already (%s): say override or remove, or name it otherwise",
		      before->def->name, r->reg.name, place);
}

static void add_own(struct merge *m, const struct def *def)
{
	namemap_room(&m->names, &m->scratch, m->n + def->n_regs);
	for (size_t i = 0; i < def->n_regs; i++) {
		const struct def_reg *r = def->regs[i];
		struct merge_slot *slot = slot_hashed(m, r->reg.space, r->hash, r->reg.name);

		if (r->override && slot && slot->reg->def != def) {
			*slot = (struct merge_slot){ .reg = r };
		} else if (slot && (slot->reg->def == def || !r->override)) {
			twice(m, r, slot->reg);
		} else {
			if (r->override && !m->entry->partial)
				fault(m->sink, &r->reg.pos, "no base has a register %s to override", r->reg.name);
			add(m, r);
		}
	}
}

/* A base's register with another place becomes one of the definition's own, as if it overrode the base's in full. */
static void move_regs(struct merge *m, struct def *def)
{
	for (size_t i = 0; i < def->n_moves; i++) {
		const struct def_move *move = &def->moves[i];
		struct merge_slot *slot = slot_named(m, move->place.space, move->place.name);
		struct def_reg *r;

		if (!slot) {
			if (!m->entry->partial)
				fault(m->sink, &move->place.pos, "no base has a register %s to move", move->place.name);
			continue;
		}
		if (slot->reg->reg.dimensions != move->place.dimensions) {
			fault(m->sink, &move->place.pos, "%s has %u dimensions, and %u in base %s", move->place.name,
			      move->place.dimensions, slot->reg->reg.dimensions, slot->reg->def->name);
			continue;
		}
		r = arena_memdup(&m->db->arena, slot->reg, sizeof(*r));
		r->def = def;
		r->override = true;
		r->reg.pos = move->place.pos;
		r->reg.segments = move->place.segments;
		r->reg.n_segments = move->place.n_segments;
		r->cite = move->cite ? move->cite : r->cite;
		r->reg.cite = r->cite ? r->cite->text : NULL;
		*ARENA_PUSH(&m->db->arena, def->regs, def->n_regs, def->cap_regs) = r;
	}
}

static void tell_rivals(struct merge *m, const struct def *def)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct merge_slot *s = &m->slots[i];

		if (s->reg && s->rival)
			fault(m->sink, &def->pos,
			      "bases %s and %s both have a register %s (%s, %s): say override or remove",
			      s->reg->def->name, s->rival->def->name, s->reg->reg.name,
			      db_place(m->db, &s->reg->reg.pos), db_place(m->db, &s->rival->reg.pos));
	}
}

/* The segments without the elements from index n on. */
static void cut_segments(struct chipdb *db, struct chip_reg *reg, uint32_t n)
{
	struct chip_segment *s = arena_memdup(&db->arena, reg->segments, reg->n_segments * sizeof(*s));
	size_t kept = 0;

	for (size_t i = 0; i < reg->n_segments; i++)
		if (s[i].first < n) {
			s[kept] = s[i];
			s[kept].last = s[i].last < n ? s[i].last : n - 1;
			kept++;
		}
	reg->segments = s;
	reg->n_segments = kept;
}

/* A part has no more elements of a base's queue array than queues. NULL: none. */
static const struct def_reg *cut_to_queues(struct chipdb *db, const struct chip *chip, const struct def_reg *r)
{
	uint32_t n = r->reg.queue == CHIP_QUEUE_TX ? chip->queues_tx : chip->queues_rx;
	const struct chip_reg *reg = &r->reg;
	struct def_reg *copy;

	if (chip->family || !reg->queue || !n || reg->segments[reg->n_segments - 1].last < n)
		return r;
	copy = arena_memdup(&db->arena, r, sizeof(*r)); /* others that build on this chip do not see it */
	cut_segments(db, &copy->reg, n);
	return copy->reg.n_segments ? copy : NULL;
}

static void collect(struct merge *m, struct chip *chip, const struct def *def)
{
	struct db_entry *entry = m->entry;

	entry->regs = arena_alloc(&m->db->arena, m->n * sizeof(*entry->regs));
	chip->regs = arena_alloc(&m->db->arena, m->n * sizeof(struct chip_reg *));
	for (size_t i = 0; i < m->n; i++) {
		const struct def_reg *r = m->slots[i].reg;

		if (r)
			entry->regs[entry->n_regs++] = r;
		if (r && r->def != def)
			r = cut_to_queues(m->db, chip, r);
		if (r)
			/* Nobody changes it; the model's pointer is not const for its makers' sake. */
			chip->regs[chip->n_regs++] = (struct chip_reg *)(uintptr_t)&r->reg;
	}
}

/* After all bases: applies the definition's own remove, move, override and reg lines, and puts the registers into chip. */
static void merge_own(struct merge *m, struct def *def, struct chip *chip)
{
	remove_regs(m, def);
	move_regs(m, def);
	add_own(m, def);
	tell_rivals(m, def);
	collect(m, chip, def);
}

#define DEPTH 16 /* bases below bases */

/* The base's entry, resolved; NULL, with a fault reported, if it cannot be used. */
static struct db_entry *base_of(struct chipdb *db, struct db_entry *entry, size_t i, struct sink *sink)
{
	const struct def_name *name = &entry->def->bases[i];
	struct db_entry *base = db_entry_named(db, DEF_FAMILY, name->name);

	for (size_t before = 0; before < i; before++)
		if (!strcmp(entry->def->bases[before].name, name->name)) {
			fault(sink, &name->pos, "base %s is named twice", name->name);
			return NULL;
		}
	if (!base || (base->kind != DEF_FAMILY && base->kind != DEF_CHIP)) {
		fault(sink, &name->pos, "no family or chip is named %s", name->name);
		return NULL;
	}
	if (base->state == DB_RESOLVING) {
		fault(sink, &name->pos, "%s builds on %s, which builds on it: the bases form a circle", entry->name,
		      base->name);
		return NULL;
	}
	if (!db_resolve(db, base, sink))
		return NULL;
	if (base->depth + 1 > DEPTH) {
		fault(sink, &name->pos, "bases are nested more than %d deep", DEPTH);
		return NULL;
	}
	if (entry->depth < base->depth + 1)
		entry->depth = base->depth + 1;
	entry->partial = entry->partial || base->partial;
	return base;
}

void db_index(struct chipdb *db, struct db_entry *entry)
{
	if (entry->chip->index)
		return;
	if (db->built_in)
		guard_chip(db, entry->chip);
	entry->chip->index = chip_index_new(&db->arena, entry->chip);
}

static bool merge_all(struct merge *m, struct chip *chip)
{
	struct chipdb *db = m->db;
	struct db_entry *entry = m->entry;
	struct def *def = entry->def;
	bool usable = true;

	cite_sources(db, entry, def->sources, def->n_sources);
	for (size_t i = 0; i < def->n_bases; i++) {
		struct db_entry *base = base_of(db, entry, i, m->sink);

		if (base) {
			inherit_base(db, chip, base->chip);
			merge_base(m, base);
			cite_sources(db, entry, base->sources, base->n_sources);
		}
		usable = usable && base;
	}
	cite_resolve(db, entry, m->sink);
	if (!usable)
		return false;
	inherit_own(db, chip, def);
	merge_own(m, def, chip);
	db->n_regs += m->n;
	return true;
}

static bool resolve_def(struct chipdb *db, struct db_entry *entry, struct sink *sink)
{
	struct merge m = { .db = db, .entry = entry, .sink = sink };
	struct chip *chip = arena_alloc(&db->arena, sizeof(*chip));
	bool usable;

	if (db->n_regs > DB_REGISTERS)
		return fault(sink, &entry->def->pos, "the definitions before have more than %zu registers together",
			     DB_REGISTERS);
	usable = merge_all(&m, chip);
	arena_free(&m.scratch);
	if (usable)
		entry->chip = chip;
	return usable;
}

/* A driver's: it has no bases. */
void db_cite(struct chipdb *db, struct db_entry *entry, struct sink *sink)
{
	cite_sources(db, entry, entry->def->sources, entry->def->n_sources);
	cite_resolve(db, entry, sink);
}

bool db_resolve(struct chipdb *db, struct db_entry *entry, struct sink *sink)
{
	size_t faults = sink->n;

	if (entry->state == DB_READY || entry->state == DB_BROKEN)
		return entry->state == DB_READY;
	db_parse(db, entry->file, sink);
	if (entry->state == DB_BROKEN)
		return false;
	entry->state = DB_RESOLVING;
	entry->state = resolve_def(db, entry, sink) && (db->tell_all || sink->n == faults) ? DB_READY : DB_BROKEN;
	return entry->state == DB_READY;
}
