// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as the configuration space of both ends of a link. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chip/db.h"
#include "snapshot/file.h"
#include "snapshot/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(const struct chip *pci, const struct pci_function *fn)
{
	struct config_cap room[CONFIG_CAPS_MAX];
	struct config_caps caps;
	struct config_reg *regs;
	size_t n_regs;

	config_walk(fn, room, &caps);
	n_regs = config_regs(pci, fn, &caps, &regs);
	for (size_t i = 0; i < n_regs; i++) {
		if (regs[i].known && regs[i].offset + regs[i].reg->width / 8u > fn->config_len)
			abort();
	}
	for (size_t i = 1; i < caps.n; i++) {
		if (caps.caps[i].offset < 0x40 || caps.caps[i].offset >= fn->config_len)
			abort();
	}
	free(regs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct chipdb *db;
	const struct pci_addr addr = { 0, 1, 0, 0 };
	const struct chip *pci;
	struct snapshot *s;
	struct link link;

	if (!db && chipdb_open(&db, NULL, NULL))
		abort();
	if (chipdb_pci(db, &pci, NULL))
		abort();
	s = snapshot_new(ORIGIN_LIVE);
	snapshot_add_function(s, PCI_SELF, &addr, data, n);
	snapshot_add_function(s, PCI_PARTNER, &addr, data, n);
	link_read(s, &link);
	check(pci, snapshot_self(s));
	snapshot_redact(s, NULL);
	check(pci, snapshot_self(s));
	snapshot_free(s);
	return 0;
}
