/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which registers of a live device are read, in the order of the definitions. Private to source/. */
#ifndef SOURCE_PLAN_H
#define SOURCE_PLAN_H

#include "access/access.h"
#include "source/source.h"

struct item {
	struct access_read read;
	bool wanted;   /* else only for a condition of another */
	bool absent;   /* its condition does not hold */
	bool constant; /* the driver's number, not a reading */
};

struct plan {
	const struct chip *chip;
	const struct source_options *options;
	struct item *items;
	size_t n, cap;
};

/* What the options ask for, and the registers that conditions of these ask for. */
void plan_make(struct plan *p);
void plan_free(struct plan *p);

/* An element of the register, or NULL. */
struct item *plan_find(const struct plan *p, const struct chip_reg *reg);

/* Marks what does not exist, by the values of the registers that conditions ask for. */
void plan_leave_out_absent(struct plan *p);

#endif
