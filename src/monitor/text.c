// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip/chip.h"
#include "device/ring_state.h"
#include "monitor/internal.h"
#include "util/text.h"
#include "snapshot/link.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "view/reg.h"
#include "view/style.h"

void pane_age(int64_t ns, struct buf *out)
{
	int64_t s = ns / CLOCK_SECOND;

	if (ns < 0)
		buf_putc(out, '-');
	else if (s < 10)
		buf_printf(out, "%" PRId64 ".%" PRId64 " s", s, ns % CLOCK_SECOND * 10 / CLOCK_SECOND);
	else if (s < 100)
		buf_printf(out, "%" PRId64 " s", s);
	else if (s < 6000)
		buf_printf(out, "%" PRId64 " min", s / 60);
	else
		buf_printf(out, "%" PRId64 " h", s / 3600);
}

void pane_rate(uint64_t rate, struct buf *out)
{
	if (rate < 100000)
		buf_printf(out, "%" PRIu64, rate);
	else if (rate < 10000000)
		buf_printf(out, "%" PRIu64 ".%" PRIu64 "k", rate / 1000, rate / 100 % 10);
	else
		buf_printf(out, "%" PRIu64 ".%" PRIu64 "M", rate / 1000000, rate / 100000 % 10);
}

void pane_part(size_t top, int lines, size_t n, struct buf *out)
{
	if (lines > 0 && n > (size_t)lines)
		buf_printf(out, "%zu-%zu of %zu", top + 1, top + (size_t)lines, n);
}

void pane_paragraph(const char *lead, const char *words, unsigned indent, unsigned width, struct buf *out)
{
	const struct view v = { .width = width };
	unsigned used = (unsigned)strlen(lead);
	struct wrap w;

	buf_puts(out, lead);
	wrap_continue(&w, &v, out, indent, used > indent ? used : indent, " ");
	wrap_words(&w, STYLE_PLAIN, words);
	wrap_end(&w);
}

void pane_changes(const struct monitor *m, const struct track *t, unsigned width, struct buf *out)
{
	if (!t->n_changes)
		buf_puts(out, "No register has changed yet.\n");
	for (size_t i = 0; i < t->n_changes; i++) {
		AUTO_BUF struct buf age = { 0 };

		if (m->model.now > t->changes[i].when) {
			pane_age(m->model.now - t->changes[i].when, &age);
			buf_puts(&age, " ago");
		} else {
			buf_puts(&age, "now");
		}
		buf_pad(&age, 0, 11);
		pane_paragraph(buf_str(&age), t->changes[i].text, 11, width, out);
	}
}

void pane_gone(const struct monitor *m, const struct track *t, unsigned width, struct buf *out)
{
	const struct snapshot *last = track_latest(t);
	AUTO_BUF struct buf words = { 0 };

	buf_puts(&words, "The kernel no longer lists the device: it was unplugged, powered off, or removed.");
	if (last) {
		buf_puts(&words, " The last sample of it, ");
		pane_age(m->model.now - last->taken, &words);
		buf_printf(&words, " ago, showed: %s.", verdict_name(t->verdict));
	}
	pane_paragraph("", buf_str(&words), 0, width, out);
}

static void finding_lines(const struct finding *f, unsigned width, struct buf *out)
{
	char lead[40];

	snprintf(lead, sizeof(lead), "[%s]", severity_name(f->severity));
	pane_paragraph(lead, f->summary, 2, width, out);
	for (size_t i = 0; i < f->n_evidence; i++)
		pane_paragraph("  - ", f->evidence[i], 4, width, out);
	for (size_t i = 0; i < f->n_remedies && i < 2; i++)
		pane_paragraph("  => ", f->remedies[i].command ? f->remedies[i].command : f->remedies[i].why, 5, width,
			       out);
}

