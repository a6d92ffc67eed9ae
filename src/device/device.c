// SPDX-License-Identifier: GPL-2.0-or-later
#include "device/device.h"

#include <stdlib.h>

#include "chip/chip.h"
#include "util/alloc.h"

/* By place in their space, an array's elements together. */
static int by_place(const void *pa, const void *pb)
{
	const struct device_reg *a = pa, *b = pb;
	uint32_t x, y;

	if (a->ref.reg->space != b->ref.reg->space)
		return a->ref.reg->space < b->ref.reg->space ? -1 : 1;
	x = a->ref.reg->segments[0].offset;
	y = b->ref.reg->segments[0].offset;
	if (x == y) {
		x = a->ref.i;
		y = b->ref.i;
	}
	if (x == y) {
		x = a->ref.j;
		y = b->ref.j;
	}
	return (x > y) - (x < y);
}

static void collect_regs(struct device *d, const char *glob)
{
	d->regs = xcalloc(d->s->n_regs, sizeof(*d->regs));
	for (size_t i = 0; d->chip && i < d->s->n_regs; i++) {
		const struct reg_sample *sample = &d->s->regs[i];
		struct chip_ref ref = chip_reg_at(d->chip, (enum chip_space)sample->space, sample->offset);

		if (!ref.reg || !chip_match_ref(glob, &ref))
			continue;
		d->regs[d->n_regs++] = (struct device_reg){
			.ref = ref,
			.unread = (enum unread)sample->unread,
			.constant = sample->constant,
			.value = sample->value,
		};
	}
	if (d->n_regs)
		qsort(d->regs, d->n_regs, sizeof(*d->regs), by_place);
}

/* What a virtual function leaves to its physical function reads 0: the header, memory decoding among it, and the link
 * (PCIe r6.2 9.3.4, 9.3.5). */
static void mark_elsewhere(const struct snapshot *s, struct device_config *c)
{
	for (size_t i = 0; s->facts.physical_function && c->fn->role == PCI_SELF && i < c->n_regs; i++) {
		enum chip_role role = c->regs[i].reg->role;

		c->regs[i].elsewhere = c->regs[i].cap->kind == CHIP_CAP_HEADER || role == CHIP_LINK_CAPABILITY ||
				       role == CHIP_LINK_CONTROL || role == CHIP_LINK_STATUS;
	}
}

int device_init(struct device *d, struct chipdb *db, const struct snapshot *s, const char *glob, struct err *e)
{
	int r;

	*d = (struct device){ .db = db, .s = s };
	r = chipdb_pci(db, &d->pci, e);
	if (!r && s->chip)
		r = chipdb_find(db, s->chip, &d->chip, e);
	if (r)
		return r;
	values_init(&d->values, s, d->chip);
	link_read_part(s, d->chip, &d->link);
	d->config = xcalloc(s->n_functions, sizeof(*d->config));
	for (size_t i = 0; i < s->n_functions; i++) {
		struct device_config *c = &d->config[i];

		c->fn = &s->functions[i];
		c->caps = config_caps(c->fn);
		c->n_regs = config_regs(d->pci, c->fn, c->caps, &c->regs);
		mark_elsewhere(s, c);
	}
	collect_regs(d, glob);
	return 0;
}

void device_free(struct device *d)
{
	for (size_t i = 0; d->config && i < d->s->n_functions; i++)
		free(d->config[i].regs);
	free(d->config);
	free(d->regs);
	values_free(&d->values);
}

struct device_reg device_reg_of_config(const struct config_reg *r)
{
	struct device_reg view = {
		.ref = chip_ref_at(r->reg, r->i, 0),
		.unread = r->known ? UNREAD_NO : UNREAD_NOT_IN_SOURCE,
		.usual = r->elsewhere,
		.value = r->value,
	};

	view.ref.offset = r->offset;
	return view;
}

int device_link_up(const struct device *d)
{
	struct reading r;
	bool known;

	return values_link_up(&d->values, &r, &known);
}

const char *device_name(const struct device *d)
{
	if (d->s->chip_name)
		return d->s->chip_name;
	return d->chip ? d->chip->name : "undefined";
}

bool device_is_identified(const struct device *d)
{
	const struct pci_function *self = snapshot_self(d->s);
	uint32_t id;

	return d->chip || d->s->chip_name || (self && config_get(self, 0, 4, &id) && id != UINT32_MAX);
}

const char *device_heading(const struct device *d)
{
	if (d->chip || d->s->chip_name)
		return device_name(d);
	return device_is_identified(d) ? "A chip without a definition" : "An unknown chip";
}

bool device_is_virtual(const struct device *d)
{
	return d->s->facts.physical_function || (d->chip && chip_has_trait(d->chip, "virtual-function"));
}
