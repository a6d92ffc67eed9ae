/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The snapshot: the facts about one device at one instant, as found and not decoded. Sources make it; every other room
 * reads it, whatever its origin. device/ reads it together with its definitions.
 *
 * Texts in it may come from files and logs and are hostile until escaped. The functions cannot fail unless they return
 * -errno; an absent thing is NULL or -1.
 */
#ifndef SNAPSHOT_SNAPSHOT_H
#define SNAPSHOT_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chip/chip.h"
#include "snapshot/driver_side.h"
#include "snapshot/facts.h"

struct buf;
struct chipdb;
struct err;

struct pci_addr {
	uint32_t domain;
	uint8_t bus, dev, fn;
};

#define PCI_ADDR_MAX 24
/* Writes "0000:01:00.0" into out of at least PCI_ADDR_MAX bytes; returns out, owned by the caller. */
const char *pci_addr_str(const struct pci_addr *addr, char out[PCI_ADDR_MAX]);
/* Reads "0000:01:00.0" or "01:00.0" (domain 0), hexadecimal. False if text is anything else. */
bool pci_addr_parse(const char *text, struct pci_addr *addr);
/* As pci_addr_parse() for an address at the start of text; returns its length, 0 if there is none. */
size_t pci_addr_scan(const char *text, struct pci_addr *addr);
/* Whether they are the same. */
bool pci_addr_equal(const struct pci_addr *a, const struct pci_addr *b);
/* The order of lspci: below 0, 0 or above 0, as for qsort(). */
int pci_addr_compare(const struct pci_addr *a, const struct pci_addr *b);
/* Reads "8086:10d3": vendor and device, four hexadecimal digits each. False if text is anything else. */
bool pci_id_parse(const char *text, uint16_t *vendor, uint16_t *device);

enum pci_role {
	PCI_SELF,    /* the device */
	PCI_PARTNER, /* the upstream port at the other end of its link */
	PCI_SIBLING, /* another function of the same device */
	PCI_ROLES
};
/* Stable words for files and JSON ("device", "partner", "sibling"), static; and back (-1 if unknown). */
const char *pci_role_name(enum pci_role role);
int pci_role_parse(const char *name);

/* The reason for the missing value of a register, or for missing bytes of configuration space. UNREAD_NO: none is
 * missing. */
enum unread {
	UNREAD_NO,
	UNREAD_NOT_ASKED, /* the user asked for other registers */
	UNREAD_CLEARS,    /* reading clears it (rc) */
	UNREAD_SETS,      /* reading sets it (rs) */
	UNREAD_WRITE_ONLY,
	UNREAD_NEEDS_ROOT,
	UNREAD_REFUSED, /* no way to reach the registers worked */
	UNREAD_ASLEEP,
	UNREAD_DECODING_OFF,  /* memory decoding is off in COMMAND */
	UNREAD_GONE,          /* off the bus */
	UNREAD_BEYOND,        /* past the BAR or the mapped part of it */
	UNREAD_PHY,           /* the PHY cannot be reached safely */
	UNREAD_NOT_IN_SOURCE, /* the file does not have it */
	UNREAD_NOT_IN_DUMP,   /* the driver's register dump does not have it */
	UNREAD_ERROR,
	UNREAD_WITHOUT_ROOT, /* the file was made without the right to read it */
	UNREAD_REASONS
};
/* Stable words for files and JSON ("clears on read"), static; and back (-1 if unknown). */
const char *unread_name(enum unread why);
int unread_parse(const char *name);
/* Whether root could have read it. */
bool unread_needs_root(enum unread why);

#define PCI_CONFIG_MAX 4096
/* The usual .unread of a function out of a file. */
#define PCI_NOT_IN_FILE UNREAD_NOT_IN_SOURCE

struct pci_function {
	struct pci_addr addr;
	enum pci_role role;
	uint16_t config_len;      /* bytes known: 0, 64, 256 or 4096, or odd for a truncated source */
	uint8_t *config;          /* owned */
	struct config_caps *caps; /* its capability lists, for config_caps(); owned, never NULL in a snapshot */
	enum unread unread;       /* the reason for the bytes missing beyond config_len */
};

struct reg_sample {
	uint32_t offset; /* as in struct chip_ref: bytes, or the number of a PHY register */
	uint8_t space;   /* enum chip_space: CHIP_MMIO or CHIP_PHY */
	uint8_t width;   /* bits */
	uint8_t unread;  /* enum unread */
	bool constant;   /* a constant that the driver answers, not a reading */
	uint64_t value;  /* 0 if unread */
};

/* An access method that was tried and refused, in a sysadmin's words. */
struct refusal {
	char *rung, *why, *todo; /* owned; todo may be NULL */
};

enum snapshot_origin { ORIGIN_LIVE, ORIGIN_LSPCI, ORIGIN_ETHTOOL, ORIGIN_LOG, ORIGIN_DEMO, ORIGIN_PASTED, ORIGINS };
/* Stable words for files and JSON ("live", "lspci"), static; and back (-1 if unknown). */
const char *origin_name(enum snapshot_origin origin);
int origin_parse(const char *name);

