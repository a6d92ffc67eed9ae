// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "chip/chip.h"
#include "util/alloc.h"
#include "util/err.h"
#include "util/nearest.h"
#include "util/text.h"
#include "view/internal.h"

static int element_matches(const struct chip_ref *ref, void *arg)
{
	return chip_match_ref(*(const char *const *)arg, ref);
}

static bool any_matches(const struct chip *chip, const char *glob)
{
	for (size_t i = 0; chip && i < chip->n_regs; i++)
		if (chip_reg_each(chip->regs[i], element_matches, &glob))
			return true;
	return false;
}

/* Whether the part, or configuration space, has what the glob means. */
static bool has_asked(const struct chip *chip, const struct chip *pci, const char *glob)
{
	return any_matches(chip, glob) || any_matches(pci, glob);
}

int show_asked(struct chipdb *db, const struct snapshots *list, const char *glob, struct err *e)
{
	const char *name = "", *part = "";
	char near[2 * NEAREST_MAX] = "";
	const struct chip *pci;
	int r = chipdb_pci(db, &pci, e);

	for (size_t i = 0; i < list->n && !r; i++) {
		const struct snapshot *s = list->v[i];
		const struct chip *chip = NULL;

		r = s->chip ? chipdb_find(db, s->chip, &chip, e) : 0;
		if (!r && has_asked(chip, pci, glob))
			return 0;
		if (!r && !*near && !(chip && chip_nearest(chip, CHIP_ANY_SPACE, glob, near, sizeof(near))))
			chip_nearest(pci, CHIP_ANY_SPACE, glob, near, sizeof(near));
		part = chip ? chip->name : "";
		name = list->n > 1 ? "none of these parts" : s->chip_name ? s->chip_name : chip ? part : "undefined";
	}
	if (r || !list->n)
		return r;
	err_set(e, ENOENT, glob, "%s has %s %s", name, list->n == 1 ? "no such" : "such a",
		strchr(glob, '.') ? "register or field" : "register");
	if (*near)
		err_todo(e, "did you mean '%s'? `nicregs chips%s%s` lists %s", near, *part ? " " : "", part,
			 *part ? "its registers" : "the parts");
	else
		err_todo(e, "`nicregs chips%s%s` lists %s; a name may have wildcards: 'TDH*'", *part ? " " : "", part,
			 *part ? "its registers" : "the parts");
	return -ENOENT;
}

#define MOST_LINES 12

struct unusual_lines {
	const struct view *v;
	struct buf *out;
	size_t n;
};

static void unusual_line(const struct device_reg *r, const struct chip_field *f, void *arg)
{
	struct unusual_lines *g = arg;
	AUTO_BUF struct buf name = { 0 };
	AUTO_BUF struct buf words = { 0 };
	struct wrap w;

	if (g->n == 0)
		style_heading(g->v, "Unusual on a working device", g->out);
	if (g->n++ >= MOST_LINES)
		return;
	buf_puts(&name, "  ! ");
	chip_ref_name(&r->ref, &name);
	buf_printf(&name, ".%s", f->name);
	buf_pad(&name, 0, 28);
	buf_putc(&name, ' ');
	reg_field_words(f, chip_field_get(f, r->value), &words);
	style_put(g->v, STYLE_NAME, buf_str(&name), g->out);
	wrap_continue(&w, g->v, g->out, 6, (unsigned)name.len, " ");
	wrap_words(&w, STYLE_UNUSUAL, buf_str(&words));
	wrap_end(&w);
}

/* Fields marked as unusual, from all registers and the device's configuration space. */
static void section_unusual(const struct view *v, const struct device *d, struct buf *out)
{
	struct unusual_lines g = { .v = v, .out = out };

	reg_each_unusual(d, unusual_line, &g);
	if (g.n > MOST_LINES)
		buf_printf(out, "    and %zu more below, marked with !\n", g.n - MOST_LINES);
}

static bool matched(const struct device *d, const struct show_options *o, const struct buf *out, size_t before)
{
	return !o->regs || d->n_regs || out->len > before;
}

/* The device has nothing to show of what --reg names. */
static void nothing_asked(const struct view *v, const struct device *d, const char *glob, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };

	text_escape(&text, glob, strlen(glob));
	buf_puts(&text,
		 has_asked(d->chip, d->pci, glob) ? ": not read, or not in this source" : ": this chip has none");
	buf_putc(out, '\n');
	style_paragraph(v, 2, STYLE_DIM, buf_str(&text), out);
}

