// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/bundle.h"
#include "klog/input.h"
#include "klog/reportfile.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/stream.h"
#include "util/text.h"
#include "watch/store.h"

#define HEAD 4096
#define COPY_MOST ((uint64_t)1 << 30) /* bytes of a pipe */

/* The descriptor that a path is a name of; -1: of none. */
static int fd_of(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };
	uint64_t fd;

	if (!strcmp(path, "-") || !strcmp(path, "/dev/stdin"))
		return STDIN_FILENO;
	for (size_t i = 0; i < COUNT(folders); i++)
		if (text_starts(path, folders[i]) && text_u64(path + strlen(folders[i]), &fd) && fd < 1024)
			return (int)fd;
	return -1;
}

static int copy_all(int from, int to, const char *name, struct err *e)
{
	static const size_t room = 65536;
	AUTO_FREE char *bytes = xcalloc(room, 1);
	uint64_t all = 0;
	ssize_t n;

	while ((n = file_some(from, bytes, room)) != 0) {
		if (n < 0)
			return err_sys(e, (int)-n, "%s", name);
		all += (uint64_t)n;
		if (all > COPY_MOST) {
			err_set(e, EFBIG, name, "larger than the 1 GiB that are read of a pipe");
			err_todo(e, "save it to a file, and name the file");
			return -EFBIG;
		}
		for (ssize_t done = 0, w; done < n; done += w) {
			w = write(to, bytes + done, (size_t)(n - done));
			if (w < 0 && errno != EINTR)
				return err_sys(e, errno, "%s: a temporary copy of it", name);
			w = w < 0 ? 0 : w;
		}
	}
	return 0;
}

/* A pipe becomes a file of the same descriptor. */
static int keep_pipe(const char *path, struct err *e)
{
	const char *name = strcmp(path, "-") ? path : "standard input";
	int fd = fd_of(path), r = 0;
	struct stat st;
	FILE *copy;

	if (fd < 0 || fstat(fd, &st) || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
		return 0;
	copy = tmpfile();
	if (!copy)
		return err_sys(e, errno, "%s: a temporary copy of it", name);
	r = copy_all(fd, fileno(copy), name, e);
	if (!r && (lseek(fileno(copy), 0, SEEK_SET) || dup2(fileno(copy), fd) < 0))
		r = err_sys(e, errno, "%s: a temporary copy of it", name);
	fclose(copy);
	return r;
}

/* A stream_fn: arg is a descriptor. */
static ssize_t read_fd(void *arg, char *to, size_t room, struct err *e)
{
	(void)e;
	return file_some(*(int *)arg, to, room);
}

/* The first bytes of a file, unpacked; of one that cannot be read, none: whoever reads all of it says why. */
static size_t read_head(const char *path, char *head, size_t room)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : STDIN_FILENO, r = 1;
	struct stream *s;
	size_t all = 0, n;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode)) {
		s = stream_new(read_fd, &fd, path);
		while (r == 1 && all < room) {
			r = stream_read(s, head + all, room - all, &n, NULL);
			all += r == 1 ? n : 0;
		}
		stream_free(s);
	}
	if (fd == STDIN_FILENO)
		lseek(fd, 0, SEEK_SET);
	else if (fd >= 0)
		close(fd);
	return all;
}

/* A snapshot has its format's name at the start; a log can be JSON as well. */
static bool is_snapshot(const char *head, size_t n)
{
	return snapshot_recognise(head, n) && memmem(head, n, SNAPSHOT_FORMAT, strlen(SNAPSHOT_FORMAT));
}

/* Counts a file that says something of a network card and stands beside the snapshots of an incident. */
static void take_beside(struct inside *in, const char *file)
{
	if (!strcmp(file, INCIDENT_LOG) || text_starts(file, INCIDENT_AFTER "/"))
		return;
	if (!in->n_beside++)
		str_copy(in->beside, sizeof(in->beside), file, strlen(file));
}

