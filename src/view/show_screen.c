// SPDX-License-Identifier: GPL-2.0-or-later
/* A device on a screen: who it is, link and PCI Express, what waits in its queues, what is unusual, and what was read. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "device/queue.h"
#include "util/alloc.h"
#include "util/text.h"
#include "view/internal.h"

#define INDENT 12
#define ROWS 4 /* queues of a direction in which something waits */
#define ROWS_QUIET 2
#define UNUSUAL 7 /* fields */

/* "WORD VALUE", if there is a value. */
static void named(struct wrap *w, enum style style, const char *word, const char *value)
{
	AUTO_BUF struct buf text = { 0 };

	buf_printf(&text, "%s%s%s", word, *word ? " " : "", value ? value : "");
	if (value)
		wrap_item(w, style, buf_str(&text));
}

static void headline(const struct view *v, const struct device *d, struct buf *out)
{
	const struct facts *f = &d->s->facts;
	const struct pci_function *self = snapshot_self(d->s);
	char mtu[24], addr[PCI_ADDR_MAX];
	struct wrap w;

	wrap_begin(&w, v, out, 0, "  ");
	wrap_item(&w, STYLE_HEADING, device_heading(d));
	w.indent = 2;
	if (self)
		wrap_item(&w, STYLE_PLAIN, pci_addr_str(&self->addr, addr));
	if (f->netdev)
		wrap_item(&w, STYLE_NAME, f->netdev);
	if (f->driver && f->driver_version)
		named(&w, STYLE_PLAIN, f->driver, f->driver_version);
	else
		named(&w, STYLE_PLAIN, "", f->driver);
	if (!f->driver && d->s->origin == ORIGIN_LIVE)
		wrap_item(&w, STYLE_UNUSUAL, "no driver bound");
	named(&w, STYLE_PLAIN, "firmware", f->firmware);
	snprintf(mtu, sizeof(mtu), "%" PRId64, f->mtu);
	named(&w, STYLE_PLAIN, "MTU", f->mtu != FACT_UNKNOWN ? mtu : NULL);
	named(&w, STYLE_PLAIN, "in bridge", f->bridge);
	wrap_end(&w);
}

static void changed(struct items *i, int64_t times)
{
	if (times == FACT_UNKNOWN)
		return;
	if (times < 3)
		items_add(i, STYLE_PLAIN, "carrier changed %s", times == 2 ? "twice" : times ? "once" : "never");
	else
		items_add(i, STYLE_PLAIN, "carrier changed %" PRId64 " times", times);
}

static void link_line(const struct view *v, const struct device *d, struct buf *out)
{
	const struct facts *f = &d->s->facts;
	struct items i = items_begin(v, "  Link", INDENT, out);
	const char *up = values_link_words(device_link_up(d), f->carrier);
	enum style style = f->carrier && device_link_up(d) ? STYLE_PLAIN : STYLE_UNUSUAL;

	if (f->carrier != FACT_UNKNOWN && f->speed != FACT_UNKNOWN && f->speed > 0)
		items_add(&i, style, "%s %" PRId64 " Mb/s%s%s", up, f->speed, f->duplex ? " " : "",
			  f->duplex ? f->duplex : "");
	else if (f->carrier != FACT_UNKNOWN)
		items_add(&i, style, "%s", up);
	else if (f->operstate)
		items_add(&i, STYLE_PLAIN, "%s", f->operstate);
	if (facts_pause_words(f))
		items_add(&i, STYLE_PLAIN, "%s", facts_pause_words(f));
	if (f->eee_active == 1 || f->eee_enabled == 1)
		items_add(&i, STYLE_PLAIN, "EEE %s", f->eee_active == 1 ? "active" : "enabled");
	changed(&i, f->carrier_changes);
	if (f->bond)
		items_add(&i, STYLE_PLAIN, "in %s%s%s", f->bond, f->bond_state ? " as the slave that is " : "",
			  f->bond_state ? f->bond_state : "");
	if (f->bond_link_failures != FACT_UNKNOWN && f->bond_link_failures)
		items_add(&i, STYLE_UNUSUAL, "%" PRId64 " link failure%s", f->bond_link_failures,
			  f->bond_link_failures == 1 ? "" : "s");
	items_end(&i);
}

