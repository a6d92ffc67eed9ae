// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "chip/decode.h"
#include "snapshot/link.h"
#include "view/monitor/state.h"
#include "view/reg.h"

#define SECOND INT64_C(1000000000)

void text_age(int64_t ns, struct buf *out)
{
	int64_t s = ns / SECOND;

	if (ns < 0)
		buf_putc(out, '-');
	else if (s < 10)
		buf_printf(out, "%" PRId64 ".%" PRId64 " s", s, ns % SECOND * 10 / SECOND);
	else if (s < 100)
		buf_printf(out, "%" PRId64 " s", s);
	else if (s < 6000)
		buf_printf(out, "%" PRId64 " min", s / 60);
	else
		buf_printf(out, "%" PRId64 " h", s / 3600);
}

void text_rate(uint64_t rate, struct buf *out)
{
	if (rate < 100000)
		buf_printf(out, "%" PRIu64, rate);
	else if (rate < 10000000)
		buf_printf(out, "%" PRIu64 ".%" PRIu64 "k", rate / 1000, rate / 100 % 10);
	else
		buf_printf(out, "%" PRIu64 ".%" PRIu64 "M", rate / 1000000, rate / 100000 % 10);
}

static void end(const struct link_end *e, const char *name, struct buf *out)
{
	buf_printf(out, "%s %s", name, e->known ? link_aspm_words(link_end_on(e)) : "not known");
}

static void pcie(const struct snapshot *s, struct buf *out)
{
	const struct link_end *device;
	struct link link;

	link_read(s, &link);
	device = link_device(&link);
	buf_puts(out, "PCIe   ");
	if (!link.applicable) {
		buf_puts(out, link.why_not ? link.why_not : "not known");
	} else {
		if (device->known)
			buf_printf(out, "%s GT/s x%u of x%u; ", link_speed_name(device->speed), device->width,
				   device->width_max);
		buf_puts(out, "ASPM: ");
		end(link_port(&link), "port", out);
		buf_puts(out, ", ");
		end(device, "device", out);
	}
	buf_putc(out, '\n');
}

static void host_line(const struct facts *f, struct buf *out)
{
	buf_puts(out, "Link   ");
	buf_puts(out, f->carrier == FACT_UNKNOWN ? "not known to Linux" : f->carrier ? "up" : "down");
	if (f->carrier == 1 && f->speed > 0)
		buf_printf(out, " %" PRId64 " Mb/s %s", f->speed, f->duplex ? f->duplex : "");
	if (f->autoneg != FACT_UNKNOWN)
		buf_printf(out, ", autonegotiation %s", f->autoneg ? "on" : "off");
	if (f->pause_rx != FACT_UNKNOWN)
		buf_printf(out, ", pause rx %s tx %s", f->pause_rx ? "on" : "off", f->pause_tx == 1 ? "on" : "off");
	if (f->eee_active == 1)
		buf_puts(out, ", EEE active");
	if (f->bond)
		buf_printf(out, "; bond %s (%s%s%s)", f->bond, f->bond_mode ? f->bond_mode : "", f->bond_state ? ", " : "",
			   f->bond_state ? f->bond_state : "");
	buf_putc(out, '\n');
}

/* "STATUS Full duplex, Link up, ...": unusual things first. */
static void role_line(const struct track *t, enum chip_role role, unsigned width, struct buf *out)
{
	const struct view v = { .width = width < 40 ? 40 : width };
	struct chip_ref ref = chip_role_ref(t->chip, role, 0);
	const struct reg_sample *sample = ref.reg ? snapshot_reg(track_latest(t), ref.reg->space, ref.offset) : NULL;
	size_t start = out->len;
	struct wrap w;

	if (!sample || sample->unread)
		return;
	chip_ref_name(&ref, out);
	buf_pad(out, start, 6);
	buf_putc(out, ' ');
	wrap_continue(&w, &v, out, 7, (unsigned)(out->len - start), ", ");
	w.column = w.indent;
	for (int plain = 0; plain < 2; plain++)
		for (size_t i = ref.reg->n_fields; i-- > 0;) {
			uint64_t value = chip_field_get(&ref.reg->fields[i], sample->value);
			AUTO_BUF struct buf words = { 0 };

			if (decode_unusual(&ref.reg->fields[i], value) == (plain == 1))
				continue;
			buf_puts(&words, plain ? "" : "! ");
			reg_field_words(&ref.reg->fields[i], value, &words);
			if (words.len > (plain ? 0 : 2))
				wrap_item(&w, STYLE_PLAIN, buf_str(&words));
		}
	wrap_end(&w);
}

void text_link(const struct track *t, unsigned width, struct buf *out)
{
	static const enum chip_role roles[] = { CHIP_MAC_STATUS, CHIP_PHY_STATUS, CHIP_PHY_VENDOR_STATUS, CHIP_PHY_1000_STATUS };

	host_line(&track_latest(t)->facts, out);
	pcie(track_latest(t), out);
	for (size_t i = 0; t->chip && i < sizeof(roles) / sizeof(roles[0]); i++)
		role_line(t, roles[i], width, out);
}

void text_changes(const struct monitor *m, const struct track *t, struct buf *out)
{
	if (!t->n_changes)
		buf_puts(out, "No register has changed yet.\n");
	for (size_t i = 0; i < t->n_changes; i++) {
		size_t start = out->len;

		if (m->model.now > t->changes[i].when) {
			text_age(m->model.now - t->changes[i].when, out);
			buf_puts(out, " ago");
		} else {
			buf_puts(out, "now");
		}
		buf_pad(out, start, 11);
		buf_printf(out, " %s\n", t->changes[i].text);
	}
}

void text_gone(const struct monitor *m, const struct track *t, struct buf *out)
{
	const struct snapshot *last = track_latest(t);

	buf_puts(out, "The kernel no longer lists the device: it was unplugged, switched off, or removed.\n");
	if (!last)
		return;
	buf_printf(out, "The last sample of it, ");
	text_age(m->model.now - last->taken, out);
	buf_printf(out, " ago, told: %s.\n", verdict_name(t->verdict));
}

static void paragraph(const char *lead, const char *words, unsigned indent, unsigned width, struct buf *out)
{
	const struct view v = { .width = width < 40 ? 40 : width };
	struct wrap w;

	buf_puts(out, lead);
	wrap_continue(&w, &v, out, indent, (unsigned)strlen(lead) > indent ? (unsigned)strlen(lead) : indent, " ");
	wrap_words(&w, STYLE_PLAIN, words);
	wrap_end(&w);
}

void text_findings(const struct track *t, unsigned width, struct buf *out)
{
	const struct diagnosis *d = track_diagnosis(t);

	if (d && d->reason)
		paragraph("", d->reason, 0, width, out);
	for (size_t i = 0; d && i < d->n_findings; i++) {
		const struct finding *f = &d->findings[i];
		char lead[40];

		snprintf(lead, sizeof(lead), "[%s]", severity_name(f->severity));
		paragraph(lead, f->summary, 2, width, out);
		for (size_t k = 0; k < f->n_evidence; k++)
			paragraph("  - ", f->evidence[k], 4, width, out);
		for (size_t k = 0; k < f->n_remedies && k < 2; k++)
			paragraph("  => ", f->remedies[k].command ? f->remedies[k].command : f->remedies[k].why, 5, width, out);
	}
}
