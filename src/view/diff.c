// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/diff.h"

#include <inttypes.h>
#include <time.h>

#include "chip/chip.h"
#include "util/clock.h"
#include "view/reg.h"
#include "view/style.h"

#define MOST_LINES 24 /* registers under one heading, unless all are asked for */

static const char *const side_names[COMPARE_SIDES] = { "A", "B" };

/* Whether a difference belongs at the top of the page. */
static bool diff_matters(const struct change *c)
{
	return c->rank < CHANGE_OTHER;
}

static void moment(int64_t taken, struct buf *out)
{
	time_t seconds = (time_t)(taken / CLOCK_SECOND);
	char text[40];
	struct tm tm;

	if (taken && gmtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		buf_printf(out, ", taken %s.%03d UTC", text, (int)(taken % CLOCK_SECOND / 1000000));
}

static void side_line(const struct view *v, const struct comparison *c, int side, struct buf *out)
{
	const struct snapshot *s = c->side[side];
	const struct pci_function *self = snapshot_self(s);
	AUTO_BUF struct buf line = { 0 };
	char address[PCI_ADDR_MAX];
	struct wrap w;

	buf_printf(out, "%s: ", side_names[side]);
	buf_printf(&line, "%s", s->file ? s->file : "this machine");
	if (s->facts.netdev)
		buf_printf(&line, ", %s", s->facts.netdev);
	if (self)
		buf_printf(&line, ", %s", pci_addr_str(&self->addr, address));
	if (s->chip_name || s->chip)
		buf_printf(&line, ", %s", s->chip_name ? s->chip_name : s->chip);
	moment(s->taken, &line);
	wrap_continue(&w, v, out, 3, 3, " ");
	wrap_words(&w, STYLE_HEADING, buf_str(&line));
	wrap_end(&w);
}

static void unread_line(const struct view *v, const struct comparison *c, int side, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };

	if (!c->missing[side])
		return;
	buf_printf(&text, "%s lacks %zu value%s that %s has (%s).", side_names[side], c->missing[side],
		   c->missing[side] == 1 ? "" : "s", side_names[!side], unread_name(c->why[side]));
	style_paragraph(v, 0, STYLE_PLAIN, buf_str(&text), out);
}

static void change_name(const struct change *c, struct buf *out)
{
	chip_ref_name(&c->ref, out);
	if (c->ref.reg->space == CHIP_CONFIG && c->function != PCI_SELF)
		buf_printf(out, " (%s)", c->function == PCI_PARTNER ? "link partner" : "other function");
}

static void reg_line(const struct view *v, const struct change *c, struct buf *out)
{
	AUTO_BUF struct buf name = { 0 };
	AUTO_BUF struct buf values = { 0 };
	struct wrap w;

	buf_puts(&name, "  ");
	change_name(c, &name);
	buf_pad(&name, 0, 12);
	buf_putc(&name, ' ');
	style_put(v, STYLE_NAME, buf_str(&name), out);
	for (int i = 0; i < COMPARE_SIDES; i++) {
		const struct device_reg r = { .ref = c->ref, .value = c->value[i] };

		buf_puts(&values, i ? " -> " : "");
		reg_hex(&r, &values);
	}
	if (c->value[COMPARE_A] == c->value[COMPARE_B])
		buf_puts(&values, " (unchanged)");
	buf_puts(out, buf_str(&values));
	wrap_continue(&w, v, out, 6, (unsigned)(name.len + values.len), "  ");
	wrap_item(&w, STYLE_DIM, c->ref.reg->title);
	wrap_end(&w);
}

static void put_value(const struct chip_field *f, uint64_t value, struct buf *out)
{
	AUTO_BUF struct buf meaning = { 0 };

	decode_meaning(f, value, &meaning);
	buf_printf(out, value < 10 ? "%" PRIu64 : "0x%" PRIx64, value);
	if (meaning.len)
		buf_printf(out, " (%s)", buf_str(&meaning));
}

