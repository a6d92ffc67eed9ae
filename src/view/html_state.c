// SPDX-License-Identifier: GPL-2.0-or-later
/* Of a page: what stands in a ring, registers, facts, and what was not seen. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "device/ring_state.h"
#include "diagnose/logbook.h"
#include "util/alloc.h"
#include "util/html.h"
#include "util/text.h"
#include "view/internal.h"

#define RINGS_MOST 3
#define FRAMES_MOST 4
#define DESCRIPTORS_MOST 12
#define REGISTERS_MOST 24

/* ---- the stuck frame ---- */

static void put_part(const struct ring_side *r, int64_t from, int64_t to, const char *class, struct buf *out)
{
	double scale = 100.0 / (double)r->count;

	if (from == FACT_UNKNOWN || to == FACT_UNKNOWN || from == to)
		return;
	if (from < to) {
		html_put(out, "<rect class=\"%s\" x=\"%f%%\" width=\"%f%%\" height=\"20\"/>", class,
			 (double)from * scale, (double)(to - from) * scale);
		return;
	}
	put_part(r, from, r->count, class, out);
	put_part(r, 0, to, class, out);
}

static void put_at(const struct ring_side *r, int64_t at, const char *class, const char *name, struct buf *out)
{
	double x = at == FACT_UNKNOWN ? 0 : 100.0 * (double)at / (double)r->count;

	if (at != FACT_UNKNOWN)
		html_put(out, "<line class=\"%s\" x1=\"%f%%\" x2=\"%f%%\" y1=\"0\" y2=\"26\"><title>%s</title></line>",
			 class, x, x, name);
}

static bool fits(const struct ring_side *r, int64_t at)
{
	return at == FACT_UNKNOWN || (at >= 0 && at < r->count);
}

/* The whole ring as a strip: what is done and not cleaned up, what waits, and where both sides are. */
static void put_ring(const struct ring_side *r, struct buf *out)
{
	static const char *const names[] = { "next to clean", "head", "tail", "next to use" };
	static const char *const colours[] = { NULL, "head", "tail", NULL };
	const int64_t at[] = { r->clean, r->head != FACT_UNKNOWN ? r->head : r->head_word, r->tail, r->use };

	if (r->count <= 0)
		return;
	for (size_t i = 0; i < COUNT(at); i++)
		if (!fits(r, at[i]))
			return;
	html_put(out,
		 "<svg class=\"ring\" height=\"28\" role=\"img\" aria-label=\"The ring of %lld descriptors\">"
		 "<rect class=\"ground\" width=\"100%%\" height=\"20\"/>",
		 (long long)r->count);
	if (at[1] != FACT_UNKNOWN)
		put_part(r, at[0], at[1], "done", out);
	put_part(r, at[1] != FACT_UNKNOWN ? at[1] : at[0], at[2] != FACT_UNKNOWN ? at[2] : at[3], "waiting", out);
	put_at(r, at[1], "head", "head", out);
	put_at(r, at[2], "tail", "tail", out);
	html_put(out, "</svg>\n<p class=\"key\">");
	for (size_t i = 0; i < COUNT(at); i++)
		if (at[i] != FACT_UNKNOWN)
			html_put(out,
				 colours[i] ? "<span class=\"swatch %s\"></span>%s %lld, " : "<span>%s</span>%s %lld, ",
				 colours[i] ? colours[i] : "", names[i], (long long)at[i]);
	html_put(out, "descriptors %lld</p>\n", (long long)r->count);
}

static void put_descriptors(const struct ring_side *r, struct buf *out)
{
	if (!r->n_descs)
		return;
	html_put(out,
		 "<table><tr><th class=\"n\">Descriptor</th><th>Kind</th><th class=\"n\">Bytes</th><th></th></tr>\n");
	for (size_t i = 0; i < r->n_descs && i < DESCRIPTORS_MOST; i++) {
		const struct desc_side *d = &r->descs[i];
		int64_t bytes = d->length != FACT_UNKNOWN ? d->length : d->payload;
		AUTO_BUF struct buf words = { 0 };

		rings_desc_words(d, &words);
		html_put(out, "<tr><td class=\"n\">%lld</td><td>%s</td><td class=\"n\">", (long long)d->index, d->kind);
		if (bytes != FACT_UNKNOWN)
			html_put(out, "%lld", (long long)bytes);
		html_put(out, "</td><td>%s</td></tr>\n", buf_str(&words));
	}
	html_put(out, "</table>\n");
	if (r->n_descs > DESCRIPTORS_MOST)
		html_put(out, "<p class=\"note\">%zu more descriptors: nicregs show -v</p>\n",
			 r->n_descs - DESCRIPTORS_MOST);
}

