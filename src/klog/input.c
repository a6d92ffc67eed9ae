// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bundle/bundle.h"
#include "klog/ahead.h"
#include "klog/internal.h"
#include "klog/unpack.h"
#include "snapshot/file.h"
#include "util/alloc.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/err.h"

#define HEAD_MOST 65536
#define SILENCE_MS 1000
#define KMSG "/dev/kmsg"

struct klog_input {
	bool begun;   /* how it is sorted is known */
	bool checked; /* it does not begin as what is no text */
	char *name;
	int fd; /* owned unless it is stdin */
	bool kernel, follow;
	int unread; /* why the kernel's own records are not: an errno; 0: they are, or are not wanted */
	struct kmsg kmsg;
	struct follow *watch; /* of a followed file; NULL else */
	struct head of;       /* fd, unpacked; not of the kernel's records */
	int timeout_ms;       /* of the read that is under way */
	bool looked;          /* at the first bytes */
	struct many *many;    /* NULL: it is one file */
	struct past *past;    /* what is read before this boot's records; NULL: nothing */
	bool past_read;
	uint64_t from_us;    /* records before are not wanted */
	int64_t last_ms;     /* when something came last */
	uint64_t taken;      /* bytes read from fd */
	off_t offset;        /* of fd, where the next bytes are; -1 once something was packed */
	struct ahead *ahead; /* NULL: no threads read it */
	bool alone;          /* there is no processor for them */
	struct unpack_bytes bytes;
	struct unpack_tail tail;
	int mixed; /* packed data came behind text; why */
	struct err mixed_why;
	size_t head;               /* bytes at the start that wait until its order is known */
	struct reversed *reversed; /* NULL: it is in order */
	int failed;                /* while it was turned round, and why */
	struct err why;
};

const char *klog_input_name(const struct klog_input *in)
{
	return in->name;
}

uint64_t klog_input_lost(const struct klog_input *in)
{
	return in->kmsg.lost;
}

