/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of db_resolve(): what a definition takes from its bases. Private to chip/. */
#ifndef CHIP_RESOLVE_H
#define CHIP_RESOLVE_H

#include "chip/db_private.h"

/* The registers as they come together, one place a name; in merge.c. */
struct merge {
	struct chipdb *db;
	struct db_entry *entry;
	struct sink *sink;
	struct namemap names; /* tag: space; value: position in slots */
	struct merge_slot {
		const struct def_reg *reg;   /* NULL: removed */
		const struct def_reg *rival; /* another base's of this name */
	} * slots;
	size_t n, cap;
};

void merge_base(struct merge *m, const struct chip *base);
/* After all bases: removes, overrides and adds what the definition itself says, and puts the registers into chip. */
void merge_own(struct merge *m, const struct def *def, struct chip *chip);

/* All but registers, in inherit.c: what a base says counts until the next base, or the definition itself, says
 * otherwise. */
void inherit_base(struct chipdb *db, struct chip *chip, const struct chip *base);
void inherit_own(struct chipdb *db, struct chip *chip, const struct def *def);

/* Citations, in cite.c. A source counts in its definition and in those that build on it. */
void cite_sources(struct chipdb *db, struct db_entry *entry, const struct def_source *sources, size_t n);
/* After all sources: gives each register and erratum of the definition its citation's text. */
void cite_resolve(struct chipdb *db, const struct db_entry *entry, struct sink *sink);

#endif
