/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration space: its capability lists, and its registers by the definitions of family pci. All of it works on the
 * bytes of a struct pci_function and reads no hardware. Offsets are in bytes from the start of configuration space.
 */
#ifndef SNAPSHOT_CONFIG_H
#define SNAPSHOT_CONFIG_H

#include "snapshot/snapshot.h"

/* The offset of the base class (PCIe r6.2 7.5.1.1.6). */
#define PCI_CLASS 0x0b
/* Whether vendor and base class are those of an Intel network controller. */
bool pci_is_intel_nic(uint16_t vendor, uint8_t base_class);

struct config_cap {
	enum chip_cap kind;
	uint16_t id;
	uint8_t version; /* of an extended capability; 0 of others */
	uint16_t offset;
};

/* A fault of the lists, and its places. */
enum config_fault {
	CONFIG_BEFORE,   /* a pointer leads before the first place that an entry may have */
	CONFIG_LOOPS,    /* or back */
	CONFIG_CUT,      /* or beyond the known bytes */
	CONFIG_ALL_ONES, /* an entry reads all ones */
	CONFIG_NO_ID,    /* or has the identifier 0xffff */
	CONFIG_SILENT,   /* the whole space reads all ones */
	CONFIG_SHORT,    /* fewer bytes than a header has */
	CONFIG_LAYOUT    /* a header of no known layout */
};

struct config_problem {
	enum config_fault fault;
	uint16_t from, at; /* where the pointer stands; where it leads to */
	bool extended;     /* of the two lists, which */
	bool started;      /* `at` is not the first entry */
};

#define CONFIG_CAPS_MAX 96
#define CONFIG_PROBLEMS_MAX 4
/* The structures of the capability lists, and the faults of the lists. A list is followed up to its first
 * fault only. */
struct config_caps {
	const struct config_cap *caps; /* the header is the first */
	size_t n;
	struct config_problem problems[CONFIG_PROBLEMS_MAX];
	size_t n_problems;
};

/* The lists of a function of a snapshot, which were walked when it was added; owned by it. */
const struct config_caps *config_caps(const struct pci_function *fn);
/* Walks them, anew if the bytes have changed; snapshot_add_function() does so. */
void config_keep_caps(struct pci_function *fn);
/* Appends a fault as a sentence for the user. */
void config_problem_words(const struct pci_function *fn, const struct config_problem *p, struct buf *out);
/* Walks the lists of a function that is in no snapshot: fills *out, which refers to `room` alone. */
void config_walk(const struct pci_function *fn, struct config_cap room[CONFIG_CAPS_MAX], struct config_caps *out);
/* The first structure of a kind, owned by caps; NULL if there is none. */
const struct config_cap *config_find(const struct config_caps *caps, enum chip_cap kind, uint16_t id);

/* The little-endian value of 1, 2, 3 or 4 bytes. False, and *value is 0, beyond the known bytes. */
bool config_get(const struct pci_function *fn, unsigned offset, unsigned bytes, uint32_t *value);

/* False if all reads return ones: the device is gone or has lost its link. A virtual function returns ones for its IDs
 * alone (PCIe r6.2 9.3.4.1.1). True if no bytes are known. */
bool config_answers(const struct pci_function *fn);

/* Puts into n bytes of a virtual function, which has ones in their place, the IDs that Linux derives from its physical
 * function. False, and nothing changes, if the bytes are not those of a virtual function. */
bool config_give_ids(uint8_t *config, size_t n, uint16_t vendor, uint16_t device);

/* One register of configuration space; the pointers are owned by the chipdb and by the caps given to config_regs(). */
struct config_reg {
	const struct chip_reg *reg;
	const struct config_cap *cap;
	uint16_t offset; /* absolute */
	uint32_t i;      /* array element */
	bool known;      /* false: beyond the known bytes */
	bool elsewhere;  /* a virtual function reads 0 here, the physical function has the value; device/ sets it */
	uint64_t value;
};

/* All registers whose conditions hold, structure by structure; returns their number. The caller frees *regs. */
size_t config_regs(const struct chip *pci, const struct pci_function *fn, const struct config_caps *caps,
		   struct config_reg **regs);

/* The value of REG.FIELD (of REG if field is NULL) in the first structure that has REG, case-insensitive; false if
 * there is none or it is not known. */
bool config_field(const struct config_reg *regs, size_t n, const char *reg, const char *field, uint64_t *value);

#endif
