// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cmd.h"
#include "host/privilege.h"

#include <errno.h>

#include "diagnose/diagnose.h"
#include "util/clock.h"

#define APART (CLOCK_SECOND / 10)

static int print(const struct options *o, struct chipdb *db, const struct snapshots *list, struct diagnose_kept *kept,
		 bool named)
{
	const struct list_options what = { .columns = o->output,
					   .headings = !o->noheadings,
					   .fold = !o->all && !o->noheadings && !named,
					   .kept = kept };
	struct view view = cmd_view(o);
	AUTO_BUF struct buf out = { 0 };
	struct err e = { 0 };
	int r;

	if (!list->n && !o->json)
		return o->noheadings ? STATUS_OK : cmd_none();
	if (o->json)
		r = list_json(&what, db, list, &out, &e);
	else
		r = list_text(&view, &what, db, list, &out, &e);
	return r ? cmd_fail(&e, r) : cmd_output(&out, cmd_identified(list));
}

/* Two samples for the verdict, which some registers of this machine's devices say; nothing of them without it. */
static int read_devices(const struct options *o, struct chipdb *db, struct source_options *so, bool verdict,
			struct snapshots *list, struct diagnose_kept *kept)
{
	const struct sampling two = { APART, 2 };

	so->series = true;
	so->no_regs = !verdict;
	so->queues_only = verdict;
	if (verdict && !o->n_from && !o->demo)
		return cmd_samples(db, so, &two, list, kept);
	return cmd_sources(o, db, so, list);
}

static int run(const struct options *o, char **args, int n)
{
	struct source_options so = cmd_source_options(o, n ? args[0] : NULL);
	struct diagnose_kept *kept = NULL;
	struct snapshots list = { 0 };
	struct chipdb *db = NULL;
	struct err e = { 0 };
	int verdict = list_has_verdict(o->output, &e), status;

	if (verdict < 0)
		return cmd_fail(&e, verdict);
	status = cmd_chipdb(o, &db);
	kept = diagnose_kept_new();
	if (!status)
		status = read_devices(o, db, &so, verdict != 0, &list, kept);
	if (!status)
		status = cmd_keep(PRIVILEGE_NONE);
	if (!status)
		status = print(o, db, &list, kept, n != 0);
	diagnose_kept_free(kept);
	snapshots_free(&list);
	chipdb_free(db);
	return status;
}

static const struct option_help own_words[] = {
	{ "output", "[+]COLUMNS", "columns to print, separated by commas; +: these and the usual ones" },
	{ "all", NULL, "a row for each virtual function" },
	{ 0 },
};

const struct cmd cmd_list = {
	.name = "list",
	.args = "[DEVICE]",
	.summary = "List Intel NICs, one per line",
	.accepts = "output noheadings all",
	.helps = own_words,
	.details = "Takes two samples of each NIC's queues, a tenth of a second apart, for its verdict, in\n"
		   "the words of diagnose: what stands so shortly watched is 'hung (possible)'. 'Not\n"
		   "checked' is explained below the table. On a terminal that is too narrow, columns that\n"
		   "are empty are left out. Several --from samples of a device make one row. If a port\n"
		   "has more than four virtual functions, a line below it says how many of what kind they\n"
		   "are, and those in trouble have rows; --all, -n and a DEVICE give each its row.\n",
	.examples = "  nicregs list\n"
		    "  nicregs list -o +mac,partner\n"
		    "  nicregs list -n -o netdev,chip           for scripts\n",
	.more = list_columns_help,
	.max_args = 1,
	.needs = cmd_needs_devices,
	.run = run,
};
