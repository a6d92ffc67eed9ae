// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "klog/internal.h"
#include "klog/unpack.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/err.h"

#define PACKED_SIZE 65536
#define SILENCE_MS 1000
#define PATIENCE_MS 1000 /* file systems without notification */
#define KMSG "/dev/kmsg"

/* A file that grows and, now and then, is put away and begun anew. */
struct follow {
	char *path;
	int notify;
};

/* The file for its growth, its directory for a new file of that name. */
static void watch(struct follow *f)
{
	char *slash = strrchr(f->path, '/');
	AUTO_FREE char *folder = slash ? xstrndup(f->path, (size_t)(slash - f->path) + 1) : xstrdup(".");

	inotify_add_watch(f->notify, f->path, IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF);
	inotify_add_watch(f->notify, folder, IN_CREATE | IN_MOVED_TO);
}

static void follow_free(struct follow *f)
{
	if (!f)
		return;
	if (f->notify >= 0)
		close(f->notify);
	free(f->path);
	free(f);
}

static int follow_new(struct follow **out, const char *path, struct err *e)
{
	struct follow *f = xcalloc(1, sizeof(*f));

	f->path = xstrdup(path);
	f->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (f->notify < 0) {
		int errnum = errno;

		follow_free(f);
		return err_sys(e, errnum, "watching %s", path);
	}
	watch(f);
	*out = f;
	return 0;
}

/* Opens the file anew if another one has its name now. */
static void reopen(struct follow *f, int *fd, const struct stat *old)
{
	struct stat st;
	int again;

	if (stat(f->path, &st) || (st.st_dev == old->st_dev && st.st_ino == old->st_ino))
		return;
	again = open(f->path, O_RDONLY | O_CLOEXEC);
	if (again < 0)
		return;
	close(*fd);
	*fd = again;
	watch(f);
}

/* After the end of *fd was read: waits up to timeout_ms (-1: for ever) for more. Always -EAGAIN: try again; *fd is
 * at the start of the file if it was truncated, and of the new file if it was replaced. */
static int follow_wait(struct follow *f, int *fd, int timeout_ms, struct err *e)
{
	struct pollfd p = { .fd = f->notify, .events = POLLIN };
	char events[4096];
	struct stat st;
	off_t at;

	if (poll(&p, 1, timeout_ms < 0 || timeout_ms > PATIENCE_MS ? PATIENCE_MS : timeout_ms) > 0)
		while (read(f->notify, events, sizeof(events)) > 0)
			;
	at = lseek(*fd, 0, SEEK_CUR);
	if (at < 0 || fstat(*fd, &st))
		return err_sys(e, errno, "%s", f->path);
	if (st.st_size < at)
		at = lseek(*fd, 0, SEEK_SET);
	if (st.st_size == at)
		reopen(f, fd, &st);
	return -EAGAIN;
}

struct kmsg_head {
	uint64_t priority, sequence, us;
};

/* "6,339,5140900,-;" and what may come between; the text's start, or NULL. */
static const char *head_read(const char *record, size_t n, struct kmsg_head *head)
{
	const char *text = memchr(record, ';', n);
	char copy[128], *at;
	size_t len = text ? (size_t)(text - record) : 0;

	if (!text || len >= sizeof(copy))
		return NULL;
	memcpy(copy, record, len);
	copy[len] = '\0';
	head->priority = strtoull(copy, &at, 10);
	if (*at++ != ',')
		return NULL;
	head->sequence = strtoull(at, &at, 10);
	if (*at++ != ',')
		return NULL;
	head->us = strtoull(at, &at, 10);
	return *at == ',' || *at == '\0' ? text + 1 : NULL;
}

