// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/known.h"

#include <errno.h>

#include "chip/db.h"
#include "snapshot/config.h"

int snapshot_known(struct chipdb *db, const struct snapshot *s, const struct chip **known, const char **name,
		   struct err *e)
{
	const struct pci_function *self = snapshot_self(s);
	const char *unused;
	uint32_t ids;
	int r;

	*known = NULL;
	if (s->chip) {
		r = chipdb_find(db, s->chip, known, e);
		if (name)
			*name = r ? NULL : (*known)->name;
		return r;
	}
	if (!self || !config_get(self, 0, 4, &ids))
		return 0;
	r = chipdb_known(db, (uint16_t)ids, (uint16_t)(ids >> 16), known, name ? name : &unused, e);
	return r == -ENOENT ? 0 : r;
}
