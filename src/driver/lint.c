// SPDX-License-Identifier: GPL-2.0-or-later
#include "driver/lint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/def.h"
#include "driver/layout.h"
#include "util/alloc.h"
#include "util/err.h"

struct to_report {
	lint_report *report;
	void *arg;
	struct lint_file *files;
	size_t n_files;
};

static void pass_on(const struct chip_pos *pos, const char *message, void *arg)
{
	struct to_report *to = arg;

	for (size_t i = 0; i < to->n_files; i++)
		if (!strcmp(to->files[i].name, pos->file))
			to->files[i].faults++;
	to->report(pos, message, false, to->arg);
}

static size_t names_of(const struct driver_def *def)
{
	size_t n = def->n_counters + def->n_states;

	for (int i = 0; i < DEF_N_WORDS; i++)
		n += def->paths[i].n != 0;
	for (size_t i = 0; i < def->n_states; i++)
		n += def->states[i].n;
	for (size_t i = 0; i < def->n_kinds; i++)
		n += def->kinds[i].n_fields;
	return n;
}

int driver_lint_files(struct lint_file *files, size_t n_files, lint_report *report, void *arg, struct err *e)
{
	struct to_report to = { report, arg, files, n_files };
	struct sink sink = { .report = pass_on, .arg = &to };
	struct arena arena = { 0 };
	struct driver_defs built_in = { 0 }, given = { 0 }, all = { 0 };
	size_t faults;
	int r = driver_defs_built_in(&arena, &built_in, e);

	for (size_t i = 0; i < n_files && !r; i++) {
		size_t from = given.n;

		driver_def_parse(&arena, files[i].name, files[i].text, files[i].n, &sink, &given);
		for (; from < given.n; from++)
			files[i].registers += names_of(given.v[from]);
	}
	faults = sink.n; /* what is missing is looked for where the rest is right */
	for (size_t i = 0; i < given.n; i++)
		*ARENA_PUSH(&arena, all.v, all.n, all.cap) = given.v[i];
	for (size_t i = 0; i < built_in.n; i++)
		*ARENA_PUSH(&arena, all.v, all.n, all.cap) = built_in.v[i];
	for (size_t i = 0; i < given.n && !r && !faults; i++)
		driver_def_check(given.v[i], &all, &sink);
	arena_free(&arena);
	return r ? r : (int)(sink.n > 1 << 20 ? 1 << 20 : sink.n);
}

struct missed {
	struct buf *out;
	size_t needed, optional;
	const char *driver;
};

static void missed(const struct driver_def *def, const char *structure, const char *path, bool optional, void *arg)
{
	struct missed *m = arg;

	(void)def;
	m->needed += !optional;
	m->optional += optional;
	buf_printf(m->out, "%s: %s %s: %s%s\n", m->driver, strcmp(structure, "enum") ? "struct" : "", structure, path,
		   optional ? " (not there, and not needed)" : ": not there");
}

/* The alternatives that are not needed here are said beside the count. */
static int look_up(const char *folder, const struct driver_def *def, const struct driver_defs *defs, struct buf *out,
		   int *faults, struct err *e)
{
	AUTO_FREE struct layout *layout = xcalloc(1, sizeof(*layout));
	struct missed m = { .out = out, .driver = def->name };
	struct types *types;
	struct err ignored;
	size_t names = names_of(def) + names_of(driver_defs_kernel(defs));
	int r = types_open(&types, folder, def->name, false, e);

	if (r)
		return r;
	layout_make(layout, def, defs, types, missed, &m, &ignored);
	types_close(types);
	buf_printf(out, "%s: %zu of %zu names found\n", def->name, names - m.needed - m.optional, names);
	*faults += (int)m.needed;
	return 0;
}

int driver_lint_btf(const char *folder, struct buf *out, struct err *e)
{
	struct arena arena = { 0 };
	struct driver_defs defs = { 0 };
	int faults = 0, r = driver_defs_built_in(&arena, &defs, e);

	for (size_t i = 0; i < defs.n && !r; i++) {
		AUTO_FREE char *path = xasprintf("%s/%s", folder, defs.v[i]->name);

		if (defs.v[i]->kernel || defs.v[i]->descriptor || !driver_def_has_rings(defs.v[i]))
			continue;
		if (access(path, R_OK))
			buf_printf(out, "%s: no BTF of it in this folder\n", defs.v[i]->name);
		else
			r = look_up(folder, defs.v[i], &defs, out, &faults, e);
	}
	arena_free(&arena);
	return r ? r : faults;
}
