// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klog/input.h"
#include "util/alloc.h"
#include "util/clock.h"
#include "util/err.h"
#include "util/stream.h"
#include "watch/internal.h"

#define PIECE 32768
#define READ_NS (20 * CLOCK_MS)        /* at one go */
#define HISTORY_NS (10 * CLOCK_SECOND) /* more than it takes to read all that a kernel keeps */

/* The last lines of the log, in a fixed amount of memory. */

void watch_tail_init(struct watch_tail *t)
{
	*t = (struct watch_tail){ .bytes = xcalloc(1, WATCH_TAIL_BYTES) };
}

void watch_tail_free(struct watch_tail *t)
{
	free(t->bytes);
	*t = (struct watch_tail){ 0 };
}

void watch_tail_add(struct watch_tail *t, const char *bytes, size_t n)
{
	if (n > WATCH_TAIL_BYTES) {
		bytes += n - WATCH_TAIL_BYTES;
		n = WATCH_TAIL_BYTES;
	}
	while (n) {
		size_t part = n < WATCH_TAIL_BYTES - t->at ? n : WATCH_TAIL_BYTES - t->at;

		memcpy(t->bytes + t->at, bytes, part);
		t->at = (t->at + part) % WATCH_TAIL_BYTES;
		t->n = t->n + part > WATCH_TAIL_BYTES ? WATCH_TAIL_BYTES : t->n + part;
		bytes += part;
		n -= part;
	}
}

void watch_tail_text(const struct watch_tail *t, struct buf *out)
{
	size_t start = (t->at + WATCH_TAIL_BYTES - t->n) % WATCH_TAIL_BYTES, skip = 0;

	if (t->n == WATCH_TAIL_BYTES)
		while (skip < t->n && t->bytes[(start + skip++) % WATCH_TAIL_BYTES] != '\n')
			;
	for (size_t i = skip; i < t->n; i++)
		buf_putc(out, t->bytes[(start + i) % WATCH_TAIL_BYTES]);
}

static bool starts_incident(enum klog_kind kind)
{
	return kind == KLOG_HANG || kind == KLOG_TX_TIMEOUT || kind == KLOG_WATCHDOG || kind == KLOG_PCIE_LOST;
}

static bool is_of(const struct klog_report *r, const struct watched *d)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const char *netdev = watched_netdev(d);

	if (*address)
		return !strcmp(address, d->address);
	return *interface && netdev && !strcmp(interface, netdev);
}

static void note(const struct klog_report *r, void *arg)
{
	struct watch *w = arg;
	struct klog_report whole = *r;

	if (w->history || !starts_incident(r->kind))
		return;
	klog_complete(w->klog, &whole);
	for (size_t i = 0; i < w->n; i++) {
		struct watched *d = &w->devices[i];

		if (!is_of(&whole, d))
			continue;
		if (!d->n_logged++)
			d->logged = klog_kind_name(r->kind);
	}
}

/* A pipe that has no writer yet holds up the opening: then a signal ends the program at once, as nothing is open. */
static int open_input(struct watch *w, struct err *e)
{
	sigset_t ending, before;
	int r;

	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &ending, &before);
	r = klog_input_open(&w->in, w->o->log, true, e);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (r && !w->o->log)
		err_todo(e, "%s, or name a log that grows: nicregs watch --log FILE",
			 r == -ENOENT ? KLOG_MOUNT_DEV : "run it as root");
	return r;
}

/* How many bytes of a file there are now; all that come, of a compressed one. 0: it is no file, and time tells. */
static uint64_t size_of_history(const char *path)
{
	AUTO_CLOSE int fd = path ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	char magic[STREAM_MAGIC] = "";
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return 0;
	n = read(fd, magic, sizeof(magic));
	if (n > 0 && packing_of(magic, (size_t)n))
		return UINT64_MAX;
	return (uint64_t)st.st_size;
}

/* A log that grows all the time has a history, too: what was there before. */
static void read_history(struct watch *w)
{
	uint64_t size = size_of_history(w->o->log);
	int64_t until = clock_monotonic() + HISTORY_NS;

	w->history = true;
	do
		watch_log_read(w);
	while (w->in && w->more && (size ? w->n_read < size : clock_monotonic() < until) && !watch_stopped(w));
	watch_log_settle(w);
	w->history = false;
}

int watch_log_open(struct watch *w, struct err *e)
{
	int r = w->o->log && !*w->o->log ? 0 : open_input(w, e);

	if (r)
		return r;
	w->klog = klog_new(note, w);
	watch_tail_init(&w->tail);
	read_history(w);
	return 0;
}

void watch_log_close(struct watch *w)
{
	if (w->klog)
		klog_free(w->klog);
	klog_input_close(w->in);
	watch_tail_free(&w->tail);
}

/* By its end, or by the error in w->why. */
static void log_ended(struct watch *w, int r)
{
	klog_end(w->klog);
	if (!r)
		err_set(&w->why, ENODATA, klog_input_name(w->in), "the log ended; heads and tails are watched on");
	w->o->warn(&w->why, w->o->arg);
	klog_input_close(w->in);
	w->in = NULL;
}

/* One piece. False: there is no more for now. */
static bool read_piece(struct watch *w, char *piece)
{
	size_t n = 0;
	int r = klog_input_read(w->in, 0, piece, PIECE, &n, &w->why);

	if (r == -EAGAIN)
		return false;
	if (r == -EPIPE) {
		klog_gap(w->klog);
		return true;
	}
	if (r <= 0) {
		log_ended(w, r);
		return false;
	}
	klog_feed(w->klog, piece, n);
	watch_tail_add(&w->tail, piece, n);
	w->n_read += n;
	w->unsettled = true;
	return true;
}

void watch_log_read(struct watch *w)
{
	AUTO_FREE char *piece = w->in ? xcalloc(1, PIECE) : NULL;
	int64_t until = clock_monotonic() + READ_NS;

	w->more = w->in;
	while (w->more && clock_monotonic() < until)
		w->more = read_piece(w, piece);
}

void watch_log_settle(struct watch *w)
{
	if (w->unsettled)
		klog_idle(w->klog);
	w->unsettled = false;
}
