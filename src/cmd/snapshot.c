// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cmd.h"

#include <errno.h>

#include "snapshot/file.h"
#include "util/file.h"

static int chip_of(struct chipdb *db, const struct snapshot *s, const struct chip **chip, struct err *e)
{
	*chip = NULL;
	return s->chip ? chipdb_find(db, s->chip, chip, e) : 0;
}

static int save(const struct options *o, struct chipdb *db, const struct snapshots *list)
{
	const char *path = o->output ? o->output : "-";
	AUTO_BUF struct buf out = { 0 };
	struct err e = { 0 };
	int r = 0;

	for (size_t i = 0; i < list->n && !r; i++) {
		const struct chip *chip;

		r = chip_of(db, list->v[i], &chip, &e);
		if (!r && !o->no_redact)
			snapshot_redact(list->v[i], chip);
		if (!r)
			snapshot_save(list->v[i], chip, &out);
	}
	if (!r)
		r = file_write_atomic(path, buf_str(&out), out.len, 0644, &e);
	return r ? cmd_fail(&e, r) : 0;
}

static int run(const struct options *o, char **args, int n)
{
	struct source_options so = cmd_source_options(o, n ? args[0] : NULL);
	struct snapshots list = { 0 };
	struct chipdb *db = NULL;
	int status = cmd_chipdb(o, &db);

	if (!status)
		status = cmd_sources(o, db, &so, &list);
	if (!status)
		status = save(o, db, &list);
	if (!status)
		status = cmd_completeness(&list);
	snapshots_free(&list);
	chipdb_free(db);
	return status;
}

const struct cmd cmd_snapshot = {
	.name = "snapshot",
	.args = "[DEVICE]",
	.summary = "all that is known of a device, in one file to keep or to send",
	.accepts = "output no-redact wake reg side-effects",
	.details = "Writes JSON to stdout, or with -o FILE to a file that appears whole or not at all. MAC\n"
		   "addresses and serial numbers are masked. nicregs show --from FILE reads it back.\n",
	.max_args = 1,
	.run = run,
};