/* The verdict's reason is not told twice. */
void pane_findings(const struct track *t, unsigned width, struct buf *out)
{
	const struct diagnosis *d = track_diagnosis(t);

	if (!d)
		return;
	if (d->reason && !(d->n_findings && !strcmp(d->reason, d->findings[0].summary)))
		pane_paragraph("", d->reason, 0, width, out);
	for (size_t i = 0; i < d->n_findings; i++)
		finding_lines(&d->findings[i], width, out);
	if (d->n_surer)
		buf_puts(out, "To be more certain:\n");
	for (size_t i = 0; i < d->n_surer; i++)
		pane_paragraph("  - ", d->surer[i], 4, width, out);
}

#define LABEL 7 /* "Link   " */

static const char *on_or_off(int64_t yes)
{
	return yes == 1 ? "on" : "off";
}

static void host_line(const struct view *v, const struct facts *f, struct buf *out)
{
	struct items i = items_begin(v, "Link", LABEL, out);

	if (f->carrier == 1 && f->speed > 0)
		items_add(&i, STYLE_PLAIN, "up %" PRId64 " Mb/s %s", f->speed, f->duplex ? f->duplex : "");
	else
		items_add(&i, STYLE_PLAIN, "%s",
			  f->carrier == FACT_UNKNOWN ? "not known to Linux"
			  : f->carrier               ? "up"
						     : "down");
	if (f->autoneg != FACT_UNKNOWN)
		items_add(&i, STYLE_PLAIN, "autonegotiation %s", on_or_off(f->autoneg));
	if (facts_pause_words(f))
		items_add(&i, STYLE_PLAIN, "%s", facts_pause_words(f));
	if (f->eee_active == 1)
		items_add(&i, STYLE_PLAIN, "EEE active");
	if (f->bond)
		items_add(&i, STYLE_PLAIN, "bond %s (%s%s%s)", f->bond, f->bond_mode ? f->bond_mode : "",
			  f->bond_state ? ", " : "", f->bond_state ? f->bond_state : "");
	items_end(&i);
}

static const char *states(const struct link_end *e)
{
	return e->known ? link_aspm_words(link_end_on(e)) : "not known";
}

static void pcie_line(const struct view *v, const struct track *t, struct buf *out)
{
	const struct link_end *device;
	struct items i = items_begin(v, "PCIe", LABEL, out);
	struct link link;

	link_read_part(track_latest(t), t->chip, &link);
	device = link_device(&link);
	if (!link.applicable || (!device->known && !link_port(&link)->known)) {
		pane_paragraph("PCIe   ", link.why_not ? link.why_not : "not known", LABEL, v->width, out);
		return;
	}
	if (device->known)
		items_add(&i, STYLE_PLAIN, "%s GT/s x%u of x%u", link_speed_name(device->speed), device->width,
			  device->width_max);
	items_add(&i, STYLE_PLAIN, "ASPM: port %s, device %s", states(link_port(&link)), states(device));
	items_end(&i);
}

/* "STATUS Full duplex, Link up, ...": unusual things first. */
static void role_line(const struct view *v, const struct track *t, enum chip_role role, struct buf *out)
{
	struct chip_ref ref = chip_role_ref(t->chip, role, 0);
	const struct reg_sample *sample = ref.reg ? snapshot_reg(track_latest(t), ref.reg->space, ref.offset) : NULL;
	AUTO_BUF struct buf name = { 0 };
	struct items i;

	if (!sample || sample->unread)
		return;
	chip_ref_name(&ref, &name);
	i = items_begin(v, buf_str(&name), LABEL, out);
	for (int plain = 0; plain < 2; plain++)
		for (size_t k = ref.reg->n_fields; k-- > 0;) {
			uint64_t value = chip_field_get(&ref.reg->fields[k], sample->value);
			AUTO_BUF struct buf words = { 0 };

			if (decode_unusual(&ref.reg->fields[k], value) == (plain == 1))
				continue;
			buf_puts(&words, plain ? "" : "! ");
			reg_field_words(&ref.reg->fields[k], value, &words);
			if (words.len > (plain ? 0 : 2))
				items_add(&i, STYLE_PLAIN, "%s", buf_str(&words));
		}
	items_end(&i);
}

