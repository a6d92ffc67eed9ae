/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI Express link of the device as its two ends' configuration spaces tell it. */
#ifndef SNAPSHOT_LINK_H
#define SNAPSHOT_LINK_H

#include "snapshot/config.h"

#define LINK_L0S 1u
#define LINK_L1 2u
/* L1 PM Substates, bits as in L1SS control register 1 (PCIe r6.2 7.8.3.3). */
#define LINK_PCIPM_L1_2 1u
#define LINK_PCIPM_L1_1 2u
#define LINK_ASPM_L1_2 4u
#define LINK_ASPM_L1_1 8u

struct link_end {
	const struct pci_function *fn; /* NULL: this end is not known */
	bool express;      /* has a PCI Express capability with link registers */
	bool linkless;     /* has certainly none; neither when that is not known */
	bool known;        /* its link registers are in the known bytes */
	unsigned type;     /* device/port type of PCI Express capabilities */
	unsigned supported, enabled;     /* LINK_L0S | LINK_L1 */
	bool l1ss_known;   /* false: the extended space that would tell is not known */
	bool has_l1ss;
	unsigned l1ss_supported, l1ss_enabled;
	bool clkpm_supported, clkpm_enabled;
	unsigned speed_max, speed;       /* 1: 2.5 GT/s, 2: 5, 3: 8, 4: 16, ... */
	unsigned width_max, width;
};

struct link {
	struct link_end device, partner;
	/* Why ASPM does not apply or is not known; NULL when it is. Static text, a full sentence. */
	const char *why_not;
	bool applicable; /* false: the part has no link at all */
};

/* Reads both ends out of the snapshot. Pointers are into s. */
void link_read(const struct snapshot *s, struct link *link);

/* "disabled", "L0s", "L1", "L0s L1"; static. */
const char *link_states(unsigned states);

#endif
