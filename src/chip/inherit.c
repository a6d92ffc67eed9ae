// SPDX-License-Identifier: GPL-2.0-or-later
/* Driver, BAR, queues, PHY, traits, errata: what a definition says besides registers, and what its bases say. */
#include "chip/resolve.h"

#include <string.h>

static bool has_erratum(const struct chip *chip, const char *id)
{
	for (size_t i = 0; i < chip->n_errata; i++)
		if (!strcmp(chip->errata[i].id, id))
			return true;
	return false;
}

void inherit_base(struct chipdb *db, struct chip *chip, const struct chip *base)
{
	size_t n = chip->n_traits;

	if (base->driver)
		chip->driver = base->driver;
	if (base->bar_size) {
		chip->bar = base->bar;
		chip->bar_size = base->bar_size;
	}
	if (base->queues_tx)
		chip->queues_tx = base->queues_tx;
	if (base->queues_rx)
		chip->queues_rx = base->queues_rx;
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
		if (!has_erratum(chip, base->errata[i].id))
			*ARENA_PUSH(&db->arena, chip->errata, chip->n_errata, cap) = base->errata[i];
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
	chip->ids = arena_alloc(&db->arena, def->n_ids * sizeof(*chip->ids));
	chip->n_ids = def->n_ids;
	for (size_t i = 0; i < def->n_ids; i++)
		chip->ids[i] = def->ids[i].id;
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
	if (def->said & DEF_QUEUES_TX)
		chip->queues_tx = def->queues_tx;
	if (def->said & DEF_QUEUES_RX)
		chip->queues_rx = def->queues_rx;
	if (def->said & DEF_RING)
		chip->ring_entry = def->ring_entry;
	if (def->said & DEF_PHY) {
		chip->phy_kind = def->phy_kind;
		chip->phy = def->phy;
	}
}

void inherit_own(struct chipdb *db, struct chip *chip, const struct def *def)
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
