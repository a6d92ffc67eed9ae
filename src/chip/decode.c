// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/decode.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "util/buf.h"
#include "util/text.h"

#define NAME_MAX_LENGTH 128

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

static bool match_name(const char *glob, const struct chip_ref *ref)
{
	char part[NAME_MAX_LENGTH];
	AUTO_BUF struct buf name = { 0 };

	str_copy(part, sizeof(part), glob, strcspn(glob, "."));
	if (!fnmatch(part, ref->reg->name, FNM_CASEFOLD))
		return true;
	if (!ref->reg->dimensions)
		return false;
	chip_ref_name(ref, &name);
	return !strcasecmp(part, buf_str(&name));
}

bool chip_match_ref(const char *glob, const struct chip_ref *ref)
{
	return !glob || (match_name(glob, ref) && chip_match_any_field(glob, ref->reg));
}

bool chip_match_field(const char *glob, const struct chip_field *field)
{
	const char *dot = glob ? strchr(glob, '.') : NULL;

	return !dot || !fnmatch(dot + 1, field->name, FNM_CASEFOLD);
}

bool chip_match_any_field(const char *glob, const struct chip_reg *reg)
{
	for (size_t i = 0; i < reg->n_fields; i++)
		if (chip_match_field(glob, &reg->fields[i]))
			return true;
	return !strchr(glob, '.');
}
