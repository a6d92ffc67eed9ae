// SPDX-License-Identifier: GPL-2.0-or-later
/* What of a log is in terms of definitions: the chip of a device, the registers of a report. */
#include <errno.h>
#include <string.h>

#include "chip/db.h"
#include "klog/klog.h"
#include "snapshot/snapshot.h"
#include "util/alloc.h"
#include "util/err.h"

/* By PCI id, or by what the driver printed when it was bound. */
static int known_part(struct chipdb *db, const struct klog_device *d, const struct chip **chip, const char **name,
		      struct err *e)
{
	int r = d->vendor ? chipdb_known(db, d->vendor, d->device, chip, name, e) : -ENOENT;

	return r == -ENOENT ? chipdb_by_probe(db, d->driver, d->mac_type, d->phy_type, chip, name, e) : r;
}

int klog_part(struct chipdb *db, const struct klog_device *d, const struct chip **chip, struct err *e)
{
	return known_part(db, d, chip, &(const char *){ NULL }, e);
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

	if (known_part(db, d, &chip, &name, NULL))
		return NULL;
	return strchr(name, ' ') && !chip->part ? chip->name : name;
}

/* What of a report is which register of the part. */
static const struct report_register {
	enum klog_field field;
	enum chip_role role;
	bool of_queue;
} registers[] = {
	{ KLOG_MAC_STATUS, CHIP_MAC_STATUS, false },
	{ KLOG_TDH, CHIP_TX_HEAD, true },
	{ KLOG_HWB, CHIP_TX_HEAD, true },
	{ KLOG_TDT, CHIP_TX_TAIL, true },
	{ KLOG_RDH, CHIP_RX_HEAD, true },
	{ KLOG_RDT, CHIP_RX_TAIL, true },
	{ KLOG_TAIL, CHIP_TX_TAIL, true },
	{ KLOG_PHY_STATUS, CHIP_PHY_STATUS, false },
	{ KLOG_PHY_1000, CHIP_PHY_1000_STATUS, false },
	{ KLOG_PHY_EXTENDED, CHIP_PHY_ESTATUS, false },
};

static void add_registers(struct snapshot *s, const struct klog_report *r, const struct chip *chip)
{
	uint64_t queue = klog_number(r, KLOG_QUEUE);

	for (size_t i = 0; i < COUNT(registers); i++) {
		struct chip_ref ref;

		if (!klog_known(r, registers[i].field) || queue > UINT32_MAX)
			continue;
		ref = chip_role_ref(chip, registers[i].role, registers[i].of_queue ? (uint32_t)queue : 0);
		if (ref.reg)
			snapshot_add_reg(s, &ref, UNREAD_NO, klog_number(r, registers[i].field));
	}
}

static void add_function(struct snapshot *s, const struct klog_report *r)
{
	struct pci_addr addr;

	if (klog_address(r, &addr))
		snapshot_add_function(s, PCI_SELF, &addr, NULL, 0)->unread = UNREAD_NOT_IN_SOURCE;
}

bool klog_register(struct chipdb *db, const struct chip *chip, enum klog_field field, struct chip_ref *ref)
{
	const struct chip *pci;
	struct err ignored;

	memset(ref, 0, sizeof(*ref));
	if (field == KLOG_PCI_STATUS && chipdb_pci(db, &pci, &ignored) == 0)
		*ref = chip_ref_parse(pci, CHIP_CONFIG, "STATUS");
	for (size_t i = 0; chip && i < COUNT(registers); i++)
		if (registers[i].field == field)
			*ref = chip_role_ref(chip, registers[i].role, 0);
	return ref->reg != NULL;
}

struct snapshot *klog_snapshot(const struct klog_report *r, const struct chip *chip)
{
	struct snapshot *s = snapshot_new(ORIGIN_LOG);

	if (klog_known(r, KLOG_WALL_NS))
		s->taken = (int64_t)klog_number(r, KLOG_WALL_NS);
	if (klog_known(r, KLOG_INTERFACE))
		s->facts.netdev = xstrdup(klog_text(r, KLOG_INTERFACE));
	if (klog_known(r, KLOG_DRIVER))
		s->facts.driver = xstrdup(klog_text(r, KLOG_DRIVER));
	if (klog_known(r, KLOG_BOND))
		s->facts.bond = xstrdup(klog_text(r, KLOG_BOND));
	add_function(s, r);
	if (chip) {
		s->chip = xstrdup(chip->name);
		add_registers(s, r, chip);
	}
	if (klog_known(r, KLOG_PHY_GARBAGE))
		snapshot_note(s, "the PHY's values in the log cannot be: it was not read");
	return s;
}
