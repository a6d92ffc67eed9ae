// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/lint.h"

#include <stdlib.h>
#include <string.h>

#include "chip/internal.h"
#include "util/alloc.h"

struct found {
	struct chip_pos pos;
	size_t file; /* its place among the files; behind them for any other */
	char *message;
	bool is_warning;
};

struct faults {
	struct lint_file *files;
	size_t n_files;
	struct found *v;
	size_t n, cap;
};

static struct lint_file *keep(struct faults *all, const struct chip_pos *pos, const char *message, bool is_warning)
{
	struct found *f = VEC_PUSH(all->v, all->n, all->cap);

	f->pos = *pos;
	f->message = xstrdup(message);
	f->is_warning = is_warning;
	while (f->file < all->n_files && all->files[f->file].name != pos->file)
		f->file++;
	return f->file < all->n_files ? &all->files[f->file] : NULL;
}

static void keep_fault(const struct chip_pos *pos, const char *message, void *arg)
{
	struct lint_file *file = keep(arg, pos, message, false);

	if (file)
		file->faults++;
}

static void keep_warning(const struct chip_pos *pos, const char *message, void *arg)
{
	struct lint_file *file = keep(arg, pos, message, true);

	if (file)
		file->warnings++;
}

static int by_place(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->pos.line != y->pos.line)
		return x->pos.line < y->pos.line ? -1 : 1;
	if (x->pos.column != y->pos.column)
		return x->pos.column < y->pos.column ? -1 : 1;
	return strcmp(x->message, y->message);
}

static int load(struct chipdb *over, const struct chipdb *db, const struct lint_file *files, size_t n_files,
		struct err *e)
{
	for (size_t i = 0; i < n_files; i++) {
		struct db_file file = { files[i].name, files[i].text, files[i].n, NULL, 0, DB_LINTED, false };
		int r = db_add_file(over, &file, e);

		if (r)
			return r;
	}
	for (size_t i = 0; db && i < db->n_files; i++) {
		struct db_file file = db->files[i];
		int r;

		file.parsed = false;
		r = db_add_file(over, &file, e);
		if (r)
			return r;
	}
	db_sort_ids(over);
	return db ? db_open_built_in(over, e) : 0;
}

static void count_registers(const struct chipdb *over, struct lint_file *files, size_t n_files)
{
	for (size_t i = 0; i < over->n_entries; i++) {
		const struct db_entry *entry = &over->entries[i];

		if (entry->file < n_files && entry->def)
			files[entry->file].registers += entry->def->n_regs;
	}
}

int chip_lint_files(struct chipdb *db, struct lint_file *files, size_t n_files, lint_report *report, void *arg,
		    struct err *e)
{
	struct faults all = { .files = files, .n_files = n_files };
	struct sink sink = { .report = keep_fault, .warn = keep_warning, .arg = &all };
	struct chipdb over = { 0 };
	int r = load(&over, db, files, n_files, e);

	if (!r) {
		db_check(&over, DB_LINTED, &sink);
		count_registers(&over, files, n_files);
		if (all.n)
			qsort(all.v, all.n, sizeof(*all.v), by_place);
		for (size_t i = 0; i < all.n; i++)
			report(&all.v[i].pos, all.v[i].message, all.v[i].is_warning, arg);
		r = sink.n > 1 << 20 ? 1 << 20 : (int)sink.n;
	}
	for (size_t i = 0; i < all.n; i++)
		free(all.v[i].message);
	free(all.v);
	db_clear(&over);
	return r;
}

int chip_lint(struct chipdb *db, const char *file, const char *text, size_t n, lint_report *report, void *arg,
	      struct err *e)
{
	struct lint_file one = { .name = file, .text = text, .n = n };

	return chip_lint_files(db, &one, 1, report, arg, e);
}
