// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "snapshot/snapshot.h"
#include "util/alloc.h"

static char *text_copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static void copy_facts(struct facts *to, const struct facts *from)
{
	for (size_t i = 0; i < n_fact_descs; i++) {
		const struct fact_desc *d = &fact_descs[i];

		if (d->kind == FACT_STR)
			fact_set_str(to, d, fact_str(from, d));
		else
			fact_set_num(to, d, fact_num(from, d));
	}
	for (size_t i = 0; i < from->n_features; i++)
		facts_add_feature(to, from->features[i].name, from->features[i].on, from->features[i].fixed);
	facts_copy_counts(to, from);
}

static void copy_functions(struct snapshot *to, const struct snapshot *from)
{
	for (size_t i = 0; i < from->n_functions; i++) {
		const struct pci_function *fn = &from->functions[i];

		snapshot_add_function(to, fn->role, &fn->addr, fn->config, fn->config_len)->unread = fn->unread;
	}
}

struct snapshot *snapshot_copy(const struct snapshot *s)
{
	struct snapshot *copy = snapshot_new(s->origin);

	copy->file = text_copy(s->file);
	copy->tool = text_copy(s->tool);
	copy->taken = s->taken;
	copy->look = s->look;
	copy->redacted = s->redacted;
	copy->chip = text_copy(s->chip);
	copy->chip_name = text_copy(s->chip_name);
	copy->access = text_copy(s->access);
	copy_functions(copy, s);
	copy_facts(&copy->facts, &s->facts);
	for (size_t i = 0; i < s->n_refusals; i++)
		snapshot_refuse(copy, s->refusals[i].rung, s->refusals[i].why, s->refusals[i].todo);
	for (size_t i = 0; i < s->n_notes; i++)
		snapshot_note(copy, "%s", s->notes[i]);
	if (s->n_regs) {
		copy->regs = xcalloc(s->n_regs, sizeof(*copy->regs));
		memcpy(copy->regs, s->regs, s->n_regs * sizeof(*copy->regs));
		copy->n_regs = copy->cap_regs = s->n_regs;
	}
	return copy;
}
