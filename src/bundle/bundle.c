// SPDX-License-Identifier: GPL-2.0-or-later
#include "bundle/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle/internal.h"
#include "util/alloc.h"
#include "util/archive.h"
#include "util/err.h"
#include "util/file.h"

#define WANTED_MOST 4096
#define KEPT_MOST ((size_t)32 << 20) /* bytes of files that are kept in memory until their turn comes */
#define PIECE 65536u

struct entry {
	uint64_t nth; /* of all files, as they come */
	char *path;   /* owned */
	struct member_name name;
	char *bytes; /* owned; NULL: read when its turn has come */
	size_t n, cap;
	int r; /* what reading ended with; of one that is kept */
	struct err *why;
	bool snapshot;
	bool plain; /* a file of the folder: opened by its path */
};

struct bundle {
	struct bundle_source source;
	struct bundle_counts counts;
	struct entry *v;
	size_t n, cap;
	size_t kept; /* bytes in memory */
	struct err lost;
	size_t next;   /* entry */
	size_t common; /* bytes that all paths begin with */
	struct entry *current;
	size_t at; /* in its bytes */
	struct tree *tree;
	uint64_t nth; /* of the tree's current file */
	int fd;       /* of a plain file; -1 */
	struct stream *plain;
	int open_errno; /* of a plain file that could not be opened */
	char command[BUNDLE_PATH];
};

const struct err *bundle_lost(const struct bundle *b)
{
	return &b->lost;
}

const struct bundle_counts *bundle_counts(const struct bundle *b)
{
	return &b->counts;
}

static int open_tree(struct bundle *b, struct err *e)
{
	const struct bundle_source *s = &b->source;

	tree_free(b->tree);
	b->tree = NULL;
	b->nth = 0;
	return s->folder ? tree_open_folder(&b->tree, s->folder, e)
			 : tree_open_archive(&b->tree, s->more, s->arg, s->name, e);
}

/* Whether it can be text. A log may have a crash's zeros in it, or be UTF-16, which its reader refuses with a word. */
static bool is_text(const char *bytes, size_t n, bool log)
{
	size_t zeros = 0, controls = 0;

	if (log && n >= 2 && (!memcmp(bytes, "\xff\xfe", 2) || !memcmp(bytes, "\xfe\xff", 2)))
		return true;
	for (size_t i = 0; i < n; i++) {
		zeros += !bytes[i];
		controls += bytes[i] > 0 && bytes[i] < ' ' && !strchr("\t\n\v\f\r\b\x1b", bytes[i]);
	}
	return controls * 20 <= n - zeros && (log || !zeros);
}

/* A snapshot of nicregs, whatever it is called: NAME.json. */
static bool has_mark(const struct bundle *b)
{
	const char *mark = b->source.snapshot_mark, *path = tree_path(b->tree), *head;
	size_t n, len = strlen(path);

	if (!mark || len <= 5 || strcasecmp(path + len - 5, ".json") != 0)
		return false;
	head = tree_head(b->tree, &n);
	return n && memmem(head, n, mark, strlen(mark));
}

/* Whether its first bytes are a log's. */
static bool is_log(const struct bundle *b)
{
	size_t n;
	const char *head = tree_head(b->tree, &n);

	return n && is_text(head, n, false) && b->source.wants(tree_path(b->tree), head, n);
}

static bool is_wanted(struct bundle *b, const struct member_name *name)
{
	size_t n;
	const char *head = tree_head(b->tree, &n);

	if (b->source.own && (name->kind != MEMBER_LOG || strchr(tree_path(b->tree), '/')))
		return false;
	if (name->kind == MEMBER_OTHER || (n && !is_text(head, n, name->kind == MEMBER_LOG)))
		return false;
	if (name->kind == MEMBER_SNAPSHOT)
		return b->source.snapshots;
	if (name->kind != MEMBER_UNKNOWN)
		return true;
	return n && b->source.wants(tree_path(b->tree), head, n);
}

static char *room_for(struct entry *f, size_t more)
{
	if (f->n + more > f->cap) {
		f->cap = f->n + more + f->cap;
		f->bytes = xrealloc(f->bytes, f->cap, 1);
	}
	return f->bytes + f->n;
}

