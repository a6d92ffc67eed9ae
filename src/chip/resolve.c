// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts a definition on top of its bases. */
#include "chip/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "chip/guard.h"
#include "chip/index.h"

#define DEPTH 16 /* bases below bases */

/* The base's entry, resolved; NULL, having told it, if it cannot be used. */
static struct db_entry *base_of(struct chipdb *db, struct db_entry *entry, size_t i, struct sink *sink)
{
	const struct def_name *name = &entry->def->bases[i];
	struct db_entry *base = db_entry_named(db, DEF_FAMILY, name->name);

	for (size_t before = 0; before < i; before++)
		if (!strcmp(entry->def->bases[before].name, name->name)) {
			fault(sink, &name->pos, "base %s is named twice", name->name);
			return NULL;
		}
	if (!base || base->kind == DEF_PART) {
		fault(sink, &name->pos, "no family or chip is named %s", name->name);
		return NULL;
	}
	if (base->state == DB_RESOLVING) {
		fault(sink, &name->pos, "%s builds on %s, which builds on it: the bases form a circle", entry->name,
		      base->name);
		return NULL;
	}
	if (!db_resolve(db, base, sink))
		return NULL;
	if (base->depth + 1 > DEPTH) {
		fault(sink, &name->pos, "bases are nested more than %d deep", DEPTH);
		return NULL;
	}
	if (entry->depth < base->depth + 1)
		entry->depth = base->depth + 1;
	entry->partial = entry->partial || base->partial;
	return base;
}

void db_index(struct chipdb *db, struct db_entry *entry)
{
	if (entry->chip->index)
		return;
	guard_chip(db, entry->chip);
	entry->chip->index = chip_index_new(&db->arena, entry->chip);
}

static bool resolve_def(struct chipdb *db, struct db_entry *entry, struct sink *sink)
{
	struct merge m = { .db = db, .entry = entry, .sink = sink };
	struct chip *chip = arena_alloc(&db->arena, sizeof(*chip));
	const struct def *def = entry->def;
	bool usable = true;

	if (db->n_regs > DB_REGISTERS)
		return fault(sink, &def->pos, "the definitions before have more than %zu registers together",
			     DB_REGISTERS);
	cite_sources(db, entry, def->sources, def->n_sources);
	for (size_t i = 0; i < def->n_bases; i++) {
		struct db_entry *base = base_of(db, entry, i, sink);

		if (base) {
			inherit_base(db, chip, base->chip);
			merge_base(&m, base->chip);
			cite_sources(db, entry, base->sources, base->n_sources);
		}
		usable = usable && base;
	}
	cite_resolve(db, entry, sink);
	if (!usable)
		return false;
	inherit_own(db, chip, def);
	merge_own(&m, def, chip);
	db->n_regs += m.n;
	entry->chip = chip;
	return true;
}

bool db_resolve(struct chipdb *db, struct db_entry *entry, struct sink *sink)
{
	size_t faults = sink->n;

	if (entry->state == DB_READY || entry->state == DB_BROKEN)
		return entry->state == DB_READY;
	db_parse(db, entry->file, sink);
	if (entry->state == DB_BROKEN)
		return false;
	entry->state = DB_RESOLVING;
	entry->state = resolve_def(db, entry, sink) && (db->tell_all || sink->n == faults) ? DB_READY : DB_BROKEN;
	return entry->state == DB_READY;
}

static int by_index_order(const void *a, const void *b)
{
	const struct chip_word *x = a, *y = b;

	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return x->pos.line < y->pos.line ? -1 : x->pos.line > y->pos.line;
}

bool db_resolve_dump(struct chipdb *db, struct db_entry *entry, struct sink *sink)
{
	size_t faults = sink->n;
	struct chip_dump *dump;

	if (entry->state == DB_READY || entry->state == DB_BROKEN)
		return entry->state == DB_READY;
	db_parse(db, entry->file, sink);
	if (entry->state == DB_BROKEN)
		return false;
	cite_sources(db, entry, entry->def->sources, entry->def->n_sources);
	cite_resolve(db, entry, sink);
	dump = arena_alloc(&db->arena, sizeof(*dump));
	dump->driver = entry->def->name;
	dump->n_words = entry->def->n_words;
	dump->n_sizes = entry->def->n_sizes;
	memcpy(dump->sizes, entry->def->sizes, sizeof(dump->sizes));
	dump->words = entry->def->words;
	dump->n_named = entry->def->n_named;
	dump->pos = entry->def->pos;
	if (dump->n_named)
		qsort(dump->words, dump->n_named, sizeof(*dump->words), by_index_order);
	entry->dump = dump;
	entry->state = sink->n == faults || db->tell_all ? DB_READY : DB_BROKEN;
	return entry->state == DB_READY;
}
