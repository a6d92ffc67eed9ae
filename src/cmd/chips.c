// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "util/alloc.h"
#include "view/chips.h"

/* The named chip or, without a name, all of them. *chips is freed by the caller. */
static int find_chips(struct chipdb *db, const char *name, const struct chip ***chips, size_t *n, struct err *e)
{
	AUTO_FREE const char **names = NULL;
	int r = 0;

	if (name) {
		*chips = xcalloc(1, sizeof(**chips));
		*n = 1;
		r = chipdb_find(db, name, *chips, e);
		return r == -ENOENT && !chipdb_part(db, name, *chips, NULL) ? 0 : r;
	}
	*n = chipdb_chips(db, &names);
	*chips = xcalloc(*n, sizeof(**chips));
	for (size_t i = 0; i < *n && !r; i++)
		r = chipdb_find(db, names[i], &(*chips)[i], e);
	return r;
}

static int no_register(const struct chips_view *what)
{
	struct err e = { 0 };
	int r = err_set(&e, ENOENT, what->regs, "%s has no such register or field", what->chips[0]->name);

	err_todo(&e, "'nicregs chips %s' lists its registers; a name may have wildcards: 'TDH*'", what->chips[0]->name);
	return cmd_fail(&e, r);
}

static int print(const struct options *o, const struct chips_view *what, bool list)
{
	struct view view = cmd_view(o);
	AUTO_BUF struct buf out = { 0 };
	size_t found = 1;

	if (o->json)
		found = chips_json(what, &out);
	else if (list)
		chips_list_text(&view, what, &out);
	else if (what->regs)
		found = chips_reg_text(&view, what, &out);
	else
		chips_text(&view, what, &out);
	if (!found && what->regs)
		return no_register(what);
	return cmd_page(o, &out, STATUS_OK);
}

static int run(const struct options *o, char **args, int n)
{
	struct chipdb *db = NULL;
	AUTO_FREE const struct chip **chips = NULL;
	struct chips_view what = { .regs = n > 1 ? args[1] : NULL, .all = o->all || o->verbose };
	struct err e = { 0 };
	int status = cmd_chipdb(o, &db), r;

	if (status)
		return status;
	r = find_chips(db, n ? args[0] : NULL, &chips, &what.n, &e);
	what.chips = chips;
	status = r ? cmd_fail(&e, r) : print(o, &what, !n);
	chipdb_free(db);
	return status;
}

const struct cmd cmd_chips = {
	.name = "chips",
	.args = "[CHIP [REG]]",
	.summary = "List the supported chips, their registers and fields",
	.accepts = "all",
	.details = "Without arguments, the supported chips. CHIP is a chip, a family, or pci for\n"
		   "configuration space. REG is a name that may have wildcards ('TDH*') and a field\n"
		   "(STATUS.SPEED); its bits, their values and the source are printed. --all (or -v)\n"
		   "prints them for every register.\n",
	.examples = "  nicregs chips\n"
		    "  nicregs chips 82574L TCTL\n"
		    "  nicregs chips I350 'TXD*'\n",
	.max_args = 2,
	.run = run,
};
