/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a register value means, field by field; and which registers and fields a user means. */
#ifndef CHIP_DECODE_H
#define CHIP_DECODE_H

#include "chip/chip.h"

/* Appends the meaning of a field's value ("1000 Mb/s", "16 KB"); nothing for a plain number or a bit
 * without words. `field_value` is already shifted down. */
void decode_meaning(const struct chip_field *field, uint64_t field_value, struct buf *out);

/* Whether the definition marks this value as unusual on a working device. */
bool decode_unusual(const struct chip_field *field, uint64_t field_value);

/* Globs: "TDH*", "TDH[1]", "STATUS.LU". Case does not count. */

/* Whether the part of `glob` before the dot matches the element, and the part after it a field; a NULL glob matches all.
 * An array matches by its bare name or by its name with index. */
bool chip_match_ref(const char *glob, const struct chip_ref *ref);

/* Whether the part after the dot matches the field; all fields when there is none. */
bool chip_match_field(const char *glob, const struct chip_field *field);

/* Whether the part after the dot matches a field of the register; true when there is none. */
bool chip_match_any_field(const char *glob, const struct chip_reg *reg);

#endif
