// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/device_log.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

/* Whether the frame that the driver waits for is not marked done, though one is waited for. */
static bool unwritten(const struct klog_report *r)
{
	enum klog_field status = klog_known(r, KLOG_WATCH_STATUS) ? KLOG_WATCH_STATUS : KLOG_DESC_STATUS;

	return klog_known(r, status) && !klog_says(r, status, LABEL_DONE) && klog_known(r, KLOG_NEXT_TO_USE) &&
	       klog_known(r, KLOG_NEXT_TO_CLEAN) &&
	       klog_number(r, KLOG_NEXT_TO_USE) != klog_number(r, KLOG_NEXT_TO_CLEAN);
}

/* Whether the driver has cleaned up all that it queued. */
static bool is_cleaned(const struct klog_report *r)
{
	return klog_known(r, KLOG_NEXT_TO_USE) && klog_known(r, KLOG_NEXT_TO_CLEAN) &&
	       klog_number(r, KLOG_NEXT_TO_USE) == klog_number(r, KLOG_NEXT_TO_CLEAN);
}

static enum shows block_shows(const struct klog_report *r)
{
	bool ends = klog_known(r, KLOG_TDH) && klog_known(r, KLOG_TDT) && !klog_known(r, KLOG_RING_GARBAGE);

	if (klog_known(r, KLOG_MAC_STATUS) && !klog_says(r, KLOG_MAC_STATUS, LABEL_LINK_UP))
		return SHOWS_NO_LINK;
	if (!ends)
		return klog_known(r, KLOG_RING_GARBAGE) ? SHOWS_NO_INDEX : SHOWS_NOTHING;
	if (klog_number(r, KLOG_TDH) != klog_number(r, KLOG_TDT))
		return SHOWS_STUCK;
	/* A tail that is not where the driver put it was not read from a working device. */
	if (klog_known(r, KLOG_NEXT_TO_USE) && klog_number(r, KLOG_NEXT_TO_USE) != klog_number(r, KLOG_TDT))
		return SHOWS_STUCK;
	if (unwritten(r))
		return SHOWS_UNWRITTEN;
	return is_cleaned(r) ? SHOWS_EMPTY : SHOWS_DONE;
}

static bool what_is(const struct klog_report *r, const char *what)
{
	return !strcmp(klog_text(r, KLOG_WHAT), what);
}

/* FreeBSD's drivers print head and tail, and where they clean next on a line of its own. */
static enum shows ends_show(const struct klog_report *r)
{
	if (!klog_known(r, KLOG_TDH) || !klog_known(r, KLOG_TDT))
		return SHOWS_NOTHING;
	return klog_number(r, KLOG_TDH) == klog_number(r, KLOG_TDT) ? SHOWS_DONE : SHOWS_STUCK;
}

/* HW_HEAD is the last descriptor that was done (QTX_COMM_HEAD, as ice prints it); HWB the next one to do. */
static bool reached(bool last_done, uint64_t head, uint64_t tail)
{
	return head == tail || (last_done && head + 1 == tail);
}

static enum shows line_shows(const struct klog_report *r)
{
	bool last_done = klog_known(r, KLOG_HW_HEAD);
	uint64_t head = klog_number(r, last_done ? KLOG_HW_HEAD : KLOG_HWB);
	uint64_t tail = klog_number(r, last_done ? KLOG_NTU : KLOG_TAIL);

	if (what_is(r, KLOG_WHAT_PFC) || what_is(r, KLOG_WHAT_PAUSED))
		return SHOWS_PAUSED;
	if (!last_done && !(klog_known(r, KLOG_HWB) && klog_known(r, KLOG_TAIL)))
		return ends_show(r);
	if (!last_done && !tail && klog_number(r, KLOG_NTU))
		return SHOWS_RESET;
	if (!reached(last_done, head, tail))
		return SHOWS_STUCK;
	if (!klog_known(r, KLOG_NTC))
		return SHOWS_DONE;
	return klog_number(r, KLOG_NTC) == tail ? SHOWS_EMPTY : SHOWS_UNCLEANED;
}

enum shows device_log_shows(const struct klog_report *r)
{
	return r->kind == KLOG_HANG ? block_shows(r) : line_shows(r);
}

