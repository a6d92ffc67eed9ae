/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration space: its capability lists, and its registers by the definitions of family pci. */
#ifndef SNAPSHOT_CONFIG_H
#define SNAPSHOT_CONFIG_H

#include "snapshot/snapshot.h"

/* Where the base class is; and whether it and the vendor are those of an Intel network controller. */
#define PCI_CLASS 0x0b
bool pci_is_intel_nic(uint16_t vendor, uint8_t base_class);

struct config_cap {
	enum chip_cap kind;
	uint16_t id;
	uint8_t version; /* extended ones; 0 else */
	uint16_t offset;
};

/* The structures that could be walked, and what was wrong with the lists. A list is left at its first
 * fault and never followed further. */
#define CONFIG_CAPS_MAX 96
struct config_caps {
	struct config_cap caps[CONFIG_CAPS_MAX]; /* the header is the first */
	size_t n;
	char problems[4][160]; /* sentences */
	size_t n_problems;
};

void config_walk(const struct pci_function *fn, struct config_caps *out);
const struct config_cap *config_find(const struct config_caps *caps, enum chip_cap kind, uint16_t id);

/* Little-endian value of 1, 2 or 4 bytes; false beyond what is known. */
bool config_get(const struct pci_function *fn, unsigned offset, unsigned bytes, uint32_t *value);

/* False if all reads give ones: the device is gone or has lost its link. A virtual function has ones for its ids
 * alone (PCIe r6.2 9.3.4.1.1). True if nothing is known. */
bool config_answers(const struct pci_function *fn);

/* Gives a virtual function, which has ones in their place, the ids that the system made up from its parent's. False, and
 * nothing changes, if these n bytes are of none. */
bool config_give_ids(uint8_t *config, size_t n, uint16_t vendor, uint16_t device);

/* One register of configuration space as found. */
struct config_reg {
	const struct chip_reg *reg;
	const struct config_cap *cap;
	uint16_t offset; /* absolute */
	uint32_t i;      /* array element */
	bool known;      /* false: beyond the bytes that the source has */
	bool elsewhere; /* of a virtual function: reads 0, as its physical function decides; set by whoever knows that */
	uint64_t value;
};

/* All registers whose conditions hold, structure by structure; *regs is freed by the caller. */
size_t config_regs(const struct chip *pci, const struct pci_function *fn, const struct config_caps *caps,
		   struct config_reg **regs);

/* Value of REG.FIELD in the first structure that has it; false if there is none or it is not known. */
bool config_field(const struct config_reg *regs, size_t n, const char *reg, const char *field, uint64_t *value);

#endif
