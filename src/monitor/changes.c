// SPDX-License-Identifier: GPL-2.0-or-later
#include "monitor/model.h"

#include <inttypes.h>
#include <stdlib.h>

#include "chip/chip.h"
#include "util/alloc.h"
#include "util/buf.h"

#define FIELDS_TOLD 4

#define STEADY_MOST 2 /* changes of a register; with more it is restless: a window, a timer */

#define AT_ONCE 16 /* registers that can be read no more, or again */

static bool counts(const struct chip_reg *reg)
{
	return reg->group == CHIP_STATISTICS || reg->role == CHIP_TX_HEAD || reg->role == CHIP_TX_TAIL ||
	       reg->role == CHIP_RX_HEAD || reg->role == CHIP_RX_TAIL;
}

static void value(const struct chip_field *f, uint64_t v, struct buf *out)
{
	AUTO_BUF struct buf meaning = { 0 };

	decode_meaning(f, v, &meaning);
	if (meaning.len)
		buf_puts(out, buf_str(&meaning));
	else
		buf_printf(out, v < 10 ? "%" PRIu64 : "0x%" PRIx64, v);
}

static void fields(const struct chip_reg *reg, uint64_t from, uint64_t to, struct buf *out)
{
	size_t told = 0;

	for (size_t i = reg->n_fields; i-- > 0;) {
		const struct chip_field *f = &reg->fields[i];
		uint64_t a = chip_field_get(f, from), b = chip_field_get(f, to);

		if (a == b)
			continue;
		if (told++ == FIELDS_TOLD) {
			buf_puts(out, ", ...");
			return;
		}
		buf_printf(out, "%s%s %s: ", told > 1 ? ", " : ": ", f->name, f->title);
		value(f, a, out);
		buf_puts(out, " -> ");
		value(f, b, out);
	}
}

static bool same_register(const struct reg_change *a, const struct reg_change *b)
{
	return a->offset == b->offset && a->space == b->space;
}

static struct reg_change describe(const struct track *t, const struct chip_ref *ref, const struct reg_sample *a,
				  const struct reg_sample *b)
{
	struct reg_change c = {
		.when = track_latest(t)->taken,
		.counter = counts(ref->reg),
		.times = 1,
		.offset = b->offset,
		.space = b->space,
	};
	AUTO_BUF struct buf text = { 0 };

	chip_ref_name(ref, &text);
	if (a->unread || b->unread)
		buf_printf(&text, " %s -> %s", a->unread ? unread_name((enum unread)a->unread) : "read",
			   b->unread ? unread_name((enum unread)b->unread) : "read again");
	else
		buf_printf(&text, " 0x%" PRIx64 " -> 0x%" PRIx64, a->value, b->value);
	if (!a->unread && !b->unread && !c.counter)
		fields(ref->reg, a->value, b->value, &text);
	c.text = buf_take(&text);
	for (size_t i = 0; i < t->n_changes; i++)
		if (same_register(&c, &t->changes[i]) && t->changes[i].times >= c.times)
			c.times = t->changes[i].times + 1;
	return c;
}

enum change_kind { STEADY, RESTLESS, COUNTER, KINDS };

static enum change_kind kind_of(const struct reg_change *c)
{
	return c->counter ? COUNTER : c->times > STEADY_MOST ? RESTLESS : STEADY;
}

/* Of counters only the last look's changes are kept, of restless registers only the last. */
static bool is_over(const struct reg_change *old, const struct reg_change *found, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (kind_of(&found[i]) == RESTLESS && same_register(&found[i], old))
			return true;
	return old->counter;
}

static void merge(struct track *t, struct reg_change *found, size_t n)
{
	struct reg_change *all = xcalloc(MODEL_CHANGES, sizeof(*all));
	size_t count = 0;

	for (size_t i = 0; i < t->n_changes; i++)
		if (is_over(&t->changes[i], found, n)) {
			free(t->changes[i].text);
			t->changes[i] = (struct reg_change){ 0 };
		}
	for (enum change_kind kind = STEADY; kind < KINDS; kind++)
		for (size_t i = 0; i < n + t->n_changes; i++) {
			struct reg_change *c = i < n ? &found[i] : &t->changes[i - n];

			if (!c->text || kind_of(c) != kind)
				continue;
			if (count < MODEL_CHANGES)
				all[count++] = *c;
			else
				free(c->text);
		}
	free(t->changes);
	t->changes = all;
	t->n_changes = count;
}

static bool differ(const struct reg_sample *a, const struct reg_sample *b)
{
	return a && (a->value != b->value || a->unread != b->unread);
}

/* The same register in the look before, which has them in the same places as a rule. */
static const struct reg_sample *before(const struct track *t, size_t i)
{
	const struct snapshot *a = t->looks[t->n_looks - 2];
	const struct reg_sample *now = &track_latest(t)->regs[i], *was = i < a->n_regs ? &a->regs[i] : NULL;

	if (was && was->offset == now->offset && was->space == now->space)
		return was;
	return snapshot_reg(a, (enum chip_space)now->space, now->offset);
}

/* One line where the registers as a whole can be read no more, or again. False if it is about single ones. */
static bool tell_at_once(struct track *t)
{
	const struct snapshot *s = track_latest(t);
	const struct reg_sample *a = NULL, *b = NULL;
	AUTO_BUF struct buf text = { 0 };
	struct reg_change c = { .when = s->taken, .times = 1, .offset = UINT32_MAX };
	size_t n = 0;

	for (size_t i = 0; i < s->n_regs; i++)
		if (differ(before(t, i), &s->regs[i]) && before(t, i)->unread != s->regs[i].unread && !n++) {
			a = before(t, i);
			b = &s->regs[i];
		}
	if (n < AT_ONCE)
		return false;
	buf_printf(&text, "%zu registers: %s -> %s", n, a->unread ? unread_name((enum unread)a->unread) : "read",
		   b->unread ? unread_name((enum unread)b->unread) : "read again");
	c.text = buf_take(&text);
	merge(t, &c, 1);
	return true;
}

/* What differs between the last two looks goes to the front of the track's changes. */
void track_compare(struct track *t)
{
	const struct snapshot *s = track_latest(t);
	struct reg_change found[MODEL_CHANGES];
	size_t n = 0;

	if (!t->chip || tell_at_once(t))
		return;
	for (size_t i = 0; i < s->n_regs && n < MODEL_CHANGES; i++) {
		const struct reg_sample *was = before(t, i);
		struct chip_ref ref;

		if (!differ(was, &s->regs[i]))
			continue;
		ref = chip_reg_at(t->chip, (enum chip_space)s->regs[i].space, s->regs[i].offset);
		if (ref.reg)
			found[n++] = describe(t, &ref, was, &s->regs[i]);
	}
	merge(t, found, n);
}
