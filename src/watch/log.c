// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klog/input.h"
#include "util/alloc.h"
#include "util/err.h"
#include "watch/parts.h"

#define PIECE 32768
#define READ_NS INT64_C(20000000)       /* at one go */
#define HISTORY_NS INT64_C(10000000000) /* more than it takes to read all that a kernel keeps */

static bool starts_incident(enum klog_kind kind)
{
	return kind == KLOG_HANG || kind == KLOG_TX_TIMEOUT || kind == KLOG_WATCHDOG || kind == KLOG_PCIE_LOST;
}

static bool is_of(const struct klog_report *r, const struct watched *d)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const char *netdev = device_netdev(d);

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
	return r;
}

/* How many bytes of a file there are now; all that come, of a compressed one. 0: it is no file, and time tells. */
static uint64_t size_of_history(const char *path)
{
	AUTO_CLOSE int fd = path ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	unsigned char magic[2] = { 0 };
	struct stat st;

	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode))
		return 0;
	if (read(fd, magic, 2) == 2 &&
	    ((magic[0] == 0x1f && magic[1] == 0x8b) || (magic[0] == 0xfd && magic[1] == '7')))
		return UINT64_MAX;
	return (uint64_t)st.st_size;
}

/* A log that grows all the time has a history, too: what was there before. */
static void read_history(struct watch *w)
{
	uint64_t size = size_of_history(w->o->log);
	int64_t until = watch_now() + HISTORY_NS;

	w->history = true;
	do
		log_read(w);
	while (w->in && w->more && (size ? w->n_read < size : watch_now() < until) && !watch_stopped(w));
	log_settle(w);
	w->history = false;
}

int log_open(struct watch *w, struct err *e)
{
	int r = w->o->log && !*w->o->log ? 0 : open_input(w, e);

	if (r)
		return r;
	w->klog = klog_new(note, w);
	tail_init(&w->tail);
	read_history(w);
	return 0;
}

void log_close(struct watch *w)
{
	if (w->klog)
		klog_free(w->klog);
	klog_input_close(w->in);
	tail_free(&w->tail);
}

static void log_ended(struct watch *w, int r, const struct err *e)
{
	struct err ended = { 0 };

	klog_end(w->klog);
	if (!r)
		err_set(&ended, ENODATA, klog_input_name(w->in), "the log ended; heads and tails are watched on");
	w->o->warn(r ? e : &ended, w->o->arg);
	klog_input_close(w->in);
	w->in = NULL;
}

/* One piece. False: there is no more for now. */
static bool read_piece(struct watch *w, char *piece)
{
	struct err e = { 0 };
	size_t n = 0;
	int r = klog_input_read(w->in, 0, piece, PIECE, &n, &e);

	if (r == -EAGAIN)
		return false;
	if (r == -EPIPE) {
		klog_gap(w->klog);
		return true;
	}
	if (r <= 0) {
		log_ended(w, r, &e);
		return false;
	}
	klog_feed(w->klog, piece, n);
	tail_add(&w->tail, piece, n);
	w->n_read += n;
	w->unsettled = true;
	return true;
}

void log_read(struct watch *w)
{
	AUTO_FREE char *piece = w->in ? xcalloc(1, PIECE) : NULL;
	int64_t until = watch_now() + READ_NS;

	w->more = w->in;
	while (w->more && watch_now() < until)
		w->more = read_piece(w, piece);
}

void log_settle(struct watch *w)
{
	if (w->unsettled)
		klog_idle(w->klog);
	w->unsettled = false;
}
