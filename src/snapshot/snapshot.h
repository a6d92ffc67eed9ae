/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The snapshot: what was known about one device at one instant. Sources make it, everything else
 * reads it and does not know where it came from.
 */
#ifndef SNAPSHOT_SNAPSHOT_H
#define SNAPSHOT_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chip/chip.h"
#include "snapshot/facts.h"

struct buf;
struct chipdb;
struct err;

struct pci_addr {
	uint32_t domain;
	uint8_t bus, dev, fn;
};

/* "0000:01:00.0" into out, which holds at least PCI_ADDR_MAX bytes. */
#define PCI_ADDR_MAX 24
const char *pci_addr_str(const struct pci_addr *addr, char out[PCI_ADDR_MAX]);
/* Reads "0000:01:00.0" or "01:00.0". */
bool pci_addr_parse(const char *text, struct pci_addr *addr);
/* As pci_addr_parse() for an address at the start of text: its length, 0 if there is none. */
size_t pci_addr_scan(const char *text, struct pci_addr *addr);
bool pci_addr_equal(const struct pci_addr *a, const struct pci_addr *b);

enum pci_role {
	PCI_SELF,    /* the device */
	PCI_PARTNER, /* the upstream port at the other end of its link */
	PCI_SIBLING, /* another function of the same device */
	PCI_ROLES
};
/* Stable words for files and JSON ("device", "partner", "sibling"), and back (-1 if unknown). */
const char *pci_role_name(enum pci_role role);
int pci_role_parse(const char *name);

/* Why a register has no value, or why bytes of configuration space are not known. UNREAD_NO: it has, they are. */
enum unread {
	UNREAD_NO,
	UNREAD_NOT_ASKED, /* not part of what was asked for */
	UNREAD_CLEARS,    /* reading clears it (rc) */
	UNREAD_SETS,      /* reading sets it (rs) */
	UNREAD_WRITE_ONLY,
	UNREAD_NEEDS_ROOT,
	UNREAD_REFUSED, /* no way to reach the registers worked */
	UNREAD_ASLEEP,
	UNREAD_DECODING_OFF,  /* memory decoding is off in COMMAND */
	UNREAD_GONE,          /* off the bus */
	UNREAD_BEYOND,        /* past the BAR or what is mapped */
	UNREAD_PHY,           /* the PHY cannot be reached safely */
	UNREAD_NOT_IN_SOURCE, /* the file does not have it */
	UNREAD_NOT_IN_DUMP,   /* the driver's register dump does not have it */
	UNREAD_ERROR,
	UNREAD_WITHOUT_ROOT, /* whoever took the file had no right to read it */
	UNREAD_REASONS
};
/* Stable words for files and JSON ("clears on read"), and back (-1 if unknown). */
const char *unread_name(enum unread why);
int unread_parse(const char *name);
/* Whether root would have read it. */
bool unread_needs_root(enum unread why);

#define PCI_CONFIG_MAX 4096
/* The usual .unread of a function out of a file. */
#define PCI_NOT_IN_FILE UNREAD_NOT_IN_SOURCE

struct pci_function {
	struct pci_addr addr;
	enum pci_role role;
	uint16_t config_len; /* bytes known: 0, 64, 256 or 4096, or odd for a truncated source */
	uint8_t *config;     /* owned */
	enum unread unread;  /* why bytes beyond config_len are not known; UNREAD_NO if there are none */
};

struct reg_sample {
	uint32_t offset; /* as struct chip_ref */
	uint8_t space;   /* enum chip_space: CHIP_MMIO or CHIP_PHY */
	uint8_t width;
	uint8_t unread; /* enum unread */
	bool constant;  /* the driver's constant, not a reading */
	uint64_t value;
};

/* A way to reach the registers that was tried and refused, in a sysadmin's words. */
struct refusal {
	char *rung, *why, *todo; /* todo may be NULL; owned */
};

enum snapshot_origin { ORIGIN_LIVE, ORIGIN_LSPCI, ORIGIN_ETHTOOL, ORIGIN_LOG, ORIGIN_DEMO, ORIGIN_PASTED, ORIGINS };
const char *origin_name(enum snapshot_origin origin);
int origin_parse(const char *name);

struct snapshot {
	enum snapshot_origin origin;
	char *file;    /* where it was loaded from; NULL when live */
	char *tool;    /* version that took it */
	int64_t taken; /* ns since 1970 UTC; 0: unknown */
	int64_t look;  /* its number in a recording, from 1; 0: of none */
	bool redacted;
	char *chip;                     /* chip name, for chipdb_find(); NULL: not a supported part */
	char *chip_name;                /* the name for its PCI ID ("82579V") */
	struct pci_function *functions; /* the device itself first; may be empty (a log block) */
	size_t n_functions;
	struct facts facts;
	char *access; /* rung that gave the registers: "mmap", "bpf", "ethtool", "file"; NULL: none */
	struct refusal *refusals;
	size_t n_refusals;
	struct reg_sample *regs; /* in the order of the definitions */
	size_t n_regs, cap_regs;
	char **notes; /* sentences the source wants told: what was woken, put back, ignored */
	size_t n_notes, cap_notes;
	char **texts; /* of snapshot_text() */
	size_t n_texts, cap_texts;
};

struct snapshots {
	struct snapshot **v; /* owned */
	size_t n, cap;
	bool partial; /* there was more, which could not be read: a note of the snapshots says what */
};

struct snapshot *snapshot_new(enum snapshot_origin origin);
void snapshot_free(struct snapshot *s);
/* With all that it owns. */
struct snapshot *snapshot_copy(const struct snapshot *s);
void snapshots_free(struct snapshots *list);
/* The list takes s over. */
void snapshots_add(struct snapshots *list, struct snapshot *s);

/* The device's own function, or the partner; NULL if not known. */
const struct pci_function *snapshot_self(const struct snapshot *s);
const struct pci_function *snapshot_partner(const struct snapshot *s);
/* Adds a function with a copy of n bytes of config. */
struct pci_function *snapshot_add_function(struct snapshot *s, enum pci_role role, const struct pci_addr *addr,
					   const uint8_t *config, size_t n);
void snapshot_add_reg(struct snapshot *s, const struct chip_ref *ref, enum unread unread, uint64_t value);
void snapshot_note(struct snapshot *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void snapshot_refuse(struct snapshot *s, const char *rung, const char *why, const char *todo);
/* A copy of text that lives as long as s. */
const char *snapshot_text(struct snapshot *s, const char *text);
/* Writes them as an array "refusals". */
void refusals_json(const struct snapshot *s, struct jsonw *w);
/* The sample at an offset, or NULL. */
const struct reg_sample *snapshot_reg(const struct snapshot *s, enum chip_space space, uint32_t offset);

/* The chip of the snapshot, or else the chip or part of its PCI ID; *known is NULL if there is neither, and owned by db. *name,
 * which may be NULL, is the name for that ID. */
int snapshot_known(struct chipdb *db, const struct snapshot *s, const struct chip **known, const char **name,
		   struct err *e);

#endif
