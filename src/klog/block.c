// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "klog/handlers.h"
#include "klog/labels.h"

enum { RANK_TURN = 2, RANK_STAMP = 3, RANK_RECORD = 4 };

/* Which line is the last of a driver's block. Header, driver ("": any), last label's field. */
/* clang-format off */
static const struct form {
	const char *driver;
	bool hardware; /* "Detected Hardware Unit Hang" */
	enum klog_field last;
} forms[] = {
	{ "", true, KLOG_PCI_STATUS },
	{ "e1000e", false, KLOG_WATCH_STATUS },
	{ "e1000", false, KLOG_WATCH_STATUS },
	{ "ixgb", false, KLOG_WATCH_STATUS },
	{ "igbvf", false, KLOG_WATCH_STATUS },
	{ "igb", false, KLOG_DESC_STATUS },
	{ "igc", false, KLOG_DESC_STATUS },
	{ "ixgbe", false, KLOG_JIFFIES },
	{ "ixgbevf", false, KLOG_JIFFIES },
	{ "fm10k", false, KLOG_NEXT_TO_CLEAN },
};
/* clang-format on */

static int last_label(const char *driver, bool hardware)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].hardware == hardware && (!forms[i].driver[0] || !strcmp(forms[i].driver, driver)))
			return label_of(forms[i].last);
	return -1;
}

static void block_close(struct klog *k, struct block *b)
{
	b->open = false;
	if (b->foreign || (klog_known(&b->r, KLOG_HEADLESS) && b->values < 2) || (b->talk && !b->labels))
		return;
	if (b->last_label >= 0 && !(b->labels >> b->last_label & 1))
		klog_set(&b->r, KLOG_CUT, 1);
	queue_add(k, &b->r);
}

/* Room for a new block. */
static struct block *block_new(struct klog *k, const struct found *f)
{
	struct block *oldest = &k->blocks[0], *b = NULL;

	for (size_t i = 0; i < BLOCKS; i++) {
		if (!k->blocks[i].open)
			b = &k->blocks[i];
		else if (k->blocks[i].touched < oldest->touched)
			oldest = &k->blocks[i];
	}
	if (!b) {
		block_close(k, oldest);
		b = oldest;
	}
	memset(b, 0, sizeof(*b));
	b->open = true;
	b->touched = f->line;
	b->record = f->record;
	b->last_label = -1;
	report_begin(k, f, KLOG_HANG, &b->r);
	return b;
}

static bool same_device(const struct klog_report *a, const struct klog_report *b)
{
	return !strcmp(klog_text(a, KLOG_ADDRESS), klog_text(b, KLOG_ADDRESS)) &&
	       !strcmp(klog_text(a, KLOG_INTERFACE), klog_text(b, KLOG_INTERFACE));
}

/* e1000e prints "Hardware" in place of "Tx"; its first versions did not, and ended the header in a colon. */
static bool header_of_e1000e(const struct klog *k, const struct found *f, bool hardware)
{
	const char *end = f->match.end;

	return hardware || (f->id.has_addr && end < k->rec.text + k->rec.n && *end == ':');
}

void block_header(struct klog *k, const struct found *f)
{
	const struct capture *name = capture_of(&f->match, KLOG_NAME);
	bool hardware = name && name->len == 8;
	struct klog_report r;
	struct block *b;

	report_begin(k, f, KLOG_HANG, &r);
	for (size_t i = 0; i < BLOCKS; i++)
		if (k->blocks[i].open && same_device(&k->blocks[i].r, &r))
			block_close(k, &k->blocks[i]);
	b = block_new(k, f);
	b->foreign = f->id.maker == IDENT_FOREIGN;
	b->talk = !f->id.has_addr && (f->id.loose || (!f->id.interface[0] && f->id.maker != IDENT_OURS));
	klog_set_text(&b->r, KLOG_NAME, "", 0);
	if (!f->id.driver[0] && header_of_e1000e(k, f, hardware)) {
		klog_set_text(&b->r, KLOG_DRIVER, "e1000e", 6);
		klog_set(&b->r, KLOG_DRIVER_GUESSED, 1);
	}
	b->last_label = last_label(klog_text(&b->r, KLOG_DRIVER), hardware);
}

static size_t count_open(const struct klog *k)
{
	size_t n = 0;

	for (size_t i = 0; i < BLOCKS; i++)
		n += k->blocks[i].open;
	return n;
}

static unsigned popcount(uint64_t bits)
{
	return (unsigned)__builtin_popcountll(bits);
}

