// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/opened.h"

#include <errno.h>
#include <stdlib.h>

#include "util/alloc.h"
#include "util/err.h"

static void forget(struct opened *o)
{
	access_close(o->a);
	snapshot_free(o->told);
	o->a = NULL;
	o->told = NULL;
	o->delivered = false;
}

static struct opened *place_for(struct opened_list *list, const struct pci_addr *addr)
{
	struct opened *o;

	for (size_t i = 0; i < list->n; i++)
		if (pci_addr_equal(&list->v[i].addr, addr))
			return &list->v[i];
	o = VEC_PUSH(list->v, list->n, list->cap);
	o->addr = *addr;
	return o;
}

/* The refusals from the one with that number on, and the name of the way. */
static void tell(const struct snapshot *told, size_t from, struct snapshot *s)
{
	for (size_t i = from; i < told->n_refusals; i++)
		snapshot_refuse(s, told->refusals[i].rung, told->refusals[i].why, told->refusals[i].todo);
	free(s->access);
	s->access = told->access ? xstrdup(told->access) : NULL;
}

static int hand_out(struct opened *o, int r, size_t known, struct snapshot *s, struct access **a)
{
	if (!r && o->binding.driver)
		o->a->bound = true; /* be it since the target was made */
	tell(o->told, known, s);
	*a = o->a;
	if (r)
		forget(o);
	return r;
}

int opened_get(struct opened_list *list, const struct access_target *target, const char *rung, struct snapshot *s,
	       struct access **a, struct err *e)
{
	struct opened *o = place_for(list, &target->addr);
	struct binding now;
	int r = 0;

	binding_get(&target->addr, &now);
	if (o->a && !binding_equal(&now, &o->binding))
		forget(o);
	if (!o->a) {
		o->binding = now;
		o->told = snapshot_new(ORIGIN_LIVE);
		r = access_open(&o->a, target, rung, o->told, e);
	}
	return hand_out(o, r, 0, s, a);
}

int opened_fall(struct opened_list *list, const struct access_target *target, const struct err *why, struct snapshot *s,
		struct access **a, struct err *e)
{
	struct opened *o = place_for(list, &target->addr);
	size_t known = o->told->n_refusals;
	int r;

	if (o->delivered) {
		*a = NULL;
		if (e)
			*e = *why;
		return -EIO;
	}
	r = access_fall(&o->a, target, why, o->told, e);
	return hand_out(o, r, known, s, a);
}

void opened_delivered(struct opened_list *list, const struct pci_addr *addr)
{
	place_for(list, addr)->delivered = true;
}

void opened_rest(struct opened_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].a && list->v[i].a->ops->brief)
			forget(&list->v[i]);
}

void opened_close(struct opened_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		forget(&list->v[i]);
	free(list->v);
	*list = (struct opened_list){ 0 };
}
