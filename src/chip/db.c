// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/db_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "util/alloc.h"
#include "util/err.h"
#include "util/nearest.h"

#define SYSTEM_PATH "/etc/nicregs/chipdefs"

void chipdb_free(struct chipdb *db)
{
	if (!db)
		return;
	chipdb_free(db->built_in);
	arena_free(&db->arena);
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
	strncpy(first->message, message, sizeof(first->message) - 1);
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
		db_check(db, DB_USER, &sink);
		if (sink.n) {
			r = told(&first, "chip definitions", e);
			err_todo(e, "'nicregs lint %s' tells all faults", first.pos.file);
		}
	}
	if (r) {
		chipdb_free(db);
		return r;
	}
	*out = db;
	return 0;
}

static int find_entry(struct chipdb *db, struct db_entry *entry, const struct chip **chip, struct err *e)
{
	struct first_fault first = { 0 };
	struct sink sink = { .report = keep_first, .arg = &first };

	if (entry->state == DB_BROKEN)
		return err_set(e, EINVAL, entry->name, "its definition is at fault");
	if (!db_resolve(db, entry, &sink))
		return told(&first, entry->name, e);
	db_index(db, entry);
	*chip = entry->chip;
	return 0;
}

static struct db_entry *entry_by_id_name(struct chipdb *db, const struct db_ids *ids, const char *name)
{
	for (size_t i = 0; i < ids->n; i++)
		if (ids->v[i].id.name && !strcasecmp(ids->v[i].id.name, name))
			return &db->entries[ids->v[i].entry];
	return NULL;
}

static int no_chip(struct chipdb *db, const char *name, struct err *e)
{
	AUTO_FREE const char **names = NULL;
	size_t n = e ? chipdb_chips(db, &names) : 0;
	struct nearest near;
	int r = err_set(e, ENOENT, name, "no chip of that name");

	nearest_begin(&near, name);
	for (size_t i = 0; i < n; i++)
		nearest_try(&near, names[i]);
	if (*near.found)
		err_todo(e, "did you mean '%s'? 'nicregs chips' lists them", near.found);
	else
		err_todo(e, "'nicregs chips' lists them");
	return r;
}

int chipdb_find(struct chipdb *db, const char *name, const struct chip **chip, struct err *e)
{
	struct db_entry *entry = db_entry_named(db, DEF_CHIP, name);

	if (!entry || entry->kind == DEF_PART)
		entry = entry_by_id_name(db, &db->ids, name);
	if (entry)
		return find_entry(db, entry, chip, e);
	return no_chip(db, name, e);
}

static int compare_id(const struct chip_id *a, uint16_t vendor, uint16_t device)
{
	if (a->vendor != vendor)
		return a->vendor < vendor ? -1 : 1;
	return a->device < device ? -1 : a->device > device;
}

static const struct db_id *id_find(const struct db_ids *ids, uint16_t vendor, uint16_t device)
{
	size_t low = 0, high = ids->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = compare_id(&ids->v[middle].id, vendor, device);

		if (!c)
			return &ids->v[middle];
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
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
	return by_id(db, id_find(&db->ids, vendor, device), chip, name, e);
}

bool chipdb_knows_id(const struct chipdb *db, uint16_t vendor, uint16_t device)
{
	return id_find(&db->ids, vendor, device) != NULL;
}

int chipdb_known(struct chipdb *db, uint16_t vendor, uint16_t device, const struct chip **known, const char **name,
		 struct err *e)
{
	const struct db_id *id = id_find(&db->ids, vendor, device);

	return by_id(db, id ? id : id_find(&db->part_ids, vendor, device), known, name, e);
}

int chipdb_part(struct chipdb *db, const char *name, const struct chip **part, struct err *e)
{
	struct db_entry *entry = db_entry_named(db, DEF_PART, name);

	if (!entry || entry->kind != DEF_PART)
		entry = entry_by_id_name(db, &db->part_ids, name);
	return entry ? find_entry(db, entry, part, e) : -ENOENT;
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

static int by_name(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

size_t chipdb_chips(const struct chipdb *db, const char ***names)
{
	size_t n = 0;

	*names = xcalloc(db->n_entries, sizeof(**names));
	for (size_t i = 0; i < db->n_entries; i++)
		if (db->entries[i].kind == DEF_CHIP)
			(*names)[n++] = db->entries[i].name;
	qsort(*names, n, sizeof(**names), by_name);
	return n;
}

int chipdb_pci(struct chipdb *db, const struct chip **pci, struct err *e)
{
	return chipdb_find(db, "pci", pci, e);
}

int chipdb_dump(struct chipdb *db, const char *driver, const struct chip_dump **dump, struct err *e)
{
	struct db_entry *entry = db_entry_named(db, DEF_DUMP, driver);
	struct first_fault first = { 0 };
	struct sink sink = { .report = keep_first, .arg = &first };

	if (!entry)
		return err_set(e, ENOENT, driver, "the layout of this driver's register dump is not known");
	if (entry->state == DB_BROKEN)
		return err_set(e, EINVAL, driver, "the definition of its dump is at fault");
	if (!db_resolve_dump(db, entry, &sink))
		return told(&first, driver, e);
	if (db->built_in && chipdb_dump(db->built_in, driver, &entry->dump->built_in, NULL))
		entry->dump->built_in = NULL;
	*dump = entry->dump;
	return 0;
}
