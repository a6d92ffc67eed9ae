// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of driver definitions, what a definition must have, and the definitions that are part of the program. */
#include "driver/def.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/alloc.h"
#include "util/embedded.h"
#include "util/err.h"
#include "util/text.h"

#define FOLDER "driver/"

const struct def_word_info def_words[DEF_N_WORDS] = {
#define X(name, structure, word, kind) { word, structure, DEF_##kind },
	DEF_WORDS(X)
#undef X
};

const char *const def_meanings[] = {
	/* of the adapter */
	"down",
	"resetting",
	"testing",
	"removing",
	"disabled",
	"suspended",
	"failed",
	"waits-for-pf",
	"running",
	"safe-mode",
	/* of the interface */
	"started",
	"present",
	"no-carrier",
	/* of the kernel's queue */
	"stopped",
	"limited",
	"frozen",
	/* of NAPI */
	"scheduled",
	"missed",
	"disabling",
	"held",
	"busy-poll",
	"threaded",
	/* of a ring */
	"xdp",
	"hang-check",
	/* of a buffer: it keeps a frame of the network stack */
	"frame",
};
const size_t n_def_meanings = COUNT(def_meanings);

const char *const desc_words[] = {
	"end", "report", "segmented", "length",     "mss",  "header",          "payload",
	"tcp", "ipv4",   "checksum",  "time-stamp", "vlan", "interrupt-delay",
};
const size_t n_desc_words = COUNT(desc_words);

const char *def_struct_word(enum def_struct structure)
{
	static const char *const words[DEF_STRUCTS] = {
		[DEF_TASK] = "task",     [DEF_FILE] = "file",       [DEF_NODE] = "node", [DEF_PCI] = "pci",
		[DEF_NETDEV] = "netdev", [DEF_QUEUE] = "queue",     [DEF_NAPI] = "napi", [DEF_SKB] = "frame",
		[DEF_SHARED] = "shared", [DEF_ADAPTER] = "adapter", [DEF_RING] = "ring", [DEF_BUFFER] = "buffer",
	};

	return words[structure];
}

static void lacks(const struct driver_def *def, struct sink *sink, enum def_word word)
{
	if (!def->paths[word].n)
		fault(sink, &def->pos, "%s does not name '%s' of '%s'", def->name, def_words[word].word,
		      def_struct_word(def_words[word].structure));
}

static void check_structs(const struct driver_def *def, struct sink *sink)
{
	for (int i = 0; i < DEF_N_WORDS; i++) {
		enum def_struct structure = def_words[i].structure;

		if (def->paths[i].n && !def->structs[structure])
			fault(sink, &def->paths[i].pos, "no 'struct %s' line", def_struct_word(structure));
		if (def->paths[i].n && !def->kernel != (structure >= DEF_ADAPTER))
			fault(sink, &def->paths[i].pos, "'%s' belongs in %s", def_struct_word(structure),
			      structure >= DEF_ADAPTER ? "a driver's definition" : "the kernel's definition");
	}
}

bool driver_def_has_rings(const struct driver_def *def)
{
	for (int i = 0; i < DEF_STRUCTS; i++)
		if (def->structs[i])
			return true;
	return def->descriptors != NULL;
}

/* Of a driver that is known by its name alone there is nothing more to say. */
static void check_name(const struct driver_def *def, struct sink *sink)
{
	if (strlen(def->name) > DRIVER_NAME_MOST)
		fault(sink, &def->pos, "a driver's name has at most %d characters", DRIVER_NAME_MOST);
}

static void check_driver(const struct driver_def *def, const struct driver_defs *all, struct sink *sink)
{
	static const enum def_word needed[] = {
		DEF_ADAPTER_PCI, DEF_ADAPTER_NETDEV, DEF_ADAPTER_BAR,  DEF_ADAPTER_TX,  DEF_RING_COUNT,   DEF_RING_USE,
		DEF_RING_CLEAN,  DEF_RING_MEMORY,    DEF_RING_BUFFERS, DEF_BUFFER_LAST, DEF_BUFFER_FRAME,
	};

	check_name(def, sink);
	if (!driver_def_has_rings(def))
		return;
	for (size_t i = 0; i < COUNT(needed); i++)
		lacks(def, sink, needed[i]);
	if (!driver_defs_format(all, def->descriptors))
		fault(sink, &def->pos, "%s names no descriptor format that is defined", def->name);
}

static void check_kernel(const struct driver_def *def, struct sink *sink)
{
	for (int i = 0; i < DEF_N_WORDS; i++)
		if (def_words[i].structure < DEF_ADAPTER)
			lacks(def, sink, (enum def_word)i);
}

void driver_def_check(const struct driver_def *def, const struct driver_defs *all, struct sink *sink)
{
	if (!def->n_sources)
		fault(sink, &def->pos, "%s cites no source", def->name);
	if (def->descriptor) {
		if (!def->size || def->size % 8 || !def->n_kinds || !def->done_value ||
		    def->done_high / 32 != def->done_low / 32)
			fault(sink, &def->pos,
			      "a descriptor has a size in quadwords, kinds, and a mark that it is done");
		return;
	}
	check_structs(def, sink);
	if (def->kernel)
		check_kernel(def, sink);
	else
		check_driver(def, all, sink);
}

struct first_fault {
	struct err *e;
	bool is_set;
};

static void keep_first(const struct chip_pos *pos, const char *message, void *arg)
{
	struct first_fault *first = arg;
	char where[128];

	if (first->is_set)
		return;
	snprintf(where, sizeof(where), "%s:%u:%u", pos->file, pos->line, pos->column);
	err_set(first->e, EINVAL, where, "%s", message);
	first->is_set = true;
}

int driver_defs_built_in(struct arena *arena, struct driver_defs *out, struct err *e)
{
	struct first_fault first = { .e = e };
	struct sink sink = { .report = keep_first, .arg = &first };

	for (size_t i = 0; i < n_embedded_files; i++)
		if (text_starts(embedded_files[i].name, FOLDER))
			driver_def_parse(arena, embedded_files[i].name, embedded_files[i].text, embedded_files[i].size,
					 &sink, out);
	for (size_t i = 0; i < out->n; i++)
		driver_def_check(out->v[i], out, &sink);
	return sink.n ? -EINVAL : 0;
}

const struct driver_def *driver_defs_find(const struct driver_defs *defs, const char *name)
{
	for (size_t i = 0; i < defs->n; i++)
		if (!defs->v[i]->kernel && !defs->v[i]->descriptor && driver_def_has_rings(defs->v[i]) &&
		    !strcmp(defs->v[i]->name, name))
			return defs->v[i];
	return NULL;
}

const struct driver_def *driver_defs_kernel(const struct driver_defs *defs)
{
	for (size_t i = 0; i < defs->n; i++)
		if (defs->v[i]->kernel)
			return defs->v[i];
	return NULL;
}

const struct driver_def *driver_defs_format(const struct driver_defs *defs, const char *name)
{
	for (size_t i = 0; name && i < defs->n; i++)
		if (defs->v[i]->descriptor && !strcmp(defs->v[i]->name, name))
			return defs->v[i];
	return NULL;
}