/* Whether times in their prefixes say that a line and a block's first line are of one event. */
static bool same_time(const struct klog *k, const struct found *f, const struct block *b, bool *exact)
{
	const struct prefix *s = &k->rec.stamp;
	uint64_t then = klog_number(&b->r, KLOG_UPTIME_NS), apart;

	*exact = false;
	if (!f->own_stamp || !s->has_uptime || !klog_known(&b->r, KLOG_UPTIME_NS))
		return true;
	apart = s->uptime_ns > then ? s->uptime_ns - then : then - s->uptime_ns;
	*exact = apart == 0;
	return apart < 1000000000;
}

/* How well a line fits a block, 0 if it does not: by the record that both are in, then by the line's own stamp, then by
 * whether the lines of all open blocks come in turn. */
static unsigned rank_of(const struct klog *k, const struct found *f, const struct block *b, size_t open)
{
	bool exact;
	unsigned rank;

	if (!same_time(k, f, b, &exact))
		return 0;
	rank = exact ? RANK_STAMP : open > 1 && f->line - b->touched <= open ? RANK_TURN : 1;
	return b->record == f->record ? rank + RANK_RECORD : rank;
}

/*
 * The open block that a line belongs to. A block has each label once. Of those that fit alike, where lines come in turn
 * the one that has the fewest; else the last one that was added to.
 */
static struct block *block_for(struct klog *k, const struct found *f, int label)
{
	size_t open = count_open(k);
	struct block *best = NULL;
	unsigned best_rank = 0;

	for (size_t i = 0; i < BLOCKS; i++) {
		struct block *b = &k->blocks[i];
		unsigned rank = b->open && !(b->labels >> label & 1) ? rank_of(k, f, b, open) : 0;

		if (!rank || (best && rank < best_rank))
			continue;
		if (best && rank == best_rank) {
			unsigned seen = popcount(b->labels), best_seen = popcount(best->labels);

			if (rank % RANK_RECORD == RANK_TURN
				    ? seen > best_seen || (seen == best_seen && b->r.line > best->r.line)
				    : b->touched < best->touched)
				continue;
		}
		best = b;
		best_rank = rank;
	}
	return best;
}

/* A block whose beginning is not in the log. What its labels are tells the driver. */
static struct block *headless(struct klog *k, const struct found *f)
{
	struct found anonymous = *f;
	struct block *b;

	memset(&anonymous.id, 0, sizeof(anonymous.id));
	anonymous.match.n = 0;
	b = block_new(k, &anonymous);
	klog_set(&b->r, KLOG_HEADLESS, 1);
	return b;
}

static void guess_driver(struct block *b, enum klog_field field)
{
	bool e1000e = field == KLOG_MAC_STATUS || field == KLOG_PHY_STATUS || field == KLOG_PHY_1000 ||
		      field == KLOG_PHY_EXTENDED || field == KLOG_PCI_STATUS;

	if (!e1000e || klog_known(&b->r, KLOG_DRIVER))
		return;
	klog_set_text(&b->r, KLOG_DRIVER, "e1000e", 6);
	klog_set(&b->r, KLOG_DRIVER_GUESSED, 1);
	b->last_label = label_of(KLOG_PCI_STATUS);
}

void block_item(struct klog *k, const struct found *f, int label)
{
	struct block *b = block_for(k, f, label);
	enum klog_field field = block_labels[label].field;

	if (!b && f->match.n)
		b = headless(k, f);
	if (!b)
		return;
	b->labels |= UINT64_C(1) << label;
	b->values += f->match.n > 0;
	b->touched = b->r.last_line = f->line;
	captures_fill(&f->match, &b->r);
	guess_driver(b, field);
	if (label == b->last_label || field == KLOG_DESC_STATUS || field == KLOG_PCI_STATUS)
		block_close(k, b);
}

void blocks_close(struct klog *k, bool all)
{
	for (size_t i = 0; i < BLOCKS; i++)
		if (k->blocks[i].open && (all || k->line > k->blocks[i].touched + BLOCK_PATIENCE))
			block_close(k, &k->blocks[i]);
	if (k->aer.open && (all || k->line > k->aer.touched + BLOCK_PATIENCE))
		aer_close(k);
	if (k->dump.open && (all || k->line > k->dump.touched + BLOCK_PATIENCE))
		dump_close(k);
}

uint64_t blocks_oldest(const struct klog *k)
{
	uint64_t oldest = UINT64_MAX;

	for (size_t i = 0; i < BLOCKS; i++)
		if (k->blocks[i].open && k->blocks[i].r.line < oldest)
			oldest = k->blocks[i].r.line;
	if (k->aer.open && k->aer.r.line < oldest)
		oldest = k->aer.r.line;
	if (k->dump.open && k->dump.r.line < oldest)
		oldest = k->dump.r.line;
	return oldest;
}
