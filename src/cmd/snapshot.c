// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cmd.h"

#include <errno.h>

#include "host/privilege.h"
#include "snapshot/file.h"

static int chip_of(struct chipdb *db, const struct snapshot *s, const struct chip **chip, struct err *e)
{
	*chip = NULL;
	return s->chip ? chipdb_find(db, s->chip, chip, e) : 0;
}

/* What an incomplete snapshot lacks: said on stderr, as stdout may be the snapshot. */
static void say_missing(const struct snapshot *s)
{
	const struct pci_function *self = snapshot_self(s);
	size_t missing = 0, read = 0;
	enum unread why = UNREAD_NO;
	char address[PCI_ADDR_MAX];
	struct err e = { 0 };

	for (size_t i = 0; i < s->n_regs; i++) {
		enum unread one = (enum unread)s->regs[i].unread;

		if (one == UNREAD_CLEARS || one == UNREAD_SETS || one == UNREAD_WRITE_ONLY || one == UNREAD_PHY)
			continue;
		missing += one != UNREAD_NO;
		read += one == UNREAD_NO;
		why = one != UNREAD_NO ? one : why;
	}
	if (!missing || !self)
		return;
	err_set(&e, EIO, s->facts.netdev ? s->facts.netdev : pci_addr_str(&self->addr, address),
		"%zu of %zu registers are missing from the snapshot: %s", missing, missing + read, unread_name(why));
	if (why == UNREAD_NEEDS_ROOT)
		err_todo(&e, "%srun it as root, with sudo for instance",
			 self->config_len < 256 ? "most of configuration space is missing, too; " : "");
	else
		err_todo(&e, "nicregs show explains why, and what would help");
	cmd_fail(&e, -EIO);
}

static int save(const struct options *o, struct chipdb *db, const struct snapshots *list, struct buf *out)
{
	struct err e = { 0 };
	int r = 0;

	if (!list->n) {
		return cmd_refuse("this machine", "no Intel NIC found, nothing to save",
				  "nicregs --demo snapshot saves the recording inside the program");
	}
	for (size_t i = 0; i < list->n && !r; i++) {
		const struct chip *chip;

		r = chip_of(db, list->v[i], &chip, &e);
		if (!r && !o->no_redact)
			snapshot_redact(list->v[i], chip);
		if (!r)
			snapshot_save(list->v[i], chip, out);
	}
	if (!r && o->output)
		r = cmd_write_output(o, out, &e);
	if (r)
		return cmd_fail(&e, r);
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i]->origin == ORIGIN_LIVE && !list->v[i]->file)
			say_missing(list->v[i]);
	return 0;
}

static uint64_t needs(const struct options *o, int n)
{
	return cmd_needs_devices(o, n) | (o->output ? PRIVILEGE_WRITE : PRIVILEGE_NONE);
}

static int run(const struct options *o, char **args, int n)
{
	struct source_options so = cmd_source_options(o, n ? args[0] : NULL);
	struct err e = { 0 };
	int r = cmd_check_output(o, &e);

	so.writes_files = o->output != NULL;
	return r ? cmd_fail(&e, r) : cmd_over_snapshots(o, &so, save);
}

static const struct option_help own_words[] = {
	{ "force", NULL, "replace FILE if it exists" },
	{ 0 },
};

const struct cmd cmd_snapshot = {
	.name = "snapshot",
	.args = "[DEVICE]",
	.summary = "Save everything about a NIC to a file (to keep or send)",
	.accepts = "output force no-redact wake reg side-effects",
	.helps = own_words,
	.details = "Writes JSON to stdout, or with -o to a new file that appears whole or not at all. MAC\n"
		   "addresses and serial numbers are masked. nicregs show --from FILE reads it back.\n",
	.examples = "  nicregs snapshot eno1 -o eno1.json\n"
		    "  nicregs diagnose --from eno1.json\n",
	.max_args = 1,
	.needs = needs,
	.run = run,
};
