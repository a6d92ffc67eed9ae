// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/bounds.h"
#include "snapshot/delta.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/err.h"

/* A snapshot may weigh twice its text, which is there as well; the rest is for small ones. */
#define WEIGHT_TIMES 2
#define WEIGHT_LEAST ((size_t)1 << 20)
#define WEIGHT_OF_ONE (sizeof(struct snapshot) + 256)

static int load_string(struct load *l, const json_t *root, const char *key, char **out)
{
	const char *text;
	int r = load_str(l, root, key, false, &text);

	if (!r && text && *text)
		*out = xstrdup(text);
	return r ? r : load_weigh(l, *out ? strlen(*out) : 0);
}

static int load_head(struct load *l, const json_t *root, struct snapshot *s)
{
	const char *origin;
	int which;
	int r = load_str(l, root, "origin", true, &origin);

	if (r)
		return r;
	which = origin_parse(origin);
	if (which < 0)
		return load_bad(l, "origin", "unknown");
	s->origin = (enum snapshot_origin)which;
	r = load_string(l, root, "tool", &s->tool);
	if (!r)
		r = load_int(l, root, "taken", 0, INT64_MAX, &s->taken);
	if (!r)
		r = load_int(l, root, "look", 1, INT64_MAX, &s->look);
	if (!r)
		r = load_bool(l, root, "redacted", &s->redacted);
	if (!r)
		r = load_string(l, root, "chip", &s->chip);
	if (!r)
		r = load_string(l, root, "chip_name", &s->chip_name);
	if (!r)
		r = load_string(l, root, "access", &s->access);
	return r;
}

static int check_schema(struct load *l, const json_t *root)
{
	const char *format = json_string_value(json_object_get(root, "format"));
	int64_t schema = 0;
	int r;

	if (!format || strcmp(format, SNAPSHOT_FORMAT))
		return err_set(l->e, EINVAL, l->file, "JSON, but not a snapshot: \"format\" is not \"%s\"",
			       SNAPSHOT_FORMAT);
	r = load_int(l, root, "schema", 1, INT64_MAX, &schema);
	if (r || !schema)
		return r ? r : load_bad(l, "schema", "missing");
	if (schema <= SNAPSHOT_SCHEMA)
		return 0;
	err_set(l->e, EPROTONOSUPPORT, l->file, "its schema version %lld is not known; this nicregs reads up to %d",
		(long long)schema, SNAPSHOT_SCHEMA);
	err_todo(l->e, "a newer nicregs wrote the file: update this one");
	return -EPROTONOSUPPORT;
}

static int load_one(struct load *l, const json_t *root, struct snapshots *list)
{
	struct snapshot *s;
	int r;

	if (delta_recognise(root))
		return load_delta(l, root, list);
	r = check_schema(l, root);
	if (r)
		return r;
	r = load_weigh(l, WEIGHT_OF_ONE + strlen(l->file));
	if (r)
		return r;
	s = snapshot_new(ORIGIN_LIVE);
	s->file = xstrdup(l->file);
	r = load_head(l, root, s);
	if (!r)
		r = load_body(l, root, s);
	if (r)
		snapshot_free(s);
	else
		snapshots_add(list, s);
	return r;
}

static size_t count_look(const struct snapshots *list, int64_t look)
{
	size_t n = 0;

	for (size_t i = list->n; i-- > 0 && list->v[i]->look >= look;)
		n += list->v[i]->look == look;
	return n;
}

/* A last look at fewer devices than the one before it would tell that one is gone. */
static void drop_part_of_look(struct snapshots *list)
{
	int64_t look = list->v[list->n - 1]->look;

	if (count_look(list, look) >= count_look(list, look - 1))
		return;
	while (list->n > 1 && list->v[list->n - 1]->look == look)
		snapshot_free(list->v[--list->n]);
}

/* A recording that ends in the middle of a value was cut off by a crash: what is whole counts. */
static bool cut_recording(struct snapshots *list, const json_error_t *error)
{
	struct snapshot *last = list->n ? list->v[list->n - 1] : NULL;

	if (!last || !last->look || json_error_code(error) != json_error_premature_end_of_input)
		return false;
	drop_part_of_look(list);
	snapshot_note(list->v[list->n - 1],
		      "The recording ends in the middle of a sample, as after a crash; all before it was read.");
	return true;
}

static int too_much(struct load *l, const struct bounds *b)
{
	json_error_t error = { .line = 1, .column = 1 };

	snprintf(error.text, sizeof(error.text), "%s", b->excess);
	load_syntax_error(l, b->text, b->excess_at, &error);
	err_todo(l->e, "no nicregs writes such a file: ask for it again");
	return -EINVAL;
}

/* The tree without the long arrays. Of a text that is wrong or ends in one of these, the fault is in it. */
static json_t *load_tree(const struct bounds *b, size_t *at, json_error_t *error)
{
	const struct span *last = b->n_spans ? &b->spans[b->n_spans - 1] : NULL;
	json_t *element;

	if (last && !last->closed) {
		*at = last->start;
		while ((element = bounds_element(b, last, at, error)))
			json_decref(element);
		if (error->text[0])
			return NULL;
	}
	*at = b->start;
	return bounds_load(b, error);
}

/* One value; *at is moved behind it. 1: the recording ends here. */
static int load_value(struct load *l, const char *text, size_t *at, size_t n, struct snapshots *list)
{
	json_error_t error;
	struct bounds b;
	size_t fault = 0;
	json_t *root;
	int r;

	if (!bounds_scan(text, *at, n, &b))
		return too_much(l, &b);
	root = load_tree(&b, &fault, &error);
	if (!root)
		return cut_recording(list, &error) ? 1 : load_syntax_error(l, text, fault, &error);
	l->bounds = &b;
	r = load_one(l, root, list);
	l->bounds = NULL;
	json_decref(root);
	*at = b.end;
	return r;
}

static int load_all(struct load *l, const char *text, size_t n, struct snapshots *list)
{
	size_t at = bounds_skip_blank(text, 0, n);

	do {
		int r = load_value(l, text, &at, n, list);

		if (r)
			return r > 0 ? 0 : r;
		at = bounds_skip_blank(text, at, n);
	} while (at < n);
	return 0;
}

bool snapshot_recognise(const char *text, size_t n)
{
	size_t at = bounds_skip_blank(text, 0, n);

	if (at == n || text[at] != '{')
		return false;
	at = bounds_skip_blank(text, at + 1, n); /* a register dump can begin with this byte, too */
	return at == n || text[at] == '"' || text[at] == '}';
}

int snapshot_load(const char *file, const char *text, size_t n, struct snapshots *list, struct err *e)
{
	struct load l = { .file = file, .e = e, .weight_most = WEIGHT_TIMES * n + WEIGHT_LEAST };
	struct snapshots loaded = { 0 };
	int r = load_all(&l, text, n, &loaded);

	for (size_t i = 0; i < loaded.n && !r; i++)
		snapshots_add(list, loaded.v[i]);
	if (!r)
		loaded.n = 0;
	snapshots_free(&loaded);
	return r;
}
