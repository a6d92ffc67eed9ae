// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/logged.h"

#include <stdlib.h>

#include "util/alloc.h"

/* The words of a hang block are those of the 8257x family, whatever the part: STATUS bit 1 is the link. */
#define STATUS_LINK_UP 2u

/* DD, "descriptor done", is bit 0 of the status that 8257x and igb parts write back. */
#define STATUS_DONE 1u

/* Whether the frame that the driver waits for is not marked done, though one is waited for. */
static bool unwritten(const struct klog_report *r)
{
	enum klog_field status = klog_known(r, KLOG_WATCH_STATUS) ? KLOG_WATCH_STATUS : KLOG_DESC_STATUS;

	return klog_known(r, status) && !(klog_number(r, status) & STATUS_DONE) && klog_known(r, KLOG_NEXT_TO_USE) &&
	       klog_known(r, KLOG_NEXT_TO_CLEAN) &&
	       klog_number(r, KLOG_NEXT_TO_USE) != klog_number(r, KLOG_NEXT_TO_CLEAN);
}

static enum shows block_shows(const struct klog_report *r)
{
	bool ends = klog_known(r, KLOG_TDH) && klog_known(r, KLOG_TDT);

	if (klog_known(r, KLOG_MAC_STATUS) && !(klog_number(r, KLOG_MAC_STATUS) & STATUS_LINK_UP))
		return SHOWS_NO_LINK;
	if (!ends)
		return SHOWS_NOTHING;
	if (klog_number(r, KLOG_TDH) != klog_number(r, KLOG_TDT))
		return SHOWS_STUCK;
	/* A tail that is not where the driver put it was not read from a working device. */
	if (klog_known(r, KLOG_NEXT_TO_USE) && klog_number(r, KLOG_NEXT_TO_USE) != klog_number(r, KLOG_TDT))
		return SHOWS_STUCK;
	return unwritten(r) ? SHOWS_UNWRITTEN : SHOWS_DONE;
}

static enum shows line_shows(const struct klog_report *r)
{
	bool ice = klog_known(r, KLOG_HW_HEAD);
	uint64_t head = klog_number(r, ice ? KLOG_HW_HEAD : KLOG_HWB);
	uint64_t tail = klog_number(r, ice ? KLOG_NTU : KLOG_TAIL);

	if (!ice && !(klog_known(r, KLOG_HWB) && klog_known(r, KLOG_TAIL)))
		return SHOWS_NOTHING;
	if (!ice && !tail && klog_number(r, KLOG_NTU))
		return SHOWS_RESET;
	return head == tail ? SHOWS_DONE : SHOWS_STUCK;
}

enum shows logged_shows(const struct klog_report *r)
{
	return r->kind == KLOG_HANG ? block_shows(r) : line_shows(r);
}

uint64_t logged_done(const struct logged *l)
{
	return l->done + (l->watchdogs ? 0 : l->unwritten);
}

const struct klog_report *logged_first(const struct logged *l, enum klog_kind kind)
{
	return l->n_first[kind] ? &l->first[kind][0] : NULL;
}

static void keep(struct logged *l, const struct klog_report *r)
{
	if (l->n_first[r->kind] < LOGGED_FIRST) {
		struct klog_report *first = l->first[r->kind];

		first = xrealloc(first, l->n_first[r->kind] + 1, sizeof(*first));
		first[l->n_first[r->kind]++] = *r;
		l->first[r->kind] = first;
		return;
	}
	if (!l->last[r->kind])
		l->last[r->kind] = xcalloc(1, sizeof(*r));
	*l->last[r->kind] = *r;
}

static void keep_queue(struct logged *l, const struct klog_report *r)
{
	uint32_t queue = (uint32_t)klog_number(r, KLOG_QUEUE);

	if (!klog_known(r, KLOG_QUEUE) || l->n_queues == sizeof(l->queues) / sizeof(l->queues[0]))
		return;
	for (size_t i = 0; i < l->n_queues; i++)
		if (l->queues[i] == queue)
			return;
	l->queues[l->n_queues++] = queue;
}

/* A watchdog line has no numbers of the ring: it counts where no block or timeout line tells more. */
static void count(struct logged *l, const struct klog_report *r)
{
	bool ring = r->kind == KLOG_HANG || r->kind == KLOG_TX_TIMEOUT;

	if (ring || r->kind == KLOG_WATCHDOG)
		keep_queue(l, r);
	l->watchdogs += r->kind == KLOG_WATCHDOG;
	if (!ring)
		return;
	switch (logged_shows(r)) {
	case SHOWS_STUCK:
		l->stuck++;
		break;
	case SHOWS_DONE:
		l->done++;
		break;
	case SHOWS_UNWRITTEN:
		l->unwritten++;
		break;
	case SHOWS_NO_LINK:
		l->no_link++;
		break;
	case SHOWS_RESET:
	case SHOWS_NOTHING:
		l->partial++;
		break;
	}
}

void logged_add(struct logged *l, const struct klog_report *r)
{
	keep(l, r);
	count(l, r);
}

void logged_free(struct logged *l)
{
	for (size_t k = 0; k < KLOG_KINDS; k++) {
		free(l->first[k]);
		free(l->last[k]);
	}
}