static void put_stuck_ring(const struct diagnosis *d, const struct ring_side *r, struct buf *out)
{
	AUTO_BUF struct buf line = { 0 };
	const char *state = NULL;

	for (size_t i = 0; i < d->n_rings; i++)
		if (d->rings[i].queue == r->hw_queue)
			state = ring_state_words(d->rings[i].state);
	rings_line_words(r, &line);
	html_put(out, "<h3>Transmit %s%s</h3>\n", buf_str(&line),
		 r->stopped == 1   ? ", stopped by the driver"
		 : r->limited == 1 ? ", stopped by byte queue limits"
				   : "");
	if (state)
		html_put(out, "<p class=\"state\">%s</p>\n", state);
	put_ring(r, out);
	for (size_t i = 0; i < r->n_frames && i < FRAMES_MOST; i++) {
		AUTO_BUF struct buf words = { 0 };

		rings_frame_words(&r->frames[i], &words);
		html_put(out, i ? "<p>Then %s</p>\n" : "<p class=\"frame\">%s</p>\n", buf_str(&words));
	}
	if (r->n_frames > FRAMES_MOST)
		html_put(out, "<p class=\"note\">%zu more frames behind it.</p>\n", r->n_frames - FRAMES_MOST);
	put_descriptors(r, out);
}

/* A ring in which something stands, in the last sample that shows one. */
static bool is_worth(const struct diagnosis *d, const struct ring_side *r)
{
	if (r->n_frames || r->n_descs)
		return true;
	if (!r->why && verdict_is_bad(d->verdict) && ring_side_pending(r) > 0 && r->moving != 1 && r->age_ms >= 1000)
		return true;
	for (size_t i = 0; i < d->n_rings; i++)
		if (d->rings[i].queue == r->hw_queue && ring_state_is_bad(d->rings[i].state))
			return true;
	return false;
}

static size_t put_rings(const struct diagnosis *d, const struct snapshots *samples, struct buf *out)
{
	size_t shown = 0, left = 0;

	for (size_t i = samples->n; i-- > 0 && !shown;) {
		const struct driver_side *side = &samples->v[i]->side;

		for (size_t k = 0; k < side->n_rings; k++) {
			if (!is_worth(d, &side->rings[k]))
				continue;
			if (shown++ < RINGS_MOST)
				put_stuck_ring(d, &side->rings[k], out);
			else
				left++;
		}
	}
	if (left)
		html_put(out, "<p class=\"note\">%zu more queues: nicregs show -v</p>\n", left);
	return shown;
}

static void put_report(const struct klog_report *r, struct buf *out)
{
	AUTO_BUF struct buf when = { 0 };

	report_time(r, &when);
	html_put(out, "<h3>The log's last report</h3>\n<p class=\"note\">%s</p>\n<ul class=\"values\">\n",
		 buf_str(&when));
	for (unsigned i = 0; i < KLOG_FIELDS; i++) {
		AUTO_BUF struct buf words = { 0 };

		if (i != KLOG_SEASON_NS && i != KLOG_ELAPSED_NS && report_item(r, (enum klog_field)i, &words))
			html_put(out, "<li>%s</li>\n", buf_str(&words));
	}
	html_put(out, "</ul>\n");
}

void html_frame(const struct diagnosis *d, const struct snapshots *samples, struct buf *out)
{
	AUTO_BUF struct buf body = { 0 };
	size_t rings = put_rings(d, samples, &body);

	if (d->log && d->log->hang)
		put_report(d->log->hang, &body);
	if (!body.len)
		return;
	html_put(out, "<section><h2>%s</h2>\n", rings ? "The stuck frame" : "The stuck queue");
	buf_add(out, buf_str(&body), body.len);
	html_put(out, "</section>\n");
}

