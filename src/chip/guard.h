/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places that a user's definition must not make readable. Private to chip/. */
#ifndef CHIP_GUARD_H
#define CHIP_GUARD_H

#include "chip/internal.h"

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

/* Adds what must not be read of a chip. */
void guard_add(struct guard *g, const struct chip *chip);
void guard_free(struct guard *g);
/* The strictest of the places that a read of some element of reg would load; NULL: none. */
const struct chip_reg *guard_at(const struct guard *g, const struct chip_reg *reg);
/* Whether access a lets through more reads than b. */
bool guard_weaker(enum chip_access a, enum chip_access b);

/* Gives the registers of a chip the access that the built-in definitions of its PCI IDs have for their places. */
void guard_chip(struct chipdb *db, struct chip *chip);

/* Warns of registers of a layer that stay unread, and of those that are read where a base's register must not be. */
void guard_check(struct chipdb *db, enum db_layer layer, struct sink *sink);

#endif