static void forget(struct bundle *b, struct entry *f)
{
	b->kept -= f->n;
	free(f->bytes);
	free(f->why);
	f->bytes = NULL;
	f->why = NULL;
	f->n = f->cap = 0;
}

/* Reads the tree's file into memory, if there is room. A directory's is read when its turn has come. */
static int keep(struct bundle *b, struct entry *f, struct err *e)
{
	size_t n;

	if (b->source.folder)
		return 0;
	f->why = xcalloc(1, sizeof(*f->why));
	while (b->kept <= KEPT_MOST) {
		f->r = tree_read(b->tree, room_for(f, PIECE), PIECE, &n, f->why);
		if (f->r == -EFBIG) {
			if (e)
				*e = *f->why;
			return -EFBIG;
		}
		if (f->r != 1)
			return 0;
		f->n += n;
		b->kept += n;
	}
	forget(b, f);
	return 0;
}

static int list(struct bundle *b, struct err *e)
{
	int r;

	while ((r = tree_next(b->tree, e)) == 1) {
		struct member_name name = member_name(tree_path(b->tree));
		struct entry *f;

		b->nth++;
		b->counts.files++;
		if (has_mark(b)) {
			name.kind = MEMBER_SNAPSHOT;
			b->counts.unwanted += !b->source.snapshots;
		} else if (name.kind == MEMBER_SNAPSHOT && is_log(b)) {
			name.kind = MEMBER_UNKNOWN;
		}
		if (!is_wanted(b, &name))
			continue;
		if (b->n == WANTED_MOST) {
			b->counts.no_room++;
			continue;
		}
		f = VEC_PUSH(b->v, b->n, b->cap);
		f->nth = b->nth;
		f->path = xstrdup(tree_path(b->tree));
		f->snapshot = name.kind == MEMBER_SNAPSHOT;
		f->plain = tree_is_plain(b->tree);
		r = keep(b, f, e);
		if (r)
			return r;
	}
	b->counts.left_out = tree_left_out(b->tree);
	b->counts.lost = tree_lost(b->tree, &b->lost);
	return r;
}

static int compare_names(const struct entry *a, const struct entry *b)
{
	size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
	int r = memcmp(a->path, b->path, n);

	return r ? r : (a->name.n > b->name.n) - (a->name.n < b->name.n);
}

/* Output of programs first, then one log after the other, each from its oldest file on. */
static int in_order(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int r = (int)a->name.kind - (int)b->name.kind;

	r = r ? r : a->name.rank - b->name.rank;
	r = r ? r : compare_names(a, b);
	if (!r)
		r = (a->name.age < b->name.age) - (a->name.age > b->name.age);
	return r ? r : (a->nth > b->nth) - (a->nth < b->nth);
}

/* What is not in memory cannot be had again from a pipe. */
static void drop_unkept(struct bundle *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct entry *f = &b->v[i];

		if (f->bytes || f->why) {
			b->v[n++] = *f;
			continue;
		}
		b->counts.no_room++;
		free(f->path);
	}
	b->n = n;
}

static bool all_kept(const struct bundle *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (!b->v[i].why)
			return false;
	return true;
}

/* Bytes of the directory that all are in: "sosreport-host/". */
static size_t common(const struct bundle *b)
{
	const char *first = b->n ? b->v[0].path : "", *slash = strchr(first, '/');
	size_t n = slash ? (size_t)(slash - first) + 1 : 0;

	for (size_t i = 1; i < b->n; i++)
		if (strncmp(b->v[i].path, first, n) != 0)
			return 0;
	return n;
}

static void prepare(struct bundle *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct member_name *name = &b->v[i].name;

		*name = member_name(b->v[i].path);
		if (b->v[i].snapshot)
			name->kind = MEMBER_SNAPSHOT;
		else if (name->kind == MEMBER_SNAPSHOT) /* it was a log */
			name->kind = MEMBER_UNKNOWN;
		name->by_content = name->kind == MEMBER_UNKNOWN;
		name->kind = name->by_content ? MEMBER_LOG : name->kind;
		b->counts.snapshots += name->kind == MEMBER_SNAPSHOT;
	}
	if (b->n)
		qsort(b->v, b->n, sizeof(*b->v), in_order);
	tree_free(b->tree);
	b->tree = NULL;
	if (!b->source.folder && !all_kept(b) && b->source.again(b->source.arg))
		drop_unkept(b);
	b->counts.wanted = b->n;
	b->common = common(b);
}

