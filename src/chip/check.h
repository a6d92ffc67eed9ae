/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules that a definition must keep, beyond what the parser and the bases ask for. */
#ifndef CHIP_CHECK_H
#define CHIP_CHECK_H

#include "chip/db_private.h"

struct checker {
	struct chipdb *db;
	const struct db_entry *entry;
	const struct def *def;
	const struct chip *chip; /* resolved and indexed; NULL for rules that do without */
	struct sink *sink;
};

/* check_fields.c */
void check_field_widths(const struct checker *c);
void check_field_overlaps(const struct checker *c);
void check_field_names(const struct checker *c);
void check_values(const struct checker *c);
void check_values_twice(const struct checker *c);
void check_numbers(const struct checker *c);

/* check_offsets.c */
void check_alignment(const struct checker *c);
void check_strides(const struct checker *c);
void check_loads(const struct checker *c);
void check_bar(const struct checker *c);
void check_structures(const struct checker *c);

/* check_overlaps.c */
void check_overlaps(const struct checker *c);

/* Runs all rules that can be run on the entry. */
void check_entry(struct chipdb *db, struct db_entry *entry, struct sink *sink);

/* Whether two registers can exist in the same device. */
bool check_exclusive(const struct chip_reg *a, const struct chip_reg *b);

/* "0x00008", or for a PHY "769.16". */
struct check_offset {
	char text[24];
};
struct check_offset check_offset(enum chip_space space, uint32_t offset);
/* "line 12", or "family/x.def:12" from another file. */
const char *check_place(const struct checker *c, const struct chip_pos *from, const struct chip_pos *to);

#endif
