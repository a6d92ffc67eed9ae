// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "klog/input.h"
#include "util/alloc.h"
#include "util/err.h"
#include "watch/parts.h"

#define PIECE 32768

static bool starts_incident(enum klog_kind kind)
{
	return kind == KLOG_HANG || kind == KLOG_TX_TIMEOUT || kind == KLOG_WATCHDOG || kind == KLOG_PCIE_LOST;
}

/* Of more than fit, what was first: they are of the same hang, or of none that can still be caught. */
static void note(const struct klog_report *r, void *arg)
{
	struct watch *w = arg;
	struct klog_report whole = *r;
	struct sign *sign;

	if (w->history || !starts_incident(r->kind) || w->n_signs == WATCH_SIGNS)
		return;
	klog_complete(w->klog, &whole);
	sign = &w->signs[w->n_signs++];
	sign->kind = klog_kind_name(r->kind);
	snprintf(sign->address, sizeof(sign->address), "%.23s", klog_text(&whole, KLOG_ADDRESS));
	snprintf(sign->interface, sizeof(sign->interface), "%.15s", klog_text(&whole, KLOG_INTERFACE));
}

int log_open(struct watch *w, struct err *e)
{
	int r = w->o->log && !*w->o->log ? 0 : klog_input_open(&w->in, w->o->log, true, e);

	if (r)
		return r;
	w->klog = klog_new(note, w);
	tail_init(&w->tail);
	w->history = true;
	log_read(w);
	log_settle(w);
	w->history = false;
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

void log_read(struct watch *w)
{
	AUTO_FREE char *piece = w->in ? xcalloc(1, PIECE) : NULL;
	struct err e = { 0 };

	while (w->in) {
		size_t n = 0;
		int r = klog_input_read(w->in, 0, piece, PIECE, &n, &e);

		if (r == -EAGAIN)
			return;
		if (r == -EPIPE) {
			klog_gap(w->klog);
			continue;
		}
		if (r <= 0) {
			log_ended(w, r, &e);
			return;
		}
		klog_feed(w->klog, piece, n);
		tail_add(&w->tail, piece, n);
		w->unsettled = true;
	}
}

void log_settle(struct watch *w)
{
	if (w->unsettled)
		klog_idle(w->klog);
	w->unsettled = false;
}
