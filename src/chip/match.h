/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which registers and fields a user means: "TDH*", "TDH[1]", "STATUS.LU". Case does not count. */
#ifndef CHIP_MATCH_H
#define CHIP_MATCH_H

#include "chip/chip.h"

/* Whether the part of `glob` before the dot matches the element, and the part after it a field; a NULL glob matches all.
 * An array matches by its bare name or by its name with index. */
bool chip_match_ref(const char *glob, const struct chip_ref *ref);

/* Whether the part after the dot matches the field; all fields when there is none. */
bool chip_match_field(const char *glob, const struct chip_field *field);

/* Whether the part after the dot matches a field of the register; true when there is none. */
bool chip_match_any_field(const char *glob, const struct chip_reg *reg);

/* Whether the glob has wildcards, that is may mean more than one register. */
bool chip_match_is_wild(const char *glob);

#endif