/* What is on, and where. */
static void aspm(struct items *i, const struct link *link)
{
	unsigned device = link_end_on(link_device(link)), port = link_end_on(link_port(link));

	if (!link_device(link)->known && !link_port(link)->known)
		return;
	if (!link_port(link)->known || !link_device(link)->known)
		items_add(i, STYLE_PLAIN, "ASPM %s at the %s", link_aspm_words(device | port),
			  link_device(link)->known ? "device" : "port above");
	else if ((device & (LINK_L0S | LINK_L1)) == (port & (LINK_L0S | LINK_L1)))
		items_add(i, STYLE_PLAIN, "ASPM %s at both ends", link_aspm_words(device));
	else
		items_add(i, STYLE_PLAIN, "ASPM %s at the device, %s at the port", link_aspm_words(device),
			  link_aspm_words(port));
	if ((device | port) & LINK_L1SS)
		items_add(i, STYLE_PLAIN, "L1 substates on");
}

/* The ASPM states that are on and that an erratum of the part is about. */
static void erratum(const struct device *d, struct items *i)
{
	const struct pci_function *self = snapshot_self(d->s);
	const char *name = d->s->facts.netdev;
	const struct chip *known = NULL;
	char addr[PCI_ADDR_MAX];
	unsigned on = link_on(&d->link) & LINK_ASPM;

	if (snapshot_known(d->db, d->s, &known, NULL, NULL) || !known)
		return;
	if (!(link_errata(known, NULL) & (on & LINK_L1 ? on : on & LINK_L0S)))
		return;
	if (!name || strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") != strlen(name))
		name = self ? pci_addr_str(&self->addr, addr) : "DEVICE";
	items_add(i, STYLE_UNUSUAL, "! erratum: nicregs aspm disable %s", name);
}

static void pcie_line(const struct view *v, const struct device *d, struct buf *out)
{
	const struct link *link = &d->link;
	const struct link_end *a = link_device(link), *b = link_port(link);
	struct items i = items_begin(v, "  PCIe", INDENT, out);
	AUTO_BUF struct buf stale = { 0 }, printed = { 0 };

	if (link->applicable && a->known)
		items_add(&i, STYLE_PLAIN, "%s GT/s x%u", link_speed_name(a->speed), a->width);
	if (link->applicable && a->known && b->known &&
	    (a->speed < (a->speed_max < b->speed_max ? a->speed_max : b->speed_max) ||
	     a->width < (a->width_max < b->width_max ? a->width_max : b->width_max)))
		items_add(&i, STYLE_UNUSUAL, "! less than both ends can do");
	if (link->applicable)
		aspm(&i, link);
	if (!i.begun && link->why_not && d->s->n_functions) {
		struct labeled l = { v, out, "PCIe", INDENT };

		labeled_text(&l, STYLE_PLAIN, link->why_not, 2);
		link_say_printed(&d->s->facts, &printed);
		if (printed.len && link->applicable)
			labeled_text(&l, STYLE_PLAIN, buf_str(&printed), 2);
	}
	erratum(d, &i);
	link_say_stale(link, &stale);
	if (stale.len)
		items_add(&i, STYLE_UNUSUAL, "! the kernel thinks otherwise: -v");
	items_end(&i);
}

static void power_line(const struct view *v, const struct facts *f, struct buf *out)
{
	struct items i = items_begin(v, "  Power", INDENT, out);

	if (f->power_state && strcmp(f->power_state, "unknown") && strcmp(f->power_state, "D0"))
		items_add(&i, STYLE_UNUSUAL, "%s", f->power_state);
	if (f->runtime_status && !strcmp(f->runtime_status, "suspended"))
		items_add(&i, STYLE_UNUSUAL, "runtime suspended");
	items_end(&i);
}

static bool is_idle(const struct queue_regs *q)
{
	return !q->ring.head && !q->ring.tail && !q->length && !q->enable;
}

static bool waits(const struct queue_regs *q, enum queue_direction direction)
{
	uint32_t pending;

	return direction == QUEUE_TX && ring_pending(&q->ring, &pending) && pending;
}

static void queue_line(const struct queue_regs *q, uint32_t n, enum queue_direction direction, struct labeled *l)
{
	AUTO_BUF struct buf text = { 0 };
	uint32_t pending = 0;

	buf_printf(&text, "queue %" PRIu32 ":", n);
	if (q->has_head)
		buf_printf(&text, " head %" PRIu32, q->ring.head);
	if (q->has_tail)
		buf_printf(&text, " tail %" PRIu32, q->ring.tail);
	if (ring_pending(&q->ring, &pending) && (pending || direction == QUEUE_RX))
		buf_printf(&text, ", %" PRIu32 "%s%.0" PRIu32 " %s", pending, q->ring.size ? " of " : "", q->ring.size,
			   direction == QUEUE_TX ? "descriptors wait" : "buffers free");
	else if (q->ring.known && direction == QUEUE_TX)
		buf_puts(&text, ", empty");
	if (q->on_known && !q->on)
		buf_puts(&text, "  ! off");
	labeled_text(l, waits(q, direction) ? STYLE_UNUSUAL : STYLE_PLAIN, buf_str(&text), UINT32_MAX);
}

struct shown {
	uint32_t rows, waiting, empty, idle; /* the last three: not shown */
};

static void rest_line(const struct shown *n, struct labeled *l)
{
	AUTO_BUF struct buf text = { 0 };

	if (n->waiting)
		buf_printf(&text, "%" PRIu32 " more with descriptors that wait", n->waiting);
	if (n->empty)
		buf_printf(&text, "%s%" PRIu32 " more in use", text.len ? ", " : "", n->empty);
	if (n->idle)
		buf_printf(&text, "%s%" PRIu32 " idle", text.len ? ", " : "", n->idle);
	if (!text.len)
		return;
	buf_puts(&text, " (--queues shows all)");
	labeled_text(l, STYLE_DIM, buf_str(&text), 1);
}

/* Those with waiting work first, as there may be hundreds; of the others one or two. */
static void queues(const struct view *v, const struct device *d, enum queue_direction direction, struct buf *out)
{
	struct labeled l = { v, out, direction == QUEUE_TX ? "Transmit" : "Receive", INDENT };
	uint32_t n = queue_count(d->chip, direction);
	struct shown shown = { 0 };

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < n; i++) {
			struct queue_regs q;

			queue_read(&d->values, direction, i, &q);
			if ((!q.has_head && !q.has_tail) || waits(&q, direction) != !pass)
				continue;
			if (is_idle(&q) && (shown.rows || shown.idle)) {
				shown.idle++;
			} else if (shown.rows < (pass ? ROWS_QUIET : ROWS)) {
				queue_line(&q, i, direction, &l);
				shown.rows++;
			} else if (pass) {
				shown.empty++;
			} else {
				shown.waiting++;
			}
		}
	}
	rest_line(&shown, &l);
}

