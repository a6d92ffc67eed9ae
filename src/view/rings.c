// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver's side of the transmit rings: its indices beside head and tail, what stands in a ring, what else it counts. */
#include <inttypes.h>
#include <stdio.h>

#include "device/ring_state.h"
#include "util/alloc.h"
#include "view/internal.h"
#include "view/table.h"

#define ROWS 4  /* rings on a screen in which something waits */
#define SHOWN 8 /* rings of a page, idle ones among them */
#define TCP 6
#define UDP 17
#define INDENT 12

static void seconds(int64_t ms, struct buf *out)
{
	buf_printf(out, "%" PRId64 ".%" PRId64 " s", ms / 1000, ms % 1000 / 100);
}

static void ring_name(const struct ring_side *r, struct buf *out)
{
	if (r->xdp == 1)
		buf_printf(out, "XDP %" PRId64, fact_is_known(r->hw_queue) ? r->hw_queue : 0);
	else
		buf_printf(out, "queue %" PRId64, fact_is_known(r->queue) ? r->queue : 0);
}

/* "queue 3 (hardware 35, class 1, VSI 9)": what is not the same as the number, or not of all of them. */
static void ring_place(const struct ring_side *r, struct buf *out)
{
	const char *separator = " (";

	ring_name(r, out);
	if (fact_is_known(r->hw_queue) && r->xdp != 1 && r->hw_queue != r->queue) {
		buf_printf(out, "%shardware %" PRId64, separator, r->hw_queue);
		separator = ", ";
	}
	if (fact_is_known(r->traffic_class) && r->traffic_class) {
		buf_printf(out, "%sclass %" PRId64, separator, r->traffic_class);
		separator = ", ";
	}
	if (fact_is_known(r->vsi)) {
		buf_printf(out, "%sVSI %" PRId64, separator, r->vsi);
		separator = ", ";
	}
	if (*separator == ',')
		buf_putc(out, ')');
}

/* "! stopped by the driver, done" */
static void ring_words(const struct ring_side *r, struct buf *out)
{
	if (r->stopped == 1)
		buf_puts(out, "  ! stopped by the driver");
	else if (r->limited == 1)
		buf_puts(out, "  ! stopped by byte queue limits");
}

static bool waits(const struct ring_side *r)
{
	return !r->why && ring_side_pending(r) > 0;
}

void rings_line_words(const struct ring_side *r, struct buf *out)
{
	int64_t pending = ring_side_pending(r);

	ring_name(r, out);
	if (r->why) {
		buf_printf(out, ": not read: %s", r->why);
		return;
	}
	buf_printf(out, ": clean %" PRId64 " use %" PRId64, r->clean, r->use);
	buf_printf(out, pending ? ", %" PRId64 " not cleaned up" : ", empty", pending);
	if (fact_is_known(r->age_ms)) {
		buf_puts(out, ", oldest ");
		seconds(r->age_ms, out);
	}
	if (fact_is_known(r->done))
		buf_puts(out, r->done == 1 ? ", done" : ", not done");
	if (r->moving == 1)
		buf_puts(out, ", moving");
}

static void ring_line(const struct ring_side *r, struct labeled *l)
{
	AUTO_BUF struct buf text = { 0 };

	rings_line_words(r, &text);
	if (!r->why)
		ring_words(r, &text);
	labeled_text(l, waits(r) && r->moving != 1 ? STYLE_UNUSUAL : STYLE_PLAIN, buf_str(&text), UINT32_MAX);
}

void rings_lines(const struct view *v, const struct device *d, struct buf *out)
{
	const struct driver_side *side = &d->s->side;
	struct labeled l = { v, out, "Driver", INDENT };
	size_t shown = 0, left = 0;

	if (!driver_side_known(side) && side->why && d->s->facts.driver) {
		AUTO_BUF struct buf text = { 0 };

		buf_printf(&text, "its side not read: %s", side->why);
		labeled_text(&l, STYLE_DIM, buf_str(&text), UINT32_MAX);
	}
	if (side->given_up == 1)
		labeled_text(&l, STYLE_UNUSUAL, "! has given the device up: its registers read as ones", UINT32_MAX);
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < side->n_rings; i++) {
			if (waits(&side->rings[i]) != !pass)
				continue;
			if (shown < (pass ? 1 : ROWS)) {
				ring_line(&side->rings[i], &l);
				shown++;
			} else if (!pass) {
				left++;
			}
		}
	if (left) {
		AUTO_BUF struct buf text = { 0 };

		buf_printf(&text, "%zu more with descriptors that are not cleaned up (-v shows all)", left);
		labeled_text(&l, STYLE_DIM, buf_str(&text), 1);
	}
}

static void cell(struct libscols_line *row, size_t column, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	table_cell(row, column, fact_is_known(number) ? text : "-");
}

static void age_cell(struct libscols_line *row, size_t column, int64_t ms)
{
	AUTO_BUF struct buf text = { 0 };

	if (fact_is_known(ms))
		seconds(ms, &text);
	table_cell(row, column, fact_is_known(ms) ? buf_str(&text) : "-");
}

static void ring_row(struct table *t, const struct ring_side *r)
{
	struct libscols_line *row = table_row(t);
	AUTO_BUF struct buf name = { 0 };

	ring_place(r, &name);
	table_cell(row, 0, buf_str(&name));
	if (r->why) {
		table_cell(row, 8, r->why);
		return;
	}
	cell(row, 1, r->clean);
	cell(row, 2, fact_is_known(r->head) ? r->head : r->head_word);
	cell(row, 3, r->tail);
	cell(row, 4, r->use);
	cell(row, 5, ring_side_pending(r));
	cell(row, 6, r->count);
	age_cell(row, 7, r->age_ms);
	table_cell(row, 8,
		   r->stopped == 1   ? "stopped by the driver"
		   : r->limited == 1 ? "stopped by byte queue limits"
		   : r->moving == 1  ? "moving"
		   : r->done == 1    ? "oldest is done"
				     : "");
}

