// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/match.h"

#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "util/buf.h"

#define NAME_MAX_LENGTH 128

/* The part of glob before its dot, into out. */
static const char *reg_part(const char *glob, char out[NAME_MAX_LENGTH])
{
	size_t n = strcspn(glob, ".");

	if (n >= NAME_MAX_LENGTH)
		n = NAME_MAX_LENGTH - 1;
	memcpy(out, glob, n);
	out[n] = '\0';
	return out;
}

static bool match_name(const char *glob, const struct chip_ref *ref)
{
	char part[NAME_MAX_LENGTH];
	AUTO_BUF struct buf name = { 0 };

	reg_part(glob, part);
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

bool chip_match_is_wild(const char *glob)
{
	char part[NAME_MAX_LENGTH];

	return strpbrk(reg_part(glob, part), "*?") != NULL;
}
