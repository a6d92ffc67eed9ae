/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything a view needs of one snapshot, looked up once. */
#ifndef VIEW_DEVICE_H
#define VIEW_DEVICE_H

#include "snapshot/config.h"
#include "snapshot/link.h"
#include "view/reg.h"

struct device_config {
	const struct pci_function *fn;
	struct config_caps caps;
	struct config_reg *regs;
	size_t n_regs;
};

struct device {
	struct chipdb *db;
	const struct snapshot *s;
	const struct chip *chip; /* NULL: not a supported part */
	const struct chip *pci;
	struct link link;
	struct device_config *config; /* one for each function, in the snapshot's order */
	struct reg_view *regs;        /* registers of the part that match the glob */
	size_t n_regs;
};

int device_init(struct device *d, struct chipdb *db, const struct snapshot *s, const char *glob, struct err *e);
void device_free(struct device *d);

/* A configuration register as any other. */
struct reg_view device_config_reg(const struct config_reg *r);

/* "82579V"; "undefined" for a part that has neither a definition nor a name. */
const char *device_name(const struct device *d);

#endif