/* What a working device does not show. */
struct unusual_items {
	struct labeled l;
	size_t n;
};

/* On a narrow terminal the value may take a second line; a long name is cut before it. */
static void unusual_field(const struct device_reg *r, const struct chip_field *f, void *arg)
{
	struct unusual_items *g = arg;
	AUTO_BUF struct buf name = { 0 }, words = { 0 }, all = { 0 };

	if (g->n++ >= UNUSUAL)
		return;
	chip_ref_name(&r->ref, &name);
	buf_printf(&name, ".%s", f->name);
	reg_field_words(f, chip_field_get(f, r->value), &words);
	buf_printf(&all, "%s  %s", buf_str(&name), buf_str(&words));
	if (g->l.indent + text_width(buf_str(&all)) <= g->l.v->width) {
		labeled_line(&g->l, STYLE_UNUSUAL, buf_str(&all));
	} else if (g->l.indent + text_width(buf_str(&name)) <= g->l.v->width) {
		labeled_text(&g->l, STYLE_UNUSUAL, buf_str(&all), UINT32_MAX);
	} else {
		labeled_cut(&g->l, STYLE_UNUSUAL, buf_str(&name));
		labeled_text(&g->l, STYLE_UNUSUAL, buf_str(&words), UINT32_MAX);
	}
}

static void unusual(const struct view *v, const struct device *d, struct buf *out)
{
	struct unusual_items g = { .l = { v, out, "Unusual", INDENT } };
	char text[40];

	reg_each_unusual(d, unusual_field, &g);
	snprintf(text, sizeof(text), "-v lists %zu more", g.n - UNUSUAL);
	if (g.n > UNUSUAL)
		labeled_text(&g.l, STYLE_PLAIN, text, 1);
}

/* "68 clear on read, 9 PHY" */
static const char *unread_words(enum unread why)
{
	switch (why) {
	case UNREAD_CLEARS:
		return "clear on read";
	case UNREAD_SETS:
		return "set on read";
	case UNREAD_NEEDS_ROOT:
		return "need root";
	default:
		return unread_name(why);
	}
}

