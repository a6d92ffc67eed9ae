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

static uint32_t bits_of(uint32_t value, const uint8_t bits[2])
{
	return value >> bits[1] & ((UINT32_C(2) << (bits[0] - bits[1])) - 1);
}

/* The PHY's registers of which a report has a place, if the MDIO register happens to hold one. */
static void keep_mdio(struct klog_report *r, uint32_t value)
{
	const struct dump_mdio *m = &dump_mdio;
	uint32_t reg = bits_of(value, m->reg);

	if (!(value >> m->ready & 1) || value >> m->error & 1 || bits_of(value, m->operation) != m->reads)
		return;
	for (size_t i = 0; i < m->n_kept; i++)
		if (m->kept[i].reg == reg)
			klog_set(r, m->kept[i].field, value & 0xffff);
}

/* Of each queue; `nth` is the register's number among such. */
static void keep_each(struct log_dump *d, const struct dump_line *item, unsigned nth)
{
	for (size_t i = 0; i < item->n && item->first + i < DUMP_QUEUES; i++) {
		d->known[nth] |= UINT64_C(1) << (item->first + i);
		d->value[nth][item->first + i] = item->values[i];
	}
}

const char *dump_item(struct log_dump *d, const char *p, const char *end, uint64_t line)
{
	struct dump_line item;
	const char *after = read_line(p, end, &item);
	unsigned nth = 0;

	if (!after)
		return NULL;
	d->touched = line;
	if (is_named(&item, dump_mdio.name))
		keep_mdio(&d->r, item.values[0]);
	for (size_t i = 0; i < n_dump_registers; i++) {
		const struct dump_register *reg = &dump_registers[i];

		if (is_named(&item, reg->name) && reg->each)
			keep_each(d, &item, nth);
		else if (is_named(&item, reg->name))
			klog_set(&d->r, reg->field, item.values[0]);
		nth += reg->each;
	}
	return after;
}

static bool has(const struct log_dump *d, unsigned nth, unsigned queue)
{
	return d->known[nth] >> queue & 1;
}

/* A queue of which something is known that is not zero. */
static bool has_values(const struct log_dump *d, unsigned queue)
{
	for (unsigned nth = 0; nth < DUMP_EACH; nth++)
		if (has(d, nth, queue) && d->value[nth][queue])
			return true;
	return false;
}

static void add_queue(struct klog *k, unsigned queue)
{
	const struct log_dump *d = &k->blocks.dump;
	struct klog_report r = d->r;
	unsigned nth = 0;

	klog_set(&r, KLOG_QUEUE, queue);
	for (size_t i = 0; i < n_dump_registers; i++) {
		if (dump_registers[i].each && has(d, nth, queue))
			klog_set(&r, dump_registers[i].field, d->value[nth][queue]);
		nth += dump_registers[i].each;
	}
	order_add(k, &r);
}

/* Whether the last register of each queue was there, of some queue. */
static bool has_last(const struct log_dump *d)
{
	unsigned n = 0;

	for (size_t i = 0; i < n_dump_registers; i++)
		n += dump_registers[i].each;
	return n && d->known[n - 1];
}

/* A report for each queue, or one without any. */
void dump_close(struct klog *k)
{
	struct log_dump *d = &k->blocks.dump;
	bool any = false;

	d->open = false;
	d->r.last_line = d->touched;
	if (!has_last(d))
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
	report_begin(k, m, KLOG_DUMP, &d->r);
	d->open = true;
	d->touched = m->line;
}
