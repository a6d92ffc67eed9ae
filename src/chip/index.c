// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/drivers.h"
#include "chip/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/alloc.h"
#include "util/err.h"

uint32_t namemap_hash(uint32_t tag, const char *name, size_t n)
{
	uint32_t h = 2166136261u ^ tag;

	for (size_t i = 0; i < n; i++) {
		char c = name[i];

		h = (h ^ (uint32_t)(unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c)) * 16777619u;
	}
	return h;
}

/* The name's slot, or the free one where it would be. cap is a power of two and never all used. */
static struct namemap_slot *slot_of(const struct namemap *map, uint32_t tag, uint32_t hash, const char *name, size_t n)
{
	size_t at = hash & (map->cap - 1);

	for (;; at = (at + 1) & (map->cap - 1)) {
		struct namemap_slot *s = &map->slots[at];

		if (!s->name)
			return s;
		if (s->hash == hash && s->tag == tag && !strncasecmp(s->name, name, n) && !s->name[n])
			return s;
	}
}

uint32_t namemap_get(const struct namemap *map, uint32_t tag, const char *name, size_t n)
{
	return map->cap ? namemap_get_hashed(map, tag, namemap_hash(tag, name, n), name, n) : NAMEMAP_NONE;
}

uint32_t namemap_get_hashed(const struct namemap *map, uint32_t tag, uint32_t hash, const char *name, size_t n)
{
	const struct namemap_slot *s = map->cap ? slot_of(map, tag, hash, name, n) : NULL;

	return s && s->name ? s->value : NAMEMAP_NONE;
}

void namemap_room(struct namemap *map, struct arena *arena, size_t n)
{
	struct namemap old = *map;

	if (2 * n <= map->cap)
		return;
	for (map->cap = old.cap ? 2 * old.cap : 64; map->cap < 2 * n;)
		map->cap *= 2;
	map->slots = arena_alloc(arena, map->cap * sizeof(*map->slots));
	for (size_t i = 0; i < old.cap; i++) {
		const struct namemap_slot *s = &old.slots[i];

		if (s->name)
			*slot_of(map, s->tag, s->hash, s->name, strlen(s->name)) = *s;
	}
}

void namemap_set(struct namemap *map, struct arena *arena, uint32_t tag, const char *name, uint32_t value)
{
	namemap_set_hashed(map, arena, tag, namemap_hash(tag, name, strlen(name)), name, value);
}

void namemap_set_hashed(struct namemap *map, struct arena *arena, uint32_t tag, uint32_t hash, const char *name,
			uint32_t value)
{
	struct namemap_slot *s;

	namemap_room(map, arena, map->n + 1);
	s = slot_of(map, tag, hash, name, strlen(name));
	if (!s->name)
		map->n++;
	*s = (struct namemap_slot){ name, hash, tag, value };
}

uint32_t chip_segment_last(const struct chip_segment *s)
{
	return s->offset + (s->last - s->first) * s->stride + (s->last2 - s->first2) * s->stride2;
}

static bool along(uint32_t distance, uint32_t stride, uint32_t most, uint32_t *n)
{
	*n = 0;
	if (!distance)
		return true;
	if (!stride || distance % stride)
		return false;
	*n = distance / stride;
	return *n <= most;
}

bool chip_segment_find(const struct chip_segment *s, uint32_t offset, uint32_t *i, uint32_t *j)
{
	uint32_t n1 = s->last - s->first, n2 = s->last2 - s->first2, a, b;
	bool first_is_short = n1 <= n2;
	uint32_t few = first_is_short ? n1 : n2, many = first_is_short ? n2 : n1;
	uint32_t few_stride = first_is_short ? s->stride : s->stride2;
	uint32_t many_stride = first_is_short ? s->stride2 : s->stride;

	if (offset < s->offset || offset > chip_segment_last(s))
		return false;
	for (a = 0; a <= few && a * few_stride <= offset - s->offset; a++) {
		if (!along(offset - s->offset - a * few_stride, many_stride, many, &b))
			continue;
		*i = s->first + (first_is_short ? a : b);
		*j = s->first2 + (first_is_short ? b : a);
		return true;
	}
	return false;
}

static int by_first(const void *a, const void *b)
{
	const struct index_span *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->last < y->last ? -1 : x->last > y->last;
}

