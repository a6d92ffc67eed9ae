// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "snapshot/file.h"
#include "source/format.h"
#include "util/embedded.h"
#include "util/err.h"

int source_demo(struct chipdb *db, const struct source_options *options, struct snapshots *out, struct err *e)
{
	for (size_t i = 0; i < n_embedded_files; i++) {
		const struct embedded_file *file = &embedded_files[i];
		size_t before = out->n;
		struct input in;
		int r;

		if (strcmp(file->name, "source/demo.json"))
			continue;
		input_memory(&in, "demo", file->text, file->size);
		r = source_input(db, options, &in, out, e);
		input_close(&in);
		if (r == -ENODEV && options->device) {
			err_set(e, ENODEV, options->device, "not in the recording");
			err_todo(e, "`nicregs --demo list` tells what is in it");
		}
		for (size_t k = before; k < out->n; k++)
			out->v[k]->origin = ORIGIN_DEMO;
		return r;
	}
	return err_set(e, ENOENT, "--demo", "this build has no recording in it");
}
