// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "chip/db.h"
#include "klog/klog.h"
#include "util/err.h"

/* By PCI id, or by what the driver printed when it was bound. */
static int known(struct chipdb *db, const struct klog_device *d, const struct chip **chip, const char **name,
		 struct err *e)
{
	int r = d->vendor ? chipdb_known(db, d->vendor, d->device, chip, name, e) : -ENOENT;

	return r == -ENOENT ? chipdb_by_probe(db, d->driver, d->mac_type, d->phy_type, chip, name, e) : r;
}

int klog_part(struct chipdb *db, const struct klog_device *d, const struct chip **chip, struct err *e)
{
	return known(db, d, chip, &(const char *){ NULL }, e);
}

/* One with the same registers, by the part, or by driver and place on the bus. */
static int stand_in(struct chipdb *db, const struct klog_device *d, const struct chip *part, const struct chip **chip,
		    struct err *e)
{
	int r = -ENOENT;

	if (part && part->like)
		return chipdb_find(db, part->like, chip, e);
	if (d->onboard_pch)
		r = chipdb_stand_in(db, d->driver, true, chip, e);
	if (r == -ENOENT)
		r = chipdb_stand_in(db, d->driver, false, chip, e);
	return r == -ENOENT ? err_set(e, ENOENT, "chip", "the log does not tell which one it is") : r;
}

int klog_chip(struct chipdb *db, const struct klog_device *d, const struct chip **chip, bool *sure, struct err *e)
{
	const struct chip *found = NULL;
	int r = klog_part(db, d, &found, e);

	*sure = !r && !found->part;
	if (!*sure)
		return r && r != -ENOENT ? r : stand_in(db, d, r ? NULL : found, chip, e);
	*chip = found;
	return 0;
}

const char *klog_chip_name(struct chipdb *db, const struct klog_device *d)
{
	const struct chip *chip;
	const char *name;

	if (known(db, d, &chip, &name, NULL))
		return NULL;
	return strchr(name, ' ') && !chip->part ? chip->name : name;
}
