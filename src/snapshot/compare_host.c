// SPDX-License-Identifier: GPL-2.0-or-later
/* What the host knows of two snapshots: configuration space, facts, features. */
#include <string.h>

#include "snapshot/compare_parts.h"
#include "snapshot/config.h"
#include "util/alloc.h"

static const struct pci_function *counterpart(const struct snapshot *s, const struct pci_function *fn)
{
	for (size_t i = 0; i < s->n_functions; i++) {
		const struct pci_function *other = &s->functions[i];

		if (other->role == fn->role && (fn->role != PCI_SIBLING || pci_addr_equal(&other->addr, &fn->addr)))
			return other;
	}
	return NULL;
}

static const struct config_reg *same_register(const struct config_reg *regs, size_t n, const struct config_reg *like)
{
	for (size_t i = 0; i < n; i++)
		if (regs[i].reg == like->reg && regs[i].offset == like->offset && regs[i].i == like->i)
			return &regs[i];
	return NULL;
}

static void compare_config(struct comparison *c, const struct chip *pci, const struct pci_function *fn,
			   const struct pci_function *other)
{
	AUTO_FREE struct config_reg *a = NULL;
	AUTO_FREE struct config_reg *b = NULL;
	struct config_caps caps;
	size_t n_a, n_b;

	config_walk(fn, &caps);
	n_a = config_regs(pci, fn, &caps, &a);
	config_walk(other, &caps);
	n_b = config_regs(pci, other, &caps, &b);
	for (size_t i = 0; i < n_a; i++) {
		const struct config_reg *same = same_register(b, n_b, &a[i]);
		struct chip_ref ref = chip_ref_at(a[i].reg, a[i].i, 0);

		if (!a[i].known || !same || !same->known)
			continue;
		c->compared++;
		ref.offset = a[i].offset;
		if (a[i].value != same->value)
			compare_add(c, &ref, a[i].value, same->value)->function = fn->role;
	}
}

void compare_functions(struct comparison *c, const struct chip *pci)
{
	const struct snapshot *a = c->side[COMPARE_A];

	for (size_t i = 0; i < a->n_functions; i++) {
		const struct pci_function *other = counterpart(c->side[COMPARE_B], &a->functions[i]);

		if (other)
			compare_config(c, pci, &a->functions[i], other);
	}
}

void compare_facts(struct comparison *c)
{
	const struct facts *a = &c->side[COMPARE_A]->facts, *b = &c->side[COMPARE_B]->facts;

	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];
		const char *x = fact_str(a, d), *y = fact_str(b, d);

		if (d->kind == FACT_STR ? (x && y ? strcmp(x, y) != 0 : x != y) : fact_num(a, d) != fact_num(b, d))
			VEC_PUSH(c->facts, c->n_facts, c->cap_facts)->fact = d;
	}
	for (int side = 0; side < COMPARE_SIDES; side++) {
		const struct facts *f = &c->side[side]->facts;

		for (size_t i = 0; i < f->n_features; i++) {
			struct fact_change change = { .feature = f->features[i].name };

			change.on[COMPARE_A] = facts_feature(a, change.feature);
			change.on[COMPARE_B] = facts_feature(b, change.feature);
			if (change.on[COMPARE_A] == change.on[COMPARE_B] ||
			    (side == COMPARE_B && change.on[COMPARE_A] >= 0))
				continue;
			*VEC_PUSH(c->facts, c->n_facts, c->cap_facts) = change;
		}
	}
}
