// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chip/decode.h"
#include "util/alloc.h"
#include "util/buf.h"

/* Whether the user wrote this very register's name: no wildcard, no class of characters. */
static bool is_named(const char *glob, const struct chip_ref *ref)
{
	AUTO_BUF struct buf name = { 0 };
	size_t n;

	if (!glob)
		return false;
	n = strcspn(glob, ".");
	if (strlen(ref->reg->name) == n && !strncasecmp(glob, ref->reg->name, n))
		return true;
	chip_ref_name(ref, &name);
	return name.len == n && !strncasecmp(glob, buf_str(&name), n);
}

static struct item *add(struct plan *p, const struct chip_ref *ref)
{
	struct item *item = VEC_PUSH(p->items, p->n, p->cap);

	item->read.ref = *ref;
	return item;
}

static int add_wanted(const struct chip_ref *ref, void *arg)
{
	struct plan *p = arg;
	struct item *item;
	bool allow;

	if (!chip_match_ref(p->options->regs, ref))
		return 0;
	item = add(p, ref);
	item->wanted = true;
	allow = p->options->side_effects && !chip_access_safe(ref->reg->access) && is_named(p->options->regs, ref);
	item->read.allow_clear = allow;
	item->read.allow_set = allow;
	return 0;
}

struct item *plan_find(const struct plan *p, const struct chip_reg *reg)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].read.ref.reg == reg)
			return &p->items[i];
	return NULL;
}

/* The registers that conditions ask for and that the user did not. */
static void add_conditions(struct plan *p, const struct chip_reg *reg)
{
	for (const struct chip_condition *c = &reg->condition; c && c->reg; c = c->next) {
		const struct chip_reg *on = chip_reg_named(p->chip, reg->space, c->reg);

		if (on && !plan_find(p, on)) {
			struct chip_ref ref = chip_ref_at(on, 0, 0);

			if (ref.reg)
				add(p, &ref);
		}
	}
}

static bool tells_of_rings(const struct chip_reg *reg)
{
	static const enum chip_role roles[] = {
		CHIP_TX_HEAD, CHIP_TX_TAIL, CHIP_TX_LENGTH, CHIP_TX_ENABLE, CHIP_TX_CONTROL, CHIP_MAC_STATUS,
	};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (reg->role == roles[i])
			return true;
	return false;
}

/* More than `rings` asks for: what a verdict for a list takes. */
static bool tells_of_queues(const struct chip_reg *reg)
{
	return tells_of_rings(reg) || reg->role == CHIP_RX_HEAD || reg->role == CHIP_RX_TAIL ||
	       reg->role == CHIP_RX_LENGTH || reg->role == CHIP_RX_ENABLE;
}

static bool is_in_plan(const struct source_options *options, const struct chip_reg *reg)
{
	if (reg->space == CHIP_CONFIG || (options->rings && !tells_of_rings(reg)))
		return false;
	return !options->queues_only || tells_of_queues(reg);
}

void plan_make(struct plan *p)
{
	for (size_t i = 0; i < p->chip->n_regs; i++)
		if (is_in_plan(p->options, p->chip->regs[i]))
			chip_reg_each(p->chip->regs[i], add_wanted, p);
	for (size_t i = 0; i < p->chip->n_regs; i++)
		if (p->chip->regs[i]->condition.reg && plan_find(p, p->chip->regs[i]))
			add_conditions(p, p->chip->regs[i]);
}

/* False only when it is known that a condition does not hold. */
static bool may_exist(const struct plan *p, const struct chip_reg *reg)
{
	for (const struct chip_condition *c = &reg->condition; c && c->reg; c = c->next) {
		const struct chip_reg *on = chip_reg_named(p->chip, reg->space, c->reg);
		const struct chip_field *field = on ? chip_field_named(on, c->field) : NULL;
		const struct item *item = field ? plan_find(p, on) : NULL;

		if (item && item->read.unread == UNREAD_NO &&
		    !chip_condition_holds(c, chip_field_get(field, item->read.value)))
			return false;
	}
	return true;
}

void plan_leave_out_absent(struct plan *p)
{
	const struct chip_reg *last = NULL;
	bool absent = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct chip_reg *reg = p->items[i].read.ref.reg;

		if (reg != last)
			absent = reg->condition.reg && !may_exist(p, reg);
		last = reg;
		p->items[i].absent = absent;
	}
}

void plan_free(struct plan *p)
{
	free(p->items);
	p->items = NULL;
	p->n = p->cap = 0;
}
