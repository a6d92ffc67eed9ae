// SPDX-License-Identifier: GPL-2.0-or-later
/* Every file of a directory or an archive, and of archives in it, one after the other. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "bundle/internal.h"
#include "util/alloc.h"
#include "util/archive.h"
#include "util/err.h"
#include "util/file.h"

#define DEEPEST 4 /* the root, an archive, an archive in it, and one more */
#define FILES_MOST 1000000
#define BYTES_MOST (UINT64_C(64) << 30) /* unpacked, in all */

/* Something with files in it, and the one that is open. */
struct level {
	struct tree *tree;
	FTS *folder; /* one of these; none: the archive itself is the one file */
	struct members *members;
	struct apport *apport;
	bool done;    /* that one was given */
	dev_t device; /* that the folder of the last file is on, if it is known */
	bool device_known;
	size_t path; /* bytes of the tree's path up to here */
	int fd;      /* of a folder's file; -1 */
	struct stream *file;
	char head[TREE_HEAD];
	size_t head_n, head_at;
	int head_r; /* how reading the head ended: 1 there may be more */
	struct err why;
};

struct tree {
	char *name;
	size_t root; /* bytes of a folder's path */
	struct level *level[DEEPEST];
	size_t n;
	char path[BUNDLE_PATH];
	stream_fn *more; /* of the archive */
	void *arg;
	uint64_t given; /* files that a caller had */
	uint64_t lost;
	struct err why;                          /* of the first that was lost */
	uint64_t files, passed, bytes, left_out; /* passed: folders and links of archives */
};

static int too_large(const struct tree *t, struct err *e)
{
	err_set(e, EFBIG, t->name, "it is larger than any bug report: %s",
		t->files > FILES_MOST || t->passed > FILES_MOST ? "more than a million files"
								: "more than 64 GiB when unpacked");
	err_todo(e, "unpack it and name the files to read: nicregs log FILE...");
	return -EFBIG;
}

static ssize_t count(struct tree *t, ssize_t n, struct err *e)
{
	t->bytes += n > 0 ? (uint64_t)n : 0;
	return t->bytes > BYTES_MOST ? too_large(t, e) : n;
}

/* A stream_fn: the outermost archive's bytes. */
static ssize_t read_root(void *arg, char *to, size_t room, struct err *e)
{
	struct tree *t = arg;

	return count(t, t->more(t->arg, to, room, e), e);
}

/* A stream_fn: a folder's file. */
static ssize_t read_fd(void *arg, char *to, size_t room, struct err *e)
{
	struct level *l = arg;
	ssize_t n = file_some(l->fd, to, room);

	return n < 0 ? err_file(e, (int)-n, l->tree->path) : n;
}

static int level_read(struct level *l, char *to, size_t room, size_t *n, struct err *e)
{
	int r;

	*n = l->head_n - l->head_at;
	if (*n) {
		*n = *n < room ? *n : room;
		memcpy(to, l->head + l->head_at, *n);
		l->head_at += *n;
		return 1;
	}
	if (l->head_r != 1) {
		if (e)
			*e = l->why;
		return l->head_r;
	}
	r = stream_read(l->file, to, room, n, e);
	return r == 1 && count(l->tree, (ssize_t)*n, e) < 0 ? -EFBIG : r;
}

/* A stream_fn: the file of a level, of which another level is made. */
static ssize_t read_below(void *arg, char *to, size_t room, struct err *e)
{
	size_t n;
	int r = level_read(arg, to, room, &n, e);

	return r == 1 ? (ssize_t)n : r;
}

