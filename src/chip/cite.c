// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the facts of a definition are from. */
#include "chip/resolve.h"

#include <string.h>

static const char *source_title(const struct db_entry *entry, const char *name)
{
	for (size_t i = 0; i < entry->n_sources; i++)
		if (!strcmp(entry->sources[i].name, name))
			return entry->sources[i].title;
	return NULL;
}

void cite_sources(struct chipdb *db, struct db_entry *entry, const struct def_source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!source_title(entry, sources[i].name))
			*ARENA_PUSH(&db->arena, entry->sources, entry->n_sources, entry->cap_sources) = sources[i];
}

/* A citation's text: "TITLE, PLACE" of a source of the definition or of its bases. */
void cite_resolve(struct chipdb *db, const struct db_entry *entry, struct sink *sink)
{
	struct def *def = entry->def;

	for (size_t i = 0; i < def->n_cites; i++) {
		struct def_cite *c = def->cites[i];
		const char *title;
		char *text;

		if (c->text)
			continue;
		title = source_title(entry, c->source);
		if (!title) {
			fault(sink, &c->pos, "source %s is not declared, here or in a base", c->source);
			title = c->source;
		}
		text = arena_alloc(&db->arena, strlen(title) + strlen(c->place) + 3);
		strcat(strcat(strcpy(text, title), ", "), c->place);
		c->text = text;
	}
	for (size_t i = 0; i < def->n_regs; i++)
		def->regs[i]->reg.cite = def->regs[i]->cite ? def->regs[i]->cite->text : NULL;
	for (size_t i = 0; i < def->n_errata; i++)
		def->errata[i].erratum.cite = def->errata[i].cite ? def->errata[i].cite->text : NULL;
}
