/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways to the registers of live devices, which stay open from sample to sample. Private to source/. */
#ifndef SOURCE_OPENED_H
#define SOURCE_OPENED_H

#include "access/access.h"
#include "access/binding.h"

struct opened {
	struct pci_addr addr;
	struct binding binding; /* when it was opened */
	struct access *a;
	struct snapshot *told; /* the refusals before it, and its name */
};

struct opened_list {
	struct opened *v;
	size_t n, cap;
};

/*
 * The way to a device's registers: the one that is open, if the same driver (or none) has been bound since, else
 * access_open(). s gets the refusals and the name of the way. Owned by the list.
 */
int opened_get(struct opened_list *list, const struct access_target *target, const char *rung, struct snapshot *s,
	       struct access **a, struct err *e);
/* The sample of a device is over. */
void opened_rest(struct opened_list *list);
void opened_close(struct opened_list *list);

#endif