static void rings_table(const struct view *v, const struct show_options *o, const struct driver_side *side,
			struct buf *out)
{
	static const char *const columns[] = { "RING",     ">CLEAN", ">HEAD",   ">TAIL", ">USE",
					       ">PENDING", ">SIZE",  ">OLDEST", "" };
	size_t left = side->not_shown;
	struct table t;
	char note[80];

	table_begin(&t, v, columns, COUNT(columns));
	for (size_t i = 0; i < side->n_rings; i++)
		if (o->queues || i < SHOWN || waits(&side->rings[i]))
			ring_row(&t, &side->rings[i]);
		else
			left++;
	table_fit(&t, v);
	table_end(&t, 2, out);
	snprintf(note, sizeof(note), "%zu ring%s not shown (--queues shows all)", left, left == 1 ? "" : "s");
	if (left)
		style_paragraph(v, 2, STYLE_PLAIN, note, out);
}

void rings_frame_words(const struct frame_side *f, struct buf *out)
{
	buf_printf(out, "descriptors %" PRId64 " to %" PRId64 ": ", f->first, f->last);
	if (f->transport == TCP || f->transport == UDP)
		buf_puts(out, f->transport == TCP ? "TCP, " : "UDP, ");
	if (fact_is_known(f->length))
		buf_printf(out, "%" PRId64 " bytes", f->length);
	else
		buf_puts(out, "not a frame of the network stack, or not read");
	if (fact_is_known(f->mss) && f->mss && fact_is_known(f->segments))
		buf_printf(out, " in %" PRId64 " segments of %" PRId64, f->segments, f->mss);
	if (fact_is_known(f->fragments) && f->fragments)
		buf_printf(out, ", %" PRId64 " fragment%s", f->fragments, f->fragments == 1 ? "" : "s");
	if (f->in_name)
		buf_printf(out, ", came in by %s", f->in_name);
	if (fact_is_known(f->age_ms)) {
		buf_puts(out, ", ");
		seconds(f->age_ms, out);
	}
	if (f->done == 1)
		buf_puts(out, ", done");
}

void rings_desc_words(const struct desc_side *d, struct buf *out)
{
	if (d->segmented == 1)
		buf_puts(out, "TSO ");
	if (fact_is_known(d->mss) && d->mss)
		buf_printf(out, "MSS %" PRId64 " ", d->mss);
	if (fact_is_known(d->header) && d->header)
		buf_printf(out, "header %" PRId64 " ", d->header);
	buf_puts(out, d->end == 1 ? "end " : "");
	buf_puts(out, d->report == 1 ? "report " : "");
	buf_puts(out, d->done == 1 ? "done" : "");
}

static void desc_row(struct table *t, const struct desc_side *d)
{
	struct libscols_line *row = table_row(t);
	AUTO_BUF struct buf words = { 0 };

	cell(row, 0, d->index);
	table_cell(row, 1, d->kind);
	cell(row, 2, fact_is_known(d->length) ? d->length : d->payload);
	rings_desc_words(d, &words);
	table_cell(row, 3, buf_str(&words));
}

/* What stands in one ring. */
static void contents(const struct view *v, const struct ring_side *r, struct buf *out)
{
	static const char *const columns[] = { ">DESCRIPTOR", "KIND", ">BYTES", "" };
	AUTO_BUF struct buf title = { 0 };
	struct table t;

	buf_puts(&title, "In the driver's ring, ");
	ring_name(r, &title);
	style_heading(v, buf_str(&title), out);
	for (size_t i = 0; i < r->n_frames; i++) {
		struct wrap w;
		AUTO_BUF struct buf words = { 0 };

		rings_frame_words(&r->frames[i], &words);
		buf_puts(out, "  ");
		wrap_continue(&w, v, out, 4, 2, " ");
		wrap_words(&w, STYLE_PLAIN, buf_str(&words));
		wrap_end(&w);
	}
	if (!r->n_descs)
		return;
	table_begin(&t, v, columns, COUNT(columns));
	for (size_t i = 0; i < r->n_descs; i++)
		desc_row(&t, &r->descs[i]);
	table_end(&t, 2, out);
}

static void words_line(const struct view *v, const struct driver_side *side, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };
	struct wrap w;

	for (size_t i = 0; i < side->n_states; i++)
		buf_printf(&text, "%s%s", i ? ", " : "state: ", side->states[i]);
	for (size_t i = 0; i < side->n_counters; i++)
		if (side->counters[i].value)
			buf_printf(&text, "%s%s %" PRId64, text.len ? "; " : "", side->counters[i].name,
				   side->counters[i].value);
	if (!text.len)
		return;
	buf_puts(out, "  ");
	wrap_continue(&w, v, out, 4, 2, " ");
	wrap_words(&w, STYLE_PLAIN, buf_str(&text));
	wrap_end(&w);
}

void section_rings(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out)
{
	const struct driver_side *side = &d->s->side;

	if (o->regs || (!driver_side_known(side) && (!side->why || !d->s->facts.driver)))
		return;
	style_heading(v, "Driver's side of the transmit rings", out);
	if (!driver_side_known(side)) {
		AUTO_FREE char *text = xasprintf("not read: %s", side->why);

		style_paragraph(v, 2, STYLE_PLAIN, text, out);
		return;
	}
	words_line(v, side, out);
	rings_table(v, o, side, out);
	for (size_t i = 0; i < side->n_rings; i++)
		if (side->rings[i].n_frames || side->rings[i].n_descs)
			contents(v, &side->rings[i], out);
}
