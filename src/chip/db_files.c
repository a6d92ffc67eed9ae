// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of a database: which definitions they hold, and their text when it is needed. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "chip/db_private.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/embedded.h"
#include "util/err.h"
#include "util/file.h"
#include "util/text.h"

struct adding {
	struct chipdb *db;
	uint32_t file;
	uint32_t entry; /* that ids belong to; NAMEMAP_NONE: it is hidden */
	bool full;
};

static uint32_t tag_of(enum def_kind kind)
{
	return kind == DEF_DUMP;
}

static void add_head(struct adding *a, const struct def_head *head)
{
	struct chipdb *db = a->db;
	uint32_t known = namemap_get(&db->names, tag_of(head->kind), head->name, strlen(head->name));
	const struct db_entry *twin = known == NAMEMAP_NONE ? NULL : &db->entries[known];
	struct db_entry *entry;

	a->entry = NAMEMAP_NONE;
	if (twin && db->files[twin->file].layer != db->files[a->file].layer)
		return;
	a->full = db->n_entries == DB_DEFINITIONS;
	if (a->full)
		return;
	a->entry = (uint32_t)db->n_entries;
	entry = &db->entries[db->n_entries++];
	entry->kind = head->kind;
	entry->name = head->name;
	entry->file = a->file;
	entry->line = head->line;
	entry->twin = twin;
	if (!twin)
		namemap_set(&db->names, &db->arena, tag_of(head->kind), head->name, a->entry);
}

static void add_one(const struct def_head *head, void *arg)
{
	struct adding *a = arg;
	struct chipdb *db = a->db;

	struct db_ids *ids;
	enum def_kind kind;

	if (head->line_kind == HEAD_DEFINITION)
		add_head(a, head);
	if (head->line_kind == HEAD_DEFINITION || a->entry == NAMEMAP_NONE)
		return;
	kind = db->entries[a->entry].kind;
	if (kind != DEF_CHIP && kind != DEF_PART)
		return;
	ids = kind == DEF_CHIP ? &db->ids : &db->part_ids;
	if (head->line_kind == HEAD_ID)
		*ARENA_PUSH(&db->arena, ids->v, ids->n, ids->cap) = (struct db_id){ head->id, a->entry };
	else
		*ARENA_PUSH(&db->arena, db->logged, db->n_logged, db->cap_logged) =
			(struct db_logged){ head->logged, a->entry };
}

int db_add_file(struct chipdb *db, const char *name, const char *text, size_t n, enum db_layer layer, struct err *e)
{
	struct adding a = { .db = db, .file = (uint32_t)db->n_files, .entry = NAMEMAP_NONE };
	struct db_file *f;

	if (!db->entries)
		db->entries = arena_alloc(&db->arena, DB_DEFINITIONS * sizeof(*db->entries));
	f = ARENA_PUSH(&db->arena, db->files, db->n_files, db->cap_files);
	*f = (struct db_file){ .name = name, .text = text, .n = n, .layer = layer };
	def_scan(&db->arena, name, text, n, add_one, &a);
	if (a.full)
		return err_set(e, E2BIG, name, "more than %d definitions", DB_DEFINITIONS);
	return 0;
}

