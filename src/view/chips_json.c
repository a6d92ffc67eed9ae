// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "chip/chip.h"
#include "util/jsonw.h"
#include "view/internal.h"

static void str_or_null(struct jsonw *w, const char *key, const char *value)
{
	if (value)
		jsonw_str(w, key, value);
	else
		jsonw_null(w, key);
}

static void values_json(struct jsonw *w, const struct chip_field *f)
{
	jsonw_array(w, "values");
	for (size_t i = 0; i < f->n_values; i++) {
		jsonw_object_inline(w, NULL);
		jsonw_u64(w, "first", f->values[i].first);
		jsonw_u64(w, "last", f->values[i].last);
		jsonw_str(w, "meaning", f->values[i].meaning);
		jsonw_bool(w, "unusual", f->values[i].unusual);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

/* "hi" and "lo" are not of a field whose bits are not adjacent: taken for such a field's they would give a wrong value. */
static void bits_json(struct jsonw *w, const struct chip_field *f)
{
	AUTO_BUF struct buf bits = { 0 };

	chip_field_bits(f, &bits);
	jsonw_str(w, "bits", buf_str(&bits));
	if (!f->n_parts) {
		jsonw_u64(w, "hi", f->hi);
		jsonw_u64(w, "lo", f->lo);
		return;
	}
	jsonw_array_inline(w, "parts");
	for (size_t i = 0; i < f->n_parts; i++) {
		jsonw_object_inline(w, NULL);
		jsonw_u64(w, "hi", f->parts[i].hi);
		jsonw_u64(w, "lo", f->parts[i].lo);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void field_json(struct jsonw *w, const struct chip_field *f)
{
	bool number = f->unit || f->scale != 1 || f->shift || f->plus;

	jsonw_object(w, NULL);
	jsonw_str(w, "name", f->name);
	jsonw_str(w, "title", f->title);
	bits_json(w, f);
	jsonw_str(w, "unit", f->unit);
	if (number) {
		jsonw_u64(w, "scale", f->scale);
		jsonw_u64(w, "shift", f->shift);
		jsonw_u64(w, "plus", f->plus);
	}
	if (f->unusual_if_set || f->unusual_if_clear)
		jsonw_u64(w, "unusual", f->unusual_if_set);
	values_json(w, f);
	jsonw_end_object(w);
}

static void segments_json(struct jsonw *w, const struct chip_reg *reg)
{
	jsonw_array(w, "segments");
	for (size_t i = 0; i < reg->n_segments; i++) {
		const struct chip_segment *s = &reg->segments[i];

		jsonw_object_inline(w, NULL);
		jsonw_u64(w, "first", s->first);
		jsonw_u64(w, "last", s->last);
		jsonw_u64(w, "offset", s->offset);
		jsonw_u64(w, "stride", s->stride);
		if (reg->dimensions == 2) {
			jsonw_u64(w, "first2", s->first2);
			jsonw_u64(w, "last2", s->last2);
			jsonw_u64(w, "stride2", s->stride2);
		}
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void conditions_json(struct jsonw *w, const struct chip_reg *reg)
{
	jsonw_array(w, "conditions");
	for (const struct chip_condition *c = reg->condition; c; c = c->next) {
		jsonw_object_inline(w, NULL);
		jsonw_str(w, "register", c->reg);
		jsonw_str(w, "field", c->field);
		jsonw_bool(w, "not", c->negate);
		jsonw_array(w, "values");
		for (size_t i = 0; i < c->n_values; i++)
			jsonw_u64(w, NULL, c->values[i]);
		jsonw_end_array(w);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void chip_reg_json(struct jsonw *w, const struct chip *chip, const struct chip_reg *reg, const char *glob)
{
	static const char *const queues[] = { NULL, "tx", "rx" };

	jsonw_object(w, NULL);
	jsonw_str(w, "name", reg->name);
	jsonw_str(w, "title", reg->title);
	jsonw_str(w, "space", chip_space_name(reg->space));
	if (reg->space == CHIP_CONFIG)
		jsonw_str(w, "structure", chip_capability_name(chip, reg->cap, reg->cap_id));
	jsonw_str(w, "group", chip_group_name(reg->group));
	str_or_null(w, "role", reg->role ? chip_role_name(reg->role) : NULL);
	str_or_null(w, "queue", queues[reg->queue]);
	str_or_null(w, "aka", reg->aka);
	jsonw_u64(w, "offset", reg->segments->offset);
	segments_json(w, reg);
	jsonw_u64(w, "width", reg->width);
	jsonw_str(w, "access", chip_access_name(reg->access));
	str_or_null(w, "cite", reg->cite);
	if (reg->condition)
		conditions_json(w, reg);
	jsonw_array(w, "fields");
	for (size_t f = 0; f < reg->n_fields; f++)
		if (chip_match_field(glob, &reg->fields[f]))
			field_json(w, &reg->fields[f]);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void ids_json(struct jsonw *w, const struct chip *chip)
{
	jsonw_array(w, "ids");
	for (size_t i = 0; i < chip->n_ids; i++) {
		const struct chip_id *id = &chip->ids[i];
		char text[10];

		snprintf(text, sizeof(text), "%04x:%04x", id->vendor, id->device);
		jsonw_object_inline(w, NULL);
		jsonw_str(w, "id", text);
		jsonw_str(w, "name", id->name ? id->name : chip->name);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void steppings_json(struct jsonw *w, const struct chip *chip)
{
	jsonw_array(w, "steppings");
	for (size_t i = 0; i < chip->n_steppings; i++) {
		jsonw_object_inline(w, NULL);
		jsonw_u64(w, "revision", chip->steppings[i].revision);
		jsonw_str(w, "name", chip->steppings[i].name);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

static void expects_json(const struct chip *chip, const struct chip_erratum *e, struct jsonw *w)
{
	jsonw_array_inline(w, "dealt_with_if");
	for (size_t i = 0; i < chip->n_expects; i++)
		if (!strcmp(chip->expects[i]->erratum, e->id))
			jsonw_str(w, NULL, chip->expects[i]->words);
	jsonw_end_array(w);
}

/* The hardware queue of the driver's queue n. */
static void map_json(struct jsonw *w, const char *key, const struct chip_queue_map *map)
{
	AUTO_BUF struct buf rule = { 0 };

	chip_queue_map_words(map, &rule);
	jsonw_str(w, key, rule.len ? buf_str(&rule) : "n");
}

static void part_json(struct jsonw *w, const struct chip *chip)
{
	jsonw_str(w, "name", chip->name);
	jsonw_str(w, "title", chip->title);
	ids_json(w, chip);
	steppings_json(w, chip);
	jsonw_strings_inline(w, "bases", chip->bases, chip->n_bases);
	str_or_null(w, "driver", chip->driver);
	jsonw_u64(w, "bar", chip->bar);
	jsonw_u64(w, "bar_size", chip->bar_size);
	jsonw_object_inline(w, "queues");
	jsonw_u64(w, "tx", chip->queues_tx);
	jsonw_u64(w, "rx", chip->queues_rx);
	map_json(w, "tx_of_driver", &chip->map_tx);
	map_json(w, "rx_of_driver", &chip->map_rx);
	jsonw_end_object(w);
	jsonw_u64(w, "descriptor_bytes", chip->ring_entry);
	jsonw_object_inline(w, "phy");
	str_or_null(w, "kind", chip->phy_kind);
	str_or_null(w, "name", chip->phy);
	jsonw_end_object(w);
	jsonw_strings_inline(w, "traits", chip->traits, chip->n_traits);
	jsonw_array(w, "errata");
	for (size_t i = 0; i < chip->n_errata; i++) {
		jsonw_object(w, NULL);
		jsonw_str(w, "id", chip->errata[i].id);
		jsonw_str(w, "title", chip->errata[i].title);
		str_or_null(w, "workaround", chip->errata[i].workaround);
		jsonw_str(w, "cite", chip->errata[i].cite);
		expects_json(chip, &chip->errata[i], w);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}

size_t chips_json(const struct chips_view *what, struct buf *out)
{
	struct jsonw w;
	size_t found = 0;

	jsonw_document(&w, out);
	jsonw_array(&w, "chips");
	for (size_t c = 0; c < what->n; c++) {
		const struct chip *chip = what->chips[c];

		jsonw_object(&w, NULL);
		part_json(&w, chip);
		jsonw_array(&w, "registers");
		for (size_t r = 0; r < chip->n_regs; r++) {
			if (!chips_wants(chip, chip->regs[r], what->regs))
				continue;
			chip_reg_json(&w, chip, chip->regs[r], what->regs);
			found++;
		}
		jsonw_end_array(&w);
		jsonw_end_object(&w);
	}
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	return found;
}
