// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cmd.h"

#include <errno.h>

static int render(const struct options *o, struct chipdb *db, const struct snapshots *list, struct buf *out)
{
	struct view view = cmd_view(o);
	struct err e = { 0 };
	int r;

	if (o->json)
		r = list_json(o->output, db, list, out, &e);
	else
		r = list_text(&view, o->output, !o->noheadings, db, list, out, &e);
	return r ? cmd_fail(&e, r) : 0;
}

static int run(const struct options *o, char **args, int n)
{
	struct source_options so = cmd_source_options(o, n ? args[0] : NULL);

	so.no_regs = true;
	return cmd_over_snapshots(o, &so, render);
}

const struct cmd cmd_list = {
	.name = "list",
	.args = "[DEVICE]",
	.summary = "one row for each supported NIC",
	.accepts = "output noheadings",
	.details = "-o takes column names separated by commas: address, netdev, chip, id, driver,\n"
		   "firmware, link, aspm, bond, verdict, errata, mac, mtu, bridge, numa, partner, power.\n"
		   "Without it, on a terminal that is too narrow, columns that say nothing are left out.\n",
	.max_args = 1,
	.needs = cmd_needs_devices,
	.run = run,
};
