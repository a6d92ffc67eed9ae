/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The meaning of a register's value, field by field; and the registers and fields that a user's glob names. */
#ifndef CHIP_DECODE_H
#define CHIP_DECODE_H

#include "chip/chip.h"

/* Appends the meaning of a field's value ("1000 Mb/s", "16 KB"); nothing for a plain number or a bit without words.
 * `field_value` is as chip_field_get() returns it. */
void decode_meaning(const struct chip_field *field, uint64_t field_value, struct buf *out);

/* Whether the definition marks this value as unusual on a working device. */
bool decode_unusual(const struct chip_field *field, uint64_t field_value);

/* A glob is "TDH*", "TDH[1]" or "STATUS.LU", in any case; NULL matches everything. */

/* Whether the part of `glob` before the dot matches the element, and the part after it some field. An array element
 * matches by its bare name or by its name with index. */
bool chip_match_ref(const char *glob, const struct chip_ref *ref);

/* Whether the part after the dot matches the field; all fields match if there is none. */
bool chip_match_field(const char *glob, const struct chip_field *field);

/* Whether the part after the dot matches some field of the register; true if there is none. `glob` is not NULL. */
bool chip_match_any_field(const char *glob, const struct chip_reg *reg);

#endif
