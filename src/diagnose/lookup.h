/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of one snapshot by what they are for, whichever register and field the part has them in. */
#ifndef DIAGNOSE_LOOKUP_H
#define DIAGNOSE_LOOKUP_H

#include "snapshot/snapshot.h"

/* A snapshot's registers in order of their offsets; s->regs may be thousands. */
struct lookup {
	const struct snapshot *s;
	const struct chip *chip; /* NULL: nothing is found */
	const struct reg_sample **by_place;
	size_t n;
};

/* A value with the register it came from. */
struct reading {
	struct chip_ref ref;
	const struct chip_field *field; /* NULL: the whole register */
	uint64_t value;
};

void lookup_init(struct lookup *l, const struct snapshot *s, const struct chip *chip);
/* The same, far cheaper if the registers stand in the order of those of an earlier snapshot. */
void lookup_init_like(struct lookup *l, const struct snapshot *s, const struct lookup *before);
void lookup_free(struct lookup *l);

/* Element i of the register with the role; false if the part has none or the snapshot no value. */
bool lookup_role(const struct lookup *l, enum chip_role role, uint32_t i, struct reading *out);
/* One of its fields; `names` are alternatives separated by '|', the part's first that exists counts. */
bool lookup_field(const struct lookup *l, enum chip_role role, uint32_t i, const char *names, struct reading *out);
/* A register by name, where no role says what it is for. */
bool lookup_reg(const struct lookup *l, const struct chip_reg *reg, uint32_t i, struct reading *out);
/* The field that starts at bit 0, or the whole: the number in head, tail and length registers. */
bool lookup_low(const struct lookup *l, enum chip_role role, uint32_t i, struct reading *out);
/* Any register that has this field, by name. */
bool lookup_named(const struct lookup *l, const char *reg, const char *field, struct reading *out);

/* Appends "TDH[0] = 0x5d", "STATUS.LU = 0 (down)". */
void reading_words(const struct reading *r, struct buf *out);

#endif
