// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/load.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "snapshot/bounds.h"
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

int load_weigh(struct load *l, size_t bytes)
{
	l->weight += bytes;
	if (!l->weight_most || l->weight <= l->weight_most)
		return 0;
	err_set(l->e, EFBIG, l->file, "it would take much more memory than its size");
	err_todo(l->e, "no nicregs writes such a file: ask for it again");
	return -EFBIG;
}

/* jansson counts from where it began to read. */
int load_syntax_error(struct load *l, const char *text, size_t start, const json_error_t *error)
{
	int line = error->line, column = error->column;
	size_t line_start = 0;

	for (size_t i = 0; i < start; i++) {
		if (text[i] == '\n') {
			line++;
			line_start = i + 1;
		}
	}
	if (error->line <= 1)
		column += (int)(start - line_start);
	err_set(l->e, EINVAL, l->file, "line %d, column %d: %s", line, column, error->text);
	err_todo(l->e, "the snapshot is cut off or was changed: take it again, or ask for it again");
	return -EINVAL;
}

/* What is done with each element of an array. */
struct visit {
	const char *key;
	json_type of;
	size_t most, n;
	int (*each)(struct load *l, const json_t *element, void *arg);
	void *arg;
};

static int visit(struct load *l, struct visit *v, const json_t *element)
{
	snprintf(l->where, sizeof(l->where), "%s[%zu]", v->key, v->n);
	if (v->n++ == v->most)
		return load_bad(l, NULL, "more than %zu", v->most);
	if (json_typeof(element) != v->of)
		return load_bad(l, NULL, v->of == JSON_STRING ? "not a string" : "not an object");
	return v->each(l, element, v->arg);
}

/* Parses one after the other, so that their trees are never there together. */
static int visit_span(struct load *l, struct visit *v, const struct span *span)
{
	size_t at = span->start;
	json_error_t error;
	json_t *element;
	int r = 0;

	while (!r && (element = bounds_element(l->bounds, span, &at, &error))) {
		r = visit(l, v, element);
		json_decref(element);
	}
	return r || !error.text[0] ? r : load_syntax_error(l, l->bounds->text, at, &error);
}

int load_array(struct load *l, const json_t *object, const char *key, json_type of, size_t most,
	       int (*each)(struct load *l, const json_t *element, void *arg), void *arg)
{
	const struct span *span = l->bounds ? bounds_span(l->bounds, key) : NULL;
	const json_t *array = json_object_get(object, key);
	struct visit v = { .key = key, .of = of, .most = most, .each = each, .arg = arg };
	int r = 0;

	if (array && !json_is_array(array))
		return load_bad(l, key, "not an array");
	if (span)
		r = visit_span(l, &v, span);
	for (size_t i = 0; i < json_array_size(array) && !r; i++)
		r = visit(l, &v, json_array_get(array, i));
	l->where[0] = '\0';
	return r;
}
