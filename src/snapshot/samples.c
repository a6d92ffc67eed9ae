// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/samples.h"

#include <string.h>

#include "util/alloc.h"

static bool differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
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

bool samples_last(const struct snapshots *list, size_t i)
{
	for (size_t k = i + 1; k < list->n; k++)
		if (samples_of_one(list->v[i], list->v[k]))
			return false;
	return true;
}

struct snapshots samples_like(const struct snapshots *list, const struct snapshot *s)
{
	struct snapshots like = { 0 };

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i] == s || samples_of_one(list->v[i], s))
			*VEC_PUSH(like.v, like.n, like.cap) = list->v[i];
	return like;
}
