/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of `show`, in the order of the page. */
#ifndef VIEW_SECTIONS_H
#define VIEW_SECTIONS_H

#include "view/reg.h"

/* The short form: a screen. */
void show_screen(const struct view *v, const struct device *d, struct buf *out);

/* Name, addresses, driver, link, bond, host; what the source wants told. */
void section_identity(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out);
/* Fields marked as unusual, from all registers and the device's configuration space. */
void section_unusual(const struct view *v, const struct device *d, struct buf *out);
/* Both ends of the PCI Express link and their ASPM state. */
void section_link(const struct view *v, const struct device *d, struct buf *out);
/* Configuration space by structure. */
void section_config(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out);
/* Heads and tails, a row a queue. */
void section_queues(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out);
/* Registers by group, and why some have no value. */
void section_registers(const struct view *v, const struct show_options *o, const struct device *d, struct buf *out);

/* The registers' JSON sections of one device. */
void json_link(const struct device *d, struct jsonw *w);
void json_config(const struct show_options *o, const struct device *d, struct jsonw *w);

/* asked.c: whether the part, or configuration space, has what the glob means. */
bool device_has_asked(const struct device *d, const char *glob);

#endif
