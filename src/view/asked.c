// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether what --reg names exists at all. */
#include <errno.h>
#include <string.h>

#include "chip/decode.h"
#include "util/err.h"
#include "view/sections.h"

static int element_matches(const struct chip_ref *ref, void *arg)
{
	return chip_match_ref(*(const char *const *)arg, ref);
}

static bool any_matches(const struct chip *chip, const char *glob)
{
	for (size_t i = 0; chip && i < chip->n_regs; i++)
		if (chip_reg_each(chip->regs[i], element_matches, &glob))
			return true;
	return false;
}

bool device_has_asked(const struct device *d, const char *glob)
{
	return any_matches(d->chip, glob) || any_matches(d->pci, glob);
}

int show_asked(struct chipdb *db, const struct snapshots *list, const char *glob, struct err *e)
{
	const char *name = "", *chip = "";
	int r = 0;

	for (size_t i = 0; i < list->n && !r; i++) {
		struct device d;
		bool has;

		r = device_init(&d, db, list->v[i], glob, e);
		has = !r && device_has_asked(&d, glob);
		if (!r) {
			name = list->n == 1 ? device_name(&d) : "none of these parts";
			chip = d.chip ? d.chip->name : "";
		}
		device_free(&d);
		if (has)
			return 0;
	}
	if (r || !list->n)
		return r;
	err_set(e, ENOENT, glob, "%s has %s %s", name, list->n == 1 ? "no such" : "such a",
		strchr(glob, '.') ? "register or field" : "register");
	err_todo(e, "`nicregs chips%s%s` lists %s; a name may have wildcards: 'TDH*'", *chip ? " " : "", chip,
		 *chip ? "its registers" : "the parts");
	return -ENOENT;
}
