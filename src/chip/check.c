// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/check.h"
#include "chip/guard.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void definition_twice(const struct checker *c)
{
	if (c->entry->twin)
		fault(c->sink, &c->def->pos, "%s %s is defined twice, first as %s at %s", def_kind_name(c->def->kind),
		      c->def->name, def_kind_name(c->entry->twin->kind),
		      db_place(c->db,
			       &(struct chip_pos){ c->db->files[c->entry->twin->file].name, c->entry->twin->line, 0 }));
}

/* By another definition of its kind; or, of a part, by a chip beside it. A chip of a later or earlier layer takes the ID over. */
static const struct db_id *claimed(const struct checker *c, const struct chip_id *id, uint32_t self)
{
	const struct db_id *other;

	if (c->def->kind == DEF_CHIP)
		return db_id_not_of(&c->db->ids, id, self);
	other = db_id_not_of(&c->db->part_ids, id, self);
	if (other)
		return other;
	other = db_id_not_of(&c->db->ids, id, self);
	return other && c->db->files[c->db->entries[other->entry].file].layer == c->db->files[c->entry->file].layer
		       ? other
		       : NULL;
}

/* Before it in the definition, or anywhere in another chip. */
static void ids_twice(const struct checker *c)
{
	uint32_t self = (uint32_t)(c->entry - c->db->entries);

	for (size_t i = 0; i < c->def->n_ids; i++) {
		const struct def_id *id = &c->def->ids[i];
		const struct db_id *other = claimed(c, &id->id, self);

		if (other)
			fault(c->sink, &id->pos, "PCI ID %04x:%04x is claimed by %s %s as well", id->id.vendor,
			      id->id.device, def_kind_name(c->db->entries[other->entry].kind),
			      c->db->entries[other->entry].name);
		for (size_t j = 0; j < i; j++)
			if (c->def->ids[j].id.vendor == id->id.vendor && c->def->ids[j].id.device == id->id.device) {
				fault(c->sink, &id->pos, "PCI ID %04x:%04x is said twice", id->id.vendor,
				      id->id.device);
				break;
			}
	}
}

static void traits(const struct checker *c)
{
	for (size_t i = 0; i < c->def->n_traits; i++)
		if (!chip_trait_known(c->def->traits[i].name))
			fault(c->sink, &c->def->traits[i].pos, "unknown trait '%s'", c->def->traits[i].name);
}

static void like(const struct checker *c)
{
	const struct db_entry *other;

	if (!c->def->like.name)
		return;
	other = db_entry_named(c->db, DEF_CHIP, c->def->like.name);
	if (!other || other->kind != DEF_CHIP)
		fault(c->sink, &c->def->like.pos, "no chip is named %s", c->def->like.name);
}

static void citations(const struct checker *c)
{
	for (size_t i = 0; i < c->def->n_regs; i++)
		if (!c->def->regs[i]->cite)
			fault(c->sink, &c->def->regs[i]->reg.pos,
			      "register %s has no citation: give @\"text\" or @source:place, or a cite line above",
			      c->def->regs[i]->reg.name);
	for (size_t i = 0; i < c->def->n_errata; i++)
		if (!c->def->errata[i].cite)
			fault(c->sink, &c->def->errata[i].pos, "erratum %s has no citation",
			      c->def->errata[i].erratum.id);
}

/* A family may leave the register of a condition to its users, so that is asked of chips. */
static void condition(const struct checker *c, const struct chip_reg *reg, const struct chip_condition *if_)
{
	const struct chip_reg *other = chip_reg_named(c->chip, reg->space, if_->reg);
	const struct chip_field *field = other ? chip_field_named(other, if_->field) : NULL;
	bool own = db_reg_def(reg) == c->def;

	if (!other && !c->chip->family && !c->entry->partial)
		fault(c->sink, own ? &if_->pos : &c->def->pos, "%s is there if %s.%s, but there is no register %s",
		      reg->name, if_->reg, if_->field, if_->reg);
	if (!other || !own)
		return;
	if (other->dimensions)
		fault(c->sink, &if_->pos, "%s is an array: a condition is on one register", if_->reg);
	else if (!field && !c->entry->partial)
		fault(c->sink, &if_->pos, "register %s has no field %s", if_->reg, if_->field);
	for (size_t i = 0; field && !other->dimensions && i < if_->n_values; i++)
		if (if_->values[i] > chip_field_get(field, UINT64_MAX))
			fault(c->sink, &if_->pos, "%s.%s cannot have the value %" PRIu64, if_->reg, if_->field,
			      if_->values[i]);
}

