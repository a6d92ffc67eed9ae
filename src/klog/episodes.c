// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts of a device: hangs in episodes, the resets that follow them, timeouts, its link. And clocks: which one a report
 * has, how fast the kernel's jiffies count, how old a descriptor was. */
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"
#include "util/text.h"

#define EPISODE_GAP_MS 30000
#define ORPHAN_MS 10000
#define ORPHAN_LINES 40
#define RESET_FOLLOWS_MS 15000
#define RESET_FOLLOWS_LINES 60 /* in logs without times */
#define SAME_RESET_MS 5000
#define SAME_RESET_LINES 20
#define SAME_TIMEOUT_MS 6000
#define SAME_TIMEOUT_LINES 60

/* When a report was made, by the best clock that its line has. */
static struct instant instant_of(const struct klog_report *r)
{
	uint64_t ns = 0;
	enum klog_field clock = report_clock(r, &ns);

	return (struct instant){ clock, ns / 1000000, r->boot, r->nth };
}

/* Whether two times can be compared. */
static bool same_clock(const struct instant *a, const struct instant *b)
{
	return a->clock == b->clock && a->clock != KLOG_FIELDS && a->boot == b->boot;
}

/* Whether `now` is at most so long after `then`; without a common clock, so many lines. Lines of two CPUs can be
 * out of order. */
static bool soon_after(const struct instant *then, const struct instant *now, uint64_t ms, uint64_t lines)
{
	if (same_clock(then, now))
		return now->ms >= then->ms ? now->ms - then->ms <= ms : then->ms - now->ms <= 1000;
	return then->boot == now->boot && now->nth >= then->nth && now->nth - then->nth <= lines;
}

static bool link_was_down(const struct klog_report *r)
{
	return klog_known(r, KLOG_MAC_STATUS) && !(klog_number(r, KLOG_MAC_STATUS) & 2);
}

/* The basic status of a PHY has bit 0 set (extended capability) and some of its ability bits; the extended status
 * has nothing in its low twelve bits. IEEE 802.3 22.2.4.2 and 22.2.4.4. */
static bool phy_is_garbage(const struct klog_report *r)
{
	uint64_t status = klog_number(r, KLOG_PHY_STATUS);

	if (klog_known(r, KLOG_PHY_STATUS) && (!(status & 1) || !(status & 0x7800) || status >= 0xffff))
		return true;
	return (klog_number(r, KLOG_PHY_EXTENDED) & 0xfff) != 0;
}

#define RING_MOST 8192 /* descriptors of the longest ring that a driver of Intel's makes */

/* Ones are what a device that is gone reads as, which is judged for itself. */
static bool is_no_index(const struct klog_report *r, enum klog_field field)
{
	return klog_known(r, field) && klog_number(r, field) >= RING_MOST && klog_number(r, field) != UINT32_MAX;
}

static bool ring_is_garbage(const struct klog_report *r)
{
	return is_no_index(r, KLOG_TDH) || is_no_index(r, KLOG_TDT);
}

/* Whether the head of the report's queue moved since the block before, if there was one. */
static void count_head(struct log_device *d, struct klog_report *r)
{
	uint64_t queue = klog_known(r, KLOG_QUEUE) ? klog_number(r, KLOG_QUEUE) : UINT64_MAX;
	struct ring_memory *m = NULL;

	if (!klog_known(r, KLOG_TDH) || klog_known(r, KLOG_RING_GARBAGE))
		return;
	for (size_t i = 0; i < RING_QUEUES; i++)
		if (d->rings[i].used && d->rings[i].queue == queue)
			m = &d->rings[i];
	if (m && m->boot == r->boot && !d->reset_since) {
		bool moved = m->head != klog_number(r, KLOG_TDH);

		klog_set(r, KLOG_HEAD_MOVED, moved);
		if (moved)
			d->pub.hangs.head_moved++;
		else
			d->pub.hangs.head_stuck++;
	}
	if (!m) {
		m = &d->rings[d->next_ring];
		d->next_ring = (d->next_ring + 1) % RING_QUEUES;
	}
	*m = (struct ring_memory){ true, queue, klog_number(r, KLOG_TDH), r->boot };
}

static bool continues_episode(const struct log_device *d, const struct klog_report *r, const struct instant *now)
{
	if (!d->pub.hangs.blocks || d->hang.boot != now->boot || d->reset_since)
		return false;
	if (d->hang_has_stamp && klog_known(r, KLOG_TIME_STAMP) && d->hang_stamp == klog_number(r, KLOG_TIME_STAMP))
		return true;
	return same_clock(&d->hang, now) && soon_after(&d->hang, now, EPISODE_GAP_MS, 0);
}