/* All pointers are owned by the snapshot; snapshot_free() frees them. */
struct snapshot {
	enum snapshot_origin origin;
	char *file;    /* the file it was loaded from; NULL when live */
	char *tool;    /* the version of nicregs that took it; NULL: unknown */
	int64_t taken; /* ns since 1970 UTC; 0: unknown */
	int64_t look;  /* the number of its sample in a recording, from 1; 0: no recording */
	bool redacted;
	char *chip;                     /* the chip's name for chipdb_find(); NULL: not supported */
	char *chip_name;                /* the name for its PCI ID ("82579V") */
	struct pci_function *functions; /* the device itself first; may be empty (a log block) */
	size_t n_functions;
	struct facts facts;
	struct driver_side side;
	char *access; /* the method that read the registers: "mmap", "bpf", "ethtool", "file"; NULL: none */
	struct refusal *refusals;
	size_t n_refusals;
	struct reg_sample *regs; /* in the order of the definitions */
	size_t n_regs, cap_regs;
	char **notes; /* sentences from the source for the user: the device was woken, lines were ignored */
	size_t n_notes, cap_notes;
	char **texts; /* of snapshot_text() */
	size_t n_texts, cap_texts;
};

struct snapshots {
	struct snapshot **v; /* owned */
	size_t n, cap;
	bool partial; /* there was more, which could not be read: a note of the snapshots says what */
};

/* An empty snapshot with all facts unknown; the caller frees it with snapshot_free(). */
struct snapshot *snapshot_new(enum snapshot_origin origin);
/* NULL is allowed. */
void snapshot_free(struct snapshot *s);
/* A deep copy, without the texts of snapshot_text(); the caller frees it. */
struct snapshot *snapshot_copy(const struct snapshot *s);
/* Frees the snapshots too, and leaves an empty list. */
void snapshots_free(struct snapshots *list);
/* Afterwards s is owned by the list. */
void snapshots_add(struct snapshots *list, struct snapshot *s);
/* Whether any of them has a register that could be read. */
bool snapshots_any_register(const struct snapshots *list);

/* The device's own function, or the upstream port; owned by s, NULL if not known. The next snapshot_add_function()
 * makes these pointers invalid. */
const struct pci_function *snapshot_self(const struct snapshot *s);
const struct pci_function *snapshot_partner(const struct snapshot *s);
/* Adds a function with a copy of n bytes of configuration space, PCI_CONFIG_MAX at most. The function is owned by s;
 * the device itself must come first. */
struct pci_function *snapshot_add_function(struct snapshot *s, enum pci_role role, const struct pci_addr *addr,
					   const uint8_t *config, size_t n);
/* Adds a register, in the order of the definitions; `value` counts only with UNREAD_NO. */
void snapshot_add_reg(struct snapshot *s, const struct chip_ref *ref, enum unread unread, uint64_t value);
/* Adds a note, cut to 511 bytes. */
void snapshot_note(struct snapshot *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a refusal with copies of the texts; `todo` may be NULL. */
void snapshot_refuse(struct snapshot *s, const char *rung, const char *why, const char *todo);
/* A copy of text that is owned by s. */
const char *snapshot_text(struct snapshot *s, const char *text);
/* Writes the refusals as an array "refusals". */
void refusals_json(const struct snapshot *s, struct jsonw *w);
/* The sample at an offset as in struct chip_ref (bytes, or the number of a PHY register), owned by s; NULL if there is none. Linear in
 * n_regs. */
const struct reg_sample *snapshot_reg(const struct snapshot *s, enum chip_space space, uint32_t offset);

/* The chip that the snapshot names, or else the chip or part with its PCI ID; *known is owned by db, and NULL if there
 * is neither. `name` may be NULL; *name becomes the name of the chip or for the PCI ID, and stays as it was if there is
 * no chip and no part. Returns 0, or -errno with *e filled (a chip that the definitions lack or that is at fault). */
int snapshot_known(struct chipdb *db, const struct snapshot *s, const struct chip **known, const char **name,
		   struct err *e);

/* Several snapshots of one device in a list, samples of it: in samples.c. */

/* Whether both have a PCI address, and it is the same. */
bool samples_of_one_address(const struct snapshot *a, const struct snapshot *b);

/* Whether both are of one device: the same address (or, without one, the same interface) and the same chip, and neither
 * board nor MAC address shows two machines. */
bool samples_of_one(const struct snapshot *a, const struct snapshot *b);

/* The snapshots of the list that are of the same device as s, in their order. The caller frees the array with free();
 * the snapshots stay owned by the list. */
struct snapshots samples_like(const struct snapshots *list, const struct snapshot *s);

/*
 * Calls each(the last snapshot of a device, all that are of it, arg) for each device of the list, in the order of these last
 * ones, until a call returns other than 0; returns that. The snapshots stay owned by the list.
 */
int samples_each(const struct snapshots *list,
		 int (*each)(const struct snapshot *last, const struct snapshots *like, void *arg), void *arg);

#endif