bool device_log_never_marked(const struct device_log *l)
{
	return l->unwritten && (l->watchdogs || l->unwritten_reset || l->unwritten_still || l->host_off);
}

uint64_t device_log_done(const struct device_log *l)
{
	return l->done + l->empty + (device_log_never_marked(l) ? 0 : l->unwritten);
}

/* A watchdog's line has no numbers of the ring: a report that has, at about that time, can explain it. */
static bool watchdog_unexplained(const struct device_log *l)
{
	for (size_t i = 0; i < COUNT(l->queue); i++)
		if (l->queue[i].unexplained || l->queue[i].waiting.there)
			return true;
	return false;
}

/* What the driver did about a timeout says nothing more where another line says what the timeout was. */
static bool answered_unseen(const struct device_log *l)
{
	return (l->resets.hang || l->recoveries) && !device_log_done(l) && !l->paused && !l->uncleaned && !l->no_link;
}

bool device_log_hung(const struct device_log *l)
{
	if (l->stuck || l->unwritten_reset || l->unwritten_still || (l->unwritten && l->host_off) ||
	    l->resets.bare > 1 || watchdog_unexplained(l) || answered_unseen(l))
		return true;
	return (l->no_index || (l->partial && !device_log_done(l))) && !l->no_link;
}

bool device_log_stalled(const struct device_log *l)
{
	return l->uncleaned || l->mdd_pf || l->mdd_vf || l->resets.mdd || l->resets.bare || l->dumped_waiting;
}

const struct klog_report *device_log_first(const struct device_log *l, enum klog_kind kind)
{
	return l->n_first[kind] ? &l->first[kind][0] : NULL;
}

static bool is_corrected(const struct klog_report *r)
{
	const char *severity = klog_text(r, KLOG_SEVERITY);

	return *severity == 'C' || *severity == 'c';
}

/* An error that was not corrected takes the place of a corrected one. */
static bool keep_worse(struct device_log *l, const struct klog_report *r)
{
	if (r->kind != KLOG_AER || is_corrected(r))
		return false;
	for (size_t i = l->n_first[KLOG_AER]; i-- > 1;)
		if (is_corrected(&l->first[KLOG_AER][i])) {
			l->first[KLOG_AER][i] = *r;
			return true;
		}
	return false;
}

/* Of messages in words, those that say the same have one place. */
static bool is_kept(const struct device_log *l, const struct klog_report *r)
{
	for (size_t i = 0; r->kind >= KLOG_LINK_FAULT && i < l->n_first[r->kind]; i++)
		if (!strcmp(klog_text(&l->first[r->kind][i], KLOG_WHAT), klog_text(r, KLOG_WHAT)))
			return true;
	return false;
}

static void keep(struct device_log *l, const struct klog_report *r)
{
	if (l->n_first[r->kind] < DEVICE_LOG_FIRST && !is_kept(l, r)) {
		struct klog_report *first = l->first[r->kind];

		if (!first)
			first = xrealloc(NULL, DEVICE_LOG_FIRST, sizeof(*first));
		first[l->n_first[r->kind]++] = *r;
		l->first[r->kind] = first;
		return;
	}
	if (keep_worse(l, r))
		return;
	if (!l->last[r->kind])
		l->last[r->kind] = xcalloc(1, sizeof(*r));
	*l->last[r->kind] = *r;
}

static size_t queue_place(struct device_log *l, const struct klog_report *r)
{
	uint32_t queue = (uint32_t)klog_number(r, KLOG_QUEUE);
	size_t i = 0;

	if (!klog_known(r, KLOG_QUEUE))
		return SIZE_MAX;
	while (i < l->n_queues && l->queues[i] != queue)
		i++;
	if (i == COUNT(l->queues))
		return SIZE_MAX;
	if (i == l->n_queues)
		l->queues[l->n_queues++] = queue;
	return i;
}

#define NEAR_NS UINT64_C(60000000000)
#define NEAR_REPORTS 10

static struct sighting sighting_of(const struct klog_report *r)
{
	return (struct sighting){ .there = true,
				  .timed = klog_known(r, KLOG_UPTIME_NS),
				  .ns = klog_number(r, KLOG_UPTIME_NS),
				  .nth = r->nth };
}

