/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be written, in order. The kernel's attributes come first where it has them, registers where it has not, in
 * the order that PCIe prescribes: taking away, the device's functions before the port; giving, the port first; L1
 * substates change while L1 is off.
 */
#ifndef ASPM_PLAN_H
#define ASPM_PLAN_H

#include "snapshot/link.h"

struct err;

/* What a change of one device's link starts from: the link, and what speaks against changing it. */
struct aspm_model {
	const struct snapshot *s;
	const struct chip *chip; /* or a part without registers; NULL: not known */
	struct link link;
	unsigned faulty; /* the states of an erratum of the part, and that */
	const struct chip_erratum *erratum;
	bool locked; /* kernel lockdown: configuration space cannot be written */
};

/* s and chip must outlive the model. */
void aspm_model_read(const struct snapshot *s, const struct chip *chip, struct aspm_model *m);

enum aspm_action { ASPM_DISABLE, ASPM_ENABLE, ASPM_RESTORE };
/* "disable"; static. */
const char *aspm_action_name(enum aspm_action action);

enum aspm_way { ASPM_BY_LINK, ASPM_BY_CONFIG };
/* "link", "config"; static. */
const char *aspm_way_name(enum aspm_way way);

struct aspm_step {
	enum aspm_way way;
	struct pci_addr addr;
	const char *what; /* "LNKCTL", "L1SUBCTL1", or the attribute's name "l1_aspm"; static */
	unsigned offset;  /* bytes into configuration space; 0 for an attribute */
	unsigned bytes;
	uint32_t mask;     /* bits that the step is about */
	uint32_t from, to; /* whole values; only the bits of mask are compared and changed */
};

#define ASPM_STEPS_MAX 64

struct aspm_plan {
	enum aspm_action action;
	unsigned states; /* what was asked for and is changed */
	struct aspm_step steps[ASPM_STEPS_MAX];
	size_t n_steps;
	struct link before; /* as found when it was planned */
	struct link after;  /* as it is expected to be afterwards */
	const char *remark; /* a sentence about the way chosen, or NULL; static */
};

struct aspm_wish {
	enum aspm_action action;
	unsigned states;
	bool named; /* the user named the states: one that cannot be had is an error */
	bool force;
};

/*
 * Plans ASPM_DISABLE or ASPM_ENABLE; no steps if nothing is to be done. Refuses, with nothing touched: -EOPNOTSUPP, the part has no link
 * or no such state; -EPERM, lockdown; -EACCES, not root; -ENODATA, the link's registers are not known; -ECANCELED, a
 * driver's or the firmware's decision that --force overrides, or a policy that makes it a no-op.
 */
int aspm_plan_change(const struct aspm_model *m, const struct aspm_wish *wish, struct aspm_plan *plan, struct err *e);

/* Plans the way from `now` back to `was`, both of the same link. */
void aspm_plan_restore(const struct link *now, const struct link *was, struct aspm_plan *plan);
/* The same through registers alone. */
void aspm_plan_registers(const struct link *now, const struct link *was, struct aspm_plan *plan);

/* Whether the link is now as planned; else *e says where it is not and what was read. -EIO. */
int aspm_plan_met(const struct aspm_plan *plan, const struct link *now, struct err *e);

/* Whether the bits that a change may touch are the same at all ends. */
bool aspm_link_same(const struct link *a, const struct link *b);

/* Whether configuration space is written. */
bool aspm_plan_writes_config(const struct aspm_plan *plan);

/* Appends "0000:02:00.0 LNKCTL 0x0042 -> 0x0040 (config)". */
void aspm_step_say(const struct aspm_step *step, struct buf *out);
/* A step's value as it is shown: 0x0042, 1. */
void aspm_step_value(const struct aspm_step *step, uint32_t value, struct buf *out);

#endif
