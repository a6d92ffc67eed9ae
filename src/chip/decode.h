/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a register value means, field by field. */
#ifndef CHIP_DECODE_H
#define CHIP_DECODE_H

#include "chip/chip.h"

/* Appends the meaning of a field's value ("1000 Mb/s", "16 KB"); nothing for a plain number or a bit
 * without words. `field_value` is already shifted down. */
void decode_meaning(const struct chip_field *field, uint64_t field_value, struct buf *out);

/* Whether the definition marks this value as unusual on a working device. */
bool decode_unusual(const struct chip_field *field, uint64_t field_value);

#endif