/* Whether the later one came soon after the other. */
static bool is_near(const struct sighting *before, const struct sighting *now)
{
	if (!before->there)
		return false;
	if (before->timed && now->timed)
		return now->ns >= before->ns && now->ns - before->ns <= NEAR_NS;
	return now->nth - before->nth <= NEAR_REPORTS;
}

/* A report without a queue, or of one of those that have no place, is of any queue. */
static void count_watchdog(struct device_log *l, const struct klog_report *r, size_t place)
{
	const size_t others = COUNT(l->queue) - 1;
	const struct sighting now = sighting_of(r);
	struct watchdog_queue *q = &l->queue[place == SIZE_MAX ? others : place];
	bool explained = is_near(&q->explained, &now) || is_near(&l->queue[others].explained, &now);

	l->watchdogs++;
	for (size_t i = 0; place == SIZE_MAX && i < others; i++)
		explained |= is_near(&l->queue[i].explained, &now);
	if (explained)
		return;
	q->unexplained += q->waiting.there;
	q->waiting = now;
}

static void explain(struct device_log *l, const struct klog_report *r, size_t place)
{
	const size_t others = COUNT(l->queue) - 1;
	const struct sighting now = sighting_of(r);

	l->queue[place == SIZE_MAX ? others : place].explained = now;
	for (size_t i = 0; i < COUNT(l->queue); i++) {
		struct watchdog_queue *q = &l->queue[i];

		if (!q->waiting.there || (place != SIZE_MAX && i != place && i != others))
			continue;
		q->unexplained += !is_near(&q->waiting, &now);
		q->waiting.there = false;
	}
}

static void count_shown(struct device_log *l, enum shows shows)
{
	uint64_t *const counters[] = {
		[SHOWS_STUCK] = &l->stuck,         [SHOWS_DONE] = &l->done,     [SHOWS_UNWRITTEN] = &l->unwritten,
		[SHOWS_UNCLEANED] = &l->uncleaned, [SHOWS_EMPTY] = &l->empty,   [SHOWS_PAUSED] = &l->paused,
		[SHOWS_NO_LINK] = &l->no_link,     [SHOWS_RESET] = &l->partial, [SHOWS_NOTHING] = &l->partial,
		[SHOWS_NO_INDEX] = &l->no_index,
	};

	++*counters[shows];
}

#define HALF_YEAR_NS UINT64_C(15768000000000000)

bool device_log_apart(const struct klog_report *before, const struct klog_report *r, uint64_t ns)
{
	static const enum klog_field clocks[] = { KLOG_UPTIME_NS, KLOG_WALL_NS, KLOG_SEASON_NS, KLOG_ELAPSED_NS };

	for (size_t i = 0; i < COUNT(clocks); i++) {
		uint64_t from = klog_number(before, clocks[i]), to = klog_number(r, clocks[i]);

		if (!klog_known(before, clocks[i]) || !klog_known(r, clocks[i]))
			continue;
		if (clocks[i] == KLOG_SEASON_NS && from > to + HALF_YEAR_NS) /* in the next year */
			to += 2 * HALF_YEAR_NS;
		return to >= from + ns;
	}
	return false;
}

#define MARKED_NS \
	UINT64_C(1000000000) /* parts mark what is sent within microseconds, drivers look every other second */

static bool same_value(const struct klog_report *a, const struct klog_report *b, enum klog_field field)
{
	return klog_known(a, field) == klog_known(b, field) && klog_number(a, field) == klog_number(b, field);
}

/* Whether the report before this one was about the same frame, some time earlier: then it is not marked late, but not at all. */
static bool is_unwritten_still(const struct device_log *l, const struct klog_report *r)
{
	const struct klog_report *before = l->trouble_last;

	if (!before || before->kind != KLOG_HANG || before->boot != r->boot ||
	    device_log_shows(before) != SHOWS_UNWRITTEN)
		return false;
	if (!same_value(before, r, KLOG_QUEUE) || !same_value(before, r, KLOG_NEXT_TO_CLEAN) ||
	    !same_value(before, r, KLOG_TIME_STAMP))
		return false;
	if (klog_known(before, KLOG_JIFFIES) && klog_known(r, KLOG_JIFFIES))
		return !same_value(before, r, KLOG_JIFFIES);
	return device_log_apart(before, r, MARKED_NS);
}

/* Whether it says how a watchdog's timeout came about. That all was sent when a hang block was printed does not say why the kernel
 * waited for seconds; when the driver's line about the timeout itself was printed, it does. */
