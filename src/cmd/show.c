// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/cmd.h"

static int render(const struct options *o, struct chipdb *db, const struct snapshots *list, struct buf *out)
{
	struct show_options so = { .regs = o->reg, .all = o->all, .raw = o->raw, .queues = o->queues };
	struct view view = cmd_view(o);
	struct err e = { 0 };
	int r = 0;

	if (o->reg)
		r = show_asked(db, list, o->reg, &e);
	if (o->json && !r)
		r = show_json(&so, db, list, out, &e);
	for (size_t i = 0; i < list->n && !o->json && !r; i++) {
		if (i)
			buf_putc(out, '\n');
		r = show_text(&view, &so, db, list->v[i], out, &e);
	}
	return r ? cmd_fail(&e, r) : 0;
}

static int run(const struct options *o, char **args, int n)
{
	struct source_options so = cmd_source_options(o, n ? args[0] : NULL);

	return cmd_over_snapshots(o, &so, render);
}

const struct cmd cmd_show = {
	.name = "show",
	.args = "[DEVICE]",
	.summary = "what the device's registers say and mean",
	.accepts = "all reg raw queues side-effects wake",
	.details = "Identity, both ends of the PCI Express link with their ASPM state, and the registers by\n"
		   "group. Registers that a read would change are left alone, unless one is named with --reg\n"
		   "and --side-effects is given.\n",
	.max_args = 1,
	.needs = cmd_needs_devices,
	.run = run,
};
