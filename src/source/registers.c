// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/registers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "access/access.h"
#include "chip/chip.h"
#include "source/phy.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

#define LATE_MOST 2

struct read_item {
	struct access_read read;
	bool wanted;   /* else only for a condition of another */
	bool absent;   /* its condition does not hold */
	bool constant; /* the driver's number, not a reading */
};

/* Which registers are read, in the order of the definitions. */
struct read_list {
	const struct chip *chip;
	const struct source_options *options;
	struct read_item *items;
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

static struct read_item *add(struct read_list *l, const struct chip_ref *ref)
{
	struct read_item *item = VEC_PUSH(l->items, l->n, l->cap);

	item->read.ref = *ref;
	return item;
}

static int add_wanted(const struct chip_ref *ref, void *arg)
{
	struct read_list *l = arg;
	struct read_item *item;
	bool allow;

	if (!chip_match_ref(l->options->regs, ref))
		return 0;
	item = add(l, ref);
	item->wanted = true;
	allow = l->options->side_effects && !chip_access_safe(ref->reg->access) && is_named(l->options->regs, ref);
	item->read.allow_clear = allow;
	item->read.allow_set = allow;
	return 0;
}

/* An element of the register, or NULL. */
static struct read_item *list_find(const struct read_list *l, const struct chip_reg *reg)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].read.ref.reg == reg)
			return &l->items[i];
	return NULL;
}

/* The registers that conditions ask for and that the user did not. */
static void add_conditions(struct read_list *l, const struct chip_reg *reg)
{
	for (const struct chip_condition *c = reg->condition; c; c = c->next) {
		const struct chip_reg *on = chip_reg_named(l->chip, reg->space, c->reg);

		if (on && !list_find(l, on)) {
			struct chip_ref ref = chip_ref_at(on, 0, 0);

			if (ref.reg)
				add(l, &ref);
		}
	}
}

static bool tells_of_rings(const struct chip_reg *reg)
{
	static const enum chip_role roles[] = {
		CHIP_TX_HEAD, CHIP_TX_TAIL, CHIP_TX_LENGTH, CHIP_TX_ENABLE, CHIP_TX_CONTROL, CHIP_MAC_STATUS,
	};

	for (size_t i = 0; i < COUNT(roles); i++)
		if (reg->role == roles[i])
			return true;
	return false;
}

/* More than `rings` asks for: the queues, and other reasons than a hang for one that stands. */
static bool tells_of_queues(const struct chip_reg *reg)
{
	static const enum chip_role roles[] = {
		CHIP_RX_HEAD, CHIP_RX_TAIL,      CHIP_RX_LENGTH,        CHIP_RX_ENABLE,   CHIP_MDD_TX,
		CHIP_MDD_RX,  CHIP_FLOW_CONTROL, CHIP_PRIORITY_CLASSES, CHIP_TX_SCHEDULE,
	};

	for (size_t i = 0; i < COUNT(roles); i++)
		if (reg->role == roles[i])
			return true;
	return tells_of_rings(reg);
}

static bool is_asked_for(const struct source_options *options, const struct chip_reg *reg)
{
	if (reg->space == CHIP_CONFIG)
		return false;
	if (options->queues_only)
		return tells_of_queues(reg);
	return !options->rings || tells_of_rings(reg);
}

/* What the options ask for, and the registers that conditions of these ask for. */
static void list_make(struct read_list *l)
{
	for (size_t i = 0; i < l->chip->n_regs; i++)
		if (is_asked_for(l->options, l->chip->regs[i]))
			chip_reg_each(l->chip->regs[i], add_wanted, l);
	for (size_t i = 0; i < l->chip->n_regs; i++)
		if (l->chip->regs[i]->condition && list_find(l, l->chip->regs[i]))
			add_conditions(l, l->chip->regs[i]);
}

/* False only when it is known that a condition does not hold. */
static bool may_exist(const struct read_list *l, const struct chip_reg *reg)
{
	for (const struct chip_condition *c = reg->condition; c; c = c->next) {
		const struct chip_reg *on = chip_reg_named(l->chip, reg->space, c->reg);
		const struct chip_field *field = on ? chip_field_named(on, c->field) : NULL;
		const struct read_item *item = field ? list_find(l, on) : NULL;

		if (item && item->read.unread == UNREAD_NO &&
		    !chip_condition_holds(c, chip_field_get(field, item->read.value)))
			return false;
	}
	return true;
}

/* Marks what does not exist, by the values of the registers that conditions ask for. */
static void list_leave_out_absent(struct read_list *l)
{
	const struct chip_reg *last = NULL;
	bool absent = false;

	for (size_t i = 0; i < l->n; i++) {
		const struct chip_reg *reg = l->items[i].read.ref.reg;

		if (reg != last)
			absent = reg->condition && !may_exist(l, reg);
		last = reg;
		l->items[i].absent = absent;
	}
}

static void list_free(struct read_list *l)
{
	free(l->items);
	l->items = NULL;
	l->n = l->cap = 0;
}

/* One device's registers while they are read. */
struct register_run {
	struct read_list list;
	const struct registers_from *from;
};

