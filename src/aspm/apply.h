/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carries a plan out, reads back from hardware at both ends, and undoes it when something is not as planned. */
#ifndef ASPM_APPLY_H
#define ASPM_APPLY_H

#include "aspm/plan.h"

/* The ways to a link's registers and attributes, so that a transaction can be tried on a model of a machine. */
struct aspm_io {
	/* 2 or 4 bytes of configuration space, asked from hardware now; -errno. */
	int (*config_get)(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t *value,
			  struct err *e);
	int (*config_set)(void *arg, const struct pci_addr *addr, unsigned offset, unsigned bytes, uint32_t value,
			  struct err *e);
	/* link/NAME of a function: 0, 1, or -1 if there is none; and writes 0 or 1. */
	int (*attr_get)(void *arg, const struct pci_addr *addr, const char *name);
	int (*attr_set)(void *arg, const struct pci_addr *addr, const char *name, int value, struct err *e);
	/* Told of each write before it is made: one line without its end. */
	void (*log)(void *arg, const char *line);
	/* Asked between two writes: whether to stop and undo. */
	bool (*interrupted)(void *arg);
	void *arg;
};

/* Reads all registers and attributes of the link anew. -ENODEV if an end reads as all ones. */
int aspm_io_refresh(const struct aspm_io *io, struct link *link, struct err *e);

enum aspm_result {
	ASPM_SHOWN,     /* nothing was asked for */
	ASPM_PLANNED,   /* --dry-run */
	ASPM_UNCHANGED, /* all was so already */
	ASPM_DONE,
	ASPM_UNDONE,         /* failed, and everything is as it was */
	ASPM_STUCK,          /* failed, and not everything could be put back */
	ASPM_REFUSED,        /* nothing was written */
	ASPM_NOT_APPLICABLE, /* the part has no link */
};
/* "done", "not-applicable"; static. */
const char *aspm_result_name(enum aspm_result result);

/*
 * ASPM_DONE with 0; ASPM_UNDONE or ASPM_STUCK with the reason. -EIO: it did not take (*e has what was read back);
 * -EINTR: interrupted; -EBUSY: somebody else changed a register meanwhile.
 */
int aspm_apply(const struct aspm_io *io, const struct aspm_plan *plan, enum aspm_result *result, struct err *e);

/* Brings the link back to `was`, as often as needed first through the kernel, then through registers. -EIO if it does
 * not get there. */
int aspm_put_back(const struct aspm_io *io, const struct link *was, struct err *e);

#endif