static void index_spans(struct chip_index *index, struct arena *arena, const struct chip *chip, enum chip_space space)
{
	struct index_span *spans;
	size_t n = 0;

	for (size_t r = 0; r < chip->n_regs; r++)
		n += chip->regs[r]->space == space ? chip->regs[r]->n_segments : 0;
	spans = arena_alloc(arena, n * sizeof(*spans));
	index->spans[space] = spans;
	index->n_spans[space] = n;
	n = 0;
	for (size_t r = 0; r < chip->n_regs; r++) {
		const struct chip_reg *reg = chip->regs[r];

		for (size_t i = 0; reg->space == space && i < reg->n_segments; i++) {
			const struct chip_segment *s = &reg->segments[i];

			spans[n++] = (struct index_span){ s->offset, chip_segment_last(s), 0, reg, s };
		}
	}
	if (n)
		qsort(spans, n, sizeof(*spans), by_first);
	for (size_t i = 0; i < n; i++) {
		uint32_t before = i ? spans[i - 1].reach : 0;

		spans[i].reach = spans[i].last > before ? spans[i].last : before;
	}
}

static void index_roles(struct chip_index *index, struct arena *arena, const struct chip *chip)
{
	size_t next[CHIP_ROLES], n = 0;

	for (size_t r = 0; r < chip->n_regs; r++)
		index->role_start[chip->regs[r]->role + 1]++;
	for (size_t role = 0; role < CHIP_ROLES; role++) {
		next[role] = n;
		n += index->role_start[role + 1];
		index->role_start[role + 1] = n;
	}
	index->by_role = arena_alloc(arena, n * sizeof(*index->by_role));
	for (size_t r = 0; r < chip->n_regs; r++)
		index->by_role[next[chip->regs[r]->role]++] = chip->regs[r];
}