/* ---- registers ---- */

static void put_fields(const struct device_reg *r, struct buf *out)
{
	const char *gap = "";

	for (int unusual = 1; unusual >= 0; unusual--) {
		for (size_t i = r->ref.reg->n_fields; i-- > 0;) {
			const struct chip_field *f = &r->ref.reg->fields[i];
			AUTO_BUF struct buf words = { 0 };

			if (reg_unusual_field(r, f) != unusual)
				continue;
			reg_field_words(f, chip_field_get(f, r->value), &words);
			if (words.len)
				html_put(out, unusual ? "%s<b class=\"bad\">%s</b>" : "%s%s", gap, buf_str(&words));
			gap = words.len ? ", " : gap;
		}
	}
}

static void put_register(const struct device_reg *r, struct buf *out)
{
	AUTO_BUF struct buf name = { 0 }, value = { 0 };

	chip_ref_name(&r->ref, &name);
	reg_hex(r, &value);
	html_put(out, "<dt><code>%s</code> <code>%s</code></dt>\n<dd><span class=\"note\">%s%s</span> ", buf_str(&name),
		 buf_str(&value), r->ref.reg->title, r->constant ? " (driver's constant)" : "");
	put_fields(r, out);
	html_put(out, "</dd>\n");
}

/* That say whether it sends, receives and has a link, whatever their values. */
static bool is_main(const struct device_reg *r)
{
	static const enum chip_role roles[] = { CHIP_MAC_CONTROL, CHIP_MAC_STATUS, CHIP_TX_CONTROL,
						CHIP_RX_CONTROL,  CHIP_PHY_STATUS, CHIP_LINK_CONTROL };

	for (size_t i = 0; i < COUNT(roles); i++)
		if (r->ref.reg->role == roles[i] && !r->ref.i)
			return true;
	return false;
}

static size_t put_these(const struct device *d, bool unusual, size_t n, struct buf *out)
{
	for (size_t i = 0; i < d->n_regs; i++)
		if (!d->regs[i].unread && reg_unusual(&d->regs[i]) == unusual && (unusual || is_main(&d->regs[i])) &&
		    n++ < REGISTERS_MOST)
			put_register(&d->regs[i], out);
	for (size_t f = 0; f < d->s->n_functions; f++) {
		for (size_t i = 0; d->config[f].fn->role == PCI_SELF && i < d->config[f].n_regs; i++) {
			struct device_reg r = device_reg_of_config(&d->config[f].regs[i]);

			if (!r.unread && reg_unusual(&r) == unusual && (unusual || is_main(&r)) && n++ < REGISTERS_MOST)
				put_register(&r, out);
		}
	}
	return n;
}

void html_registers(const struct device *d, struct buf *out)
{
	AUTO_BUF struct buf body = { 0 };
	size_t n = put_these(d, true, 0, &body);

	n = put_these(d, false, n, &body);
	if (!n)
		return;
	html_put(out,
		 "<section><h2>Registers that matter</h2>\n<p class=\"note\">The latest sample; what is unusual comes "
		 "first, marked. <code>nicregs show -v</code> has all.</p>\n<dl class=\"registers\">\n");
	buf_add(out, buf_str(&body), body.len);
	html_put(out, "</dl>\n");
	if (n > REGISTERS_MOST)
		html_put(out, "<p class=\"note\">%zu more</p>\n", n - REGISTERS_MOST);
	html_put(out, "</section>\n");
}

int html_last_block(const struct diagnose_view *what, const struct diagnosis *d, struct buf *out, struct err *e)
{
	struct last_hang hang;
	int r = last_hang_device(what, d, &hang, e);

	if (!r && hang.device.n_regs) {
		html_put(out, "<section><h2>The last hang report, decoded</h2>\n");
		if (hang.part)
			html_put(out, "<p class=\"note\">%s</p>\n", hang.part);
		html_put(out, "<dl class=\"registers\">\n");
		for (size_t i = 0; i < hang.device.n_regs; i++)
			if (!hang.device.regs[i].unread)
				put_register(&hang.device.regs[i], out);
		html_put(out, "</dl></section>\n");
	}
	last_hang_free(&hang);
	return r;
}

