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
	out->partial = out->partial || found->partial;
	found->n = 0;
}

static int not_in(const char *device, const char *path, struct err *e)
{
	err_set(e, ENODEV, device, "not in %s", path);
	err_todo(e, "`nicregs list --from %s` tells what is in it", path);
	return -ENODEV;
}

/* What of a folder could not be read. */
struct left_out {
	size_t n;
	int r;        /* -errno of the first */
	struct err e; /* of the first */
};

static int is_file(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_file(e, errno, path);
	return S_ISREG(st.st_mode) ? 0 : err_set(e, EINVAL, path, "not a file, and left alone");
}

/* One that cannot be read does not hide the others. */
static void read_one(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *found,
		     struct left_out *left)
{
	struct err e = { 0 };
	int r = is_file(path, &e);

	if (!r)
		r = read_file(db, options, path, found, &e);
	if (!r || (r == -ENODEV && options->device)) /* another can be of the asked device */
		return;
	if (!left->n++) {
		left->r = r;
		left->e = e;
	}
}

static void note_left_out(const struct left_out *left, size_t of, struct snapshots *found)
{
	for (size_t i = 0; i < found->n && left->n; i++)
		snapshot_note(found->v[i], "%zu of the folder's %zu snapshots could not be read; of the first: %s: %s.",
			      left->n, of, left->e.what, left->e.why);
	found->partial = left->n;
}

/* Files whose names begin with a digit and end in .json, in their order. */
static int read_folder(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		       struct err *e)
{
	struct dirent **names = NULL;
	struct snapshots found = { 0 };
	struct left_out left = { 0 };
	int n = scandir(path, &names, is_numbered, alphasort), r = n < 0 ? err_file(e, errno, path) : 0;

	if (!n) {
		r = err_set(e, EISDIR, path, "a folder without numbered snapshots: no incident");
		err_todo(e, "name a file in it, or a folder that `nicregs watch` made");
	}
	for (int i = 0; i < n; i++) {
		AUTO_FREE char *file = xasprintf("%s/%s", path, names[i]->d_name);

		read_one(db, options, file, &found, &left);
		free(names[i]);
	}
	free(names);
	if (!r && !found.n && left.n) {
		*e = left.e;
		r = left.r;
	}
	if (!r && !found.n)
		r = not_in(options->device, path, e);
	note_left_out(&left, n > 0 ? (size_t)n : 0, &found);
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