static void begin_episode(struct log_device *d, const struct instant *now)
{
	struct klog_hangs *h = &d->pub.hangs;

	if (h->episodes && same_clock(&d->episode, now) && now->ms > d->episode.ms) {
		uint64_t gap = now->ms - d->episode.ms;

		if (!h->intervals || gap < h->interval_least_ms)
			h->interval_least_ms = gap;
		if (gap > h->interval_most_ms)
			h->interval_most_ms = gap;
		h->intervals++;
		d->interval_sum_ms += gap;
		h->interval_mean_ms = d->interval_sum_ms / h->intervals;
	}
	h->episodes++;
	d->blocks_in_episode = 0;
	d->episode = *now;
	d->episode_reset = false;
}

/* Whether a nameless device is nothing but the end of blocks of which this one is the next: it repeats the
 * descriptor, or follows soon. */
static bool is_orphan_of(const struct log_device *orphan, const struct klog_report *r, const struct instant *now)
{
	const struct klog_device *d = &orphan->pub;

	if (d->address[0] || d->interface[0] || !d->hangs.blocks || d->hangs.blocks != d->hangs.headless ||
	    (d->driver[0] && strcmp(d->driver, klog_text(r, KLOG_DRIVER))))
		return false;
	if (orphan->hang_has_stamp && klog_known(r, KLOG_TIME_STAMP) &&
	    orphan->hang_stamp == klog_number(r, KLOG_TIME_STAMP))
		return true;
	return soon_after(&orphan->hang, now, ORPHAN_MS, ORPHAN_LINES);
}

/* An orphan's blocks are of the episode that the device is in, or begin its first: they count, not what they were like. */
static void adopt(struct devices *devices, struct log_device *d, struct log_device *orphan)
{
	const struct klog_hangs h = orphan->pub.hangs;

	orphan->pub.hangs = (struct klog_hangs){
		.blocks = h.blocks,
		.headless = h.headless,
		.phy_garbage = h.phy_garbage,
		.ring_garbage = h.ring_garbage,
		.timeouts = h.timeouts,
	};
	devices_merge(devices, d, orphan);
	if (!d->adopted_first)
		d->adopted_first = orphan->pub.first_line;
	d->adopted_last = orphan->pub.last_line;
	if (!d->pub.hangs.episodes)
		begin_episode(d, &orphan->hang);
	d->hang = orphan->hang;
	d->hang_stamp = orphan->hang_stamp;
	d->hang_has_stamp = orphan->hang_has_stamp;
	d->blocks_in_episode += h.blocks;
}

/* Headless blocks go to the device whose block comes next. */
static void adopt_headless(struct devices *devices, const char *address, const char *interface,
			   const struct klog_report *r, const struct instant *now)
{
	struct log_device *first = NULL, orphan;

	for (struct log_device *d = NULL; (d = devices_nameless(devices, d));)
		if ((!first || d < first) && is_orphan_of(d, r, now))
			first = d;
	if (!first)
		return;
	orphan = *first;
	devices_remove(devices, first);
	orphan.pub.hang = NULL;
	adopt(devices, devices_get(devices, address, interface, ""), &orphan);
}

static void count_hang(struct log_device *d, struct klog_report *r, const struct instant *now)
{
	struct klog_hangs *h = &d->pub.hangs;

	if (!continues_episode(d, r, now))
		begin_episode(d, now);
	if (ring_is_garbage(r)) {
		klog_set(r, KLOG_RING_GARBAGE, 1);
		h->ring_garbage++;
	}
	count_head(d, r);
	klog_set(r, KLOG_REPEAT, ++d->blocks_in_episode);
	h->blocks++;
	h->headless += klog_known(r, KLOG_HEADLESS);
	h->false_hints += link_was_down(r) ||
			  (klog_known(r, KLOG_TDH) && klog_known(r, KLOG_TDT) &&
			   klog_number(r, KLOG_TDH) == klog_number(r, KLOG_TDT) && !klog_known(r, KLOG_RING_GARBAGE));
	if (phy_is_garbage(r)) {
		klog_set(r, KLOG_PHY_GARBAGE, 1);
		h->phy_garbage++;
	}
	if (klog_number(r, KLOG_AGE_MS) > h->age_most_ms)
		h->age_most_ms = klog_number(r, KLOG_AGE_MS);
	d->hang = *now;
	d->hang_has_stamp = klog_known(r, KLOG_TIME_STAMP);
	d->hang_stamp = klog_number(r, KLOG_TIME_STAMP);
	d->reset_since = false;
	if (!d->pub.hang)
		d->pub.hang = xcalloc(1, sizeof(*d->pub.hang));
	*d->pub.hang = *r;
}

