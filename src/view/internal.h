/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the views share. Private to view/.
 *
 *     show      show.c             --> show_screen.c             a screen
 *                                  `-> identity.c virtual.c link.c queues.c rings.c registers.c   the page, section by section
 *     diagnose  diagnose_text.c    --> diagnose_screen.c         a screen for a device; the rest by itself
 *     html      html.c             --> html_device.c             the page for a browser
 *                                  `-> html_advice.c html_state.c timeline.c          section by section
 *     reg.c     a register with its value, in words and JSON
 *     style.c   lines: colour, headings, wrapped and labelled text;  table.c  tables
 *
 * All append to a buffer. Text from files, logs and names goes through style_put() or a table's cell, which escape it.
 */
#ifndef VIEW_INTERNAL_H
#define VIEW_INTERNAL_H

#include "view/chips.h"
#include "view/diagnose.h"
#include "view/html.h"
#include "view/reg.h"
#include "view/style.h"

/* show_screen.c: the short form of a device. */
void show_screen(const struct view *v, const struct device *d, struct buf *out);

/* The sections of the page, in its order. */
/* Name, addresses, driver, link, bond, host; what the source wants told. */
void section_identity(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out);
/* Both ends of the PCI Express link and their ASPM state. */
void section_link(const struct view *v, const struct device *d, struct buf *out);
/* virtual.c: the virtual functions, a row each; in the short form few of them, or how many of what kind, or what is the physical
 * function's. */
void section_virtual(const struct view *v, const struct device *d, struct buf *out);
void virtual_lines(const struct view *v, const struct device *d, unsigned indent, struct buf *out);
/* Heads and tails, a row a queue. */
void section_queues(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out);
/* rings.c: the driver's side of the transmit rings, and what stands in them; rings_lines() on a screen. */
void section_rings(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out);
void rings_lines(const struct view *v, const struct device *d, struct buf *out);
/* pause.c: what the partner holds, by priority, and what was counted; nothing where nothing of that happened. */
void section_pause(const struct view *v, const struct device *d, struct buf *out);
/* Registers by group, and why some have no value. */
void section_registers(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out);
/* Configuration space by structure. */
void section_config(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out);

/* The registers' JSON sections of one device. */
void section_pause_json(const struct device *d, struct jsonw *w);
void section_link_json(const struct device *d, struct jsonw *w);
void section_config_json(const struct show_options *o, const struct device *d, struct jsonw *w);

/* link.c: a link in JSON, as `show` and `aspm` write it. */
/* "ends":[...], the port first, then the functions in order. */
void link_json_ends(const struct link *link, struct jsonw *w);
/* "kernel":{...}; nothing if the source does not tell. */
void link_json_kernel(const struct link *link, struct jsonw *w);
/* KEY:["l0s","l1.2"] */
void link_json_states(const char *key, unsigned states, struct jsonw *w);

/* identity.c: "82574L  Gigabit Network Connection": a name, which may be a sibling's of the chip, and what of the chip's title it
 * does not say. */
void title_put(const struct view *v, const char *name, const struct chip *chip, struct buf *out);

/* chips.c: "  LABEL  text", wrapped. */
void chips_fact(const struct view *v, const char *label, const char *text, struct buf *out);

/* chips_reg.c: a register as its chip's definition has it. */
/* Columns that names and places are padded to. */
struct chips_widths {
	size_t name, place;
};
/* Wide enough for the registers of the chip, as far as the screen is. */
struct chips_widths chips_measure(const struct view *v, const struct chip *chip);
/* A line for the register; one for the field, and those of its values. */
void chips_reg_line(const struct view *v, const struct chip_reg *reg, const struct chips_widths *w, struct buf *out);
void chips_field(const struct view *v, const struct chip_field *f, struct buf *out);
/* Whether a glob, or a name with an index, asks for the register; NULL asks for all. */
bool chips_wants(const struct chip *chip, const struct chip_reg *reg, const char *glob);

/* diagnose_text.c: what public reports say of a remedy: " Helped in 6 of 16 public reports."; nothing if there are none. */
void diagnose_remedy_counts(const struct remedy *r, struct buf *out);
/* Appends which command of nicregs does the same, if there is one. */
void diagnose_remedy_fix(const struct remedy *r, struct buf *out);

/* diagnose_screen.c */
/* One device in at most `lines` lines of 80 columns: a line or two if nothing is wrong. */
void diagnose_screen(const struct view *v, const struct diagnose_view *what, const struct diagnosis *d, unsigned lines,
		     struct buf *out);
/* diagnose_quiet.c: one without trouble. */
void diagnose_quiet(const struct view *v, const struct diagnosis *d, struct buf *out);
/* Its interface, part and address; brief: the address without a domain of 0. */
void diagnose_put_name(struct wrap *w, const struct diagnosis *d, bool brief);
/* Whether it has a page rather than a line. */
bool diagnose_is_trouble(const struct diagnosis *d);
/* Whether some finding is a warning or worse, besides a link that is down. */
bool diagnose_warns(const struct diagnosis *d);

/* "HUNG (likely)", "LINK DOWN", "idle"; and when: "since 02:14:07, recovered", or nothing. */
void diagnose_verdict_word(const struct diagnosis *d, struct buf *out);
void diagnose_when(const struct diagnosis *d, struct buf *out);
/* What there is to say of the port as it is now, before or in place of remedies; whether these are of use. */
bool diagnose_now_words(const struct diagnosis *d, struct buf *out);
/* diagnose_text.c: what there is to say of a remedy, but for the ways to keep it. */
void diagnose_remedy_words(const struct remedy *r, struct buf *out);
/* report.c: one value of a report with its title, as report_text() has it; false if there is none. */
bool report_item(const struct klog_report *r, enum klog_field field, struct buf *out);
/* rings.c: "queue 0: clean 93 use 144, 51 not cleaned up", "descriptors 93 to 95: TCP, ...", "TSO MSS 1460 end". */
void rings_line_words(const struct ring_side *r, struct buf *out);
void rings_frame_words(const struct frame_side *f, struct buf *out);
void rings_desc_words(const struct desc_side *d, struct buf *out);

/* What the driver printed of the device in the last hang report of a log, with its definitions. */
struct last_hang {
	struct snapshot *s; /* owned; NULL: there is no such report */
	struct device device;
	char *part; /* owned: whose definition it is, where that is no matter of course; NULL */
};

/* last_hang_free() also after an error: -errno with *e. */
int last_hang_device(const struct diagnose_view *what, const struct diagnosis *d, struct last_hang *hang,
		     struct err *e);
void last_hang_free(struct last_hang *hang);

/* The page's sections of a device, in its order; `samples` are its own, oldest first. */
/* "bad", "warn", "unknown" or "ok". */
const char *html_class(const struct diagnosis *d);
/* Text in which what stands between backticks is to be typed. */
void html_words(const char *text, struct buf *out);
int html_device(const struct html_page *p, size_t number, struct buf *out, struct err *e);
void html_verdict(const struct diagnosis *d, size_t number, struct buf *out);
void html_advice(const struct diagnosis *d, struct buf *out);
void html_frame(const struct diagnosis *d, const struct snapshots *samples, struct buf *out);
void html_evidence(const struct diagnosis *d, struct buf *out);
int html_last_block(const struct diagnose_view *what, const struct diagnosis *d, struct buf *out, struct err *e);
void html_registers(const struct device *d, struct buf *out);
void html_facts(const struct device *d, struct buf *out);
/* `device`: NULL: there is no sample of it. */
void html_unseen(const struct html_page *p, const struct diagnosis *d, const struct device *device, struct buf *out);

#endif
