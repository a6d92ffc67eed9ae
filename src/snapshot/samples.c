// SPDX-License-Identifier: GPL-2.0-or-later
/* Several snapshots of one device in a list. */
#include "snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

static bool differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

bool samples_of_one_address(const struct snapshot *a, const struct snapshot *b)
{
	const struct pci_function *x = snapshot_self(a), *y = snapshot_self(b);

	return x && y && pci_addr_equal(&x->addr, &y->addr);
}

bool samples_of_one(const struct snapshot *a, const struct snapshot *b)
{
	const struct pci_function *x = snapshot_self(a), *y = snapshot_self(b);

	if (differ(a->chip, b->chip) || differ(a->facts.board, b->facts.board))
		return false;
	if (a->redacted == b->redacted && differ(a->facts.permanent_mac, b->facts.permanent_mac))
		return false;
	if (x && y)
		return pci_addr_equal(&x->addr, &y->addr);
	return a->facts.netdev && b->facts.netdev && !strcmp(a->facts.netdev, b->facts.netdev);
}

struct snapshots samples_like(const struct snapshots *list, const struct snapshot *s)
{
	struct snapshots like = { 0 };

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i] == s || samples_of_one(list->v[i], s))
			*VEC_PUSH(like.v, like.n, like.cap) = list->v[i];
	return like;
}

/* A snapshot of a list, and where it stands there. */
struct listed {
	struct snapshot *s; /* not owned */
	size_t index;
};

/* A list in the order of the addresses, if each snapshot has one: then those of one device stand together. */
struct sorted {
	struct listed *v;
	size_t n;
	size_t *place; /* of each index of the list in v */
	bool by_address;
};

static int by_address(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int r = pci_addr_compare(&snapshot_self(x->s)->addr, &snapshot_self(y->s)->addr);

	return r ? r : (x->index > y->index) - (x->index < y->index);
}

static void sort(struct sorted *o, const struct snapshots *list)
{
	*o = (struct sorted){ .n = list->n, .by_address = true };
	o->v = xcalloc(list->n, sizeof(*o->v));
	o->place = xcalloc(list->n, sizeof(*o->place));
	for (size_t i = 0; i < list->n; i++) {
		o->v[i] = (struct listed){ list->v[i], i };
		o->by_address = o->by_address && snapshot_self(list->v[i]);
	}
	if (o->by_address && o->n)
		qsort(o->v, o->n, sizeof(*o->v), by_address);
	for (size_t i = 0; i < o->n; i++)
		o->place[o->v[i].index] = i;
}

/* Whether the two at these places can be of one device. */
static bool together(const struct sorted *o, size_t a, size_t b)
{
	return !o->by_address || pci_addr_equal(&snapshot_self(o->v[a].s)->addr, &snapshot_self(o->v[b].s)->addr);
}

static bool is_last(const struct sorted *o, size_t at)
{
	for (size_t k = at + 1; k < o->n && together(o, at, k); k++)
		if (samples_of_one(o->v[at].s, o->v[k].s))
			return false;
	return true;
}

static struct snapshots all_like(const struct sorted *o, size_t at)
{
	struct snapshots like = { 0 };
	size_t k = at;

	while (k && together(o, at, k - 1))
		k--;
	for (; k < o->n && together(o, at, k); k++)
		if (k == at || samples_of_one(o->v[k].s, o->v[at].s))
			*VEC_PUSH(like.v, like.n, like.cap) = o->v[k].s;
	return like;
}

int samples_each(const struct snapshots *list,
		 int (*each)(const struct snapshot *last, const struct snapshots *like, void *arg), void *arg)
{
	struct sorted order;
	int r = 0;

	sort(&order, list);
	for (size_t i = 0; i < list->n && !r; i++) {
		struct snapshots like = { 0 };

		if (!is_last(&order, order.place[i]))
			continue;
		like = all_like(&order, order.place[i]);
		r = each(list->v[i], &like, arg);
		free(like.v);
	}
	free(order.v);
	free(order.place);
	return r;
}