/* Reads the items without a condition, or those with one, in one go. */
static int read_pass(struct register_run *g, bool conditional, struct err *e)
{
	AUTO_FREE struct access_read *reads = xcalloc(g->list.n, sizeof(*reads));
	size_t n = 0;
	int r;

	for (size_t i = 0; i < g->list.n; i++)
		if ((g->list.items[i].read.ref.reg->condition != NULL) == conditional && !g->list.items[i].absent)
			reads[n++] = g->list.items[i].read;
	r = access_read(g->from->a, reads, n, e);
	n = 0;
	for (size_t i = 0; i < g->list.n; i++)
		if ((g->list.items[i].read.ref.reg->condition != NULL) == conditional && !g->list.items[i].absent)
			g->list.items[i].read = reads[n++];
	return r;
}

static bool all_ones(const struct access_read *read)
{
	return read->value == UINT64_MAX >> (64 - read->ref.reg->width);
}

/* The MAC's status register, read now. False if it has none or could not be read. */
static bool read_status(const struct register_run *g, struct access_read *status)
{
	*status = (struct access_read){ .ref = chip_role_ref(g->list.chip, CHIP_MAC_STATUS, 0) };
	if (!g->from->a || !status->ref.reg)
		return false;
	access_read(g->from->a, status, 1, NULL);
	return status->unread == UNREAD_NO && !all_ones(status);
}

/* Asks a register that is never all ones on a device that answers, if it was not among those read. */
static bool answers(const struct register_run *g)
{
	struct access_read status = { .ref = chip_role_ref(g->list.chip, CHIP_MAC_STATUS, 0) };

	return status.ref.reg && !list_find(&g->list, status.ref.reg) && read_status(g, &status);
}

static void replace_values(struct register_run *g, enum unread why)
{
	for (size_t i = 0; i < g->list.n; i++) {
		struct access_read *read = &g->list.items[i].read;

		if (read->unread == UNREAD_ERROR || (read->unread == UNREAD_NO && all_ones(read)))
			read->unread = why;
	}
}

/* It may have been away while these were read and be back by now: what it holds is read once more. */
static void read_again(struct register_run *g)
{
	for (size_t i = 0; i < g->list.n; i++) {
		struct access_read *read = &g->list.items[i].read;

		if (!g->list.items[i].absent && read->unread == UNREAD_NO && all_ones(read) &&
		    chip_access_safe(read->ref.reg->access))
			access_read(g->from->a, read, 1, NULL);
	}
}

/* Values of a device that stopped answering are not passed off as readings. UNREAD_NO: it answers. */
static enum unread judge(struct register_run *g)
{
	const struct presence *presence = &g->from->presence;
	size_t faults = 0, ones = 0, values = 0;
	enum unread why;

	for (size_t i = 0; i < g->list.n; i++) {
		const struct access_read *read = &g->list.items[i].read;

		if (g->list.items[i].absent)
			continue;
		faults += read->unread == UNREAD_ERROR;
		values += read->unread == UNREAD_NO;
		ones += read->unread == UNREAD_NO && all_ones(read);
	}
	if (!faults && !ones)
		return UNREAD_NO;
	why = presence->ask(presence->arg);
	if (why == UNREAD_NO && (ones < values || !ones))
		return UNREAD_NO;
	if (why == UNREAD_NO && answers(g)) {
		read_again(g);
		why = presence->ask(presence->arg);
		if (why == UNREAD_NO && answers(g))
			return UNREAD_NO;
	}
	if (why == UNREAD_NO)
		why = UNREAD_ERROR;
	replace_values(g, why);
	return why;
}

static void refuse_all(struct register_run *g, enum unread why)
{
	for (size_t i = 0; i < g->list.n; i++) {
		enum unread gate = access_gate(NULL, &g->list.items[i].read);

		g->list.items[i].read.unread = gate == UNREAD_NO ? why : gate;
	}
}

static void note_effects(const struct register_run *g, struct snapshot *s)
{
	const struct chip_reg *last = NULL;

	for (size_t i = 0; i < g->list.n; i++) {
		const struct access_read *read = &g->list.items[i].read;
		const struct chip_reg *reg = read->ref.reg;

		if (reg == last || g->list.items[i].absent || read->unread != UNREAD_NO ||
		    chip_access_safe(reg->access))
			continue;
		last = reg;
		if (reg->access == CHIP_RC)
			snapshot_note(s, "%s was read, which cleared it.", reg->name);
		else
			snapshot_note(s, "%s was read, which set it: it stays taken until something releases it.",
				      reg->name);
	}
}

/* Loads were made, and none of them succeeded. */
static bool nothing_came(const struct register_run *g)
{
	size_t faults = 0;

	for (size_t i = 0; i < g->list.n; i++) {
		if (g->list.items[i].absent)
			continue;
		if (g->list.items[i].read.unread == UNREAD_NO)
			return false;
		faults += g->list.items[i].read.unread == UNREAD_ERROR;
	}
	return faults != 0;
}