static void conditions(const struct checker *c)
{
	for (size_t i = 0; i < c->chip->n_regs; i++) {
		const struct chip_reg *reg = c->chip->regs[i];
		const struct chip_condition *if_ = &reg->condition;

		for (; if_ && if_->reg; if_ = if_->next)
			condition(c, reg, if_);
	}
}

static void dump_words_twice(const struct checker *c)
{
	const struct chip_word *words = c->def->words;

	for (size_t i = 1; i < c->def->n_named; i++)
		if (words[i].index == words[i - 1].index)
			fault(c->sink, &words[i].pos, "word %u is said twice, first at line %u", words[i].index,
			      words[i - 1].pos.line);
}

enum { CHIPS = 1, DUMPS = 2, RESOLVED = 4 };

static const struct check {
	const char *name;
	unsigned on; /* RESOLVED: only when its bases could be put under it */
	void (*run)(const struct checker *c);
} checks[] = {
	{ "definition-twice", CHIPS | DUMPS, definition_twice },
	{ "id-twice", CHIPS, ids_twice },
	{ "unknown-trait", CHIPS, traits },
	{ "unknown-like", CHIPS, like },
	{ "no-citation", CHIPS, citations },
	{ "field-past-width", CHIPS, check_field_widths },
	{ "field-overlap", CHIPS, check_field_overlaps },
	{ "field-twice", CHIPS, check_field_names },
	{ "value-past-field", CHIPS, check_values },
	{ "value-twice", CHIPS, check_values_twice },
	{ "number-too-large", CHIPS, check_numbers },
	{ "misaligned", CHIPS, check_alignment },
	{ "stride-too-small", CHIPS, check_strides },
	{ "past-structure", CHIPS, check_structures },
	{ "read-with-another", CHIPS | RESOLVED, check_loads },
	{ "past-bar", CHIPS | RESOLVED, check_bar },
	{ "offset-overlap", CHIPS | RESOLVED, check_overlaps },
	{ "condition", CHIPS | RESOLVED, conditions },
	{ "dump-word-twice", DUMPS, dump_words_twice },
};

void check_entry(struct chipdb *db, struct db_entry *entry, struct sink *sink)
{
	struct checker c = { .db = db, .entry = entry, .def = entry->def, .chip = entry->chip, .sink = sink };
	unsigned kind = entry->kind == DEF_DUMP ? DUMPS : CHIPS;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i].on & kind && (entry->chip || !(checks[i].on & RESOLVED)))
			checks[i].run(&c);
}

void db_check(struct chipdb *db, enum db_layer layer, struct sink *sink)
{
	db->tell_all = true;
	for (uint32_t f = 0; f < db->n_files; f++)
		if (db->files[f].layer == layer)
			db_parse(db, f, sink);
	for (size_t i = 0; i < db->n_entries; i++) {
		struct db_entry *entry = &db->entries[i];

		if (db->files[entry->file].layer != layer || !entry->def)
			continue;
		if (entry->kind == DEF_DUMP)
			db_resolve_dump(db, entry, sink);
		else if (db_resolve(db, entry, sink))
			db_index(db, entry);
		check_entry(db, entry, sink);
	}
	db->tell_all = false;
	if (sink->warn && !sink->n)
		guard_check(db, layer, sink);
}

/* Whether the values of one exclude those of the other. */
static bool disjoint(const struct chip_condition *a, const struct chip_condition *b)
{
	if (strcmp(a->reg, b->reg) != 0 || strcmp(a->field, b->field) != 0 || (a->negate && b->negate))
		return false;
	if (a->negate)
		return disjoint(b, a);
	for (size_t i = 0; i < a->n_values; i++)
		if (chip_condition_holds(b, a->values[i]))
			return false;
	return true;
}

bool check_exclusive(const struct chip_reg *a, const struct chip_reg *b)
{
	for (const struct chip_condition *x = &a->condition; x && x->reg; x = x->next)
		for (const struct chip_condition *y = &b->condition; y && y->reg; y = y->next)
			if (disjoint(x, y))
				return true;
	return false;
}

struct check_offset check_offset(enum chip_space space, uint32_t offset)
{
	struct check_offset o;

	if (space == CHIP_PHY && offset > 31)
		snprintf(o.text, sizeof(o.text), "%u.%u", offset >> 5, offset & 31);
	else if (space == CHIP_PHY)
		snprintf(o.text, sizeof(o.text), "%u", offset);
	else
		snprintf(o.text, sizeof(o.text), "0x%05x", offset);
	return o;
}

const char *check_place(const struct checker *c, const struct chip_pos *from, const struct chip_pos *to)
{
	char *text;

	if (from->file != to->file)
		return db_place(c->db, to);
	text = arena_alloc(&c->db->arena, 24);
	snprintf(text, 24, "line %u", to->line);
	return text;
}
