// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules for a definition, beyond those of the parser and of its bases. The table `checks` lists them all;
 * check_places.c has those for offsets. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "chip/internal.h"
#include "util/alloc.h"

static void each_field(const struct checker *c,
		       void (*run)(const struct checker *c, const struct chip_reg *reg, const struct chip_field *field))
{
	for (size_t r = 0; r < c->def->n_regs; r++) {
		const struct chip_reg *reg = &c->def->regs[r]->reg;

		for (size_t f = 0; f < reg->n_fields; f++)
			run(c, reg, &reg->fields[f]);
	}
}

static uint64_t most(const struct chip_field *f)
{
	return chip_field_get(f, UINT64_MAX);
}

static void field_width(const struct checker *c, const struct chip_reg *reg, const struct chip_field *f)
{
	if (f->hi >= reg->width)
		fault(c->sink, &f->pos, "bit %u of field %s is past the %u bits of %s", f->hi, f->name, reg->width,
		      reg->name);
}

static void check_field_widths(const struct checker *c)
{
	each_field(c, field_width);
}

/* The first field before this one in the register that shares a bit with it; NULL: none. */
static const struct chip_field *overlapped(const struct chip_reg *reg, size_t f)
{
	uint64_t mask = chip_field_mask(&reg->fields[f]);

	for (size_t g = 0; g < f; g++)
		if (mask & chip_field_mask(&reg->fields[g]))
			return &reg->fields[g];
	return NULL;
}

static void check_field_overlaps(const struct checker *c)
{
	for (size_t r = 0; r < c->def->n_regs; r++) {
		const struct chip_reg *reg = &c->def->regs[r]->reg;

		for (size_t f = 1; f < reg->n_fields; f++) {
			const struct chip_field *field = &reg->fields[f], *other = overlapped(reg, f), *later;

			if (!other)
				continue;
			later = field->pos.line > other->pos.line ? field : other;
			fault(c->sink, &later->pos, "field %s overlaps field %s (line %u)", later->name,
			      later == field ? other->name : field->name,
			      later == field ? other->pos.line : field->pos.line);
		}
	}
}

static void check_field_names(const struct checker *c)
{
	for (size_t r = 0; r < c->def->n_regs; r++) {
		const struct chip_reg *reg = &c->def->regs[r]->reg;

		for (size_t f = 0; f < reg->n_fields; f++)
			for (size_t g = 0; g < f; g++)
				if (!strcmp(reg->fields[f].name, reg->fields[g].name)) {
					const struct chip_pos *p = &reg->fields[f].pos, *q = &reg->fields[g].pos;

					fault(c->sink, p->line > q->line ? p : q,
					      "%s has two fields named %s (line %u)", reg->name, reg->fields[f].name,
					      p->line > q->line ? q->line : p->line);
				}
	}
}

/* Another field of the register with the role of f, and above it in the text; NULL: f is the first. */
static const struct chip_field *same_role_above(const struct chip_reg *reg, const struct chip_field *f)
{
	const struct chip_field *other;

	for (size_t n = 0; (other = chip_field_with_role(reg, f->role, n)); n++)
		if (other->pos.line < f->pos.line)
			return other;
	return NULL;
}

/* A field's role counts beside its register's. The partner pauses traffic classes one by one; all else is in one field. */
static void field_role(const struct checker *c, const struct chip_reg *reg, const struct chip_field *f)
{
	const struct chip_field *above;

	if (!f->role)
		return;
	if (!reg->role)
		fault(c->sink, &f->pos, "field %s has a role, and %s has none", f->name, reg->name);
	above = f->role == CHIP_FIELD_PAUSED || f->role == CHIP_FIELD_FLOWING ? NULL : same_role_above(reg, f);
	if (above)
		fault(c->sink, &f->pos, "%s has two fields with the role %s (line %u)", reg->name,
		      chip_field_role_name(f->role), above->pos.line);
}

static void check_field_roles(const struct checker *c)
{
	each_field(c, field_role);
}

static struct chip_pos value_pos(const struct chip_field *f, const struct chip_value *v)
{
	struct chip_pos pos = f->pos;

	pos.column = v->column;
	return pos;
}

static void values(const struct checker *c, const struct chip_reg *reg, const struct chip_field *f)
{
	for (size_t i = 0; i < f->n_values; i++) {
		struct chip_pos pos = value_pos(f, &f->values[i]);

		if (f->hi < reg->width && f->values[i].last > most(f))
			fault(c->sink, &pos, "value %" PRIu64 " is beyond field %s, which ends at %" PRIu64,
			      f->values[i].last, f->name, most(f));
	}
}

static void check_values(const struct checker *c)
{
	each_field(c, values);
}

static void values_twice(const struct checker *c, const struct chip_reg *reg, const struct chip_field *f)
{
	(void)reg;
	for (size_t i = 0; i < f->n_values; i++)
		for (size_t j = 0; j < i; j++) {
			const struct chip_value *v = &f->values[i], *before = &f->values[j];
			struct chip_pos pos = value_pos(f, v);

			if (v->first > before->last || v->last < before->first)
				continue;
			fault(c->sink, &pos, "value %" PRIu64 " has two meanings",
			      v->first > before->first ? v->first : before->first);
			break;
		}
}

static void check_values_twice(const struct checker *c)
{
	each_field(c, values_twice);
}

static void number(const struct checker *c, const struct chip_reg *reg, const struct chip_field *f)
{
	uint64_t v, shown;

	if (f->hi >= reg->width)
		return;
	v = most(f);
	if ((f->shift && v > UINT64_MAX >> f->shift) || __builtin_mul_overflow(v << f->shift, f->scale, &shown) ||
	    __builtin_add_overflow(shown, f->plus, &shown))
		fault(c->sink, &f->pos, "the largest value of field %s, shifted and scaled, is past 64 bits", f->name);
}

