/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What two snapshots of a device differ in, what matters first. */
#ifndef VIEW_DIFF_H
#define VIEW_DIFF_H

#include "device/compare.h"
#include "util/jsonw.h"
#include "view/view.h"

struct diff_options {
	bool all; /* every difference, counters field by field as well */
};

/* For people. */
void diff_text(const struct view *v, const struct diff_options *options, const struct comparison *c, struct buf *out);
/* One object of "devices". */
void diff_json(const struct comparison *c, struct jsonw *w);

#endif
