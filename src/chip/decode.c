// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/decode.h"

#include <inttypes.h>

#include "util/buf.h"

static const struct chip_value *value_of(const struct chip_field *field, uint64_t v)
{
	for (size_t i = 0; i < field->n_values; i++)
		if (v >= field->values[i].first && v <= field->values[i].last)
			return &field->values[i];
	return NULL;
}

static bool is_number(const struct chip_field *field)
{
	return field->unit || field->shift || field->plus || field->scale != 1;
}

void decode_meaning(const struct chip_field *field, uint64_t field_value, struct buf *out)
{
	const struct chip_value *v = value_of(field, field_value);

	if (v) {
		buf_puts(out, v->meaning);
	} else if (is_number(field)) {
		buf_printf(out, "%" PRIu64, (field_value << field->shift) * field->scale + field->plus);
		if (field->unit)
			buf_printf(out, " %s", field->unit);
	}
}

bool decode_unusual(const struct chip_field *field, uint64_t field_value)
{
	const struct chip_value *v = value_of(field, field_value);

	if (v)
		return v->unusual;
	return field_value ? field->unusual_if_set : field->unusual_if_clear;
}