void klog_input_position(const struct klog_input *in, uint64_t *done, uint64_t *size)
{
	struct stat st;

	*done = in->ahead ? (uint64_t)in->offset : in->taken;
	*size = !in->kernel && !fstat(in->fd, &st) && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

int klog_input_fd(const struct klog_input *in)
{
	return in->watch ? follow_fd(in->watch) : in->fd;
}

static int64_t now_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

static int open_kernel(struct klog_input *in, struct err *e)
{
	in->fd = open(KMSG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (in->fd >= 0)
		return 0;
	in->unread = errno;
	err_sys(e, in->unread, "%s", KMSG);
	if (in->unread == ENOENT)
		err_todo(e, KLOG_MOUNT_DEV ", or give it a log: dmesg | nicregs log -");
	else
		err_todo(e, "run it as root, or give it a log: journalctl -k | nicregs log -");
	return -in->unread;
}

void klog_input_close(struct klog_input *in)
{
	if (!in)
		return;
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	if (in->ahead)
		ahead_free(in->ahead);
	if (in->watch)
		follow_free(in->watch);
	if (in->past)
		past_free(in->past);
	if (in->many)
		many_free(in->many);
	if (!in->kernel)
		head_end(&in->of);
	if (in->reversed)
		reversed_free(in->reversed);
	free(in->name);
	free(in);
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
	if (got > 0 && kmsg_us(record, (size_t)got) < in->from_us)
		return 1;
	if (!got)
		return 0; /* another file in its place, as in some containers */
	*n = kmsg_text(&in->kmsg, record, (size_t)got, to, room);
	return 1;
}

/* Compressed data has an end, and what is behind it in a file that grows is never waited for. */
static ssize_t read_packed(struct klog_input *in, char *to, size_t room, struct err *e)
{
	struct stat st;
	ssize_t got;

	if (in->follow && !fstat(in->fd, &st) && !S_ISREG(st.st_mode)) {
		err_set(e, ENOTSUP, in->name, "compressed data cannot be followed");
		err_todo(e, "unpack it on the way: ... | zcat | nicregs log --follow -");
		return -ENOTSUP;
	}
	do
		got = read(in->fd, to, room);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_sys(e, errno, "%s", in->name);
	in->taken += (uint64_t)got;
	return got;
}

/* A stream_fn: from a file or pipe. */
static ssize_t read_bytes(void *arg, char *to, size_t room, struct err *e)
{
	struct klog_input *in = arg;
	struct pollfd p = { .fd = in->fd, .events = POLLIN };
	ssize_t got;

	if (stream_packing(in->of.stream))
		return read_packed(in, to, room, e);
	if (!in->watch && in->timeout_ms >= 0 && !poll(&p, 1, in->timeout_ms))
		return -EAGAIN;
	got = read(in->fd, to, room);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return -EAGAIN;
	if (got < 0)
		return err_sys(e, errno, "%s", in->name);
	in->taken += (uint64_t)got;
	return got || !in->watch ? got : follow_wait(in->watch, &in->fd, in->timeout_ms, e);
}

static int read_raw(struct klog_input *in, int timeout_ms, char *to, size_t room, size_t *n, struct err *e)
{
	*n = 0;
	in->timeout_ms = timeout_ms;
	if (in->kernel)
		return read_kernel(in, timeout_ms, to, room, n, e);
	return head_read(&in->of, to, room, n, e);
}

static int open_bundle(struct klog_input *in, const char *folder, struct err *e)
{
	const struct bundle_source source = {
		.name = in->name,
		.folder = folder,
		.more = head_bytes,
		.again = head_again,
		.arg = &in->of,
		.wants = klog_wants,
		.snapshot_mark = SNAPSHOT_FORMAT,
	};

	return many_open(&in->many, &source, e);
}

/* Whether it is an archive shows in its first bytes. */
static int look(struct klog_input *in, int timeout_ms, struct err *e)
{
	int r;

	in->timeout_ms = timeout_ms;
	r = head_look(&in->of);
	in->looked = r != -EAGAIN;
	in->timeout_ms = -1;
	return !r && bundle_begins(in->of.first, in->of.n) ? open_bundle(in, NULL, e) : r;
}

static int open_file(struct klog_input *in, const char *path, struct err *e)
{
	struct stat st;

	in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0 || fstat(in->fd, &st))
		return err_file(e, errno, path);
	if (S_ISDIR(st.st_mode))
		return in->follow ? err_file(e, EISDIR, path) : open_bundle(in, path, e);
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
	in->last_ms = now_ms();
	if (!in->kernel)
		head_begin(&in->of, in->name, &in->fd, read_bytes, in);
	if (in->kernel)
		r = open_kernel(in, e);
	else if (strcmp(path, "-"))
		r = open_file(in, path, e);
	else
		in->offset = lseek(in->fd, 0, SEEK_CUR); /* somebody may have read its start */
	if (r) {
		klog_input_close(in);
		return r;
	}
	*out = in;
	return 0;
}

/* Uptime from which on records are wanted; UINT64_MAX: none is. */
static uint64_t first_us(const struct klog_own *own)
{
	int64_t booted = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);

	if (own->journal || (own->has_boot && own->boot))
		return UINT64_MAX;
	return own->since_ns > booted ? (uint64_t)(own->since_ns - booted) / 1000 : 0;
}

int klog_input_open_own(struct klog_input **out, const struct klog_own *own, struct err *e)
{
	struct klog_input *in = xcalloc(1, sizeof(*in));
	struct err no_kmsg = { 0 };
	int r = past_open(&in->past, own, e), kmsg;

	in->kernel = true;
	in->fd = -1;
	in->name = xstrdup(KMSG);
	in->from_us = first_us(own);
	kmsg = r || in->from_us == UINT64_MAX ? 0 : open_kernel(in, &no_kmsg);
	if (!r && kmsg && !past_any(in->past)) { /* nothing can be read */
		r = kmsg;
		if (e)
			*e = no_kmsg;
	}
	if (r) {
		klog_input_close(in);
		return r;
	}
	*out = in;
	return 0;
}