static void count_reset(struct log_device *d, const struct instant *now)
{
	struct klog_hangs *h = &d->pub.hangs;

	if (!h->blocks || d->hang.boot != now->boot)
		return;
	d->reset_since = true;
	if (!d->episode_reset && soon_after(&d->hang, now, RESET_FOLLOWS_MS, RESET_FOLLOWS_LINES)) {
		d->episode_reset = true;
		h->episodes_reset++;
	}
}

/* The lines that a driver prints of one reset: the hang it saw, the reason, the reset itself. */
static int reset_stage(const struct klog_report *r)
{
	const char *what = klog_text(r, KLOG_WHAT);

	return !*what ? 3 : strcmp(what, "Tx hang") ? 2 : 1;
}

bool episodes_same_reset(struct devices *devices, const struct klog_report *r)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const struct instant now = instant_of(r);
	int stage = reset_stage(r);
	struct log_device *d;
	bool same;

	if (r->kind != KLOG_RESET || (!address[0] && !interface[0]))
		return false;
	d = devices_get(devices, address, interface, "");
	same = d->reset_stage && d->reset_stage < stage && soon_after(&d->reset, &now, SAME_RESET_MS, SAME_RESET_LINES);
	if (same && r->last_line > d->pub.last_line)
		d->pub.last_line = r->last_line;
	d->reset_stage = stage;
	d->reset = now;
	return same;
}

/* NETDEV WATCHDOG and the driver's own line are one timeout. */
static void count_timeout(struct log_device *d, const struct klog_report *r, const struct instant *now)
{
	uint64_t queue = klog_known(r, KLOG_QUEUE) ? klog_number(r, KLOG_QUEUE) : UINT64_MAX;
	bool same_queue = queue == d->timeout_queue || queue == UINT64_MAX || d->timeout_queue == UINT64_MAX;

	if (!d->pub.hangs.timeouts || r->kind == KLOG_WATCHDOG || !same_queue ||
	    !soon_after(&d->timeout, now, SAME_TIMEOUT_MS, SAME_TIMEOUT_LINES))
		d->pub.hangs.timeouts++;
	d->timeout = *now;
	d->timeout_queue = queue;
}

static void count_link(struct klog_device *d, const struct klog_report *r)
{
	d->link = r->kind == KLOG_LINK_UP;
	d->link_boot = r->boot;
	if (d->link && r->line > d->alive_line)
		d->alive_line = r->line;
	if (r->kind == KLOG_LINK_DOWN) {
		d->link_flaps++;
		return;
	}
	if (klog_known(r, KLOG_SPEED))
		d->speed = klog_number(r, KLOG_SPEED);
	if (klog_known(r, KLOG_FLOW))
		str_copy(d->flow, sizeof(d->flow), klog_text(r, KLOG_FLOW), strlen(klog_text(r, KLOG_FLOW)));
}

void episodes_count(struct devices *devices, struct klog_report *r)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const char *driver = klog_text(r, KLOG_DRIVER);
	const struct instant now = instant_of(r);
	struct log_device *d;

	if (klog_of_machine(r))
		return;
	if (r->kind == KLOG_HANG && (address[0] || interface[0]))
		adopt_headless(devices, address, interface, r, &now);
	d = devices_get(devices, address, interface, driver);
	if (klog_known(r, KLOG_DRIVER_GUESSED))
		d->pub.driver_guessed = true;
	d->pub.counts[r->kind]++;
	d->kinds |= 1u << r->kind;
	devices_rank(devices, d);
	if (!d->pub.first_line || r->line < d->pub.first_line)
		d->pub.first_line = r->line;
	if (r->last_line > d->pub.last_line)
		d->pub.last_line = r->last_line;
	if (devices->hz)
		d->pub.hz = devices->hz;
	if (klog_known(r, KLOG_VENDOR_ID)) {
		d->pub.vendor = (uint16_t)klog_number(r, KLOG_VENDOR_ID);
		d->pub.device = (uint16_t)klog_number(r, KLOG_DEVICE_ID);
	}
	if (r->kind == KLOG_HANG)
		count_hang(d, r, &now);
	else if (r->kind == KLOG_RESET || r->kind == KLOG_RECOVERY)
		count_reset(d, &now);
	else if (r->kind == KLOG_WATCHDOG || r->kind == KLOG_TX_TIMEOUT)
		count_timeout(d, r, &now);
	else if (r->kind == KLOG_LINK_UP || r->kind == KLOG_LINK_DOWN)
		count_link(&d->pub, r);
	if (r->kind == KLOG_RESET && !strcmp(klog_text(r, KLOG_WHAT), KLOG_WHAT_LINK_LOSS)) {
		d->pub.link = 0;
		d->pub.link_boot = r->boot;
	}
}