static bool explains(const struct klog_report *r, enum shows shows)
{
	if (shows == SHOWS_RESET || shows == SHOWS_NOTHING || shows == SHOWS_NO_INDEX || shows == SHOWS_UNWRITTEN)
		return false;
	return r->kind != KLOG_HANG || (shows != SHOWS_DONE && shows != SHOWS_EMPTY);
}

/* A watchdog line has no numbers of the ring: it counts where no block or timeout line tells more. */
static void count_ring(struct device_log *l, const struct klog_report *r)
{
	size_t place = queue_place(l, r);
	enum shows shows;

	if (r->kind == KLOG_WATCHDOG) {
		count_watchdog(l, r, place);
		return;
	}
	shows = device_log_shows(r);
	count_shown(l, shows);
	l->unwritten_still += shows == SHOWS_UNWRITTEN && is_unwritten_still(l, r);
	l->blocks +=
		r->kind == KLOG_HANG && (shows == SHOWS_STUCK || shows == SHOWS_UNWRITTEN || shows == SHOWS_RESET ||
					 shows == SHOWS_NOTHING || shows == SHOWS_NO_INDEX);
	if (explains(r, shows))
		explain(l, r, place);
}

#define SOON_NS UINT64_C(5000000000)
#define SOON_LINES 5
#define SAME_RESET_NS UINT64_C(1000000000)

/* Drivers reset the adapter to empty their queues when the link is lost; most do not say that this is why. */
static bool right_after_down(const struct device_log *l, const struct klog_report *r)
{
	const struct klog_report *down = l->down;

	if (!down || (l->up && l->up->line > down->line))
		return false;
	if (klog_known(down, KLOG_UPTIME_NS) && klog_known(r, KLOG_UPTIME_NS))
		return klog_number(r, KLOG_UPTIME_NS) - klog_number(down, KLOG_UPTIME_NS) <= SOON_NS;
	return r->nth - down->nth <= SOON_LINES;
}

/* "Reset adapter" without a word about why, and without another report that says it. */
static bool is_bare(const struct device_log *l, const struct klog_report *r)
{
	bool explained = l->first[KLOG_HANG] || l->first[KLOG_TX_TIMEOUT] || l->watchdogs;

	return !klog_text(r, KLOG_WHAT)[0] && !explained && !(l->reason_nth && r->nth - l->reason_nth <= SOON_LINES);
}

/* ixgbe prints two reasons for one reset: the queue that hangs, and then that this is why. */
static bool of_same_reset(const struct device_log *l, const struct klog_report *r)
{
	const struct klog_report *before = l->trouble_last;

	if (!before || before->kind != KLOG_RESET || !*klog_text(before, KLOG_WHAT))
		return false;
	if (klog_known(before, KLOG_UPTIME_NS) && klog_known(r, KLOG_UPTIME_NS))
		return klog_number(r, KLOG_UPTIME_NS) - klog_number(before, KLOG_UPTIME_NS) <= SAME_RESET_NS;
	return r->nth - before->nth == 1;
}

static void count_reset(struct device_log *l, const struct klog_report *r)
{
	if (what_is(r, KLOG_WHAT_BY_PF)) {
		l->resets.by_pf++;
		l->by_pf_line = r->line;
	} else if (what_is(r, KLOG_WHAT_TX_HANG) || what_is(r, KLOG_WHAT_TX_TIMEOUT)) {
		l->resets.hang += !of_same_reset(l, r);
	} else if (what_is(r, KLOG_WHAT_MDD)) {
		l->resets.mdd++;
	} else if (what_is(r, KLOG_WHAT_LINK_LOSS) || right_after_down(l, r)) {
		l->resets.link++;
	} else if (is_bare(l, r)) {
		l->resets.bare++;
	} else if (l->trouble_last && l->trouble_last->kind == KLOG_HANG &&
		   device_log_shows(l->trouble_last) == SHOWS_UNWRITTEN) {
		l->unwritten_reset++; /* what was to be marked done never was */
	}
	if (klog_text(r, KLOG_WHAT)[0])
		l->reason_nth = r->nth;
}

static void count_mdd(struct device_log *l, const struct klog_report *r)
{
	if (what_is(r, KLOG_WHAT_VF) || klog_number(r, KLOG_VF))
		l->mdd_vf++;
	else
		l->mdd_pf++;
}