void klog_input_words(const struct klog_input *in, struct buf *out)
{
	if (!in->past)
		return;
	past_words(in->past, out);
	if (in->fd >= 0 && past_any(in->past))
		buf_puts(out, " and " KMSG);
	else if (in->unread && !past_has_journal(in->past)) /* a journal has this boot's, too */
		buf_printf(out, "; " KMSG " was not read: %s", strerror(in->unread));
}

/* Said once the log was read: reading goes on, and what is behind may be text. */
static void note_mixed(struct klog_input *in, int r, const struct err *why)
{
	if (r && !in->mixed) {
		in->mixed_why = *why;
		in->mixed = r;
	}
}

int klog_input_read(struct klog_input *in, int timeout_ms, char *to, size_t room, size_t *n, struct err *e)
{
	int r = read_raw(in, timeout_ms, to, room, n, e);

	if (r != 1 || in->kernel)
		return r;
	in->offset = stream_packing(in->of.stream) || in->offset < 0 ? -1 : in->offset + (off_t)*n;
	note_mixed(in, unpack_inside(&in->tail, in->name, to, *n, 0, &in->why), &in->why);
	return 1;
}

/* All the rest of a log whose last message comes first; its first bytes are here already. */
static int turn_round(struct klog_input *in, struct klog *k, const char *head, size_t n, struct err *e)
{
	char piece[HEAD_MOST];
	int r = reversed_new(&in->reversed, in->name, e);

	if (r)
		return r;
	klog_reversed(k);
	r = reversed_add(in->reversed, in->name, head, n, e);
	do {
		if (!r)
			r = klog_input_read(in, -1, piece, sizeof(piece), &n, e);
		if (r == 1)
			r = reversed_add(in->reversed, in->name, piece, n, e);
		else if (!r)
			return 1;
	} while (!r || r == -EAGAIN);
	in->failed = r; /* what came before counts */
	if (e)
		in->why = *e;
	return 1;
}

/* Reads as much of the start as says how the log is sorted; *n is 0 while there is too little, and for what is turned
 * round. */
static int read_head(struct klog_input *in, struct klog *k, int timeout_ms, char *to, size_t room, size_t *n,
		     struct err *e)
{
	size_t got = 0;
	int r = klog_input_read(in, timeout_ms, to + in->head, room - in->head, &got, e);
	enum log_order order;

	*n = 0;
	in->head += got;
	if (r == -EAGAIN || (r < 0 && !in->head) || (r == 1 && in->head < REVERSED_HEAD))
		return r; /* an error comes again, once what came before it was read */
	order = reversed_told(to, in->head);
	if (order == ORDER_NOT_READ) {
		err_set(e, EINVAL, in->name, "its last record comes first, which is not read of journalctl -o export");
		err_todo(e, "give it in order: journalctl -k -o export, without -r");
		return -EINVAL;
	}
	in->begun = true;
	if (order == ORDER_REVERSED)
		return turn_round(in, k, to, in->head, e);
	*n = in->head;
	return *n ? 1 : r;
}

static int read_some(struct klog_input *in, struct klog *k, int timeout_ms, char *to, size_t room, size_t *n,
		     struct err *e)
{
	if (in->reversed) {
		int r = reversed_read(in->reversed, to, room, n, e);

		if (!r && in->failed && e)
			*e = in->why;
		return r ? r : in->failed;
	}
	if (in->begun || in->follow || in->kernel)
		return klog_input_read(in, timeout_ms, to, room, n, e);
	return read_head(in, k, timeout_ms, to, room, n, e);
}