static void close_file(struct level *l)
{
	stream_free(l->file);
	l->file = NULL;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

static struct level *push(struct tree *t)
{
	struct level *l = xcalloc(1, sizeof(*l));

	l->tree = t;
	l->fd = -1;
	l->path = strlen(t->path);
	t->level[t->n++] = l;
	return l;
}

static void pop(struct tree *t)
{
	struct level *l = t->level[--t->n];

	close_file(l);
	if (l->folder)
		fts_close(l->folder);
	members_free(l->members);
	apport_free(l->apport);
	free(l);
}

static struct tree *new_tree(const char *name)
{
	struct tree *t = xcalloc(1, sizeof(*t));

	t->name = xstrdup(name);
	return t;
}

/* By name, without regard of case and locale. */
static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

int tree_open_folder(struct tree **out, const char *path, struct err *e)
{
	char *const paths[] = { (char *)(uintptr_t)path, NULL };
	FTS *folder = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	struct tree *t;

	if (!folder)
		return err_file(e, errno, path);
	t = new_tree(path);
	t->root = strlen(path);
	push(t)->folder = folder;
	*out = t;
	return 0;
}

int tree_open_archive(struct tree **out, stream_fn *more, void *arg, const char *name, struct err *e)
{
	struct tree *t = new_tree(name);

	(void)e;
	t->more = more;
	t->arg = arg;
	push(t);
	*out = t;
	return 0;
}

void tree_free(struct tree *t)
{
	if (!t)
		return;
	while (t->n)
		pop(t);
	free(t->name);
	free(t);
}

/* The path up to the level, and a name below it: what is too long is cut. */
static void set_path(struct tree *t, const struct level *l, const char *name)
{
	size_t n = l->path;

	while (*name == '/' || (name[0] == '.' && name[1] == '/'))
		name++;
	if (n && n + 1 < sizeof(t->path))
		t->path[n++] = '/';
	snprintf(t->path + n, sizeof(t->path) - n, "%s", name);
}

/* /proc, /sys and the like: their files are no files, and reading some of them does something. */
static bool is_kernels(const char *path)
{
	static const uint32_t magics[] = {
		PROC_SUPER_MAGIC, SYSFS_MAGIC,  DEBUGFS_MAGIC,  TRACEFS_MAGIC,  CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
		SECURITYFS_MAGIC, BPF_FS_MAGIC, PSTOREFS_MAGIC, EFIVARFS_MAGIC, DEVPTS_SUPER_MAGIC,
	};
	struct statfs fs;
	bool known = !statfs(path, &fs), is = false;

	for (size_t i = 0; i < COUNT(magics) && known; i++)
		is |= (uint32_t)fs.f_type == magics[i];
	return is;
}

static void enter_folder(struct level *l, FTSENT *f)
{
	if (l->device_known && f->fts_statp->st_dev == l->device)
		return;
	l->device_known = true;
	l->device = f->fts_statp->st_dev;
	if (is_kernels(f->fts_accpath))
		fts_set(l->folder, f, FTS_SKIP);
}

/* 1: the next file is open; 0: there is none. */
static int next_in_folder(struct tree *t, struct level *l, struct err *e)
{
	FTSENT *f;

	while ((errno = 0, f = fts_read(l->folder))) {
		if (f->fts_info == FTS_D)
			enter_folder(l, f);
		if (f->fts_info == FTS_D || f->fts_info == FTS_DP)
			continue;
		set_path(t, l, f->fts_path + t->root);
		if (f->fts_info != FTS_F) {
			t->left_out++;
			continue;
		}
		l->fd = open(f->fts_accpath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		l->head_r = l->fd < 0 ? err_file(&l->why, errno, f->fts_path) : 1;
		l->file = l->fd < 0 ? NULL : stream_new(read_fd, l, t->path);
		if (l->file)
			stream_set_path(l->file, f->fts_path);
		return 1;
	}
	return errno ? err_file(e, errno, t->name) : 0;
}

static int next_member(struct tree *t, struct level *l, struct err *e)
{
	int r;

	while ((r = members_next(l->members, e)) == 1 && !members_is_file(l->members))
		if (++t->passed > FILES_MOST)
			return too_large(t, e);
	if (r != 1)
		return r;
	set_path(t, l, members_path(l->members) ? members_path(l->members) : "(a name that cannot be read)");
	l->file = stream_new(members_read, l->members, t->path);
	return 1;
}

static int next_field(struct tree *t, struct level *l, struct err *e)
{
	int r = apport_next(l->apport, e);

	if (r != 1)
		return r;
	set_path(t, l, apport_field(l->apport));
	l->file = stream_new(apport_read, l->apport, t->path);
	return 1;
}

static int next_file(struct tree *t, struct level *l, struct err *e)
{
	close_file(l);
	if (t->files > FILES_MOST)
		return too_large(t, e);
	if (l->folder)
		return next_in_folder(t, l, e);
	if (l->members)
		return next_member(t, l, e);
	if (l->apport)
		return next_field(t, l, e);
	if (l->done)
		return 0;
	l->done = true;
	l->file = stream_new(read_root, t, t->name);
	return 1;
}

static void read_head(struct level *l)
{
	size_t n;

	l->head_n = l->head_at = 0;
	if (!l->file)
		return;
	do {
		l->head_r = stream_read(l->file, l->head + l->head_n, TREE_HEAD - l->head_n, &n, &l->why);
		l->head_n += l->head_r == 1 ? n : 0;
	} while (l->head_r == 1 && l->head_n < TREE_HEAD);
}

/* Goes into an archive that the open file is. False: it is none, or too deep. */
static bool enter(struct tree *t, struct level *l)
{
	bool archive = archive_begins(l->head, l->head_n), apport = apport_begins(l->head, l->head_n);
	struct level *below;

	if (!archive && !apport)
		return false;
	if (t->n == DEEPEST) { /* it is as if it were empty */
		if (!t->lost++)
			err_set(&t->why, ENOTSUP, t->path, "an archive nested too deep, which is not read");
		l->head_n = 0;
		l->head_r = 0;
		return false;
	}
	below = push(t);
	if (archive)
		below->members = members_new(read_below, l, *t->path ? t->path : t->name);
	else
		below->apport = apport_new(read_below, l);
	return true;
}

/* An archive that is damaged or cut hides neither what is beside it nor the files that it had before. */
static bool may_lose(const struct tree *t, int r)
{
	return r != -EFBIG && (t->n > (t->more ? 2u : 1u) || (t->n == 2 && t->more && t->given));
}

static void lose(struct tree *t, int r, const struct err *why)
{
	if (t->lost++)
		return;
	t->why = *why;
	if (t->n == 2 && t->more && r != -EBADMSG)
		snprintf(t->why.why, sizeof(t->why.why), "%.300s; %" PRIu64 " file%s before that%s", why->why, t->given,
			 t->given == 1 ? " came" : "s came", r == -ENODATA ? "" : ", the last may be cut");
}

int tree_next(struct tree *t, struct err *e)
{
	while (t->n) {
		struct level *l = t->level[t->n - 1];
		struct err why = { 0 };
		int r = next_file(t, l, &why);

		if (r < 0 && !may_lose(t, r)) {
			if (e)
				*e = why;
			return r;
		}
		if (r != 1) {
			if (r < 0)
				lose(t, r, &why);
			pop(t);
			continue;
		}
		t->files++;
		read_head(l);
		if (l->head_r == -EFBIG) {
			if (e)
				*e = l->why;
			return -EFBIG;
		}
		if (!enter(t, l)) {
			t->given++;
			return 1;
		}
	}
	return 0;
}

const char *tree_path(const struct tree *t)
{
	return t->path;
}

bool tree_is_plain(const struct tree *t)
{
	return t->level[t->n - 1]->folder != NULL;
}

const char *tree_head(const struct tree *t, size_t *n)
{
	const struct level *l = t->level[t->n - 1];

	*n = l->head_n;
	return l->head;
}

int tree_read(struct tree *t, char *to, size_t room, size_t *n, struct err *e)
{
	return level_read(t->level[t->n - 1], to, room, n, e);
}

uint64_t tree_left_out(const struct tree *t)
{
	return t->left_out;
}

uint64_t tree_lost(const struct tree *t, struct err *why)
{
	*why = t->why;
	return t->lost;
}
