/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the views of the register reference share: its lines, in chips_line.c, and what was asked for. */
#ifndef VIEW_CHIPS_PARTS_H
#define VIEW_CHIPS_PARTS_H

#include "view/chips.h"

/* Columns that names and places are padded to. */
struct chips_widths {
	size_t name, place;
};

/* A line for each segment: name, place, width, access; the title on the first. */
void chips_reg_line(const struct view *v, const struct chip_reg *reg, const struct chips_widths *w, struct buf *out);
/* Bits, name and title; a line for each value. */
void chips_field(const struct view *v, const struct chip_field *f, struct buf *out);
void chips_fact(const struct view *v, const char *label, const char *text, struct buf *out);

/* Appends the name with the range of a segment's indices: "TDH[0..1]". */
void chips_reg_name(const struct chip_reg *reg, const struct chip_segment *s, struct buf *out);
/* Appends where a segment is: "0x03810+0x100", or of PHY registers "769.16". */
void chips_segment(const struct chip_reg *reg, const struct chip_segment *s, struct buf *out);

/* Whether a glob, or a name with an index, asks for the register; NULL asks for all. */
bool chips_wants(const struct chip *chip, const struct chip_reg *reg, const char *glob);

#endif
