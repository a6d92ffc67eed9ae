// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/registers.h"

#include <errno.h>
#include <stdlib.h>

#include "source/phy.h"
#include "source/plan.h"
#include "util/alloc.h"
#include "util/err.h"

#define LATE_MOST 2

/* One device's registers while they are read. */
struct reading {
	struct plan plan;
	const struct registers_from *from;
};

/* Reads the items without a condition, or those with one, in one go. */
static int read_pass(struct reading *g, bool conditional, struct err *e)
{
	AUTO_FREE struct access_read *reads = xcalloc(g->plan.n, sizeof(*reads));
	size_t n = 0;
	int r;

	for (size_t i = 0; i < g->plan.n; i++)
		if ((g->plan.items[i].read.ref.reg->condition.reg != NULL) == conditional && !g->plan.items[i].absent)
			reads[n++] = g->plan.items[i].read;
	r = access_read(g->from->a, reads, n, e);
	n = 0;
	for (size_t i = 0; i < g->plan.n; i++)
		if ((g->plan.items[i].read.ref.reg->condition.reg != NULL) == conditional && !g->plan.items[i].absent)
			g->plan.items[i].read = reads[n++];
	return r;
}

static bool all_ones(const struct access_read *read)
{
	return read->value == UINT64_MAX >> (64 - read->ref.reg->width);
}

/* The MAC's status register, read now. False if it has none or could not be read. */
static bool read_status(const struct reading *g, struct access_read *status)
{
	*status = (struct access_read){ .ref = chip_role_ref(g->plan.chip, CHIP_MAC_STATUS, 0) };
	if (!g->from->a || !status->ref.reg)
		return false;
	access_read(g->from->a, status, 1, NULL);
	return status->unread == UNREAD_NO && !all_ones(status);
}

/* Asks a register that is never all ones on a device that answers, if it was not among those read. */
static bool answers(const struct reading *g)
{
	struct access_read status = { .ref = chip_role_ref(g->plan.chip, CHIP_MAC_STATUS, 0) };

	return status.ref.reg && !plan_find(&g->plan, status.ref.reg) && read_status(g, &status);
}

static void replace_values(struct reading *g, enum unread why)
{
	for (size_t i = 0; i < g->plan.n; i++) {
		struct access_read *read = &g->plan.items[i].read;

		if (read->unread == UNREAD_ERROR || (read->unread == UNREAD_NO && all_ones(read)))
			read->unread = why;
	}
}

/* Values of a device that stopped answering are not passed off as readings. UNREAD_NO: it answers. */
static enum unread judge(struct reading *g)
{
	const struct presence *presence = &g->from->presence;
	size_t faults = 0, ones = 0, values = 0;
	enum unread why;

	for (size_t i = 0; i < g->plan.n; i++) {
		const struct access_read *read = &g->plan.items[i].read;

		if (g->plan.items[i].absent)
			continue;
		faults += read->unread == UNREAD_ERROR;
		values += read->unread == UNREAD_NO;
		ones += read->unread == UNREAD_NO && all_ones(read);
	}
	if (!faults && !ones)
		return UNREAD_NO;
	why = presence->ask(presence->arg);
	if (why == UNREAD_NO && (ones < values || !ones || answers(g)))
		return UNREAD_NO;
	if (why == UNREAD_NO)
		why = UNREAD_ERROR;
	replace_values(g, why);
	return why;
}

static void refuse_all(struct reading *g, enum unread why)
{
	for (size_t i = 0; i < g->plan.n; i++) {
		enum unread gate = access_gate(NULL, &g->plan.items[i].read);

		g->plan.items[i].read.unread = gate == UNREAD_NO ? why : gate;
	}
}

static void note_effects(const struct reading *g, struct snapshot *s)
{
	const struct chip_reg *last = NULL;

	for (size_t i = 0; i < g->plan.n; i++) {
		const struct access_read *read = &g->plan.items[i].read;
		const struct chip_reg *reg = read->ref.reg;

		if (reg == last || g->plan.items[i].absent || read->unread != UNREAD_NO ||
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
static bool nothing_came(const struct reading *g)
{
	size_t faults = 0;

	for (size_t i = 0; i < g->plan.n; i++) {
		if (g->plan.items[i].absent)
			continue;
		if (g->plan.items[i].read.unread == UNREAD_NO)
			return false;
		faults += g->plan.items[i].read.unread == UNREAD_ERROR;
	}
	return faults != 0;
}

/* Reads what is behind the BAR. *why: whether the device answers. -errno: this way gave nothing. */
static int read_bar(struct reading *g, struct snapshot *s, enum unread *why, struct err *e)
{
	int r = access_begin(g->from->a, s, e);

	if (!r)
		r = read_pass(g, false, e);
	if (!r) {
		plan_leave_out_absent(&g->plan);
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
static bool link_up(const struct reading *g, bool now)
{
	struct access_read status = { .ref = chip_role_ref(g->plan.chip, CHIP_MAC_STATUS, 0) };
	const struct item *read = status.ref.reg ? plan_find(&g->plan, status.ref.reg) : NULL;
	const struct chip_field *up;

	if (!now && read && read->read.unread == UNREAD_NO)
		status = read->read;
	else if (!read_status(g, &status))
		return g->from->carrier;
	up = chip_field_with_role(status.ref.reg, CHIP_FIELD_LINK_UP, 0);
	return up && chip_field_get(up, status.value);
}

static bool is_phy(const struct item *item)
{
	return item->wanted && item->read.ref.reg->space == CHIP_PHY;
}

/* One whose answer depends on the link. */
static bool is_by_link(const struct reading *g, const struct item *item)
{
	return is_phy(item) && phy_answer(g->from->phy, &item->read.ref) == PHY_IF_LINK;
}

/* The driver is asked once. *late counts answers in a row that took long, up to
 * LATE_MOST: then it is not asked any more. */
static void ask_phy(const struct reading *g, struct item *item, unsigned *late)
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
static void read_phy(struct reading *g, struct snapshot *s)
{
	const struct item *end = g->plan.items + g->plan.n;
	bool seen = false, by_link = false, up = false;
	unsigned late = 0;

	for (unsigned turn = 0; turn < PHY_TURNS; turn++)
		for (struct item *item = g->plan.items; item < end; item++) {
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
	for (struct item *item = g->plan.items; item < end; item++)
		item->constant = item->constant || is_by_link(g, item);
}

static void add_samples(const struct reading *g, struct snapshot *s)
{
	for (size_t i = 0; i < g->plan.n; i++) {
		const struct item *item = &g->plan.items[i];

		if (!item->wanted || item->absent)
			continue;
		snapshot_add_reg(s, &item->read.ref, item->read.unread, item->read.value);
		s->regs[s->n_regs - 1].constant = item->constant && item->read.unread == UNREAD_NO;
	}
}

int registers_read(const struct registers_from *from, const struct chip *chip, const struct source_options *options,
		   struct snapshot *s, struct err *e)
{
	struct reading g = { .plan = { .chip = chip, .options = options }, .from = from };
	enum unread why = from->why;
	int r = 0;

	plan_make(&g.plan);
	if (from->a)
		r = read_bar(&g, s, &why, e);
	else
		refuse_all(&g, why);
	if (!r && phy_reachable(from->phy) && !from->phy_untouched && (why == UNREAD_NO || !from->a))
		read_phy(&g, s);
	if (!r)
		add_samples(&g, s);
	plan_free(&g.plan);
	return r;
}
