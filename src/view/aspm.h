/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ASPM of devices: the links as a tree, and what a change did. */
#ifndef VIEW_ASPM_H
#define VIEW_ASPM_H

#include "aspm/change.h"
#include "view/view.h"

/* Root port, switches and devices as a tree, a row an end; under it what is to be said of each device, and of rules whose
 * device is not here. */
void aspm_text_show(const struct view *v, const struct aspm_report *reports, size_t n, const struct aspm_rules *orphans,
		    struct buf *out);

/* What was planned or done, device by device. */
void aspm_text_changes(const struct view *v, const struct aspm_report *reports, size_t n, struct buf *out);

/* {"schema":1,"devices":[...]} */
void aspm_json(const struct aspm_report *reports, size_t n, const struct aspm_rules *orphans, struct buf *out);

#endif