/* What cannot be read as it is, by its first bytes; what is no text, once it has ended and nothing was found in it. */
static int check_text(struct klog_input *in, const char *text, size_t n, struct err *e)
{
	const char *file = strcmp(in->name, "stdin") ? in->name : NULL;
	int r = in->checked || in->kernel || !n ? 0 : unpack_refuse(in->name, file, in->of.packing, text, n, e);

	in->checked |= n != 0;
	unpack_count(&in->bytes, text, n);
	return r ? r : 1;
}

const struct klog_bundle *klog_input_bundle(const struct klog_input *in)
{
	return in->many ? many_said(in->many) : NULL;
}

/* Earlier boots first, then this one's records, which may be in both. */
static int pump_past(struct klog_input *in, struct klog *k, struct err *e)
{
	int r = past_pump(in->past, k, e);

	if (r == 1)
		return 1;
	in->past_read = true;
	if (r < 0 || in->fd < 0) {
		klog_end(k);
		return r;
	}
	if (klog_file(k, 1, &(uint64_t){ 0 })) {
		klog_next_file(k, "this boot's " KMSG, past_ends_now(in->past), false);
		if (!past_ends_now(in->past))
			klog_next_boot(k);
	}
	return 1;
}

/* At the end, or after an error: what was found so far is whole. */
static int finish(struct klog_input *in, struct klog *k, int r, struct err *e)
{
	klog_end(k);
	note_mixed(in, k->mail.unread ? mail_whole(&k->mail, in->name, &in->why) : 0, &in->why);
	if (r || (klog_device(k, 0) && !in->mixed))
		return r;
	if (in->mixed && e)
		*e = in->mixed_why;
	return in->mixed ? in->mixed : unpack_refuse_bytes(in->name, &in->bytes, e);
}

/* Whether threads may read the rest of a log. */
static bool may_read_ahead(const struct klog_input *in)
{
	return in->begun && !in->alone && !in->reversed && !in->kernel && !in->follow && !in->mixed && in->offset > 0 &&
	       unpack_counted(&in->bytes);
}

/* Reads and feeds one piece that threads have read ahead: 1 to go on. */
static int pump_ahead(struct klog_input *in, struct klog *k, struct err *e)
{
	struct ahead_piece *piece = ahead_take(in->ahead);
	int r = piece->failed ? err_sys(e, -piece->failed, "%s", in->name) : !piece->ends;

	in->offset += (off_t)piece->log.n;
	if (piece->log.n)
		klog_exchange(k, &piece->log);
	note_mixed(in, piece->mixed, &piece->why);
	ahead_give_back(in->ahead, piece);
	return r <= 0 ? finish(in, k, r, e) : r;
}

int klog_input_pump(struct klog_input *in, struct klog *k, int timeout_ms, struct err *e)
{
	size_t room, n;
	char *to;
	int r = in->looked || in->kernel || in->follow || in->many ? 0 : look(in, timeout_ms, e);

	k->live = in->follow;
	if (in->past && !in->past_read)
		return pump_past(in, k, e);
	if (r || in->many)
		return r == -EAGAIN ? 1 : r ? r : many_pump(in->many, k, e);
	if (in->ahead)
		return pump_ahead(in, k, e);
	to = klog_space(k, &room);
	r = read_some(in, k, timeout_ms, to, room, &n, e);
	if (r == 1)
		r = check_text(in, to, n, e);
	if (r != 1 && r != -EPIPE && r != -EAGAIN)
		return finish(in, k, r, e);
	if (r == 1) {
		in->last_ms = now_ms();
		klog_filled(k, n);
		if (k->report.other && may_read_ahead(in)) {
			in->ahead = ahead_new(in->fd, in->offset, in->name, &k->reader.pass.filter);
			in->alone = !in->ahead;
		}
	} else if (r == -EPIPE) {
		klog_gap(k);
	} else if (now_ms() - in->last_ms >= SILENCE_MS) {
		klog_idle(k);
	}
	return 1;
}
