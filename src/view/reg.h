/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One register with its value, whichever space it is of: the same words and JSON everywhere. */
#ifndef VIEW_REG_H
#define VIEW_REG_H

#include "device/device.h"
#include "util/jsonw.h"
#include "view/style.h"

/* Whether a field, or any field, has a value that the definition calls unusual. */
bool reg_unusual_field(const struct device_reg *r, const struct chip_field *f);
bool reg_unusual(const struct device_reg *r);

/* Each field with such a value: of a device's registers, then of its own configuration space. */
typedef void reg_unusual_one(const struct device_reg *r, const struct chip_field *f, void *arg);
void reg_each_unusual(const struct device *d, reg_unusual_one *each, void *arg);

/* "0x00400"; of a PHY register its number, after a page. */
void reg_offset(const struct chip_ref *ref, struct buf *out);

/* Appends "the built-in definition says that reading ICR clears it", of a register with .built_in. */
void reg_guard_words(const struct device_reg *r, struct buf *out);

/* "0x00080083", as wide as the register. */
void reg_hex(const struct device_reg *r, struct buf *out);

/* Two lines or more: name, offset, value, title; then what is set, unusual first. name_width pads the name. */
void reg_text_brief(const struct view *v, const struct device_reg *r, unsigned name_width, bool raw, struct buf *out);

/* The same line, then a line for each field that `glob` asks for. */
void reg_text_fields(const struct view *v, const struct device_reg *r, unsigned name_width, bool raw, const char *glob,
		     struct buf *out);

/* {"name","offset","value","access","fields":[{"name","bits","value","meaning"}]} or {"name","offset","unread"}, with the
 * fields that `glob` asks for. */
void reg_json(const struct device_reg *r, bool raw, const char *glob, struct jsonw *w);
/* The same as the member `key` of an object. */
void reg_json_member(const struct device_reg *r, const char *key, bool raw, const char *glob, struct jsonw *w);

/* Appends the words for a field's value: "Link up", "Link speed: 1000 Mb/s"; nothing if there is nothing worth saying in brief. */
void reg_field_words(const struct chip_field *f, uint64_t value, struct buf *out);

#endif