static void count_lost(struct kmsg *kmsg, uint64_t sequence)
{
	if (kmsg->started && sequence > kmsg->next)
		kmsg->lost += sequence - kmsg->next;
	kmsg->started = true;
	kmsg->next = sequence + 1;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t kmsg_text(struct kmsg *kmsg, const char *record, size_t n, char *out, size_t cap)
{
	struct kmsg_head head;
	const char *s = head_read(record, n, &head), *end = record + n;
	size_t len;
	int stamp;

	if (!s)
		return 0;
	count_lost(kmsg, head.sequence);
	if (head.priority > 7)
		return 0;
	stamp = snprintf(out, cap, "[%5" PRIu64 ".%06" PRIu64 "] ", head.us / 1000000, head.us % 1000000);
	if (stamp < 0 || (size_t)stamp + 1 >= cap)
		return 0;
	len = (size_t)stamp;
	/* The text ends at the first newline; what follows are properties of the device. */
	while (s < end && *s != '\n' && len + 1 < cap) {
		if (s + 3 < end && s[0] == '\\' && s[1] == 'x' && hex(s[2]) >= 0 && hex(s[3]) >= 0) {
			char c = (char)(hex(s[2]) << 4 | hex(s[3]));

			out[len++] = c;
			/* As dmesg does: what follows stays below its record, whatever it looks like. */
			for (int i = 0; i < stamp && c == '\n' && len + 1 < cap; i++)
				out[len++] = ' ';
			s += 4;
		} else {
			out[len++] = *s++;
		}
	}
	out[len++] = '\n';
	return len;
}

struct klog_input {
	bool begun; /* something was read */
	char *name;
	int fd; /* owned unless it is stdin */
	bool kernel, follow, started, eof;
	struct kmsg kmsg;
	struct follow *watch;  /* of a followed file; NULL else */
	struct unpack *unpack; /* NULL: not compressed */
	char *packed;          /* bytes read but not given out yet; owned */
	const char *at;        /* in packed */
	size_t left;
	int64_t last_ms; /* when something came last */
	struct unpack_bytes bytes;
};

const char *klog_input_name(const struct klog_input *in)
{
	return in->name;
}

uint64_t klog_input_lost(const struct klog_input *in)
{
	return in->kmsg.lost;
}

int klog_input_fd(const struct klog_input *in)
{
	return in->watch ? in->watch->notify : in->fd;
}

static int64_t now_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

static int open_kernel(struct klog_input *in, struct err *e)
{
	int errnum;

	in->fd = open(KMSG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (in->fd >= 0)
		return 0;
	errnum = errno;
	err_sys(e, errnum, "%s", KMSG);
	err_todo(e, "run it as root, or give it a log: journalctl -k | nicregs log -");
	return -errnum;
}

static int open_file(struct klog_input *in, const char *path, struct err *e)
{
	struct stat st;

	in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0 || fstat(in->fd, &st))
		return err_file(e, errno, path);
	if (S_ISDIR(st.st_mode))
		return err_file(e, EISDIR, path);
	if (in->follow && S_ISREG(st.st_mode))
		return follow_new(&in->watch, path, e);
	return 0;
}

int klog_input_open(struct klog_input **out, const char *path, bool follow, struct err *e)
{
	struct klog_input *in = xcalloc(1, sizeof(*in));
	int r = 0;

	in->kernel = !path || !strcmp(path, KMSG);
	in->follow = follow;
	in->fd = STDIN_FILENO;
	in->name = xstrdup(in->kernel ? KMSG : !strcmp(path, "-") ? "stdin" : path);
	in->packed = xcalloc(1, PACKED_SIZE);
	in->last_ms = now_ms();
	if (in->kernel)
		r = open_kernel(in, e);
	else if (strcmp(path, "-"))
		r = open_file(in, path, e);
	if (r) {
		klog_input_close(in);
		return r;
	}
	*out = in;
	return 0;
}

int klog_stdin(int timeout_ms)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	struct stat st;
	int r;

	if (fstat(STDIN_FILENO, &st) || !(S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode)))
		return 0;
	if (S_ISREG(st.st_mode))
		return 1;
	do
		r = poll(&p, 1, timeout_ms);
	while (r < 0 && errno == EINTR);
	if (!r)
		return -EAGAIN;
	return r > 0;
}

void klog_input_close(struct klog_input *in)
{
	if (!in)
		return;
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	follow_free(in->watch);
	unpack_free(in->unpack);
	free(in->packed);
	free(in->name);
	free(in);
}

/* Waits until fd can be read: 1, 0 after timeout_ms. */
static int wait_for(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return timeout_ms < 0 ? 1 : poll(&p, 1, timeout_ms);
}