/* Reads what is behind the BAR. *why: whether the device answers. -errno: this way gave nothing. */
static int read_bar(struct register_run *g, struct snapshot *s, enum unread *why, struct err *e)
{
	int r = access_begin(g->from->a, s, e);

	if (!r)
		r = read_pass(g, false, e);
	if (!r) {
		list_leave_out_absent(&g->list);
		r = read_pass(g, true, e);
	}
	if (r == -ENODEV) {
		refuse_all(g, *why = UNREAD_GONE);
		snapshot_note(s, "%s: %s.", e->what, e->why);
		return 0;
	}
	if (r)
		return r;
	note_effects(g, s);
	*why = judge(g);
	if (*why == UNREAD_NO && nothing_came(g))
		return err_set(e, EIO, g->from->a->ops->name, "it opened, but every load of a register faulted");
	return 0;
}

/* Whether STATUS says that the link is up: as it was read with the others, or as it is now. */
static bool link_up(const struct register_run *g, bool now)
{
	struct access_read status = { .ref = chip_role_ref(g->list.chip, CHIP_MAC_STATUS, 0) };
	const struct read_item *read = status.ref.reg ? list_find(&g->list, status.ref.reg) : NULL;
	const struct chip_field *up;

	if (!now && read && read->read.unread == UNREAD_NO)
		status = read->read;
	else if (!read_status(g, &status))
		return g->from->carrier;
	up = chip_field_with_role(status.ref.reg, CHIP_FIELD_LINK_UP, 0);
	return up && chip_field_get(up, status.value);
}

static bool is_phy(const struct read_item *item)
{
	return item->wanted && item->read.ref.reg->space == CHIP_PHY;
}

/* One whose answer depends on the link. */
static bool is_by_link(const struct register_run *g, const struct read_item *item)
{
	return is_phy(item) && phy_answer(g->from->phy, &item->read.ref) == PHY_IF_LINK;
}

/* The driver is asked once. *late counts answers in a row that took long, up to
 * LATE_MOST: then it is not asked any more. */
static void ask_phy(const struct register_run *g, struct read_item *item, unsigned *late)
{
	enum phy_answer answer = phy_answer(g->from->phy, &item->read.ref);
	enum unread gate = access_gate_kind(g->from->a, &item->read);
	uint16_t value = 0;
	bool slow = false;

	item->read.unread = answer == PHY_NONE ? UNREAD_PHY : gate;
	if (item->read.unread == UNREAD_NO && *late == LATE_MOST)
		item->read.unread = UNREAD_ERROR;
	if (item->read.unread != UNREAD_NO)
		return;
	item->read.unread = phy_read(g->from->phy, &item->read.ref, &value, &slow);
	item->read.value = value;
	item->constant = answer == PHY_KEPT;
	*late = slow ? *late + 1 : 0;
}

/*
 * One answer may be late because the machine is busy or somebody else holds the network's lock; two in a row are a PHY
 * that keeps its driver waiting. Answers that depend on the link count as readings if it was up before and after all of
 * them.
 */
static void read_phy(struct register_run *g, struct snapshot *s)
{
	const struct read_item *end = g->list.items + g->list.n;
	bool seen = false, by_link = false, up = false;
	unsigned late = 0;

	for (unsigned turn = 0; turn < PHY_TURNS; turn++)
		for (struct read_item *item = g->list.items; item < end; item++) {
			if (!is_phy(item) || phy_turn(&item->read.ref) != turn)
				continue;
			if (!seen && is_by_link(g, item))
				up = link_up(g, false);
			seen = seen || is_by_link(g, item);
			ask_phy(g, item, &late);
			by_link = by_link || (is_by_link(g, item) && item->read.unread == UNREAD_NO);
		}
	if (late == LATE_MOST)
		snapshot_note(s, "The PHY keeps its driver waiting; it was not asked further.");
	if (!by_link || (up && link_up(g, true)))
		return;
	for (struct read_item *item = g->list.items; item < end; item++)
		item->constant = item->constant || is_by_link(g, item);
}

static void add_samples(const struct register_run *g, struct snapshot *s)
{
	for (size_t i = 0; i < g->list.n; i++) {
		const struct read_item *item = &g->list.items[i];

		if (!item->wanted || item->absent)
			continue;
		snapshot_add_reg(s, &item->read.ref, item->read.unread, item->read.value);
		s->regs[s->n_regs - 1].constant = item->constant && item->read.unread == UNREAD_NO;
	}
}

int registers_read(const struct registers_from *from, const struct chip *chip, const struct source_options *options,
		   struct snapshot *s, struct err *e)
{
	struct register_run g = { .list = { .chip = chip, .options = options }, .from = from };
	enum unread why = from->why;
	int r = 0;

	list_make(&g.list);
	if (from->a)
		r = read_bar(&g, s, &why, e);
	else
		refuse_all(&g, why);
	if (!r && phy_reachable(from->phy) && !from->phy_untouched && (why == UNREAD_NO || !from->a))
		read_phy(&g, s);
	if (!r)
		add_samples(&g, s);
	list_free(&g.list);
	return r;
}
