/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ways to the registers of live devices, which stay open from sample to sample. Private to source/. */
#ifndef SOURCE_OPENED_H
#define SOURCE_OPENED_H

#include "access/access.h"
#include "host/binding.h"

struct opened {
	struct pci_addr addr;
	struct binding binding; /* when it was opened */
	struct access *a;
	struct snapshot *told; /* the refusals before it, and its name */
	bool delivered;        /* it has been read */
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
/*
 * The way on from *a, of opened_get(), which gave nothing because of `why`: s gets that and what else is refused. -errno
 * and *a NULL if there is none, or if *a has delivered before: then only this sample failed, and it stays open.
 */
int opened_fall(struct opened_list *list, const struct access_target *target, const struct err *why, struct snapshot *s,
		struct access **a, struct err *e);
/* Its way was read. */
void opened_delivered(struct opened_list *list, const struct pci_addr *addr);
/* The sample of a device is over. */
void opened_rest(struct opened_list *list);
void opened_close(struct opened_list *list);

#endif
