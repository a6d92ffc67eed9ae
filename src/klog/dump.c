// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The registers that igc prints at each reset, and e1000e, igb and ixgbe with msglvl hw: "Register Dump", then a
 * register a line, those of several queues in a row:
 *
 *     STATUS          00780681
 *     TDH[0-3]        00000010 00000000 00000000 00000008
 */
#include <ctype.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

#define DIGITS 8 /* of each value: %08x */
#define NAME_MOST 15

/* MDIC: bit 28 ready, bit 30 error, 27:26 the operation (2 reads), 20:16 the register (82574 datasheet 10.2.2.7). */
#define MDIC_READY 0x10000000u
#define MDIC_ERROR 0x40000000u
#define MDIC_OPERATION 0x0c000000u
#define MDIC_READ 0x08000000u

static const struct {
	const char *name;
	unsigned end;
} ends[] = {
	{ "RDH", DUMP_RX_HEAD },
	{ "RDT", DUMP_RX_TAIL },
	{ "TDH", DUMP_TX_HEAD },
	{ "TDT", DUMP_TX_TAIL },
};

/* A line of the dump. */
struct dump_line {
	const char *name;
	size_t len;
	uint32_t first; /* queue */
	uint32_t values[8];
	size_t n;
};

static const char *blanks(const char *p, const char *end)
{
	while (p < end && *p == ' ')
		p++;
	return p;
}

static const char *decimal(const char *p, const char *end, uint32_t *value)
{
	const char *start = p;

	for (*value = 0; p < end && isdigit((unsigned char)*p) && p - start < 3; p++)
		*value = *value * 10 + (uint32_t)(*p - '0');
	return p > start ? p : NULL;
}

/* "[0-3]", which may be missing. NULL: something else stands there. */
static const char *range(const char *p, const char *end, uint32_t *first)
{
	uint32_t last;

	*first = 0;
	if (p >= end || *p != '[')
		return p;
	p = decimal(p + 1, end, first);
	if (!p || p >= end || *p != '-')
		return NULL;
	p = decimal(p + 1, end, &last);
	return p && p < end && *p == ']' ? p + 1 : NULL;
}

static const char *value(const char *p, const char *end, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < DIGITS; i++, p++) {
		if (p >= end || !isxdigit((unsigned char)*p))
			return NULL;
		*out = *out << 4 | (uint32_t)(isdigit((unsigned char)*p) ? *p - '0' : (*p | 0x20) - 'a' + 10);
	}
	return p < end && isalnum((unsigned char)*p) ? NULL : p;
}

static const char *read_line(const char *p, const char *end, struct dump_line *item)
{
	const char *next;

	*item = (struct dump_line){ .name = p };
	while (p < end && (isupper((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_'))
		p++;
	item->len = (size_t)(p - item->name);
	if (item->len < 3 || item->len > NAME_MOST)
		return NULL;
	p = range(p, end, &item->first);
	if (!p || p >= end || *p != ' ')
		return NULL;
	while (item->n < 8 && (next = value(blanks(p, end), end, &item->values[item->n]))) {
		p = next;
		item->n++;
	}
	return item->n ? p : NULL;
}

static bool is_named(const struct dump_line *item, const char *name)
{
	return strlen(name) == item->len && !memcmp(name, item->name, item->len);
}

/* The PHY's registers of which a report has a place, if the MDIO register happens to hold one. */
static void keep_mdic(struct klog_report *r, uint32_t mdic)
{
	unsigned reg = mdic >> 16 & 0x1f;

	if (!(mdic & MDIC_READY) || mdic & MDIC_ERROR || (mdic & MDIC_OPERATION) != MDIC_READ)
		return;
	if (reg == 1)
		klog_set(r, KLOG_PHY_STATUS, mdic & 0xffff);
	else if (reg == 10)
		klog_set(r, KLOG_PHY_1000, mdic & 0xffff);
}

static void keep_ends(struct log_dump *d, const struct dump_line *item, unsigned end)
{
	for (size_t i = 0; i < item->n && item->first + i < DUMP_QUEUES; i++) {
		d->known[end] |= UINT64_C(1) << (item->first + i);
		d->value[end][item->first + i] = item->values[i];
	}
}

const char *dump_item(struct log_dump *d, const char *p, const char *end, uint64_t line)
{
	struct dump_line item;
	const char *after = read_line(p, end, &item);

	if (!after)
		return NULL;
	d->touched = line;
	if (is_named(&item, "STATUS"))
		klog_set(&d->r, KLOG_MAC_STATUS, item.values[0]);
	if (is_named(&item, "MDIC"))
		keep_mdic(&d->r, item.values[0]);
	for (size_t i = 0; i < COUNT(ends); i++)
		if (is_named(&item, ends[i].name))
			keep_ends(d, &item, ends[i].end);
	return after;
}

static bool has(const struct log_dump *d, unsigned end, unsigned queue)
{
	return d->known[end] >> queue & 1;
}

/* A queue of which something is known that is not zero. */
static bool has_values(const struct log_dump *d, unsigned queue)
{
	for (unsigned end = 0; end < DUMP_ENDS; end++)
		if (has(d, end, queue) && d->value[end][queue])
			return true;
	return false;
}

static void add_queue(struct klog *k, unsigned queue)
{
	static const enum klog_field fields[DUMP_ENDS] = { KLOG_RDH, KLOG_RDT, KLOG_TDH, KLOG_TDT };
	const struct log_dump *d = &k->blocks.dump;
	struct klog_report r = d->r;

	klog_set(&r, KLOG_QUEUE, queue);
	for (unsigned end = 0; end < DUMP_ENDS; end++)
		if (has(d, end, queue))
			klog_set(&r, fields[end], d->value[end][queue]);
	order_add(k, &r);
}

/* A report for each queue, or one without any. */
void dump_close(struct klog *k)
{
	struct log_dump *d = &k->blocks.dump;
	bool any = false;

	d->open = false;
	d->r.last_line = d->touched;
	if (!d->known[DUMP_TX_TAIL])
		klog_set(&d->r, KLOG_CUT, 1);
	for (unsigned queue = 0; queue < DUMP_QUEUES; queue++)
		if (has_values(d, queue)) {
			add_queue(k, queue);
			any = true;
		}
	if (!any)
		order_add(k, &d->r);
}

void dump_begin(struct klog *k, const struct message *m)
{
	struct log_dump *d = &k->blocks.dump;

	if (d->open)
		dump_close(k);
	memset(d, 0, sizeof(*d));
	report_begin(&k->reader, m, KLOG_DUMP, &d->r);
	d->open = true;
	d->touched = m->line;
}
