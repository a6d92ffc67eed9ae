/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What both views of ASPM say. Private to view/. */
#ifndef VIEW_ASPM_PARTS_H
#define VIEW_ASPM_PARTS_H

#include "view/aspm.h"

/* A line "0000:02:00.0 82574L ens4". */
void aspm_put_title(const struct view *v, const struct aspm_report *r, struct buf *out);

/* What was changed before and can be put back, and what is made to last. */
void aspm_say_record(const struct view *v, const struct aspm_report *r, struct buf *out);

#endif