/* ---- facts ---- */

#define LABEL 12 /* columns of a line's label, with its margin */

/* Lines "  Label     words" of the text views with one of these labels, as rows; a line without a label goes on. */
static void put_rows(const char *text, const char *const *labels, size_t n, struct buf *out)
{
	bool open = false;

	while (*text) {
		size_t len = strcspn(text, "\n");
		AUTO_FREE char *line = xstrndup(text, len);
		AUTO_FREE char *label = len > LABEL ? xstrndup(line + 2, LABEL - 2) : NULL;
		char *word = label ? text_strip(label) : NULL;

		if (word && *line == ' ' && text_find(labels, n, word) >= 0) {
			html_put(out, "<dt>%s</dt><dd>%s</dd>\n", word, line + LABEL);
			open = true;
		} else if (word && open && !*word) {
			html_put(out, "<dd>%s</dd>\n", line + LABEL);
		} else {
			open = false;
		}
		text += len + (text[len] == '\n');
	}
}

void html_facts(const struct device *d, struct buf *out)
{
	static const char *const whole[] = {
		"PCI", "Interface", "Link", "Driver", "Bond", "Offloads", "Power", "Host"
	};
	static const char *const brief[] = { "PCIe" };
	const struct view wide = { .width = 65536 };
	const struct show_options options = { .brief = true };
	AUTO_BUF struct buf identity = { 0 }, screen = { 0 };

	section_identity(&wide, &options, d, &identity);
	show_screen(&wide, d, &screen);
	html_put(out, "<section><h2>The device</h2>\n<dl class=\"facts\">\n");
	put_rows(buf_str(&identity), whole, COUNT(whole), out);
	put_rows(buf_str(&screen), brief, COUNT(brief), out);
	html_put(out, "</dl></section>\n");
}

/* ---- what was not seen ---- */

static void unseen_of_device(const struct device *d, struct buf *out)
{
	static const char *const labels[] = { "Registers" };
	const struct view wide = { .width = 65536 };
	AUTO_BUF struct buf screen = { 0 }, rows = { 0 };

	show_screen(&wide, d, &screen);
	put_rows(buf_str(&screen), labels, COUNT(labels), &rows);
	if (rows.len) {
		html_put(out, "<li><dl class=\"facts\">");
		buf_add(out, buf_str(&rows), rows.len);
		html_put(out, "</dl></li>\n");
	}
	if (!driver_side_known(&d->s->side))
		html_put(out, "<li>The driver's side of the rings, and so the stuck frame%s%s.</li>\n",
			 d->s->side.why ? ": " : "", d->s->side.why ? d->s->side.why : "");
	for (size_t i = 0; i < d->s->n_notes; i++)
		html_put(out, "<li>%s</li>\n", d->s->notes[i]);
}

static void unseen_of_log(const struct html_page *p, struct buf *out)
{
	struct left_out left = { 0 };
	AUTO_BUF struct buf words = { 0 };

	if (!p->what->log_name) {
		html_put(out, "<li>No kernel log.</li>\n");
		return;
	}
	if (p->others)
		html_put(out, "<li>Lines about other NICs are left out: %s.</li>\n", p->others);
	if (p->of_others)
		html_put(out, "<li>The log names none of these devices: it may be another machine's.</li>\n");
	left_out_add(&left, p->what->klog, p->what->logbook);
	left_out_words(&left, &words);
	if (words.len)
		html_put(out, "<li>%s</li>\n", buf_str(&words));
}

void html_unseen(const struct html_page *p, const struct diagnosis *d, const struct device *device, struct buf *out)
{
	html_put(out, "<section><h2>What was not seen</h2>\n<ul>\n");
	if (device)
		unseen_of_device(device, out);
	else
		html_put(out, "<li>The device itself: no sample of it, all this is by the log.</li>\n");
	unseen_of_log(p, out);
	html_put(out, "</ul>\n");
	if (d->n_surer)
		html_put(out, "<h3>To be more certain</h3>\n<ul>\n");
	for (size_t i = 0; i < d->n_surer; i++)
		html_put(out, "<li>%s</li>\n", d->surer[i]);
	html_put(out, d->n_surer ? "</ul></section>\n" : "</section>\n");
}