/* How they are known, and how many. A file that does not say how they were read has values all the same. */
static void how_many(const struct device *d, struct buf *out)
{
	size_t counts[UNREAD_REASONS] = { 0 }, guarded = 0;
	const char *gap = "";

	for (size_t i = 0; i < d->n_regs; i++) {
		enum unread why = d->regs[i].unread;

		counts[why]++;
		guarded += d->regs[i].ref.reg->built_in &&
			   (why == UNREAD_CLEARS || why == UNREAD_SETS || why == UNREAD_WRITE_ONLY);
	}
	if (d->s->access)
		buf_printf(out, "read by %s, ", d->s->access);
	else if (counts[UNREAD_NO])
		buf_puts(out, "known, ");
	else if (d->s->origin == ORIGIN_LIVE)
		buf_puts(out, "not read, ");
	buf_printf(out, "%zu of %zu", counts[UNREAD_NO], d->n_regs);
	if (counts[UNREAD_NO] < d->n_regs)
		buf_puts(out, " (");
	for (int why = UNREAD_NO + 1; why < UNREAD_REASONS; why++) {
		if (counts[why])
			buf_printf(out, "%s%zu %s", gap, counts[why], unread_words((enum unread)why));
		gap = counts[why] ? ", " : gap;
	}
	if (counts[UNREAD_NO] < d->n_regs)
		buf_putc(out, ')');
	if (guarded)
		buf_printf(out, "; %zu by the built-in definition: -v", guarded);
}

/* Why no way to the registers could be used, each with what to do about it; or why it had to be the driver's dump, the last and least. */
static void refusals(const struct device *d, struct labeled *l)
{
	size_t n = d->s->n_refusals;

	for (size_t i = !d->s->access ? 0 : n > 1 ? n - 1 : n; i < n; i++) {
		const struct refusal *r = &d->s->refusals[i];
		AUTO_BUF struct buf text = { 0 };

		buf_printf(&text, "%s: %s.", r->rung, r->why);
		if (r->todo && *r->todo)
			buf_printf(&text, " %c%s.", toupper((unsigned char)r->todo[0]), r->todo + 1);
		labeled_text(l, STYLE_PLAIN, buf_str(&text), UINT32_MAX);
	}
}

static void registers(const struct view *v, const struct device *d, struct buf *out)
{
	struct labeled l = { v, out, "Registers", INDENT };
	AUTO_BUF struct buf text = { 0 };

	if (!d->chip && !device_is_identified(d)) {
		labeled_text(&l, STYLE_PLAIN,
			     d->s->file ? "none: the file does not name the chip. --chip CHIP says which one it is."
					: "not read: the chip is not known, as its PCI id could not be read.",
			     UINT32_MAX);
		return;
	}
	if (!d->chip) {
		labeled_text(&l, STYLE_PLAIN,
			     "nicregs has no definitions for this chip; -v shows its configuration space. "
			     "nicregs-chipdef(5) explains how to add a chip.",
			     UINT32_MAX);
		return;
	}
	if (d->n_regs)
		how_many(d, &text);
	else
		buf_puts(&text, "none in this source");
	labeled_text(&l, STYLE_PLAIN, buf_str(&text), UINT32_MAX);
	refusals(d, &l);
}

void show_more(const struct view *v, struct buf *out)
{

	buf_putc(out, '\n');
	style_paragraph(v, 0, STYLE_DIM, "-v for all registers, --reg 'TD*' for some, --all for every field", out);
}

void show_screen(const struct view *v, const struct device *d, struct buf *out)
{
	const struct facts *f = &d->s->facts;
	struct labeled l = { v, out, NULL, 2 };

	headline(v, d, out);
	for (size_t i = 0; i < d->s->n_notes; i++)
		labeled_text(&l, STYLE_PLAIN, d->s->notes[i], UINT32_MAX);
	link_line(v, d, out);
	pcie_line(v, d, out);
	power_line(v, f, out);
	if (f->vfs.n || device_is_virtual(d))
		virtual_lines(v, d, INDENT, out);
	if (d->chip) {
		queues(v, d, QUEUE_TX, out);
		rings_lines(v, d, out);
		queues(v, d, QUEUE_RX, out);
	} else {
		rings_lines(v, d, out);
	}
	unusual(v, d, out);
	registers(v, d, out);
}
