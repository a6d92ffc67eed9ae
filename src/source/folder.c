// SPDX-License-Identifier: GPL-2.0-or-later
/* What --from names: a file, or an incident, which is snapshots of one device or of several in one folder. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "source/format.h"
#include "util/alloc.h"
#include "util/err.h"

static int is_numbered(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return isdigit((unsigned char)d->d_name[0]) && n > 5 && !strcmp(d->d_name + n - 5, ".json");
}

static bool same_device(const struct snapshot *a, const struct snapshot *b)
{
	const struct pci_function *x = snapshot_self(a), *y = snapshot_self(b);

	return x && y && pci_addr_equal(&x->addr, &y->addr);
}

static bool seen_later(const struct snapshots *list, size_t i)
{
	for (size_t k = i + 1; k < list->n; k++)
		if (same_device(list->v[i], list->v[k]))
			return true;
	return false;
}

/* Moves to `out` all, or the last of each device. */
static void give(struct snapshots *found, bool all, struct snapshots *out)
{
	for (size_t i = 0; i < found->n; i++) {
		if (all || !seen_later(found, i))
			snapshots_add(out, found->v[i]);
		else
			snapshot_free(found->v[i]);
		found->v[i] = NULL;
	}
	found->n = 0;
}

static int not_in(const char *device, const char *path, struct err *e)
{
	err_set(e, ENODEV, device, "not in %s", path);
	err_todo(e, "`nicregs list --from %s` tells what is in it", path);
	return -ENODEV;
}

/* Files whose names begin with a digit and end in .json, in their order. */
static int read_folder(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		       struct err *e)
{
	struct dirent **names = NULL;
	struct snapshots found = { 0 };
	int n = scandir(path, &names, is_numbered, alphasort), r = n < 0 ? err_file(e, errno, path) : 0;

	if (!n) {
		r = err_set(e, EISDIR, path, "a folder without numbered snapshots: no incident");
		err_todo(e, "name a file in it, or a folder that `nicregs watch` made");
	}
	for (int i = 0; i < n; i++) {
		AUTO_FREE char *file = xasprintf("%s/%s", path, names[i]->d_name);

		if (!r)
			r = read_file(db, options, file, &found, e);
		if (r == -ENODEV && options->device)
			r = 0; /* another can be of the asked device */
		free(names[i]);
	}
	free(names);
	if (!r && !found.n)
		r = not_in(options->device, path, e);
	if (!r)
		give(&found, options->series, out);
	snapshots_free(&found);
	return r;
}

int source_file(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		struct err *e)
{
	struct stat st;

	if (strcmp(path, "-") != 0 && !stat(path, &st) && S_ISDIR(st.st_mode))
		return read_folder(db, options, path, out, e);
	return read_file(db, options, path, out, e);
}
