// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/registers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "access/access.h"
#include "chip/match.h"
#include "util/alloc.h"
#include "util/buf.h"

struct item {
	struct access_read read;
	bool wanted; /* else only for a condition of another */
	bool absent; /* its condition does not hold */
};

struct plan {
	const struct chip *chip;
	const struct source_options *options;
	struct item *items;
	size_t n, cap;
};

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

static const struct item *find(const struct plan *p, const struct chip_reg *reg)
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

		if (on && !find(p, on)) {
			struct chip_ref ref = chip_ref_at(on, 0, 0);

			if (ref.reg)
				add(p, &ref);
		}
	}
}

static void make_plan(struct plan *p)
{
	for (size_t i = 0; i < p->chip->n_regs; i++)
		if (p->chip->regs[i]->space != CHIP_CONFIG)
			chip_reg_each(p->chip->regs[i], add_wanted, p);
	for (size_t i = 0; i < p->chip->n_regs; i++)
		if (p->chip->regs[i]->condition.reg && find(p, p->chip->regs[i]))
			add_conditions(p, p->chip->regs[i]);
}

/* False only when it is known that a condition does not hold. */
static bool may_exist(const struct plan *p, const struct chip_reg *reg)
{
	for (const struct chip_condition *c = &reg->condition; c && c->reg; c = c->next) {
		const struct chip_reg *on = chip_reg_named(p->chip, reg->space, c->reg);
		const struct chip_field *field = on ? chip_field_named(on, c->field) : NULL;
		const struct item *item = field ? find(p, on) : NULL;

		if (item && item->read.unread == UNREAD_NO &&
		    !chip_condition_holds(c, chip_field_get(field, item->read.value)))
			return false;
	}
	return true;
}

/* Reads the items without a condition, or those with one, in one go. */
static void read_pass(struct plan *p, struct access *a, bool conditional)
{
	AUTO_FREE struct access_read *reads = xcalloc(p->n, sizeof(*reads));
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if ((p->items[i].read.ref.reg->condition.reg != NULL) == conditional && !p->items[i].absent)
			reads[n++] = p->items[i].read;
	access_read(a, reads, n, NULL);
	n = 0;
	for (size_t i = 0; i < p->n; i++)
		if ((p->items[i].read.ref.reg->condition.reg != NULL) == conditional && !p->items[i].absent)
			p->items[i].read = reads[n++];
}

static void leave_out_absent(struct plan *p)
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

static bool all_ones(const struct access_read *read)
{
	return read->value == UINT64_MAX >> (64 - read->ref.reg->width);
}

/* Asks a register that is never all ones on a device that answers, if it was not among those read. */
static bool answers(const struct plan *p, struct access *a)
{
	struct access_read status = { .ref = chip_role_ref(p->chip, CHIP_MAC_STATUS, 0) };

	if (!status.ref.reg || find(p, status.ref.reg))
		return false;
	access_read(a, &status, 1, NULL);
	return status.unread == UNREAD_NO && !all_ones(&status);
}

/* Values of a device that stopped answering are not passed off as readings. */
static void judge(struct plan *p, struct access *a, const struct presence *presence)
{
	size_t faults = 0, ones = 0, values = 0;
	enum unread why;

	for (size_t i = 0; i < p->n; i++) {
		const struct access_read *read = &p->items[i].read;

		if (p->items[i].absent)
			continue;
		faults += read->unread == UNREAD_ERROR;
		values += read->unread == UNREAD_NO;
		ones += read->unread == UNREAD_NO && all_ones(read);
	}
	if (!faults && !ones)
		return;
	why = presence->ask(presence->arg);
	if (why == UNREAD_NO && (ones < values || !ones || answers(p, a)))
		return;
	for (size_t i = 0; i < p->n; i++) {
		struct access_read *read = &p->items[i].read;

		if (read->unread == UNREAD_ERROR || (read->unread == UNREAD_NO && all_ones(read)))
			read->unread = why == UNREAD_NO ? UNREAD_ERROR : why;
	}
}

static void refuse_all(struct plan *p, enum unread why)
{
	for (size_t i = 0; i < p->n; i++) {
		enum unread gate = access_gate(NULL, &p->items[i].read);

		p->items[i].read.unread = gate == UNREAD_NO ? why : gate;
	}
}

static void note_effects(const struct plan *p, struct snapshot *s)
{
	const struct chip_reg *last = NULL;

	for (size_t i = 0; i < p->n; i++) {
		const struct access_read *read = &p->items[i].read;
		const struct chip_reg *reg = read->ref.reg;

		if (reg == last || p->items[i].absent || read->unread != UNREAD_NO || chip_access_safe(reg->access))
			continue;
		last = reg;
		if (reg->access == CHIP_RC)
			snapshot_note(s, "%s was read, which cleared it.", reg->name);
		else
			snapshot_note(s, "%s was read, which set it: it stays taken until something releases it.",
				      reg->name);
	}
}

void registers_read(struct access *a, enum unread why, const struct chip *chip, const struct source_options *options,
		    const struct presence *presence, struct snapshot *s)
{
	struct plan p = { .chip = chip, .options = options };

	make_plan(&p);
	if (a) {
		read_pass(&p, a, false);
		leave_out_absent(&p);
		read_pass(&p, a, true);
		note_effects(&p, s);
		judge(&p, a, presence);
	} else {
		refuse_all(&p, why);
	}
	for (size_t i = 0; i < p.n; i++)
		if (p.items[i].wanted && !p.items[i].absent)
			snapshot_add_reg(s, &p.items[i].read.ref, p.items[i].read.unread, p.items[i].read.value);
	free(p.items);
}
