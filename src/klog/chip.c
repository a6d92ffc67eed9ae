// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "chip/db.h"
#include "klog/klog.h"
#include "util/err.h"

/* e1000e's "MAC: %d, PHY: %d" by enum e1000_mac_type and e1000_phy_type of Linux 2.6.32 on. `stands_for`: the
 * definition with the same registers in the places that a hang block shows. */
/* clang-format off */
static const struct part {
	int mac, phy;
	const char *name, *stands_for;
} parts[] = {
	{ 0, 4, "82571EB", "82574L" },
	{ 1, 4, "82572EI", "82574L" },
	{ 2, 2, "82573L", "82574L" },
	{ 3, 8, "82574L", "82574L" },
	{ 4, 8, "82583V", "82574L" },
	{ 5, 5, "80003ES2LAN", "82574L" },
	{ 6, 6, "82566", "82579LM" },
	{ 7, 6, "82566", "82579LM" },
	{ 7, 8, "82567", "82579LM" },
	{ 8, 8, "82567", "82579LM" },
	{ 9, 9, "82578", "82579LM" },
	{ 9, 10, "82577", "82579LM" },
	{ 10, 11, "82579LM", "82579LM" },
	{ 11, 12, "I217 or I218", "82579LM" },
	{ 12, 12, "I219", "82579LM" },
	{ 13, 12, "I219", "82579LM" },
	{ 14, 12, "I219", "82579LM" },
	{ 15, 12, "I219", "82579LM" },
	{ 16, 12, "I219", "82579LM" },
};
/* clang-format on */

static const struct part *part_of(const struct klog_device *d)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !strcmp(d->driver, "e1000e"); i++)
		if (parts[i].mac == d->mac_type && parts[i].phy == d->phy_type)
			return &parts[i];
	return NULL;
}

/* A part with the same registers, by driver and place on the bus. */
static const char *stand_in(const struct klog_device *d)
{
	static const struct {
		const char *driver, *chip;
	} families[] = { { "e1000e", "82574L" }, { "igb", "I350" }, { "i40e", "X722" } };

	if (d->onboard_pch && (!strcmp(d->driver, "e1000e") || !d->driver[0]))
		return "82579LM";
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (!strcmp(families[i].driver, d->driver))
			return families[i].chip;
	return NULL;
}

int klog_chip(struct chipdb *db, const struct klog_device *d, const struct chip **chip, bool *sure, struct err *e)
{
	const struct part *part = part_of(d);
	const char *name = part ? part->stands_for : stand_in(d);

	*sure = d->vendor && chipdb_by_id(db, d->vendor, d->device, chip, &(const char *){ NULL }, e) == 0;
	if (*sure)
		return 0;
	if (part && chipdb_find(db, part->name, chip, e) == 0) {
		*sure = true;
		return 0;
	}
	if (name)
		return chipdb_find(db, name, chip, e);
	return err_set(e, ENOENT, "chip", "the log does not tell which one it is");
}

const char *klog_chip_name(const struct klog_device *d)
{
	const struct part *part = part_of(d);

	return part ? part->name : NULL;
}
