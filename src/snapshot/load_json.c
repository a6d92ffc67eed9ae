// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/load.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "util/err.h"

int load_bad(struct load *l, const char *key, const char *why, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, why);
	vsnprintf(text, sizeof(text), why, ap);
	va_end(ap);
	return err_set(l->e, EINVAL, l->file, "%s%s%s: %s", l->where, l->where[0] && key ? "." : "", key ? key : "",
		       text);
}

int load_str(struct load *l, const json_t *object, const char *key, bool required, const char **value)
{
	const json_t *v = json_object_get(object, key);

	*value = json_string_value(v);
	if (!*value && (v || required))
		return load_bad(l, key, v ? "not a string" : "missing");
	return 0;
}

int load_int(struct load *l, const json_t *object, const char *key, int64_t least, int64_t most, int64_t *value)
{
	const json_t *v = json_object_get(object, key);

	if (!v)
		return 0;
	if (!json_is_integer(v))
		return load_bad(l, key, "not an integer");
	if (json_integer_value(v) < least || json_integer_value(v) > most)
		return load_bad(l, key, "%lld is out of range", (long long)json_integer_value(v));
	*value = json_integer_value(v);
	return 0;
}

int load_bool(struct load *l, const json_t *object, const char *key, bool *value)
{
	const json_t *v = json_object_get(object, key);

	if (!v)
		return 0;
	if (!json_is_boolean(v))
		return load_bad(l, key, "neither true nor false");
	*value = json_is_true(v);
	return 0;
}

int load_array(struct load *l, const json_t *object, const char *key, json_type of,
	       int (*each)(struct load *l, const json_t *element, void *arg), void *arg)
{
	const json_t *array = json_object_get(object, key);
	int r = 0;

	if (array && !json_is_array(array))
		return load_bad(l, key, "not an array");
	for (size_t i = 0; i < json_array_size(array) && !r; i++) {
		const json_t *element = json_array_get(array, i);

		snprintf(l->where, sizeof(l->where), "%s[%zu]", key, i);
		if (json_typeof(element) == of)
			r = each(l, element, arg);
		else
			r = load_bad(l, NULL, of == JSON_STRING ? "not a string" : "not an object");
	}
	l->where[0] = '\0';
	return r;
}
