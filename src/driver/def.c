// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of driver definitions, and the definitions that are part of the program. */
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
		if (!defs->v[i]->kernel && !defs->v[i]->descriptor && !strcmp(defs->v[i]->name, name))
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