static void check_numbers(const struct checker *c)
{
	each_field(c, number);
}

static void definition_twice(const struct checker *c)
{
	const struct db_entry *twin;

	if (c->entry->twin == NAMEMAP_NONE)
		return;
	twin = &c->db->entries[c->entry->twin];
	fault(c->sink, &c->def->pos, "%s %s is defined twice, first as %s at %s", def_kind_name(c->def->kind),
	      c->def->name, def_kind_name(twin->kind),
	      db_place(c->db, &(struct chip_pos){ c->db->files[twin->file].name, twin->line, 0 }));
}

/* By another definition of its kind; or, of a part, by a chip beside it. A chip of a later or earlier layer takes the
 * ID over. */
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

		for (const struct chip_condition *if_ = reg->condition; if_; if_ = if_->next)
			condition(c, reg, if_);
	}
}

static bool for_others(const struct chip_word *a, const struct chip_word *b)
{
	for (size_t i = 0; i < a->n_only; i++)
		for (size_t j = 0; j < b->n_only; j++)
			if (!strcmp(a->only[i], b->only[j]))
				return false;
	return a->n_only && b->n_only;
}

/* A word has two lines if each is for other chips. */
static void dump_words_twice(const struct checker *c)
{
	const struct chip_word *words = c->def->dump.words;

	for (size_t i = 1; i < c->def->dump.n_named; i++)
		for (size_t j = i; j-- > 0 && words[j].index == words[i].index;) {
			if (for_others(&words[j], &words[i]))
				continue;
			fault(c->sink, &words[i].pos, "word %u is said twice, first at line %u", words[i].index,
			      words[j].pos.line);
			break;
		}
}

static void dump_chips(const struct checker *c)
{
	for (size_t i = 0; i < c->def->n_only; i++) {
		const struct def_name *name = &c->def->only[i];
		const struct db_entry *entry = db_entry_named(c->db, DEF_CHIP, name->name);

		if (!entry || entry->kind == DEF_PART)
			fault(c->sink, &name->pos, "no family or chip is named %s", name->name);
	}
}

/* A base's array is cut to the part's queues; one of its own has no more. */
static void queues_past(const struct checker *c)
{
	for (size_t i = 0; c->def->kind == DEF_CHIP && i < c->def->n_regs; i++) {
		const struct chip_reg *reg = &c->def->regs[i]->reg;
		uint32_t n = reg->queue == CHIP_QUEUE_TX ? c->chip->queues_tx : c->chip->queues_rx;
		uint32_t last = reg->segments[reg->n_segments - 1].last;

		if (reg->queue && n && last >= n)
			fault(c->sink, &reg->pos, "%s has an element for queue %u, and the part has %u %s queues",
			      reg->name, last, n, reg->queue == CHIP_QUEUE_TX ? "transmit" : "receive");
	}
}

/* A name leads to one chip: not to another chip's id, nor to two chips by their ids. */
static void id_names(const struct checker *c)
{
	const struct db_ids *ids = &c->db->ids;

	for (size_t i = 0; c->def->kind == DEF_CHIP && i < ids->n; i++) {
		const struct db_entry *other = &c->db->entries[ids->v[i].entry];

		if (other == c->entry || !ids->v[i].id.name)
			continue;
		for (size_t j = 0; j < c->def->n_ids; j++) {
			const struct def_id *id = &c->def->ids[j];

			if (id->id.name && !strcasecmp(id->id.name, ids->v[i].id.name))
				fault(c->sink, &id->pos, "%s is the name of an id of chip %s as well", id->id.name,
				      other->name);
		}
	}
}

enum { CHIPS = 1, DRIVERS = 2, RESOLVED = 4 };

static const struct check {
	const char *name;
	unsigned on; /* RESOLVED: only when its bases could be put under it */
	void (*run)(const struct checker *c);
} checks[] = {
	{ "definition-twice", CHIPS | DRIVERS, definition_twice },
	{ "id-twice", CHIPS, ids_twice },
	{ "id-name-twice", CHIPS, id_names },
	{ "queues-past", CHIPS | RESOLVED, queues_past },
	{ "unknown-trait", CHIPS, traits },
	{ "unknown-like", CHIPS, like },
	{ "no-citation", CHIPS, citations },
	{ "field-past-width", CHIPS, check_field_widths },
	{ "field-overlap", CHIPS, check_field_overlaps },
	{ "field-twice", CHIPS, check_field_names },
	{ "field-role", CHIPS, check_field_roles },
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
	{ "expect", CHIPS | RESOLVED, check_expects },
	{ "dump-word-twice", DRIVERS, dump_words_twice },
	{ "dump-of-unknown", DRIVERS, dump_chips },
};

/* Runs all rules that can be run on the entry. */
static void check_entry(struct chipdb *db, struct db_entry *entry, struct sink *sink)
{
	struct checker c = { .db = db, .entry = entry, .def = entry->def, .chip = entry->chip, .sink = sink };
	unsigned kind = def_is_of_driver(entry->kind) ? DRIVERS : CHIPS;

	for (size_t i = 0; i < COUNT(checks); i++)
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
		if (def_is_of_driver(entry->kind))
			db_resolve_driver(db, entry, sink);
		else if (db_resolve(db, entry, sink))
			db_index(db, entry);
		check_entry(db, entry, sink);
	}
	db->tell_all = false;
	if (sink->warn && !sink->n)
		guard_check(db, layer, sink);
}
