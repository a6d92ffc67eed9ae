// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "chip/decode.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "view/monitor/model.h"

#define FIELDS_TOLD 4

static bool counts(const struct chip_reg *reg)
{
	return reg->group == CHIP_STATISTICS || reg->role == CHIP_TX_HEAD || reg->role == CHIP_TX_TAIL ||
	       reg->role == CHIP_RX_HEAD || reg->role == CHIP_RX_TAIL;
}

static void value(const struct chip_field *f, uint64_t v, struct buf *out)
{
	AUTO_BUF struct buf meaning = {0};

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

static void add(struct track *t, const struct chip_ref *ref, const struct reg_sample *a, const struct reg_sample *b,
		struct change *found, size_t *n)
{
	AUTO_BUF struct buf text = {0};

	chip_ref_name(ref, &text);
	if (a->unread || b->unread)
		buf_printf(&text, " %s -> %s", a->unread ? unread_name((enum unread)a->unread) : "read",
			   b->unread ? unread_name((enum unread)b->unread) : "read again");
	else
		buf_printf(&text, " 0x%" PRIx64 " -> 0x%" PRIx64, a->value, b->value);
	if (!a->unread && !b->unread && !counts(ref->reg))
		fields(ref->reg, a->value, b->value, &text);
	found[(*n)++] =
	    (struct change){.when = track_latest(t)->taken, .text = buf_take(&text), .counter = counts(ref->reg)};
}

/* Counters are kept from the last look only. */
static void merge(struct track *t, struct change *found, size_t n)
{
	struct change *all = xcalloc(MODEL_CHANGES, sizeof(*all));
	size_t count = 0;

	for (int counter = 0; counter < 2; counter++)
		for (size_t i = 0; i < n; i++) {
			if (found[i].counter != (counter == 1))
				continue;
			if (count < MODEL_CHANGES / 2)
				all[count++] = found[i];
			else
				free(found[i].text);
		}
	for (size_t i = 0; i < t->n_changes; i++) {
		if (count < MODEL_CHANGES && !t->changes[i].counter)
			all[count++] = t->changes[i];
		else
			free(t->changes[i].text);
	}
	free(t->changes);
	t->changes = all;
	t->n_changes = count;
}

void track_compare(struct track *t)
{
	const struct snapshot *b = track_latest(t), *a = t->looks[t->n_looks - 2];
	struct change found[MODEL_CHANGES];
	size_t n = 0;

	for (size_t i = 0; t->chip && i < b->n_regs && n < MODEL_CHANGES; i++) {
		const struct reg_sample *now = &b->regs[i], *was = i < a->n_regs ? &a->regs[i] : NULL;
		struct chip_ref ref;

		if (!was || was->offset != now->offset || was->space != now->space)
			was = snapshot_reg(a, (enum chip_space)now->space, now->offset);
		if (!was || (was->value == now->value && was->unread == now->unread))
			continue;
		ref = chip_reg_at(t->chip, (enum chip_space)now->space, now->offset);
		if (ref.reg)
			add(t, &ref, was, now, found, &n);
	}
	merge(t, found, n);
}
