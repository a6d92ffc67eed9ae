// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/diff.h"

#include <inttypes.h>

#include "chip/chip.h"

static void sides_json(const struct comparison *c, struct jsonw *w)
{
	if (!c->n_sides)
		return;
	jsonw_array(w, "driver_side");
	for (size_t i = 0; i < c->n_sides; i++) {
		const struct side_change *s = &c->sides[i];

		jsonw_object_inline(w, NULL);
		if (s->ring && s->ring->queue != FACT_UNKNOWN)
			jsonw_i64(w, "queue", s->ring->queue);
		if (s->ring && s->ring->hw_queue != FACT_UNKNOWN)
			jsonw_i64(w, "hw_queue", s->ring->hw_queue);
		jsonw_str(w, "name", s->ring ? s->number->name : s->word);
		for (int k = 0; k < COMPARE_SIDES; k++)
			if (s->value[k] != FACT_UNKNOWN)
				jsonw_i64(w, k == COMPARE_A ? "a" : "b", s->value[k]);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void virtuals_differ_json(const struct comparison *c, struct jsonw *w)
{
	if (!c->n_virtuals)
		return;
	jsonw_array(w, "virtual_functions");
	for (size_t i = 0; i < c->n_virtuals; i++) {
		const struct virtual_change *change = &c->virtuals[i];
		bool gone = !change->vf[COMPARE_B];

		jsonw_object_inline(w, NULL);
		jsonw_u64(w, "number", change->vf[gone ? COMPARE_A : COMPARE_B]->number);
		if (change->text) {
			jsonw_str(w, "name", change->text->name);
			jsonw_str(w, "from", *virtual_text_at(change->vf[COMPARE_A], change->text));
			jsonw_str(w, "to", *virtual_text_at(change->vf[COMPARE_B], change->text));
		} else {
			jsonw_str(w, "only_in", gone ? "a" : "b");
		}
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void side_json(const struct snapshot *s, const char *key, struct jsonw *w)
{
	jsonw_object(w, key);
	jsonw_str(w, "file", s->file);
	if (s->taken)
		jsonw_i64(w, "taken_ns", s->taken);
	jsonw_end_object(w);
}

static void meaning_json(const char *key, const struct chip_field *f, uint64_t value, struct jsonw *w)
{
	AUTO_BUF struct buf words = { 0 };

	decode_meaning(f, value, &words);
	if (words.len)
		jsonw_str(w, key, buf_str(&words));
}

static void field_json(const struct chip_field *f, uint64_t a, uint64_t b, struct jsonw *w)
{
	AUTO_BUF struct buf bits = { 0 };

	chip_field_bits(f, &bits);
	jsonw_object_inline(w, NULL);
	jsonw_str(w, "name", f->name);
	jsonw_str(w, "bits", buf_str(&bits));
	jsonw_u64(w, "from", a);
	jsonw_u64(w, "to", b);
	meaning_json("from_meaning", f, a, w);
	meaning_json("to_meaning", f, b, w);
	if (decode_unusual(f, b))
		jsonw_bool(w, "unusual", true);
	jsonw_end_object(w);
}

static void change_json(const struct change *c, struct jsonw *w)
{
	const struct chip_reg *reg = c->ref.reg;
	AUTO_BUF struct buf name = { 0 };

	chip_ref_name(&c->ref, &name);
	jsonw_object(w, NULL);
	jsonw_str(w, "name", buf_str(&name));
	jsonw_str(w, "space", chip_space_name(reg->space));
	if (reg->space == CHIP_CONFIG)
		jsonw_str(w, "function", pci_role_name(c->function));
	jsonw_u64(w, "offset", c->ref.offset);
	jsonw_str(w, "rank", change_rank_name(c->rank));
	jsonw_u64(w, "from", c->value[COMPARE_A]);
	jsonw_u64(w, "to", c->value[COMPARE_B]);
	if (c->rank == CHANGE_WORK && c->waiting[COMPARE_A] >= 0)
		jsonw_i64(w, "waiting_from", c->waiting[COMPARE_A]);
	if (c->rank == CHANGE_WORK && c->waiting[COMPARE_B] >= 0)
		jsonw_i64(w, "waiting_to", c->waiting[COMPARE_B]);
	jsonw_array(w, "fields");
	for (size_t i = 0; i < reg->n_fields; i++) {
		uint64_t a = chip_field_get(&reg->fields[i], c->value[COMPARE_A]);
		uint64_t b = chip_field_get(&reg->fields[i], c->value[COMPARE_B]);

		if (a != b)
			field_json(&reg->fields[i], a, b, w);
	}
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void changes_json(const struct comparison *c, const char *key, bool volatile_ones, struct jsonw *w)
{
	jsonw_array(w, key);
	for (size_t i = 0; i < c->n; i++)
		if ((c->changes[i].rank == CHANGE_VOLATILE) == volatile_ones)
			change_json(&c->changes[i], w);
	jsonw_end_array(w);
}

static void fact_value(const struct comparison *c, const struct fact_change *f, int which, const char *key,
		       struct jsonw *w)
{
	const struct facts *facts = &c->side[which]->facts;

	if (!f->fact) {
		if (f->on[which] >= 0)
			jsonw_bool(w, key, f->on[which]);
	} else if (!fact_known(facts, f->fact)) {
		return;
	} else if (f->fact->kind == FACT_STR) {
		jsonw_str(w, key, fact_str(facts, f->fact));
	} else if (f->fact->kind == FACT_YES) {
		jsonw_bool(w, key, fact_num(facts, f->fact) != 0);
	} else {
		jsonw_i64(w, key, fact_num(facts, f->fact));
	}
}

static void fact_changes_json(const struct comparison *c, const char *key, bool features, struct jsonw *w)
{
	jsonw_array(w, key);
	for (size_t i = 0; i < c->n_facts; i++) {
		const struct fact_change *f = &c->facts[i];

		if (!f->fact != features)
			continue;
		jsonw_object_inline(w, NULL);
		jsonw_str(w, "name", f->fact ? f->fact->name : f->feature);
		fact_value(c, f, COMPARE_A, "from", w);
		fact_value(c, f, COMPARE_B, "to", w);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

void diff_json(const struct comparison *c, struct jsonw *w)
{
	const struct snapshot *b = c->side[COMPARE_B];
	const struct pci_function *self = snapshot_self(b);
	char address[PCI_ADDR_MAX];

	jsonw_object(w, NULL);
	if (self)
		jsonw_str(w, "address", pci_addr_str(&self->addr, address));
	jsonw_str(w, "netdev", b->facts.netdev);
	jsonw_str(w, "chip", b->chip);
	jsonw_str(w, "driver", b->facts.driver);
	side_json(c->side[COMPARE_A], "a", w);
	side_json(b, "b", w);
	jsonw_u64(w, "compared", c->compared);
	jsonw_u64(w, "missing_in_a", c->missing[COMPARE_A]);
	jsonw_u64(w, "missing_in_b", c->missing[COMPARE_B]);
	if (c->missing[COMPARE_A])
		jsonw_str(w, "why_missing_in_a", unread_name(c->why[COMPARE_A]));
	if (c->missing[COMPARE_B])
		jsonw_str(w, "why_missing_in_b", unread_name(c->why[COMPARE_B]));
	changes_json(c, "changes", false, w);
	fact_changes_json(c, "facts", false, w);
	fact_changes_json(c, "features", true, w);
	virtuals_differ_json(c, w);
	sides_json(c, w);
	changes_json(c, "volatile", true, w);
	jsonw_end_object(w);
}
