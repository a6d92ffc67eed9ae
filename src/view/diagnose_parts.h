/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of verdicts: a screen, and everything. Private to view/. */
#ifndef VIEW_DIAGNOSE_PARTS_H
#define VIEW_DIAGNOSE_PARTS_H

#include "view/diagnose.h"
#include "view/style.h"

/* What public reports say of a remedy: " Helped in 6 of 16 public reports."; nothing if there are none. */
void remedy_counts(const struct remedy *r, struct buf *out);

/* One device in at most `lines` lines of 80 columns: a line or two if nothing is wrong. */
void diagnose_screen(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d, unsigned lines,
		     struct buf *out);
/* Whether it has a page rather than a line. */
bool diagnose_is_trouble(const struct diagnosis *d);

#endif