static void field_line(const struct view *v, const struct change *c, const struct chip_field *f, struct buf *out)
{
	uint64_t a = chip_field_get(f, c->value[COMPARE_A]), b = chip_field_get(f, c->value[COMPARE_B]);
	bool unusual = decode_unusual(f, b);
	AUTO_BUF struct buf name = { 0 };
	AUTO_BUF struct buf words = { 0 };
	struct wrap w;

	if (a == b)
		return;
	buf_printf(&name, "    %c %s", unusual ? '!' : ' ', f->name);
	buf_pad(&name, 0, 16);
	buf_putc(&name, ' ');
	style_put(v, unusual ? STYLE_UNUSUAL : STYLE_PLAIN, buf_str(&name), out);
	buf_printf(&words, "%s: ", f->title);
	put_value(f, a, &words);
	buf_puts(&words, " -> ");
	put_value(f, b, &words);
	wrap_continue(&w, v, out, 18, (unsigned)name.len, " ");
	wrap_words(&w, unusual ? STYLE_UNUSUAL : STYLE_PLAIN, buf_str(&words));
	wrap_end(&w);
}

static void put_waiting(int64_t waiting, struct buf *out)
{
	if (waiting < 0)
		buf_puts(out, "not known");
	else if (!waiting)
		buf_puts(out, "nothing waits");
	else
		buf_printf(out, "%" PRId64 " descriptor%s", waiting, waiting == 1 ? " waits" : "s wait");
}

/* Before the first of a queue's two registers. */
static void queue_line(const struct view *v, const struct change *c, struct buf *out)
{
	AUTO_BUF struct buf line = { 0 };

	buf_printf(&line, "Transmit queue %u: ", c->ref.i);
	if (c->waiting[COMPARE_A] > 0 && c->waiting[COMPARE_B] > 0)
		buf_printf(&line, "%" PRId64, c->waiting[COMPARE_A]);
	else
		put_waiting(c->waiting[COMPARE_A], &line);
	buf_puts(&line, " -> ");
	put_waiting(c->waiting[COMPARE_B], &line);
	style_paragraph(v, 2, c->waiting[COMPARE_B] > 0 ? STYLE_UNUSUAL : STYLE_PLAIN, buf_str(&line), out);
}

static void change_text(const struct view *v, const struct change *c, struct buf *out)
{
	reg_line(v, c, out);
	for (size_t i = 0; c->rank != CHANGE_WORK && i < c->ref.reg->n_fields; i++)
		field_line(v, c, &c->ref.reg->fields[i], out);
}

static void section(const struct view *v, const struct diff_options *o, const struct comparison *c, const char *title,
		    bool matters, struct buf *out)
{
	const struct change *before = NULL;
	size_t lines = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct change *change = &c->changes[i];

		if (change->rank == CHANGE_VOLATILE || diff_matters(change) != matters)
			continue;
		if (!lines++)
			style_heading(v, title, out);
		if (lines > MOST_LINES && !o->all)
			continue;
		if (change->rank == CHANGE_WORK &&
		    (!before || before->rank != CHANGE_WORK || before->ref.i != change->ref.i))
			queue_line(v, change, out);
		change_text(v, change, out);
		before = change;
	}
	if (lines > MOST_LINES && !o->all)
		buf_printf(out, "  and %zu more: --all shows them\n", lines - MOST_LINES);
}

/* What a fact or feature was: "on", "1000", "not known". */
static void diff_fact_words(const struct comparison *c, const struct fact_change *f, int side, struct buf *out)
{
	const struct facts *facts = &c->side[side]->facts;

	if (!f->fact)
		buf_puts(out, f->on[side] < 0 ? "not known" : f->on[side] ? "on" : "off");
	else if (!fact_known(facts, f->fact))
		buf_puts(out, "not known");
	else if (f->fact->kind == FACT_STR)
		buf_puts(out, fact_str(facts, f->fact));
	else if (f->fact->kind == FACT_YES)
		buf_puts(out, fact_num(facts, f->fact) ? "yes" : "no");
	else
		buf_printf(out, "%" PRId64, fact_num(facts, f->fact));
}

static void facts(const struct view *v, const struct comparison *c, struct buf *out)
{
	if (c->n_facts)
		style_heading(v, "What Linux knows", out);
	for (size_t i = 0; i < c->n_facts; i++) {
		const struct fact_change *f = &c->facts[i];
		AUTO_BUF struct buf words = { 0 };

		buf_printf(&words, "%s: ", f->fact ? f->fact->title : f->feature);
		diff_fact_words(c, f, COMPARE_A, &words);
		buf_puts(&words, " -> ");
		diff_fact_words(c, f, COMPARE_B, &words);
		style_paragraph(v, 2, STYLE_PLAIN, buf_str(&words), out);
	}
}

static void side_number_words(int64_t value, struct buf *out)
{
	if (value == FACT_UNKNOWN)
		buf_puts(out, "not known");
	else
		buf_printf(out, "%" PRId64, value);
}

