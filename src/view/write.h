/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers that are written, or would be: which of their fields change. */
#ifndef VIEW_WRITE_H
#define VIEW_WRITE_H

#include <stdint.h>

#include "chip/chip.h"
#include "util/buf.h"

/* A line for each field that changes, with the meaning of its values, and for bits that no field has. `started`: bits of
 * fields that start something and were set by their names. */
void write_text_fields(const struct chip_reg *reg, uint32_t before, uint32_t after, uint32_t started, struct buf *out);

#endif