void pane_link(const struct track *t, unsigned width, struct buf *out)
{
	static const enum chip_role roles[] = { CHIP_MAC_STATUS, CHIP_PHY_STATUS, CHIP_PHY_VENDOR_STATUS,
						CHIP_PHY_1000_STATUS };
	const struct view v = { .width = width };

	host_line(&v, &track_latest(t)->facts, out);
	pcie_line(&v, t, out);
	for (size_t i = 0; t->chip && i < COUNT(roles); i++)
		role_line(&v, t, roles[i], out);
}

static void ring_number(const char *words, int64_t n, struct buf *out)
{
	if (n != FACT_UNKNOWN)
		buf_printf(out, "  %s %" PRId64, words, n);
}

static void ring_place(const struct ring_side *r, struct buf *out)
{
	ring_number("clean", r->clean, out);
	ring_number("head", r->head != FACT_UNKNOWN ? r->head : r->head_word, out);
	ring_number("tail", r->tail, out);
	ring_number("use", r->use, out);
	ring_number("of", r->count, out);
	if (r->age_ms != FACT_UNKNOWN)
		buf_printf(out, "  oldest %" PRId64 ".%" PRId64 " s", r->age_ms / 1000, r->age_ms % 1000 / 100);
	if (r->done != FACT_UNKNOWN)
		buf_puts(out, r->done == 1 ? ", done" : ", not done");
	buf_puts(out, r->stopped == 1   ? "  stopped by the driver\n"
		      : r->limited == 1 ? "  stopped by its limit\n"
					: "\n");
}

static void ring_desc(const struct desc_side *d, struct buf *out)
{
	size_t from = out->len;

	buf_printf(out, " %5" PRId64 "  ", d->index);
	text_escape(out, d->kind, strlen(d->kind));
	buf_pad(out, from, 17);
	if (d->length != FACT_UNKNOWN)
		buf_printf(out, "%6" PRId64 " bytes", d->length);
	if (d->segmented == 1)
		buf_puts(out, "  TSO");
	if (d->mss > 0)
		buf_printf(out, "  MSS %" PRId64, d->mss);
	buf_puts(out, d->end == 1 ? "  end of frame" : "");
	buf_puts(out, d->report == 1 ? ", report" : "");
	buf_puts(out, d->done == 1 ? ", done\n" : "\n");
}

static void ring_frame(const struct frame_side *f, struct buf *out)
{
	buf_printf(out, " %5" PRId64 " to %" PRId64, f->first, f->last);
	if (f->length != FACT_UNKNOWN)
		buf_printf(out, "  %s%" PRId64 " bytes",
			   f->transport == 6    ? "TCP "
			   : f->transport == 17 ? "UDP "
						: "",
			   f->length);
	if (f->mss > 0 && f->segments != FACT_UNKNOWN)
		buf_printf(out, " in %" PRId64 " segments", f->segments);
	if (f->in_name) {
		buf_puts(out, ", by ");
		text_escape(out, f->in_name, strlen(f->in_name));
	}
	if (f->age_ms != FACT_UNKNOWN)
		buf_printf(out, ", %" PRId64 ".%" PRId64 " s", f->age_ms / 1000, f->age_ms % 1000 / 100);
	buf_putc(out, '\n');
}

void pane_ring(const struct track *t, uint32_t queue, unsigned width, struct buf *out)
{
	const struct snapshot *s = t ? track_latest(t) : NULL;
	const struct ring_side *r = s ? driver_side_ring(&s->side, queue) : NULL;

	if (!r || r->why) {
		pane_paragraph("",
			       r                  ? r->why
			       : s && s->side.why ? s->side.why
						  : "The driver's side of this queue is not known.",
			       1, width, out);
		return;
	}
	ring_place(r, out);
	if (!r->n_descs)
		buf_puts(out, ring_side_pending(r) == 0 ? " Empty.\n"
							: " Nothing has stood in it for a quarter of a second.\n");
	if (r->n_frames)
		buf_puts(out, "\n Frames\n");
	for (size_t i = 0; i < r->n_frames; i++)
		ring_frame(&r->frames[i], out);
	if (r->n_descs)
		buf_puts(out, "\n Descriptors\n");
	for (size_t i = 0; i < r->n_descs; i++)
		ring_desc(&r->descs[i], out);
}
