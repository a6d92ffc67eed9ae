/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of one snapshot by what they are for, whichever register and field the chip has them in. */
#ifndef DEVICE_VALUES_H
#define DEVICE_VALUES_H

#include "snapshot/snapshot.h"

/* Which of a snapshot's registers come one after the other by their places; s->regs may be thousands, and the same in the next
 * snapshot. */
struct values_order {
	size_t holders; /* values that have it */
	size_t n;
	uint32_t at[];
};

struct values {
	const struct snapshot *s;
	const struct chip *chip;    /* NULL: nothing is found */
	struct values_order *order; /* held; NULL: of none */
	size_t n_read;              /* registers with a value */
	/* Where the first two elements of a role's register are among them, as elements are mostly as far from each other: a guess. */
	struct {
		uint16_t first, step;
	} role_at[CHIP_ROLES];
	bool borrowed; /* by_place is owned by a struct values_kept */
};

/* Values of snapshots that are asked about again and again: each is put in order once. */
struct values_kept {
	struct values *v; /* owned */
	size_t n, cap;
};

/* A value with the register it came from. */
struct reading {
	struct chip_ref ref;
	const struct chip_field *field; /* NULL: the whole register */
	uint64_t value;
};

/* The registers of a snapshot by their places. Snapshot and chip (NULL: none) outlive *l, which values_free() frees. */
void values_init(struct values *l, const struct snapshot *s, const struct chip *chip);
/* The same, far cheaper if the registers stand in the order of those of an earlier snapshot. */
void values_init_like(struct values *l, const struct snapshot *s, const struct values *before);
void values_free(struct values *l);
/* As values_init_like() (`before` may be NULL), once for a snapshot and a chip. The snapshot outlives `kept`, which outlives *l. */
void values_init_kept(struct values *l, const struct snapshot *s, const struct chip *chip, const struct values *before,
		      struct values_kept *kept);
void values_kept_free(struct values_kept *kept);

/* The sample at a place (offset as in struct chip_ref: bytes, or the number of a PHY register), read or not, owned by the snapshot; NULL
 * if it has none. */
const struct reg_sample *values_sample(const struct values *l, enum chip_space space, uint32_t offset);
/* Element i of the register with the role; false if the part has none or the snapshot no value. */
bool values_role(const struct values *l, enum chip_role role, uint32_t i, struct reading *out);
/* From a whole register to its field with that role; false if it has none. */
bool reading_field(struct reading *r, enum chip_field_role field);
/* Element i of the register with the role: its field with that role. */
bool values_field_role(const struct values *l, enum chip_role role, uint32_t i, enum chip_field_role field,
		       struct reading *out);
/* The nth of its fields with that role. */
bool values_field_nth(const struct values *l, enum chip_role role, uint32_t i, enum chip_field_role field, size_t n,
		      struct reading *out);
/* Whether the partner pauses the nth traffic class that the register with the role has: by a field that is set while it does, or by one
 * that is set while it does not. -1 if that is not known. */
int values_paused(const struct values *l, enum chip_role role, size_t n, struct reading *out);
/* A register by name, where no role says what it is for. */
bool values_reg(const struct values *l, const struct chip_reg *reg, uint32_t i, struct reading *out);
/* The field that starts at bit 0, or the whole: the number in head, tail and length registers. */
bool values_low(const struct values *l, enum chip_role role, uint32_t i, struct reading *out);
/* The field of the register that starts at bit 0, owned by the chipdb; NULL if there is none. */
const struct chip_field *values_low_field(const struct chip_reg *reg);

/* Whether the Ethernet link is up: 1, 0, or -1 if it is not known. It is down if the register or Linux's carrier says so; *r is
 * the register's reading if *r_known. */
int values_link_up(const struct values *l, struct reading *r, bool *r_known);
/* The same as words, with Linux's carrier if that says otherwise; NULL if it is not known. Static text. */
const char *values_link_words(int up, int64_t carrier);

/* Appends "TDH[0] = 0x5d", "STATUS.LU = 0 (down)". */
void reading_words(const struct reading *r, struct buf *out);

#endif
