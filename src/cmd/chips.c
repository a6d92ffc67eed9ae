// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/cmd.h"
#include "util/alloc.h"
#include "util/nearest.h"
#include "util/text.h"
#include "view/chips.h"

/* "I219" of "I219-SPT". */
static bool is_of_group(const char *chip, const char *name)
{
	size_t n = strlen(name);

	return !strncasecmp(chip, name, n) && chip[n] == '-';
}

/* All chips, or those of a group of names. *chips is freed by the caller. */
static int find_many(struct chipdb *db, const char *group, const struct chip ***chips, size_t *n, struct err *e)
{
	AUTO_FREE const char **names = NULL;
	size_t all = chipdb_chips(db, &names);
	int r = 0;

	*chips = xcalloc(all, sizeof(**chips));
	*n = 0;
	for (size_t i = 0; i < all && !r; i++)
		if (!group || is_of_group(names[i], group))
			r = chipdb_find(db, names[i], &(*chips)[(*n)++], e);
	return r;
}

/* Those that have a name in common, "I219-LM"; 0: one at most has it. *chips is freed by the caller. */
static int find_called(struct chipdb *db, const char *name, const struct chip ***chips, size_t *n, struct err *e)
{
	AUTO_FREE const char **names = NULL;
	size_t all = chipdb_called(db, name, &names);
	int r = 0;

	if (all < 2)
		return 0;
	*chips = xcalloc(all, sizeof(**chips));
	for (*n = 0; *n < all && !r; ++*n)
		r = chipdb_find(db, names[*n], &(*chips)[*n], e);
	return r;
}

/* The named chip, those of a group ("I219") or, without a name, all. *chips is freed by the caller. */
static int find_chips(struct chipdb *db, const char *name, const struct chip ***chips, size_t *n, struct err *e)
{
	const struct chip *chip;
	int r = name ? find_called(db, name, chips, n, e) : 0;

	if (r || *n)
		return r;
	r = name ? source_find_chip(db, name, &chip, e) : -ENOENT;
	if (name && r == -ENOENT && !chipdb_part(db, name, &chip, NULL))
		r = 0;
	if (name && !r) {
		*chips = xcalloc(1, sizeof(**chips));
		(*chips)[0] = chip;
		*n = 1;
	} else if (r == -ENOENT) {
		int many = find_many(db, name, chips, n, NULL);

		r = many || *n ? many : r;
	}
	return r;
}

/* "82571EB, 82574L": what builds on a family; the caller frees it. NULL: it is no family. */
static char *members_of(struct chipdb *db, const struct chip *family)
{
	AUTO_FREE const struct chip **chips = NULL;
	AUTO_BUF struct buf names = { 0 };
	size_t n;

	if (!family->family || find_many(db, NULL, &chips, &n, NULL))
		return NULL;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < chips[i]->n_bases; k++)
			if (!strcmp(chips[i]->bases[k], family->name)) {
				buf_printf(&names, "%s%s", names.len ? ", " : "", chips[i]->name);
				break;
			}
	return names.len ? buf_take(&names) : NULL;
}

/* `name`: as it was typed, of one chip or of several. */
static int no_register(const struct chips_view *what, const char *name)
{
	const struct chip *chip = what->chips[0];
	char near[2 * NEAREST_MAX];
	struct err e = { 0 };
	int r = what->n > 1 ? err_set(&e, ENOENT, what->regs,
				      "none of the %zu chips named %s has such a register or field", what->n, name)
			    : err_set(&e, ENOENT, what->regs, "%s has no such register or field", chip->name);

	if (chip_nearest(chip, CHIP_ANY_SPACE, what->regs, near, sizeof(near)))
		err_todo(&e, "did you mean '%s'? 'nicregs chips %s' lists its registers", near, chip->name);
	else
		err_todo(&e, "'nicregs chips %s' lists its registers; a name may have wildcards: 'TDH*'", chip->name);
	return cmd_fail(&e, r);
}

static int print(const struct options *o, const struct chips_view *what, const char *name)
{
	bool list = !name || (what->n > 1 && !what->regs);
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
		return no_register(what, name);
	return cmd_page(o, &out, STATUS_OK);
}

static int run(const struct options *o, char **args, int n)
{
	struct chipdb *db = NULL;
	AUTO_FREE const struct chip **chips = NULL;
	AUTO_FREE char *members = NULL;
	struct chips_view what = { .regs = n > 1 ? args[1] : NULL, .all = o->all || o->verbose };
	struct err e = { 0 };
	int status = cmd_chipdb(o, &db), r;

	if (status)
		return status;
	if (!n && !o->json)
		chipdb_facts_only(db);
	r = find_chips(db, n ? args[0] : NULL, &chips, &what.n, &e);
	what.chips = chips;
	what.called = what.n > 1 && n ? args[0] : NULL;
	if (!r && what.n == 1)
		what.members = members = members_of(db, chips[0]);
	status = r ? cmd_fail(&e, r) : print(o, &what, n ? args[0] : NULL);
	chipdb_free(db);
	return status;
}

const struct cmd cmd_chips = {
	.name = "chips",
	.args = "[CHIP [REG]]",
	.summary = "List the supported chips, their registers and fields",
	.accepts = "all",
	.details = "Without arguments, the supported chips. CHIP is a chip, a family, a PCI ID\n"
		   "(8086:15bb), a name as lspci prints it, or pci for configuration space; I219 or\n"
		   "I219-LM lists the chips of that name, with REG that register of each. REG is a name\n"
		   "that may have wildcards ('TDH*') and a field (STATUS.SPEED); its bits, their values\n"
		   "and the source are printed. --all (or -v) prints them for every register.\n",
	.examples = "  nicregs chips\n"
		    "  nicregs chips 82574L TCTL\n"
		    "  nicregs chips I350 'TXD*'\n",
	.max_args = 2,
	.run = run,
};