static void whole_page(const struct view *v, const struct show_options *options, const struct device *d,
		       struct buf *out)
{
	size_t before;

	section_identity(v, options, d, out);
	before = out->len;
	if (!options->regs) {
		section_unusual(v, d, out);
		section_link(v, d, out);
		section_virtual(v, d, out);
		section_queues(v, options, d, out);
		section_rings(v, options, d, out);
		section_pause(v, d, out);
	}
	section_registers(v, options, d, out);
	section_config(v, options, d, out);
	if (!matched(d, options, out, before))
		nothing_asked(v, d, options->regs, out);
}

int show_text(const struct view *v, const struct show_options *options, struct chipdb *db, const struct snapshot *s,
	      struct buf *out, struct err *e)
{
	struct device d;
	int r = device_init(&d, db, s, options->regs, e);

	if (!r && options->brief)
		show_screen(v, &d, out);
	else if (!r)
		whole_page(v, options, &d, out);
	device_free(&d);
	return r;
}

/* By name, for what may be switched; facts are the same as in a snapshot file. */
static void json_features(const struct facts *f, struct jsonw *w)
{
	if (!f->n_features)
		return;
	jsonw_object(w, "features");
	for (size_t i = 0; i < f->n_features; i++)
		jsonw_bool(w, f->features[i].name, f->features[i].on);
	jsonw_end_object(w);
}

static void json_identity(const struct device *d, struct jsonw *w)
{
	const struct pci_function *self = snapshot_self(d->s);
	char addr[PCI_ADDR_MAX], id[16];
	uint32_t value;

	if (self)
		jsonw_str(w, "address", pci_addr_str(&self->addr, addr));
	jsonw_str(w, "netdev", d->s->facts.netdev);
	jsonw_str(w, "chip", d->s->chip);
	jsonw_str(w, "name", d->s->chip_name);
	jsonw_str(w, "driver", d->s->facts.driver);
	if (self && config_get(self, 0, 4, &value)) {
		snprintf(id, sizeof(id), "%04x:%04x", value & 0xffff, value >> 16);
		jsonw_str(w, "pci_id", id);
	}
	if (self && d->chip && config_answers(self) && config_get(self, 8, 1, &value))
		jsonw_str(w, "stepping", chip_stepping(d->chip, value));
	jsonw_str(w, "origin", origin_name(d->s->origin));
	if (d->s->taken)
		jsonw_i64(w, "taken_ns", d->s->taken);
	jsonw_bool(w, "redacted", d->s->redacted);
}

static void json_access(const struct snapshot *s, struct jsonw *w)
{
	jsonw_str(w, "access", s->access);
	refusals_json(s, w);
	jsonw_strings(w, "notes", (const char *const *)s->notes, s->n_notes);
}

static int json_device(const struct show_options *o, struct chipdb *db, const struct snapshot *s, struct jsonw *w,
		       struct err *e)
{
	struct device d;
	int r = device_init(&d, db, s, o->regs, e);

	if (!r) {
		jsonw_object(w, NULL);
		json_identity(&d, w);
		facts_json(&s->facts, w);
		json_features(&s->facts, w);
		facts_counts_json(&s->facts, w);
		virtuals_json(&s->facts.vfs, w);
		driver_side_json(&s->side, w);
		section_pause_json(&d, w);
		section_link_json(&d, w);
		section_config_json(o, &d, w);
		json_access(s, w);
		jsonw_array(w, "registers");
		for (size_t i = 0; i < d.n_regs; i++)
			reg_json(&d.regs[i], o->raw, o->regs, w);
		jsonw_end_array(w);
		jsonw_end_object(w);
	}
	device_free(&d);
	return r;
}

int show_json(const struct show_options *options, struct chipdb *db, const struct snapshots *list, struct buf *out,
	      struct err *e)
{
	struct jsonw w;
	int r = 0;

	jsonw_document(&w, out);
	jsonw_array(&w, "devices");
	for (size_t i = 0; i < list->n && !r; i++)
		r = json_device(options, db, list->v[i], &w, e);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return r;
}
