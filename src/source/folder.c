// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots out of several files: of a folder, which is an incident, or of an archive or a bug report. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshot/file.h"
#include "source/internal.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/embedded.h"
#include "util/err.h"
#include "util/text.h"

static int is_numbered(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return isdigit((unsigned char)d->d_name[0]) && n > 5 && !strcmp(d->d_name + n - 5, ".json");
}

static int is_json(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return *d->d_name != '.' && n > 5 && !strcmp(d->d_name + n - 5, ".json");
}

/* Of a name without a number: whether a snapshot is in it. */
static bool holds_snapshot(const char *path)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char head[4096];
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return false;
	n = read(fd, head, sizeof(head));
	return n > 0 && snapshot_recognise(head, (size_t)n) &&
	       memmem(head, (size_t)n, SNAPSHOT_FORMAT, strlen(SNAPSHOT_FORMAT));
}

static bool seen_later(const struct snapshots *list, size_t i)
{
	for (size_t k = i + 1; k < list->n; k++)
		if (samples_of_one_address(list->v[i], list->v[k]))
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
	AUTO_FREE char *word = shell_path(path);

	err_set(e, ENODEV, device, "not in %s", path);
	err_todo(e, "`nicregs list --from %s` lists the devices in it", word);
	return -ENODEV;
}

/* What of a folder could not be read. */
struct unread_files {
	uint64_t n;
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
		     struct unread_files *left)
{
	struct err e = { 0 };
	int r = is_file(path, &e);

	if (!r)
		r = file_read_any(db, options, path, found, &e);
	if (!r || (r == -ENODEV && options->device)) /* another can be of the asked device */
		return;
	if (!left->n++) {
		left->r = r;
		left->e = e;
	}
}

static void note_left_out(const struct unread_files *left, size_t of, struct snapshots *found)
{
	for (size_t i = 0; i < found->n && left->n; i++)
		snapshot_note(found->v[i],
			      "%" PRIu64 " of the directory's %zu snapshots could not be read; the first: %s: %s.",
			      left->n, of, left->e.what, left->e.why);
	found->partial = left->n;
}

/* Files whose names begin with a digit and end in .json, and others of that ending in which is a snapshot, in their order. */
int folder_read(struct chipdb *db, const struct source_options *options, const char *path, struct snapshots *out,
		struct err *e)
{
	struct dirent **names = NULL;
	struct snapshots found = { 0 };
	struct unread_files left = { 0 };
	int n = scandir(path, &names, is_json, alphasort), r = n < 0 ? err_file(e, errno, path) : 0;
	size_t of = 0;

	if (!n) {
		r = err_set(e, EISDIR, path, "a directory without numbered snapshots: not an incident");
		err_todo(e, "name a file in it, or an incident that `nicregs watch` saved");
	}
	for (int i = 0; i < n; i++) {
		AUTO_FREE char *file = xasprintf("%s/%s", path, names[i]->d_name);

		if (is_numbered(names[i]) || holds_snapshot(file)) {
			read_one(db, options, file, &found, &left);
			of++;
		}
		free(names[i]);
	}
	free(names);
	if (!r && !found.n && left.n) {
		*e = left.e;
		r = left.r;
	}
	if (!r && !found.n)
		r = not_in(options->device, path, e);
	note_left_out(&left, of, &found);
	if (!r)
		give(&found, options->series, out);
	snapshots_free(&found);
	return r;
}

/* One that cannot be read does not hide the others. */
static int read_kept_snapshots(struct chipdb *db, const struct source_options *options, struct input *in,
			       struct snapshots *found, struct unread_files *left)
{
	size_t of = 0;
	int r;

	for (;;) {
		AUTO_BUF struct buf text = { 0 };
		struct input one;
		struct err e = { 0 };

		r = input_snapshot(in, SNAPSHOT_MOST, &text, &e);
		if (r == 1) {
			input_memory(&one, in->name, buf_str(&text), text.len);
			r = source_input(db, options, &one, found, &e);
			input_close(&one);
		} else if (!r) {
			return (int)of;
		}
		if (in->error) {
			*left = (struct unread_files){ 1, in->error, e };
			return (int)of;
		}
		of++;
		if (r && (r != -ENODEV || !options->device) && !left->n++) {
			left->r = r;
			left->e = e;
		}
	}
}

static int nothing_in_it(const struct input *in, const struct bundle_counts *counts, struct err *e)
{
	AUTO_FREE char *path = shell_path(strcmp(in->name, "standard input") ? in->name : "-");

	if (counts->lost) {
		*e = *bundle_lost(in->bundle);
		return -EINVAL;
	}
	err_set(e, ENODATA, in->name, "no file in it, of %" PRIu64 ", is a snapshot or describes a network card",
		counts->files);
	err_todo(e, "for the logs in it: nicregs log %s", path);
	return -ENODATA;
}

/* Each snapshot has a note about the files that could not be read; `of`: how many there were to read. */
static void note_left(struct snapshots *found, const struct unread_files *left, uint64_t of)
{
	for (size_t i = 0; i < found->n && left->n; i++)
		snapshot_note(found->v[i],
			      "%" PRIu64 " of the %" PRIu64 " files that say something could not be read%s%s%s%s.",
			      left->n, of, *left->e.why ? "; the first: " : "", left->e.what, *left->e.why ? ": " : "",
			      left->e.why);
	found->partial |= left->n != 0;
}

/* An archive, or a directory: an incident's snapshots, or else the texts in it. */
int folder_read_bundle(struct chipdb *db, const struct source_options *options, struct input *in, struct snapshots *out,
		       struct err *e)
{
	const struct bundle_counts *counts = bundle_counts(in->bundle);
	struct unread_files left = { 0 };
	struct snapshots found = { 0 };
	uint64_t of = 0;
	size_t n = 1;
	int r = 0;

	if (!counts->snapshots)
		input_head(in, &n);
	if (!n) {
		r = nothing_in_it(in, counts, e);
	} else if (counts->snapshots) {
		of = (uint64_t)read_kept_snapshots(db, options, in, &found, &left) + counts->lost;
		if (counts->lost && !left.n)
			left.e = *bundle_lost(in->bundle);
		left.n += counts->lost;
	} else {
		r = source_input(db, options, in, &found, e);
		left.n = in->lost + counts->no_room + counts->lost;
		left.e = in->lost ? in->lost_why : *bundle_lost(in->bundle);
		of = counts->wanted;
	}
	if (!r && !found.n && left.r) {
		*e = left.e;
		r = left.r;
	}
	if (!r && !found.n)
		r = not_in(options->device, in->name, e);
	note_left(&found, &left, of);
	if (!r)
		give(&found, options->series && counts->snapshots, out);
	snapshots_free(&found);
	return r;
}

bool source_is_incident(const char *path)
{
	struct dirent **names = NULL;
	int n = scandir(path, &names, is_numbered, alphasort);

	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return n > 0;
}