/* The driver's side, ring by ring. */
static void sides(const struct view *v, const struct diff_options *o, const struct comparison *c, struct buf *out)
{
	if (c->n_sides)
		style_heading(v, "The driver's side", out);
	for (size_t i = 0; i < c->n_sides && (o->all || i < MOST_LINES); i++) {
		const struct side_change *s = &c->sides[i];
		AUTO_BUF struct buf words = { 0 };

		if (s->ring)
			buf_printf(&words, "%s %" PRId64 ", %s: ", s->ring->xdp == 1 ? "XDP ring" : "Queue",
				   s->ring->xdp == 1 ? s->ring->hw_queue : s->ring->queue, s->number->title);
		else
			buf_printf(&words, "%s: ", s->word);
		if (s->state) {
			buf_puts(&words, s->value[COMPARE_A] ? "yes -> no" : "no -> yes");
		} else {
			side_number_words(s->value[COMPARE_A], &words);
			buf_puts(&words, " -> ");
			side_number_words(s->value[COMPARE_B], &words);
		}
		style_paragraph(v, 2, STYLE_PLAIN, buf_str(&words), out);
	}
	if (c->n_sides > MOST_LINES && !o->all)
		buf_printf(out, "  and %zu more: --all shows them\n", c->n_sides - MOST_LINES);
}

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

static const char *virtual_words(const struct virtual_change *change, int side)
{
	const char *text = *virtual_text_at(change->vf[side], change->text);

	return text ? text : "none";
}

static void virtuals(const struct view *v, const struct diff_options *o, const struct comparison *c, struct buf *out)
{
	if (c->n_virtuals)
		style_heading(v, "Virtual functions", out);
	for (size_t i = 0; i < c->n_virtuals && (o->all || i < MOST_LINES); i++) {
		const struct virtual_change *change = &c->virtuals[i];
		bool gone = !change->vf[COMPARE_B];
		const struct virtual_function *vf = change->vf[gone ? COMPARE_A : COMPARE_B];
		AUTO_BUF struct buf words = { 0 };

		buf_printf(&words, "VF %" PRIu32, vf->number);
		if (change->text)
			buf_printf(&words, ", %s: %s -> %s", change->text->name, virtual_words(change, COMPARE_A),
				   virtual_words(change, COMPARE_B));
		else
			buf_printf(&words, "%s%s: %s", vf->address ? ", " : "", vf->address ? vf->address : "",
				   gone ? "only in A" : "only in B");
		style_paragraph(v, 2, STYLE_PLAIN, buf_str(&words), out);
	}
	if (c->n_virtuals > MOST_LINES && !o->all)
		buf_printf(out, "  and %zu more: --all shows them\n", c->n_virtuals - MOST_LINES);
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

static void counters(const struct view *v, const struct diff_options *o, const struct comparison *c, struct buf *out)
{
	struct wrap w;
	size_t n = 0;

	wrap_begin(&w, v, out, 2, ", ");
	for (size_t i = 0; i < c->n; i++) {
		const struct change *change = &c->changes[i];
		AUTO_BUF struct buf item = { 0 };

		if (change->rank != CHANGE_VOLATILE)
			continue;
		if (!n++)
			style_heading(v, "Counters, and heads and tails that go on", out);
		if (n > MOST_LINES && !o->all)
			continue;
		change_name(change, &item);
		buf_printf(&item, " 0x%" PRIx64 " -> 0x%" PRIx64, change->value[COMPARE_A], change->value[COMPARE_B]);
		wrap_item(&w, STYLE_DIM, buf_str(&item));
	}
	wrap_end(&w);
	if (n > MOST_LINES && !o->all)
		buf_printf(out, "  and %zu more: --all shows them\n", n - MOST_LINES);
}

void diff_text(const struct view *v, const struct diff_options *options, const struct comparison *c, struct buf *out)
{
	for (int i = 0; i < COMPARE_SIDES; i++)
		side_line(v, c, i, out);
	for (int i = 0; i < COMPARE_SIDES; i++)
		unread_line(v, c, i, out);
	section(v, options, c, "What matters first", true, out);
	facts(v, c, out);
	virtuals(v, options, c, out);
	sides(v, options, c, out);
	section(v, options, c, "Other registers", false, out);
	counters(v, options, c, out);
	if (!c->n && !c->n_facts && !c->n_sides && !c->n_virtuals)
		buf_printf(out, "No difference in %zu values.\n", c->compared);
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