static int id_order(const void *a, const void *b)
{
	const struct db_id *x = a, *y = b;
	uint32_t p = (uint32_t)x->id.vendor << 16 | x->id.device;
	uint32_t q = (uint32_t)y->id.vendor << 16 | y->id.device;

	if (p != q)
		return p < q ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

void db_sort_ids(struct chipdb *db)
{
	if (db->ids.n)
		qsort(db->ids.v, db->ids.n, sizeof(*db->ids.v), id_order);
	if (db->part_ids.n)
		qsort(db->part_ids.v, db->part_ids.n, sizeof(*db->part_ids.v), id_order);
}

const struct db_id *db_id_not_of(const struct db_ids *ids, const struct chip_id *id, uint32_t entry)
{
	struct db_id least = { .id = *id };
	size_t low = 0, high = ids->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (id_order(&ids->v[middle], &least) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < ids->n && ids->v[low].id.vendor == id->vendor && ids->v[low].id.device == id->device; low++)
		if (ids->v[low].entry != entry)
			return &ids->v[low];
	return NULL;
}

static bool is_definition(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && !strcmp(name + n - 4, ".def") && *name != '.';
}

int db_add_built_in(struct chipdb *db, struct err *e)
{
	for (size_t i = 0; i < n_embedded_files; i++) {
		const struct embedded_file *f = &embedded_files[i];
		char *name;
		int r;

		if (!is_definition(f->name))
			continue;
		name = arena_alloc(&db->arena, strlen(f->name) + sizeof("<built in>/"));
		strcat(strcpy(name, "<built in>/"), f->name);
		r = db_add_file(db, name, f->text, f->size, DB_BUILT_IN, e);
		if (r)
			return r;
	}
	return 0;
}

int db_open_built_in(struct chipdb *db, struct err *e)
{
	int r;

	db->built_in = xcalloc(1, sizeof(*db->built_in));
	r = db_add_built_in(db->built_in, e);
	db_sort_ids(db->built_in);
	return r;
}

static int add_user_file(struct chipdb *db, const char *path, struct err *e)
{
	AUTO_BUF struct buf text = { 0 };
	int r = file_read(path, DB_FILE_SIZE, &text, e);

	if (r)
		return r;
	return db_add_file(db, arena_strndup(&db->arena, path, strlen(path)),
			   arena_strndup(&db->arena, buf_str(&text), text.len), text.len, DB_USER, e);
}

static int wanted(const struct dirent *d)
{
	return is_definition(d->d_name);
}

/* The *.def files of one folder, in the order of their names; a missing folder has none. */
static int add_folder(struct chipdb *db, const char *folder, struct err *e)
{
	struct dirent **found;
	int n = scandir(folder, &found, wanted, alphasort), r = 0;

	if (n < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "%s", folder);
	for (int i = 0; i < n; i++) {
		AUTO_FREE char *path = xasprintf("%s/%s", folder, found[i]->d_name);

		if (!r)
			r = add_user_file(db, path, e);
		free(found[i]);
	}
	free(found);
	return r;
}

int db_add_path(struct chipdb *db, const char *path, bool must, struct err *e)
{
	static const char *const below[] = { "", "/family", "/chip", "/part", "/dump" };
	struct stat st;
	int r = 0;

	if (stat(path, &st))
		return err_sys(e, errno, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return add_user_file(db, path, e);
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]) && !r; i++) {
		AUTO_FREE char *folder = xasprintf("%s%s", path, below[i]);

		r = add_folder(db, folder, e);
	}
	if (!r && must && !db->n_files) {
		r = err_set(e, ENOENT, path, "no *.def files in it, nor in family, chip, part or dump below it");
		err_todo(e, "name a definition file, or a folder of them");
	}
	return r;
}

struct db_entry *db_entry_named(struct chipdb *db, enum def_kind kind, const char *name)
{
	uint32_t at = namemap_get(&db->names, tag_of(kind), name, strlen(name));

	return at == NAMEMAP_NONE ? NULL : &db->entries[at];
}

void db_parse(struct chipdb *db, uint32_t file, struct sink *sink)
{
	struct db_file *f = &db->files[file];
	size_t faults = sink->n, next = 0;
	struct def_list list = { 0 };

	if (f->parsed)
		return;
	f->parsed = true;
	def_parse(&db->arena, f->name, f->text, f->n, sink, &list);
	/* Both are in the order of lines. */
	for (size_t i = 0; i < db->n_entries; i++) {
		struct db_entry *entry = &db->entries[i];

		if (entry->file != file)
			continue;
		while (next < list.n && list.defs[next]->pos.line < entry->line)
			next++;
		if (next < list.n && list.defs[next]->pos.line == entry->line)
			entry->def = list.defs[next];
		entry->partial = sink->n > faults;
		if (!entry->def || (entry->partial && !db->tell_all))
			entry->state = DB_BROKEN;
	}
}

const char *db_place(struct chipdb *db, const struct chip_pos *pos)
{
	static const char built_in[] = "<built in>/";
	size_t skip = text_starts(pos->file, built_in) ? sizeof(built_in) - 1 : 0;
	size_t most = strlen(pos->file) + 16;
	char *place = arena_alloc(&db->arena, most);

	snprintf(place, most, "%s:%u", pos->file + skip, pos->line);
	return place;
}