/* Of an incident's directory its own log is read, and without one all that are there. */
static void look_incident(const char *path, struct inside *in)
{
	const struct bundle_source source = { .name = path, .folder = path, .wants = klog_wants };
	AUTO_FREE char *own = xasprintf("%s/" INCIDENT_LOG, path);
	struct bundle_file file;
	struct bundle *b;

	if (bundle_open(&b, &source, NULL))
		return;
	while (bundle_next(b, &file, NULL) == 1)
		take_beside(in, file.path);
	bundle_free(b);
	if (in->n_beside && access(own, F_OK)) {
		in->path = path;
		in->n_beside = 0;
	}
}

/* What a --from is, by its first bytes. */
static struct inside look(const char *path)
{
	struct inside in = { 0 };
	char head[HEAD];
	struct stat st;
	size_t n;

	if (strcmp(path, "-") && !stat(path, &st) && S_ISDIR(st.st_mode)) {
		if (source_is_incident(path))
			look_incident(path, &in);
		else
			in.path = path;
		return in;
	}
	n = read_head(path, head, sizeof(head));
	in.report = reportfile_is(head, n);
	in.live = in.report && reportfile_is_live(head, n);
	in.text = n && !in.report && !bundle_begins(head, n) && !memchr(head, '\0', n) && !is_snapshot(head, n);
	in.path = in.report || in.text || bundle_begins(head, n) ? path : NULL;
	return in;
}

int inside_find(const struct options *o, struct inside *in)
{
	struct err e = { 0 };

	*in = (struct inside){ 0 };
	for (size_t i = 0; i < o->n_from && !o->log; i++) {
		struct inside one;
		int r = keep_pipe(o->from[i], &e);

		if (r)
			return cmd_fail(&e, r);
		one = look(o->from[i]);
		if (o->n_from == 1)
			*in = one;
		else if (!in->left && !one.text)
			in->left = one.path;
	}
	return 0;
}

bool inside_says_nothing(const struct inside *in, const struct klog *k)
{
	const struct klog_device *d;

	for (size_t i = 0; in->text && (d = klog_device(k, i)); i++)
		for (size_t kind = 0; kind < KLOG_KINDS; kind++)
			if (d->counts[kind])
				return false;
	return in->text;
}

void inside_again(const struct inside *in)
{
	if (in->path && !strcmp(in->path, "-"))
		lseek(STDIN_FILENO, 0, SEEK_SET);
}

static void say_beside(const struct inside *in, const struct options *o, struct snapshots *list)
{
	AUTO_FREE char *path = in->n_beside ? shell_path(o->from[0]) : NULL;
	AUTO_FREE char *more = in->n_beside > 1 ? xasprintf(" and %zu more", in->n_beside - 1) : xstrdup("");
	struct err e = { 0 };

	if (!in->n_beside)
		return;
	err_set(&e, EIO, o->from[0], "%s%s %s not read beside " INCIDENT_LOG " of the incident", in->beside, more,
		in->n_beside > 1 ? "are" : "is");
	err_todo(&e, "nicregs log %s reads all logs in it", path);
	cmd_fail(&e, -EIO);
	list->partial = true;
}

void inside_say_left(const struct inside *in, const struct options *o, struct snapshots *list)
{
	AUTO_FREE char *path = in->left ? shell_path(in->left) : NULL;
	struct err e = { 0 };

	say_beside(in, o, list);
	if (!in->left)
		return;
	err_set(&e, EIO, in->left, "its kernel log is not read, as several files are named");
	err_todo(&e, "name it alone: nicregs diagnose --from %s", path);
	cmd_fail(&e, -EIO);
	list->partial = true;
}

char *inside_incident_log(const struct options *o, bool *other)
{
	AUTO_FREE char *path = o->n_from == 1 ? xasprintf("%s/" INCIDENT_LOG, o->from[0]) : NULL;
	struct stat st;

	*other = false;
	if (!path || stat(path, &st))
		return NULL;
	*other = !S_ISREG(st.st_mode);
	return *other ? NULL : xstrdup(path);
}
