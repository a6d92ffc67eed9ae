// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "snapshot/file.h"
#include "snapshot/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/jsonw.h"

static void save_config(struct jsonw *w, const struct pci_function *fn)
{
	static const char digits[] = "0123456789abcdef";
	AUTO_FREE char *hex = xcalloc(2u * fn->config_len + 1, 1);

	for (size_t i = 0; i < fn->config_len; i++) {
		hex[2 * i] = digits[fn->config[i] >> 4];
		hex[2 * i + 1] = digits[fn->config[i] & 15];
	}
	jsonw_str(w, "config", hex);
}

static void save_functions(struct jsonw *w, const struct snapshot *s)
{
	char address[PCI_ADDR_MAX];

	jsonw_array(w, "functions");
	for (size_t i = 0; i < s->n_functions; i++) {
		const struct pci_function *fn = &s->functions[i];

		jsonw_object(w, NULL);
		jsonw_str(w, "address", pci_addr_str(&fn->addr, address));
		jsonw_str(w, "role", pci_role_name(fn->role));
		save_config(w, fn);
		jsonw_str(w, "unread", fn->unread ? unread_name(fn->unread) : NULL);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void save_features(struct jsonw *w, const struct facts *f)
{
	jsonw_array(w, "features");
	for (size_t i = 0; i < f->n_features; i++) {
		jsonw_object_inline(w, NULL);
		jsonw_str(w, "name", f->features[i].name);
		jsonw_bool(w, "on", f->features[i].on);
		jsonw_bool(w, "fixed", f->features[i].fixed);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

/* Many readers fail above the largest signed 64-bit integer: such a value is written as a string. */
static void save_value(struct jsonw *w, uint64_t value)
{
	char hex[24];

	if (value <= INT64_MAX) {
		jsonw_u64(w, "value", value);
		return;
	}
	snprintf(hex, sizeof(hex), "0x%llx", (unsigned long long)value);
	jsonw_str(w, "value", hex);
}

void save_reg(struct jsonw *w, const struct reg_sample *sample, const struct chip *chip, struct buf *name)
{
	struct chip_ref ref = { 0 };

	if (chip)
		ref = chip_reg_at(chip, sample->space, sample->offset);
	buf_clear(name);
	if (ref.reg)
		chip_ref_name(&ref, name);
	jsonw_object_inline(w, NULL);
	jsonw_str(w, "name", ref.reg ? buf_str(name) : NULL);
	if (sample->space != CHIP_MMIO)
		jsonw_str(w, "space", chip_space_name(sample->space));
	jsonw_u64(w, "offset", sample->offset);
	if (sample->width != 32)
		jsonw_u64(w, "width", sample->width);
	if (sample->unread)
		jsonw_str(w, "unread", unread_name(sample->unread));
	else
		save_value(w, sample->value);
	if (sample->constant)
		jsonw_bool(w, "constant", true);
	jsonw_end_object(w);
}

void snapshot_save(const struct snapshot *s, const struct chip *chip, struct buf *out)
{
	AUTO_BUF struct buf name = { 0 };
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w, NULL);
	jsonw_str(&w, "format", SNAPSHOT_FORMAT);
	jsonw_u64(&w, "schema", SNAPSHOT_SCHEMA);
	jsonw_str(&w, "tool", s->tool);
	if (s->taken)
		jsonw_i64(&w, "taken", s->taken);
	if (s->look)
		jsonw_i64(&w, "look", s->look);
	jsonw_str(&w, "origin", origin_name(s->origin));
	jsonw_bool(&w, "redacted", s->redacted);
	jsonw_str(&w, "chip", s->chip);
	jsonw_str(&w, "chip_name", s->chip_name);
	save_functions(&w, s);
	facts_json(&s->facts, &w);
	save_features(&w, &s->facts);
	facts_counts_json(&s->facts, &w);
	jsonw_str(&w, "access", s->access);
	refusals_json(s, &w);
	jsonw_array(&w, "notes");
	for (size_t i = 0; i < s->n_notes; i++)
		jsonw_str(&w, NULL, s->notes[i]);
	jsonw_end_array(&w);
	jsonw_array(&w, "registers");
	for (size_t i = 0; i < s->n_regs; i++)
		save_reg(&w, &s->regs[i], chip, &name);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
}
