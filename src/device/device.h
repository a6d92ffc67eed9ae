/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device: a snapshot read with its definitions. Built once and never changed; every reader (show, diagnose, compare,
 * monitor, watch, list) asks it, so that no two of them can understand a snapshot differently.
 */
#ifndef DEVICE_DEVICE_H
#define DEVICE_DEVICE_H

#include "chip/db.h"
#include "device/values.h"
#include "snapshot/config.h"
#include "snapshot/link.h"

/* A register with its value, whichever space it is of. */
struct device_reg {
	struct chip_ref ref; /* offset absolute in its space */
	enum unread unread;
	bool constant; /* the driver's constant, not a reading */
	bool usual;    /* whatever the value */
	uint64_t value;
};

/* Configuration space of one function: its capability lists, and its registers in the order of their offsets. */
struct device_config {
	const struct pci_function *fn;
	const struct config_caps *caps; /* owned by the snapshot */
	struct config_reg *regs;        /* owned */
	size_t n_regs;
};

struct device {
	struct chipdb *db;
	const struct snapshot *s;
	const struct chip *chip; /* NULL: no definition of it; owned by db */
	const struct chip *pci;  /* of configuration space; owned by db */
	struct values values;    /* registers by role, field and name */
	struct link link;
	struct device_config *config; /* one for each function, in the snapshot's order; owned */
	struct device_reg *regs; /* registers of the chip that match the glob, in the order of their places; owned */
	size_t n_regs;
};

/* `glob` as chip_match_ref(), NULL: all registers. db and s outlive the device. -errno with *e if a definition cannot be
 * resolved; d may be freed all the same. */
int device_init(struct device *d, struct chipdb *db, const struct snapshot *s, const char *glob, struct err *e);
void device_free(struct device *d);

/* A configuration register as any other. */
struct device_reg device_reg_of_config(const struct config_reg *r);

/* As values_link_up(). */
int device_link_up(const struct device *d);

/* "82579V"; "undefined" for a part that has neither a definition nor a name. Owned by snapshot or definitions, or static. */
const char *device_name(const struct device *d);
/* The same as a heading, which says so if that is not known. Static, or the device's. */
const char *device_heading(const struct device *d);
/* Whether its chip, its name or its PCI id is known. */
bool device_is_identified(const struct device *d);

/* Whether it is a virtual function: by its link in /sys, or by its chip. */
bool device_is_virtual(const struct device *d);

#endif