static void count_dump(struct device_log *l, const struct klog_report *r)
{
	if (klog_known(r, KLOG_TDH) && klog_known(r, KLOG_TDT) &&
	    klog_number(r, KLOG_TDH) != klog_number(r, KLOG_TDT)) {
		l->dumped_waiting++;
		queue_place(l, r);
	}
}

/* With the link up: else it is normal. */
static bool host_is_off(const struct klog_report *r)
{
	return r->kind == KLOG_HANG && klog_says(r, KLOG_MAC_STATUS, LABEL_HOST_OFF) &&
	       klog_says(r, KLOG_MAC_STATUS, LABEL_LINK_UP) && klog_number(r, KLOG_MAC_STATUS) < UINT32_MAX;
}

static void count(struct device_log *l, const struct klog_report *r)
{
	bool gave_up = what_is(r, KLOG_WHAT_GAVE_UP);

	if (host_is_off(r)) {
		l->host_off++;
		l->host_off_line = l->host_off_line ? l->host_off_line : r->line;
	}
	if (r->kind == KLOG_HANG || r->kind == KLOG_TX_TIMEOUT || r->kind == KLOG_WATCHDOG)
		count_ring(l, r);
	else if (r->kind == KLOG_RESET)
		count_reset(l, r);
	else if (r->kind == KLOG_MDD)
		count_mdd(l, r);
	else if (r->kind == KLOG_DUMP)
		count_dump(l, r);
	else if (r->kind == KLOG_RECOVERY && gave_up)
		l->gave_up_line = r->line;
	else if (r->kind == KLOG_RECOVERY)
		l->recoveries++;
	else if (r->kind == KLOG_PCIE_LOST)
		l->lost_line = r->line;
	else if (r->kind == KLOG_PROBE_FAILED)
		l->probe_line = r->line;
	else if (r->kind == KLOG_PHY_ERROR && what_is(r, KLOG_WHAT_NOT_STARTED))
		l->not_started_line = r->line;
}

static void copy(struct klog_report **to, const struct klog_report *r)
{
	if (!*to)
		*to = xcalloc(1, sizeof(**to));
	**to = *r;
}

#define SPELL_NS UINT64_C(300000000000) /* longer than drivers and the watchdog are silent in one hang */

/* A reset because the link was lost is a lost link. */
static bool is_trouble(const struct device_log *l, const struct klog_report *r)
{
	if (r->kind == KLOG_RESET)
		return !what_is(r, KLOG_WHAT_LINK_LOSS) && (klog_text(r, KLOG_WHAT)[0] || !right_after_down(l, r));
	return r->kind == KLOG_HANG || r->kind == KLOG_TX_TIMEOUT || r->kind == KLOG_WATCHDOG ||
	       r->kind == KLOG_RECOVERY || r->kind == KLOG_MDD || r->kind == KLOG_DUMP || r->kind == KLOG_PCIE_LOST;
}

static void note_time(struct device_log *l, const struct klog_report *r)
{
	const struct klog_report *before = l->trouble_last;
	bool trouble = is_trouble(l, r);

	if (r->kind == KLOG_LINK_UP)
		copy(&l->up, r);
	if (r->kind == KLOG_LINK_UP && before && !l->up_again)
		copy(&l->up_again, r);
	if (r->kind == KLOG_LINK_DOWN)
		copy(&l->down, r);
	if (!trouble)
		return;
	if (!before)
		copy(&l->trouble_ever, r);
	if (!before || before->boot != r->boot || device_log_apart(before, r, SPELL_NS)) {
		copy(&l->trouble_first, r);
		l->spells++;
	}
	copy(&l->trouble_last, r);
	free(l->up_again);
	l->up_again = NULL;
}

void device_log_add(struct device_log *l, const struct klog_report *r)
{
	keep(l, r);
	count(l, r);
	note_time(l, r);
}

void device_log_free(struct device_log *l)
{
	for (size_t k = 0; k < KLOG_KINDS; k++) {
		free(l->first[k]);
		free(l->last[k]);
	}
	free(l->down);
	free(l->up);
	free(l->up_again);
	free(l->trouble_ever);
	free(l->trouble_first);
	free(l->trouble_last);
}
