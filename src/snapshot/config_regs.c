// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers of configuration space by the definitions of family pci. */
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <strings.h>

#include "snapshot/config.h"
#include "util/alloc.h"

struct read {
	const struct chip *pci;
	const struct pci_function *fn;
	const struct config_caps *caps;
	const struct config_cap *cap; /* the structure that is read */
	bool silent;                  /* the function does not answer */
	struct config_reg *regs;
	size_t n, cap_regs;
};

static bool in_structure(const struct chip_reg *reg, const struct config_cap *cap)
{
	return reg->space == CHIP_CONFIG && reg->cap == cap->kind && reg->cap_id == cap->id;
}

/* Where structures of a kind end at the latest. */
static unsigned space_end(const struct config_cap *cap)
{
	static const unsigned ends[] = {
		[CHIP_CAP_HEADER] = 0x40, [CHIP_CAP_STANDARD] = 0x100, [CHIP_CAP_EXTENDED] = PCI_CONFIG_MAX
	};

	return ends[cap->kind];
}

static bool read_value(const struct pci_function *fn, const struct config_cap *cap, const struct chip_ref *ref,
		       uint64_t *value)
{
	unsigned bytes = ref->reg->width / 8u;
	unsigned at = cap->offset + ref->offset;
	uint32_t part;

	*value = 0;
	if (at + bytes > space_end(cap))
		return false;
	for (unsigned i = bytes; i-- > 0;) {
		if (!config_get(fn, at + i, 1, &part))
			return false;
		*value = *value << 8 | part;
	}
	return true;
}

/* The value of a condition's field in one structure; false if it has no such register or that is not known. */
static bool field_in(const struct read *r, const struct config_cap *cap, const struct chip_condition *c,
		     uint64_t *value)
{
	for (size_t i = 0; i < r->pci->n_regs; i++) {
		const struct chip_reg *reg = r->pci->regs[i];
		const struct chip_field *field;
		struct chip_ref ref;

		if (!in_structure(reg, cap) || strcasecmp(reg->name, c->reg))
			continue;
		ref = chip_ref_at(reg, reg->segments[0].first, 0);
		field = c->field ? chip_field_named(reg, c->field) : NULL;
		if (!ref.reg || (c->field && !field) || !read_value(r->fn, cap, &ref, value))
			return false;
		if (field)
			*value = chip_field_get(field, *value);
		return true;
	}
	return false;
}

static bool holds(const struct read *r, const struct chip_condition *c)
{
	uint64_t value;
	bool found = field_in(r, r->cap, c, &value);

	for (size_t i = 0; !found && i < r->caps->n; i++)
		found = field_in(r, &r->caps->caps[i], c, &value);
	return found && chip_condition_holds(c, value);
}

static bool exists(const struct read *r, const struct chip_reg *reg)
{
	for (const struct chip_condition *c = &reg->condition; c && c->reg; c = c->next) {
		if (!holds(r, c))
			return false;
	}
	return true;
}

static int add_element(const struct chip_ref *ref, void *arg)
{
	struct read *r = arg;
	struct config_reg *out;

	if (r->silent && ref->offset >= PCI_COMMAND) /* all ones: nothing that can be read as a register */
		return 0;
	out = VEC_PUSH(r->regs, r->n, r->cap_regs);
	out->reg = ref->reg;
	out->cap = r->cap;
	out->offset = (uint16_t)(r->cap->offset + ref->offset);
	out->i = ref->i;
	out->known = read_value(r->fn, r->cap, ref, &out->value);
	return 0;
}

size_t config_regs(const struct chip *pci, const struct pci_function *fn, const struct config_caps *caps,
		   struct config_reg **regs)
{
	struct read r = { .pci = pci, .fn = fn, .caps = caps, .silent = !config_answers(fn) };

	for (size_t c = 0; c < caps->n; c++) {
		r.cap = &caps->caps[c];
		for (size_t i = 0; i < pci->n_regs; i++) {
			if (in_structure(pci->regs[i], r.cap) && exists(&r, pci->regs[i]))
				chip_reg_each(pci->regs[i], add_element, &r);
		}
	}
	*regs = r.regs;
	return r.n;
}

bool config_field(const struct config_reg *regs, size_t n, const char *reg, const char *field, uint64_t *value)
{
	for (size_t i = 0; i < n; i++) {
		const struct chip_field *f;

		if (strcasecmp(regs[i].reg->name, reg))
			continue;
		f = field ? chip_field_named(regs[i].reg, field) : NULL;
		if (!regs[i].known || (field && !f))
			return false;
		*value = f ? chip_field_get(f, regs[i].value) : regs[i].value;
		return true;
	}
	return false;
}
