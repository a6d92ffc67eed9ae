/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The register reference: definitions for people and for programs. */
#ifndef VIEW_CHIPS_H
#define VIEW_CHIPS_H

#include "view/view.h"

/* Chips to print, and which of their registers: a glob as for show, or NULL for all. */
struct chips_view {
	const struct chip *const *chips;
	size_t n;
	const char *regs;
	const char *called;  /* of their PCI IDs those of this name alone, if there are some; NULL: all */
	bool all;            /* with their fields */
	const char *members; /* of the one, a family: the chips that build on it; NULL: not known */
};

/* One row for each PCI ID. */
void chips_list_text(const struct view *v, const struct chips_view *what, struct buf *out);
/* What is said of the chips, then their registers by group. */
void chips_text(const struct view *v, const struct chips_view *what, struct buf *out);
/* Only the registers asked for, with fields, values and citations; how many there were. */
size_t chips_reg_text(const struct view *v, const struct chips_view *what, struct buf *out);
/* {"schema":1,"chips":[...]}; how many registers there were. */
size_t chips_json(const struct chips_view *what, struct buf *out);

#endif
