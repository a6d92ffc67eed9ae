// SPDX-License-Identifier: GPL-2.0-or-later
/* The registers of a definition on top of those of its bases. */
#include "chip/resolve.h"

#include <string.h>

static const struct def_reg *def_reg_of(const struct chip_reg *reg)
{
	return (const struct def_reg *)((const char *)reg - offsetof(struct def_reg, reg));
}

const struct def *db_reg_def(const struct chip_reg *reg)
{
	return def_reg_of(reg)->def;
}

struct chip_reg *db_guarded_reg(struct chipdb *db, const struct chip_reg *reg, const struct chip_reg *known)
{
	struct def_reg *copy = arena_memdup(&db->arena, def_reg_of(reg), sizeof(*copy));

	copy->original = def_reg_of(reg);
	copy->reg.access = known->access;
	copy->reg.built_in = known;
	return &copy->reg;
}

static struct merge_slot *slot_named(struct merge *m, enum chip_space space, const char *name)
{
	uint32_t at = namemap_get(&m->names, space, name, strlen(name));

	return at == NAMEMAP_NONE || !m->slots[at].reg ? NULL : &m->slots[at];
}

static void add(struct merge *m, const struct def_reg *r)
{
	namemap_set(&m->names, &m->db->arena, r->reg.space, r->reg.name, (uint32_t)m->n);
	*ARENA_PUSH(&m->db->arena, m->slots, m->n, m->cap) = (struct merge_slot){ .reg = r };
}

void merge_base(struct merge *m, const struct chip *base)
{
	for (size_t i = 0; i < base->n_regs; i++) {
		const struct def_reg *copy = def_reg_of(base->regs[i]), *r = copy->original ? copy->original : copy;
		struct merge_slot *slot = slot_named(m, r->reg.space, r->reg.name);

		if (!slot)
			add(m, r);
		else if (slot->reg != r)
			slot->rival = r;
	}
}

static void remove_regs(struct merge *m, const struct def *def)
{
	for (size_t i = 0; i < def->n_removes; i++) {
		const struct def_remove *r = &def->removes[i];
		struct merge_slot *slot = slot_named(m, r->space, r->name);

		if (slot)
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
	for (size_t i = 0; i < def->n_regs; i++) {
		const struct def_reg *r = def->regs[i];
		struct merge_slot *slot = slot_named(m, r->reg.space, r->reg.name);

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

static void collect(struct merge *m, struct chip *chip)
{
	chip->regs = arena_alloc(&m->db->arena, m->n * sizeof(struct chip_reg *));
	for (size_t i = 0; i < m->n; i++)
		if (m->slots[i].reg)
			/* Nobody changes it; the model's pointer is not const for its makers' sake. */
			chip->regs[chip->n_regs++] = (struct chip_reg *)(uintptr_t)&m->slots[i].reg->reg;
}

void merge_own(struct merge *m, const struct def *def, struct chip *chip)
{
	remove_regs(m, def);
	add_own(m, def);
	tell_rivals(m, def);
	collect(m, chip);
}
