// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cmd.h"

#include <errno.h>

#include "access/privilege.h"
#include "snapshot/file.h"
#include "util/file.h"

static int chip_of(struct chipdb *db, const struct snapshot *s, const struct chip **chip, struct err *e)
{
	*chip = NULL;
	return s->chip ? chipdb_find(db, s->chip, chip, e) : 0;
}

static int save(const struct options *o, struct chipdb *db, const struct snapshots *list, struct buf *out)
{
	struct err e = { 0 };
	int r = 0;

	for (size_t i = 0; i < list->n && !r; i++) {
		const struct chip *chip;

		r = chip_of(db, list->v[i], &chip, &e);
		if (!r && !o->no_redact)
			snapshot_redact(list->v[i], chip);
		if (!r)
			snapshot_save(list->v[i], chip, out);
	}
	if (!r && o->output) {
		r = file_write_atomic(o->output, buf_str(out), out->len, 0644, &e);
		buf_clear(out);
	}
	return r ? cmd_fail(&e, r) : 0;
}

static uint64_t needs(const struct options *o, int n)
{
	return cmd_needs_devices(o, n) | (o->output ? PRIVILEGE_WRITE : PRIVILEGE_NONE);
}

static int run(const struct options *o, char **args, int n)
{
	struct source_options so = cmd_source_options(o, n ? args[0] : NULL);

	so.writes_files = o->output != NULL;
	return cmd_over_snapshots(o, &so, save);
}

const struct cmd cmd_snapshot = {
	.name = "snapshot",
	.args = "[DEVICE]",
	.summary = "all that is known of a device, in one file to keep or to send",
	.accepts = "output no-redact wake reg side-effects",
	.details = "Writes JSON to stdout, or with -o FILE to a file that appears whole or not at all. MAC\n"
		   "addresses and serial numbers are masked. nicregs show --from FILE reads it back.\n",
	.max_args = 1,
	.needs = needs,
	.run = run,
};
