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