/* A record, as text. */
static int read_kernel(struct klog_input *in, int timeout_ms, char *to, size_t room, size_t *n, struct err *e)
{
	char record[KMSG_RECORD_MAX];
	ssize_t got = read(in->fd, record, sizeof(record));
	struct pollfd p = { .fd = in->fd, .events = POLLIN };

	if (got < 0 && errno == EAGAIN) {
		if (!in->follow)
			return 0;
		poll(&p, 1, timeout_ms);
		return -EAGAIN;
	}
	if (got < 0 && (errno == EPIPE || errno == EINTR))
		return errno == EPIPE ? -EPIPE : -EAGAIN;
	if (got < 0)
		return err_sys(e, errno, "%s", in->name);
	if (!got)
		return 0; /* another file in its place, as in some containers */
	*n = kmsg_text(&in->kmsg, record, (size_t)got, to, room);
	return 1;
}

/* From a file or pipe: 1, 0 at the end, -EAGAIN. */
static int read_bytes(struct klog_input *in, int timeout_ms, char *to, size_t room, size_t *n, struct err *e)
{
	ssize_t got;

	if (!in->watch && wait_for(in->fd, timeout_ms) == 0)
		return -EAGAIN;
	got = read(in->fd, to, room);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return -EAGAIN;
	if (got < 0)
		return err_sys(e, errno, "%s", in->name);
	*n = (size_t)got;
	if (got > 0)
		return 1;
	return in->watch ? follow_wait(in->watch, &in->fd, timeout_ms, e) : 0;
}

/* The first bytes tell whether the rest is compressed. */
static int start(struct klog_input *in, int timeout_ms, struct err *e)
{
	while (!in->eof && in->left < UNPACK_MAGIC) {
		size_t n = 0;
		int r = read_bytes(in, timeout_ms, in->packed + in->left, PACKED_SIZE - in->left, &n, e);

		if (r < 0)
			return r;
		in->eof = r == 0;
		in->left += n;
	}
	in->at = in->packed;
	in->started = true;
	return unpack_new(&in->unpack, in->name, in->at, in->left, e);
}

static int read_packed(struct klog_input *in, int timeout_ms, char *to, size_t room, size_t *n, struct err *e)
{
	for (;;) {
		int r;

		if (!in->left && !in->eof) {
			in->at = in->packed;
			r = read_bytes(in, timeout_ms, in->packed, PACKED_SIZE, &in->left, e);
			if (r < 0)
				return r;
			in->eof = r == 0;
		}
		r = unpack_run(in->unpack, &in->at, &in->left, in->eof, to, room, n, e);
		if (r || *n)
			return r ? r : 1;
		if (in->eof && !in->left && unpack_ended(in->unpack))
			return 0;
	}
}

int klog_input_read(struct klog_input *in, int timeout_ms, char *to, size_t room, size_t *n, struct err *e)
{
	int r = in->kernel || in->started ? 0 : start(in, timeout_ms, e);

	*n = 0;
	if (r)
		return r;
	if (in->kernel)
		return read_kernel(in, timeout_ms, to, room, n, e);
	if (in->unpack)
		return read_packed(in, timeout_ms, to, room, n, e);
	if (in->left) {
		*n = in->left < room ? in->left : room;
		memcpy(to, in->at, *n);
		in->at += *n;
		in->left -= *n;
		return 1;
	}
	return in->eof ? 0 : read_bytes(in, timeout_ms, to, room, n, e);
}

/* What cannot be read as it is, by its first bytes; what is no text, once it has ended and nothing was found in it. */
static int check_text(struct klog_input *in, const char *text, size_t n, struct err *e)
{
	int r = in->begun || in->kernel ? 0 : unpack_refuse(in->name, in->unpack != NULL, text, n, e);

	in->begun = true;
	unpack_count(&in->bytes, text, n);
	return r ? r : 1;
}

int klog_input_pump(struct klog_input *in, struct klog *k, int timeout_ms, struct err *e)
{
	size_t room, n;
	char *to = klog_space(k, &room);
	int r = klog_input_read(in, timeout_ms, to, room, &n, e);

	if (r == 1)
		r = check_text(in, to, n, e);
	if (r == 1) {
		in->last_ms = now_ms();
		klog_filled(k, n);
	} else if (r == -EPIPE) {
		klog_gap(k);
		r = 1;
	} else if (r == -EAGAIN) {
		if (now_ms() - in->last_ms >= SILENCE_MS)
			klog_idle(k);
		r = 1;
	} else {
		klog_end(k);
		if (!r && !klog_device(k, 0))
			r = unpack_refuse_bytes(in->name, &in->bytes, e);
	}
	return r;
}
