// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver/layout.h"

#include <errno.h>
#include <string.h>

#include "util/alloc.h"
#include "util/buf.h"
#include "util/err.h"

struct making {
	struct layout *l;
	const struct types *t;
	layout_missing *missing;
	void *arg;
	struct err *e;
	int r;
};

static void miss(struct making *m, const struct driver_def *def, const char *structure, const struct def_path *path)
{
	AUTO_BUF struct buf names = { 0 };

	for (size_t i = 0; i < path->n; i++)
		buf_printf(&names, "%s%s", i ? " | " : "", path->names[i]);
	if (m->missing)
		m->missing(def, structure, buf_str(&names), path->optional, m->arg);
	if (path->optional || m->r)
		return;
	m->r = err_set(m->e, ENOENT, def->name, "this kernel's struct %s has no %s", structure, buf_str(&names));
}

static void find(struct making *m, const struct driver_def *def, enum def_struct structure, const struct def_path *path,
		 struct place *out)
{
	const char *name = def->structs[structure];

	for (size_t i = 0; name && i < path->n; i++)
		if (types_place(m->t, name, path->names[i], out))
			return;
	*out = (struct place){ 0 };
	miss(m, def, name ? name : "", path);
}

static void find_states(struct making *m, const struct driver_def *def, const struct def_states *from)
{
	struct layout_states *to = &m->l->states[m->l->n_states];

	if (m->l->n_states == LAYOUT_STATES)
		return;
	*to = (struct layout_states){ .from = from, .structure = from->structure };
	find(m, def, from->structure, &from->path, &to->place);
	if (!to->place.known)
		return;
	m->l->n_states++;
	for (size_t i = 0; i < from->n && to->n < LAYOUT_BITS; i++)
		to->bits[to->n++] = (struct layout_bit){
			.number = i, .meaning = from->v[i].meaning, .whole = from->v[i].whole, .clear = from->v[i].clear
		};
}

static void find_all(struct making *m, const struct driver_def *def)
{
	for (int i = 0; i < DEF_N_WORDS; i++)
		if (def->paths[i].n)
			find(m, def, def_words[i].structure, &def->paths[i], &m->l->places[i]);
	for (size_t i = 0; i < def->n_states; i++)
		find_states(m, def, &def->states[i]);
	for (size_t i = 0; i < def->n_counters && m->l->n_counters < LAYOUT_COUNTERS; i++) {
		m->l->counters[m->l->n_counters].number = i;
		m->l->counters[m->l->n_counters].name = def->counters[i].name;
		find(m, def, DEF_ADAPTER, &def->counters[i].path, &m->l->counters[m->l->n_counters].place);
		m->l->n_counters += m->l->counters[m->l->n_counters].place.known;
	}
}

static const struct constant *constant_named(const struct constant *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].name, name))
			return &v[i];
	return NULL;
}

static void set_bits(struct making *m, struct layout_states *to, const struct constant *v, size_t n)
{
	size_t kept = 0;

	for (size_t k = 0; k < to->n; k++) {
		const char *name = to->from->v[k].constant;
		const struct constant *c = constant_named(v, n, name);
		struct def_path path = { .names = { name }, .n = 1, .optional = true };

		if (c && c->known) {
			to->bits[kept] = to->bits[k];
			to->bits[kept++].value = c->value;
		} else {
			miss(m, m->l->def, "enum", &path);
		}
	}
	to->n = kept;
}

static size_t want(const struct driver_def *def, struct constant *v, size_t n, size_t most)
{
	for (size_t i = 0; i < def->n_states; i++)
		for (size_t k = 0; k < def->states[i].n && n < most; k++)
			if (!constant_named(v, n, def->states[i].v[k].constant))
				v[n++] = (struct constant){ .name = def->states[i].v[k].constant };
	return n;
}

static void find_bits(struct making *m, const struct driver_def *def, const struct driver_def *kernel)
{
	struct constant v[LAYOUT_STATES * 16];
	size_t n = want(kernel, v, want(def, v, 0, COUNT(v)), COUNT(v));

	types_constants(m->t, v, n);
	for (size_t i = 0; i < m->l->n_states; i++)
		set_bits(m, &m->l->states[i], v, n);
}

void layout_begin(struct layout *l, const struct driver_def *def, const struct driver_defs *defs)
{
	*l = (struct layout){ .def = def,
			      .kernel = driver_defs_kernel(defs),
			      .format = driver_defs_format(defs, def->descriptors) };
}

int layout_make(struct layout *l, const struct driver_def *def, const struct driver_defs *defs, const struct types *t,
		layout_missing *missing, void *arg, struct err *e)
{
	struct making m = { .l = l, .t = t, .missing = missing, .arg = arg, .e = e };

	layout_begin(l, def, defs);
	find_all(&m, def);
	find_all(&m, l->kernel);
	find_bits(&m, def, l->kernel);
	return m.r;
}
