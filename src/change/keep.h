/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings made to last: one file that people can read, with what is kept of each device, and one udev rule, which has
 * nicregs set it again whenever an interface appears: before anybody brings it up.
 */
#ifndef CHANGE_KEEP_H
#define CHANGE_KEEP_H

#include "change/plan.h"
#include "snapshot/snapshot.h"

#define CHANGE_KEEP_FILE "/etc/nicregs/settings"
#define CHANGE_KEEP_RULE "/etc/udev/rules.d/79-nicregs-fix.rules"

/* Of one device. */
struct change_kept {
	struct pci_addr addr;
	uint32_t id;           /* of the part: device and vendor id */
	struct change_wish *v; /* owned */
	size_t n, cap;
};

struct change_keeps {
	struct change_kept *v; /* owned */
	size_t n, cap;
};

/* No file: none. -EINVAL with the line that is wrong. */
int change_keeps_load(const char *file, struct change_keeps *keeps, struct err *e);
void change_keeps_free(struct change_keeps *keeps);
void change_kept_free(struct change_kept *kept);

/* Those of a device; another part in its place has none. As change_keeps_load(). */
int change_kept_of(const char *file, const struct pci_addr *addr, uint32_t id, struct change_kept *kept, struct err *e);

/* What keeps settings where. */
struct change_keeper {
	const char *file, *rule;
	const char *program; /* that the rule runs */
};
/* Of this machine; the path of the running program goes into `program`, of `size`. */
struct change_keeper change_keeper_here(char *program, size_t size);

/* Keeps these wishes of a device besides, or in place of, those kept before. -ENOENT without udev. */
int change_keep(const struct change_keeper *keeper, const struct pci_addr *addr, uint32_t id,
		const struct change_wish *wishes, size_t n, struct err *e);
/* Keeps nothing of it any more, and without any device no rule. -ENOENT, saying nothing, if nothing was kept. */
int change_keep_end(const struct change_keeper *keeper, const struct pci_addr *addr, struct err *e);
/* Replaces what is kept of a device by this, which may be nothing. Errors as change_keep(). */
int change_keep_replace(const struct change_keeper *keeper, const struct change_kept *kept, struct err *e);

/* The command that takes rules into the initramfs, which may load the driver; NULL if there is none here. Static. */
const char *change_initramfs(void);

#endif