int bundle_open(struct bundle **out, const struct bundle_source *source, struct err *e)
{
	struct bundle *b = xcalloc(1, sizeof(*b));
	int r;

	b->source = *source;
	b->fd = -1;
	r = open_tree(b, e);
	if (!r)
		r = list(b, e);
	if (r) {
		bundle_free(b);
		return r;
	}
	prepare(b);
	*out = b;
	return 0;
}

static void close_plain(struct bundle *b)
{
	stream_free(b->plain);
	b->plain = NULL;
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
}

void bundle_free(struct bundle *b)
{
	if (!b)
		return;
	close_plain(b);
	for (size_t i = 0; i < b->n; i++) {
		free(b->v[i].path);
		free(b->v[i].bytes);
		free(b->v[i].why);
	}
	free(b->v);
	tree_free(b->tree);
	free(b);
}

/* Goes to a file of the tree: on, or once more from its start. What is kept in memory meanwhile needs no second look. */
static int go_to(struct bundle *b, const struct entry *f, struct err *e)
{
	int r = 0;

	if (!b->tree || b->nth >= f->nth) {
		if (b->tree && !b->source.folder)
			r = b->source.again(b->source.arg);
		if (!r)
			r = open_tree(b, e);
	}
	while (!r && b->nth < f->nth) {
		r = tree_next(b->tree, e);
		r = r == 1 ? 0 : r ? r : -ENOENT;
		b->nth++;
	}
	if (r || strcmp(tree_path(b->tree), f->path) != 0) {
		err_set(e, EINVAL, b->source.name, "it changed while it was read");
		return -EINVAL;
	}
	return 0;
}

/* A stream_fn. */
static ssize_t read_plain(void *arg, char *to, size_t room, struct err *e)
{
	struct bundle *b = arg;
	ssize_t n;

	if (b->fd < 0)
		return err_file(e, b->open_errno, b->current->path);
	n = file_some(b->fd, to, room);
	return n < 0 ? err_file(e, (int)-n, b->current->path) : n;
}

/* An error comes when it is read: it is of that file alone. */
static void open_plain(struct bundle *b, const struct entry *f)
{
	AUTO_FREE char *path = xasprintf("%s/%s", b->source.folder, f->path);

	b->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	b->open_errno = errno;
	b->plain = stream_new(read_plain, b, f->path);
	stream_set_path(b->plain, path);
}

static bool same_log(const struct entry *a, const struct entry *b)
{
	return a->name.kind == b->name.kind && a->name.rank == b->name.rank && !compare_names(a, b);
}

int bundle_next(struct bundle *b, struct bundle_file *file, struct err *e)
{
	struct entry *before = b->current, *f = b->next < b->n ? &b->v[b->next] : NULL;
	int r;

	if (before)
		forget(b, before);
	b->current = f;
	b->at = 0;
	if (!f)
		return 0;
	b->next++;
	close_plain(b);
	if (f->plain)
		open_plain(b, f);
	r = f->why || f->plain ? 0 : go_to(b, f, e);
	if (r)
		return r;
	member_command(f->path, b->command, sizeof(b->command));
	*file = (struct bundle_file){
		.path = f->path + b->common,
		.command = b->command,
		.log = f->name.kind == MEMBER_LOG && !f->name.by_content,
		.snapshot = f->name.kind == MEMBER_SNAPSHOT,
		.another_log = before && before->name.kind == MEMBER_LOG && !same_log(before, f),
		.drifts = f->name.drifts,
	};
	return 1;
}

int bundle_read(struct bundle *b, char *to, size_t room, size_t *n, struct err *e)
{
	struct entry *f = b->current;

	*n = 0;
	if (!f)
		return 0;
	if (b->plain)
		return stream_read(b->plain, to, room, n, e);
	if (!f->why)
		return tree_read(b->tree, to, room, n, e);
	*n = f->n - b->at < room ? f->n - b->at : room;
	if (*n) {
		memcpy(to, f->bytes + b->at, *n);
		b->at += *n;
		return 1;
	}
	if (f->r && e)
		*e = *f->why;
	return f->r;
}
