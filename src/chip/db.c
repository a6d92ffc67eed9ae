// SPDX-License-Identifier: GPL-2.0-or-later
/* The definitions by name and PCI ID, and the files that hold them. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chip/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/embedded.h"
#include "util/err.h"
#include "util/file.h"
#include "util/nearest.h"
#include "util/text.h"

static bool is_definition(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && !strcmp(name + n - 4, ".def") && *name != '.' && strncmp(name, "driver/", 7) != 0;
}

/* Adds the definitions that are embedded in the program. */
static int db_add_built_in(struct chipdb *db, struct err *e)
{
	for (size_t i = 0; i < n_embedded_files; i++) {
		const struct embedded_file *f = &embedded_files[i];
		struct db_file file = {
			.text = f->text, .n = f->size, .index = f->index, .n_index = f->index_size, .layer = DB_BUILT_IN
		};
		char *name;
		int r;

		if (!is_definition(f->name))
			continue;
		name = arena_alloc(&db->arena, strlen(f->name) + sizeof("<built in>/"));
		file.name = strcat(strcpy(name, "<built in>/"), f->name);
		r = db_add_file(db, &file, e);
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
	struct db_file file = { .n = text.len, .layer = DB_USER };

	if (r)
		return r;
	file.name = arena_strndup(&db->arena, path, strlen(path));
	file.text = arena_strndup(&db->arena, buf_str(&text), text.len);
	return db_add_file(db, &file, e);
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

/* Adds a user's file or folder, whose texts are copied; `must` refuses a path without definitions. */
static int db_add_path(struct chipdb *db, const char *path, bool must, struct err *e)
{
	static const char *const below[] = { "", "/family", "/chip", "/part", "/dump", "/mii" };
	struct stat st;
	int r = 0;

	if (stat(path, &st))
		return err_sys(e, errno, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return add_user_file(db, path, e);
	for (size_t i = 0; i < COUNT(below) && !r; i++) {
		AUTO_FREE char *folder = xasprintf("%s%s", path, below[i]);

		r = add_folder(db, folder, e);
	}
	if (!r && must && !db->n_files) {
		r = err_set(e, ENOENT, path, "no *.def files in it, nor in family, chip, part, dump or mii below it");
		err_todo(e, "name a definition file, or a folder of them");
	}
	return r;
}

void db_parse(struct chipdb *db, uint32_t file, struct sink *sink)
{
	struct db_file *f = &db->files[file];
	size_t faults = sink->n, next = 0;
	struct def_list list = { 0 };

	if (f->parsed)
		return;
	f->parsed = true;
	def_parse(&db->arena, f, db->facts_only, sink, &list);
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

static int by_index_order(const void *a, const void *b)
{
	const struct chip_word *x = a, *y = b;

	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return x->pos.line < y->pos.line ? -1 : x->pos.line > y->pos.line;
}

bool db_resolve_driver(struct chipdb *db, struct db_entry *entry, struct sink *sink)
{
	size_t faults = sink->n;
	struct def *def;

	if (entry->state == DB_READY || entry->state == DB_BROKEN)
		return entry->state == DB_READY;
	db_parse(db, entry->file, sink);
	if (entry->state == DB_BROKEN)
		return false;
	def = entry->def;
	db_cite(db, entry, sink);
	def->mii.driver = def->dump.driver = def->name;
	def->mii.pos = def->dump.pos = def->pos;
	if (def->dump.n_named)
		qsort(def->dump.words, def->dump.n_named, sizeof(*def->dump.words), by_index_order);
	entry->state = sink->n == faults || db->tell_all ? DB_READY : DB_BROKEN;
	return entry->state == DB_READY;
}

#define SYSTEM_PATH "/etc/nicregs/chipdefs"

void db_clear(struct chipdb *db)
{
	chipdb_free(db->built_in);
	free(db->files);
	free(db->entries);
	free(db->ids.v);
	free(db->part_ids.v);
	free(db->logged);
	arena_free(&db->arena);
}

void chipdb_free(struct chipdb *db)
{
	if (db)
		db_clear(db);
	free(db);
}

/* The first fault in the order of the files. */
struct first_fault {
	struct chip_pos pos;
	char message[512];
};

static void keep_first(const struct chip_pos *pos, const char *message, void *arg)
{
	struct first_fault *first = arg;

	if (first->pos.file && (first->pos.file != pos->file || first->pos.line <= pos->line))
		return;
	first->pos = *pos;
	str_copy(first->message, sizeof(first->message), message, strlen(message));
}

static int told(const struct first_fault *first, const char *what, struct err *e)
{
	return err_set(e, EINVAL, what, "%s:%u:%u: %s", first->pos.file, first->pos.line, first->pos.column,
		       first->message);
}

static int add_user_files(struct chipdb *db, const char *path, struct err *e)
{
	if (!path)
		path = getenv("NICREGS_CHIPDEFS");
	if (path && *path)
		return db_add_path(db, path, true, e);
	return access(SYSTEM_PATH, F_OK) ? 0 : db_add_path(db, SYSTEM_PATH, false, e);
}

int chipdb_open(struct chipdb **out, const char *path, struct err *e)
{
	struct chipdb *db = xcalloc(1, sizeof(*db));
	struct first_fault first = { 0 };
	struct sink sink = { .report = keep_first, .arg = &first };
	bool user;
	int r;

	r = add_user_files(db, path, e);
	user = db->n_files > 0;
	if (!r)
		r = db_add_built_in(db, e);
	if (!r && user)
		r = db_open_built_in(db, e);
	if (!r) {
		db_sort_ids(db);
		if (user)
			db_check(db, DB_USER, &sink);
		if (sink.n) {
			r = told(&first, "chip definitions", e);
			err_todo(e, "'nicregs lint %s' prints every error", first.pos.file);
		}
	}
	if (r) {
		chipdb_free(db);
		return r;
	}
	*out = db;
	return 0;
}

void chipdb_facts_only(struct chipdb *db)
{
	db->facts_only = true;
}

static int find_entry(struct chipdb *db, struct db_entry *entry, const struct chip **chip, struct err *e)
{
	struct first_fault first = { 0 };
	struct sink sink = { .report = keep_first, .arg = &first };

	if (entry->state == DB_BROKEN)
		return err_set(e, EINVAL, entry->name, "its definition is at fault");
	if (!db_resolve(db, entry, &sink))
		return told(&first, entry->name, e);
	if (!db->facts_only)
		db_index(db, entry);
	*chip = entry->chip;
	return 0;
}

/* Names that begin with this one: "I219-SPT, I219-CNP" of "I219". */
static void group_of(const char *const *names, size_t n, const char *name, struct buf *out)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (!strncasecmp(names[i], name, len) && names[i][len] == '-')
			buf_printf(out, "%s%s", out->len ? ", " : "", names[i]);
}

/* The longest name that the typed one goes on from: "I211" of "I211-AT"; NULL: there is none. */
static const char *stem_of(const char *const *names, size_t n, const char *typed)
{
	const char *stem = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		if (!strncasecmp(names[i], typed, len) && (typed[len] == '-' || isalpha((unsigned char)typed[len])) &&
		    (!stem || len > strlen(stem)))
			stem = names[i];
	}
	return stem;
}

static int no_chip(struct chipdb *db, const char *name, struct err *e)
{
	AUTO_FREE const char **names = NULL;
	AUTO_BUF struct buf group = { 0 };
	size_t n = e ? chipdb_chips(db, &names) : 0;
	const char *stem = stem_of(names, n, name);
	struct nearest near;
	int r = err_set(e, ENOENT, name, "no chip of that name");

	group_of(names, n, name, &group);
	if (group.len) {
		bool one = !strchr(buf_str(&group), ',');

		err_set(e, ENOENT, name, one ? "not the whole name of a chip" : "several chips have this name");
		err_todo(e,
			 one ? "the whole name is %s; 'nicregs chips %s' lists its PCI IDs"
			     : "name one of them: %s; 'nicregs chips %s' lists their PCI IDs",
			 buf_str(&group), name);
		return r;
	}
	nearest_begin(&near, name);
	for (size_t i = 0; i < n; i++)
		nearest_try(&near, names[i]);
	for (size_t i = 0; e && i < db->ids.n; i++)
		if (db->ids.v[i].id.name)
			nearest_try(&near, db->ids.v[i].id.name);
	if (stem && (near.distance > 1 || strncasecmp(near.found, stem, strlen(stem)) != 0))
		err_todo(e, "did you mean '%s'? 'nicregs chips' lists them", stem);
	else if (*near.found)
		err_todo(e, "did you mean '%s'? 'nicregs chips' lists them", near.found);
	else
		err_todo(e, "'nicregs chips' lists them");
	return r;
}

int chipdb_find(struct chipdb *db, const char *name, const struct chip **chip, struct err *e)
{
	struct db_entry *entry = db_entry_named(db, DEF_CHIP, name);
	const struct db_id *id = !entry || entry->kind == DEF_PART ? db_id_named(&db->ids, name) : NULL;

	if (!id && (!entry || entry->kind == DEF_PART))
		id = db_id_only(db, name);
	if (id)
		entry = &db->entries[id->entry];
	if (!entry || entry->kind == DEF_PART)
		return no_chip(db, name, e);
	return find_entry(db, entry, chip, e);
}

static int by_id(struct chipdb *db, const struct db_id *id, const struct chip **chip, const char **name, struct err *e)
{
	int r;

	if (!id)
		return -ENOENT;
	r = find_entry(db, &db->entries[id->entry], chip, e);
	if (!r)
		*name = id->id.name ? id->id.name : (*chip)->name;
	return r;
}

int chipdb_by_id(struct chipdb *db, uint16_t vendor, uint16_t device, const struct chip **chip, const char **name,
		 struct err *e)
{
	return by_id(db, db_id_find(&db->ids, vendor, device), chip, name, e);
}

bool chipdb_knows_id(const struct chipdb *db, uint16_t vendor, uint16_t device)
{
	return db_id_find(&db->ids, vendor, device) != NULL;
}

int chipdb_known(struct chipdb *db, uint16_t vendor, uint16_t device, const struct chip **known, const char **name,
		 struct err *e)
{
	const struct db_id *id = db_id_find(&db->ids, vendor, device);

	return by_id(db, id ? id : db_id_find(&db->part_ids, vendor, device), known, name, e);
}

int chipdb_part(struct chipdb *db, const char *name, const struct chip **part, struct err *e)
{
	struct db_entry *entry = db_entry_named(db, DEF_PART, name);
	const struct db_id *id = entry && entry->kind == DEF_PART ? NULL : db_id_named(&db->part_ids, name);

	if (id)
		entry = &db->entries[id->entry];
	return entry && entry->kind == DEF_PART ? find_entry(db, entry, part, e) : -ENOENT;
}

int chipdb_by_probe(struct chipdb *db, const char *driver, int mac, int phy, const struct chip **known,
		    const char **name, struct err *e)
{
	for (size_t i = 0; i < db->n_logged; i++) {
		const struct def_logged *l = &db->logged[i].logged;
		int r;

		if (l->stands_in || strcmp(l->driver, driver) != 0 || (int)l->mac != mac || (int)l->phy != phy)
			continue;
		r = find_entry(db, &db->entries[db->logged[i].entry], known, e);
		if (!r)
			*name = l->name ? l->name : (*known)->name;
		return r;
	}
	return -ENOENT;
}

int chipdb_stand_in(struct chipdb *db, const char *driver, bool onboard, const struct chip **chip, struct err *e)
{
	for (size_t i = 0; i < db->n_logged; i++) {
		const struct def_logged *l = &db->logged[i].logged;

		if (!l->stands_in || l->onboard != onboard || (*driver && strcmp(l->driver, driver) != 0))
			continue;
		if (*driver || onboard)
			return find_entry(db, &db->entries[db->logged[i].entry], chip, e);
	}
	return -ENOENT;
}

const char *chipdb_driver_parts(const struct chipdb *db, const char *driver)
{
	for (size_t i = 0; i < db->n_logged; i++) {
		const struct def_logged *l = &db->logged[i].logged;

		if (l->stands_in && l->name && !strcmp(l->driver, driver))
			return l->name;
	}
	return NULL;
}

int chipdb_pci(struct chipdb *db, const struct chip **pci, struct err *e)
{
	return chipdb_find(db, "pci", pci, e);
}

/* What is known of a driver, complete; `what` is for the message. */
static int find_driver(struct chipdb *db, enum def_kind kind, const char *driver, const char *what, struct def **def,
		       struct err *e)
{
	struct db_entry *entry = db_entry_named(db, kind, driver);
	struct first_fault first = { 0 };
	struct sink sink = { .report = keep_first, .arg = &first };

	if (!entry)
		return err_set(e, ENOENT, driver, "%s is not known", what);
	if (entry->state == DB_BROKEN)
		return err_set(e, EINVAL, driver, "the definition of %s is at fault", what);
	if (!db_resolve_driver(db, entry, &sink))
		return told(&first, driver, e);
	*def = entry->def;
	return 0;
}

int chipdb_dump(struct chipdb *db, const char *driver, const struct chip_dump **dump, struct err *e)
{
	struct def *def;
	int r = find_driver(db, DEF_DUMP, driver, "the layout of this driver's register dump", &def, e);

	if (r)
		return r;
	if (db->built_in && chipdb_dump(db->built_in, driver, &def->dump.built_in, NULL))
		def->dump.built_in = NULL;
	*dump = &def->dump;
	return 0;
}

int chipdb_mii(struct chipdb *db, const char *driver, const struct chip_mii **mii, struct err *e)
{
	struct def *def;
	int r = find_driver(db, DEF_MII, driver, "the worth of this driver's answers about its PHY", &def, e);

	if (!r)
		*mii = &def->mii;
	return r;
}