/* Clocks: which one a report has, how fast the kernel's jiffies count, how old a descriptor was. */

#define NS_OF_FINE UINT64_C(1000000000)
#define NS_OF_COARSE UINT64_C(25000000000) /* an error of two seconds is then less than what nearest_hz() allows */
#define JIFFIES_BASE 4294967296.0          /* 2^32 */
#define JIFFIES_START 300.0                /* s after boot at which jiffies pass 2^32; a 32-bit counter is 0 then */

/* The clock rates that Linux is built with; within 8 % of one, 0 if of none. */
static unsigned nearest_hz(double hz)
{
	static const unsigned rates[] = { 100, 250, 300, 1000 };
	unsigned best = 0;
	double best_off = 0.08;

	for (size_t i = 0; i < COUNT(rates); i++) {
		double off = hz / rates[i] - 1;

		if (off < 0)
			off = -off;
		if (off < best_off) {
			best_off = off;
			best = rates[i];
		}
	}
	return best;
}

static void note_by_uptime(struct devices *devices, uint64_t jiffies, double uptime)
{
	double since = uptime - JIFFIES_START, passed = (double)jiffies;
	unsigned hz;

	if (devices->hz || (since > -10 && since < 10))
		return;
	if (since < 0 || jiffies >= UINT64_C(0x100000000))
		passed -= JIFFIES_BASE;
	hz = nearest_hz(passed / since);
	if (hz)
		devices->hz = hz;
}

enum klog_field report_clock(const struct klog_report *r, uint64_t *ns)
{
	static const enum klog_field clocks[] = { KLOG_UPTIME_NS, KLOG_ELAPSED_NS, KLOG_WALL_NS, KLOG_SEASON_NS };

	for (size_t i = 0; i < COUNT(clocks); i++)
		if (klog_known(r, clocks[i])) {
			*ns = klog_number(r, clocks[i]);
			return clocks[i];
		}
	return KLOG_FIELDS;
}

/* Two reports that have a clock of whole seconds must be so far apart that this does not matter. */
static bool read_clock(const struct klog_report *r, struct tick *now)
{
	bool fine;

	now->clock = report_clock(r, &now->ns);
	if (now->clock == KLOG_FIELDS)
		return false;
	fine = now->clock == KLOG_UPTIME_NS || now->clock == KLOG_ELAPSED_NS || now->ns % 1000000000;
	now->least_ns = fine ? NS_OF_FINE : NS_OF_COARSE;
	return true;
}

void hz_note(struct devices *devices, const struct klog_report *r)
{
	struct tick now = { .used = true, .jiffies = klog_number(r, KLOG_JIFFIES), .boot = r->boot };
	const struct tick *t = &devices->tick;
	uint64_t least;

	if (r->kind != KLOG_HANG || !klog_known(r, KLOG_JIFFIES) || !read_clock(r, &now))
		return;
	least = t->least_ns > now.least_ns ? t->least_ns : now.least_ns;
	if (t->used && t->boot == now.boot && t->clock == now.clock && now.ns > t->ns + least &&
	    now.jiffies > t->jiffies) {
		unsigned hz = nearest_hz((double)(now.jiffies - t->jiffies) * 1e9 / (double)(now.ns - t->ns));

		if (hz)
			devices->hz = hz;
	}
	if (!t->used || t->clock != now.clock || t->boot != now.boot || now.jiffies < t->jiffies ||
	    now.ns > t->ns + least)
		devices->tick = now;
	if (now.clock == KLOG_UPTIME_NS)
		note_by_uptime(devices, now.jiffies, (double)now.ns / 1e9);
}

/* A 32-bit counter that wrapped between the two readings gives the right difference too. */
static uint64_t jiffies_between(uint64_t from, uint64_t to)
{
	return to >= from ? to - from : (to - from) & UINT64_C(0xffffffff);
}

void hz_complete(unsigned hz, struct klog_report *r)
{
	if (!hz || !klog_known(r, KLOG_JIFFIES))
		return;
	klog_set(r, KLOG_HZ, hz);
	if (klog_known(r, KLOG_TIME_STAMP))
		klog_set(r, KLOG_AGE_MS,
			 jiffies_between(klog_number(r, KLOG_TIME_STAMP), klog_number(r, KLOG_JIFFIES)) * 1000 / hz);
}