const struct chip_index *chip_index_new(struct arena *arena, const struct chip *chip)
{
	struct chip_index *index = arena_alloc(arena, sizeof(*index));

	namemap_room(&index->names, arena, chip->n_regs);
	for (size_t r = 0; r < chip->n_regs; r++)
		namemap_set_hashed(&index->names, arena, chip->regs[r]->space, def_reg_of(chip->regs[r])->hash,
				   chip->regs[r]->name, (uint32_t)r);
	index_spans(index, arena, chip, CHIP_MMIO);
	index_spans(index, arena, chip, CHIP_PHY);
	index_roles(index, arena, chip);
	return index;
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

/* The first place at or behind a PCI ID. */
static size_t ids_from(const struct db_ids *ids, const struct chip_id *id)
{
	const struct db_id least = { .id = *id };
	size_t low = 0, high = ids->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (id_order(&ids->v[middle], &least) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool id_at(const struct db_ids *ids, size_t at, const struct chip_id *id)
{
	return at < ids->n && ids->v[at].id.vendor == id->vendor && ids->v[at].id.device == id->device;
}

const struct db_id *db_id_not_of(const struct db_ids *ids, const struct chip_id *id, uint32_t entry)
{
	for (size_t at = ids_from(ids, id); id_at(ids, at, id); at++)
		if (ids->v[at].entry != entry)
			return &ids->v[at];
	return NULL;
}

const struct db_id *db_id_find(const struct db_ids *ids, uint16_t vendor, uint16_t device)
{
	const struct chip_id id = { .vendor = vendor, .device = device };
	size_t at = ids_from(ids, &id);

	return id_at(ids, at, &id) ? &ids->v[at] : NULL;
}

/* "(7) I219-LM" is one id's name; without its number it is the name of the id that has none. */
static bool is_named(const char *id_name, const char *name)
{
	return *name == '(' ? chip_name_is(id_name, name) : !strcasecmp(id_name, name);
}

const struct db_id *db_id_named(const struct db_ids *ids, const char *name)
{
	for (size_t i = 0; i < ids->n; i++)
		if (ids->v[i].id.name && is_named(ids->v[i].id.name, name))
			return &ids->v[i];
	return NULL;
}

static bool goes_on(const char *whole, const char *name)
{
	size_t len = strlen(name);

	return whole && !strncasecmp(whole, name, len) && whole[len] == '-';
}

const struct db_id *db_id_only(const struct chipdb *db, const char *name)
{
	const struct db_id *found = NULL;

	for (size_t i = 0; i < db->ids.n; i++) {
		const struct db_id *id = &db->ids.v[i];

		if (goes_on(db->entries[id->entry].name, name))
			return NULL;
		if (!goes_on(id->id.name, name))
			continue;
		if (found && found->entry != id->entry)
			return NULL;
		found = found ? found : id;
	}
	return found;
}

/* The heads of a file: its definitions by their names, and the ids that lead to them. */

struct adding {
	struct chipdb *db;
	uint32_t file;
	uint32_t entry; /* that ids belong to; NAMEMAP_NONE: it is hidden */
	bool full;
};

static uint32_t tag_of(enum def_kind kind)
{
	return def_is_of_driver(kind) ? kind : 0;
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
	entry = VEC_PUSH(db->entries, db->n_entries, db->cap_entries);
	*entry = (struct db_entry){ head->kind, head->name, a->file, head->line, .twin = known };
	if (known == NAMEMAP_NONE)
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
		*VEC_PUSH(ids->v, ids->n, ids->cap) = (struct db_id){ head->id, a->entry };
	else
		*VEC_PUSH(db->logged, db->n_logged, db->cap_logged) = (struct db_logged){ head->logged, a->entry };
}

int db_add_file(struct chipdb *db, const struct db_file *file, struct err *e)
{
	struct adding a = { .db = db, .file = (uint32_t)db->n_files, .entry = NAMEMAP_NONE };

	*VEC_PUSH(db->files, db->n_files, db->cap_files) = *file;
	def_scan(&db->arena, file, add_one, &a);
	if (a.full)
		return err_set(e, E2BIG, file->name, "more than %d definitions", DB_DEFINITIONS);
	return 0;
}

struct db_entry *db_entry_named(struct chipdb *db, enum def_kind kind, const char *name)
{
	uint32_t at = namemap_get(&db->names, tag_of(kind), name, strlen(name));

	return at == NAMEMAP_NONE ? NULL : &db->entries[at];
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

size_t chipdb_called(struct chipdb *db, const char *name, const char ***names)
{
	bool own = db_entry_named(db, DEF_CHIP, name) != NULL;
	size_t n = 0;

	*names = xcalloc(db->ids.n + 1, sizeof(**names));
	for (size_t i = 0; i < db->ids.n && !own; i++) {
		const struct db_id *id = &db->ids.v[i];
		const char *chip = db->entries[id->entry].name;
		size_t k = 0;

		while (k < n && (*names)[k] != chip)
			k++;
		if (k == n && id->id.name && chip_name_is(id->id.name, name))
			(*names)[n++] = chip;
	}
	qsort(*names, n, sizeof(**names), by_name);
	return n;
}

/* Drivers, by their names in the table that the build makes. */

const struct driver_facts *drivers_find(const char *name, size_t n)
{
	if (!n || n > DRIVER_NAME_MOST)
		return NULL;
	for (size_t i = driver_facts_from[n]; i < driver_facts_from[n + 1]; i++)
		if (driver_facts[i].name[0] == name[0] && !memcmp(driver_facts[i].name, name, n))
			return &driver_facts[i];
	return NULL;
}

const struct driver_facts *drivers_named(const char *name)
{
	return name ? drivers_find(name, strlen(name)) : NULL;
}

bool drivers_has(const char *name, enum driver_trait trait)
{
	const struct driver_facts *facts = drivers_named(name);

	return facts && facts->traits & trait;
}

enum restarts drivers_restarts(const char *name)
{
	const struct driver_facts *facts = drivers_named(name);

	return facts ? facts->restarts : RESTARTS_NEVER;
}

/* "0000:00:1f.6" ends in it, behind the domain. */
static bool is_at(const char *address, const char *place)
{
	size_t n = strlen(address), len = strlen(place);

	return n > len && address[n - len - 1] == ':' && !strcmp(address + n - len, place);
}

const char *drivers_onboard(const char *address)
{
	for (size_t i = 0; i < n_driver_facts; i++)
		for (size_t k = 0; k < DRIVER_ONBOARD && driver_facts[i].onboard[k]; k++)
			if (is_at(address, driver_facts[i].onboard[k]))
				return driver_facts[i].onboard[k];
	return NULL;
}
