// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "klog/parts.h"

#define EPISODE_GAP_MS 30000
#define RESET_FOLLOWS_MS 15000
#define RESET_FOLLOWS_LINES 60 /* in logs without times */
#define SAME_TIMEOUT_MS 6000
#define SAME_TIMEOUT_LINES 60

/* A report's time for comparing it with others of the same boot: by uptime, else by the wall clock. */
static bool time_ms(const struct klog_report *r, uint64_t *ms)
{
	if (klog_known(r, KLOG_UPTIME_NS))
		*ms = klog_number(r, KLOG_UPTIME_NS) / 1000000;
	else if (klog_known(r, KLOG_WALL_NS))
		*ms = klog_number(r, KLOG_WALL_NS) / 1000000;
	else
		return false;
	return true;
}

static bool link_was_down(const struct klog_report *r)
{
	return klog_known(r, KLOG_MAC_STATUS) && !(klog_number(r, KLOG_MAC_STATUS) & 2);
}

/* The basic status of a PHY has bit 0 set (extended capability) and some of its ability bits; the extended status has nothing
 * in its low twelve bits. IEEE 802.3 22.2.4.2 and 22.2.4.4. */
static bool phy_is_garbage(const struct klog_report *r)
{
	uint64_t status = klog_number(r, KLOG_PHY_STATUS);

	if (klog_known(r, KLOG_PHY_STATUS) && (!(status & 1) || !(status & 0x7800) || status >= 0xffff))
		return true;
	return (klog_number(r, KLOG_PHY_EXTENDED) & 0xfff) != 0;
}

/* Whether the head of the report's queue moved since the block before, if there was one. */
static void account_head(struct klog *k, struct device *d, struct klog_report *r)
{
	uint64_t queue = klog_known(r, KLOG_QUEUE) ? klog_number(r, KLOG_QUEUE) : UINT64_MAX;
	struct ring_memory *m = NULL;

	if (!klog_known(r, KLOG_TDH))
		return;
	for (size_t i = 0; i < RING_QUEUES; i++)
		if (d->rings[i].used && d->rings[i].queue == queue)
			m = &d->rings[i];
	if (m && m->boot == k->host.boots && !d->reset_since) {
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
	*m = (struct ring_memory){ true, queue, klog_number(r, KLOG_TDH), r->line, k->host.boots };
}

static bool continues_episode(const struct klog *k, const struct device *d, const struct klog_report *r)
{
	uint64_t ms;

	if (!d->pub.hangs.blocks || d->hang_boot != k->host.boots || d->reset_since)
		return false;
	if (d->hang_has_stamp && klog_known(r, KLOG_TIME_STAMP) && d->hang_stamp == klog_number(r, KLOG_TIME_STAMP))
		return true;
	return d->hang_has_ms && time_ms(r, &ms) && ms <= d->hang_ms + EPISODE_GAP_MS;
}

static void begin_episode(struct klog *k, struct device *d, const struct klog_report *r)
{
	struct klog_hangs *h = &d->pub.hangs;
	uint64_t ms = 0, gap;
	bool has_ms = time_ms(r, &ms);

	if (h->episodes && has_ms && d->episode_has_ms && d->hang_boot == k->host.boots && ms > d->episode_ms) {
		gap = ms - d->episode_ms;
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
	d->episode_ms = ms;
	d->episode_has_ms = has_ms;
	d->episode_reset = false;
}

/* A headless block is the rest of the one that the device's next block repeats: same descriptor, same queue time. */
static void adopt_headless(struct klog *k, struct device *d, const struct klog_report *r)
{
	for (size_t i = 0; i < k->n_devices; i++) {
		struct device *orphan = &k->devices[i];

		if (orphan == d || orphan->pub.address[0] || orphan->pub.interface[0] || !orphan->hang_has_stamp ||
		    orphan->pub.hangs.blocks != orphan->pub.hangs.headless || !klog_known(r, KLOG_TIME_STAMP) ||
		    orphan->hang_stamp != klog_number(r, KLOG_TIME_STAMP) || !orphan->pub.hangs.blocks)
			continue;
		d->pub.hangs.blocks += orphan->pub.hangs.blocks;
		d->pub.hangs.headless += orphan->pub.hangs.headless;
		d->pub.counts[KLOG_HANG] += orphan->pub.hangs.blocks;
		if (!d->pub.first_line || orphan->pub.first_line < d->pub.first_line)
			d->pub.first_line = orphan->pub.first_line;
		*orphan = k->devices[--k->n_devices];
		return;
	}
}

static void account_hang(struct klog *k, struct device *d, struct klog_report *r)
{
	struct klog_hangs *h = &d->pub.hangs;

	if (!continues_episode(k, d, r))
		begin_episode(k, d, r);
	account_head(k, d, r);
	klog_set(r, KLOG_REPEAT, ++d->blocks_in_episode);
	h->blocks++;
	h->headless += klog_known(r, KLOG_HEADLESS);
	h->false_hints += link_was_down(r) || (klog_known(r, KLOG_TDH) && klog_known(r, KLOG_TDT) &&
					       klog_number(r, KLOG_TDH) == klog_number(r, KLOG_TDT));
	if (phy_is_garbage(r)) {
		klog_set(r, KLOG_PHY_GARBAGE, 1);
		h->phy_garbage++;
	}
	if (klog_number(r, KLOG_AGE_MS) > h->age_most_ms)
		h->age_most_ms = klog_number(r, KLOG_AGE_MS);
	d->hang_boot = k->host.boots;
	d->hang_line = r->last_line;
	d->hang_has_ms = time_ms(r, &d->hang_ms);
	d->hang_has_stamp = klog_known(r, KLOG_TIME_STAMP);
	d->hang_stamp = klog_number(r, KLOG_TIME_STAMP);
	d->reset_since = false;
	d->pub.have_hang = true;
	d->pub.hang = *r;
}

/* Whether a report comes soon after another of which line and time are given. */
static bool soon(const struct klog_report *r, uint64_t line, bool has_ms, uint64_t ms, uint64_t limit_ms,
		 uint64_t limit_lines)
{
	uint64_t now;

	if (has_ms && time_ms(r, &now))
		return now >= ms ? now - ms <= limit_ms : ms - now <= 1000;
	return r->line >= line && r->line - line <= limit_lines;
}

static void account_reset(struct klog *k, struct device *d, const struct klog_report *r)
{
	struct klog_hangs *h = &d->pub.hangs;

	if (!h->blocks || d->hang_boot != k->host.boots)
		return;
	d->reset_since = true;
	if (!d->episode_reset && soon(r, d->hang_line, d->hang_has_ms, d->hang_ms, RESET_FOLLOWS_MS, RESET_FOLLOWS_LINES)) {
		d->episode_reset = true;
		h->episodes_reset++;
	}
}

/* NETDEV WATCHDOG and the driver's own line are one timeout. */
static void account_timeout(struct device *d, const struct klog_report *r)
{
	bool has_queue = klog_known(r, KLOG_QUEUE);
	uint64_t queue = klog_number(r, KLOG_QUEUE);

	if (!d->pub.hangs.timeouts || r->kind == KLOG_WATCHDOG ||
	    (has_queue && d->timeout_has_queue && queue != d->timeout_queue) ||
	    !soon(r, d->timeout_line, d->timeout_has_ms, d->timeout_ms, SAME_TIMEOUT_MS, SAME_TIMEOUT_LINES))
		d->pub.hangs.timeouts++;
	d->timeout_line = r->line;
	d->timeout_has_ms = time_ms(r, &d->timeout_ms);
	d->timeout_has_queue = has_queue;
	d->timeout_queue = queue;
}

static void account_link(struct klog_device *d, const struct klog_report *r)
{
	d->link = r->kind == KLOG_LINK_UP;
	if (r->kind == KLOG_LINK_DOWN) {
		d->link_flaps++;
		return;
	}
	if (klog_known(r, KLOG_SPEED))
		d->speed = klog_number(r, KLOG_SPEED);
	if (klog_known(r, KLOG_FLOW)) {
		size_t n = strlen(klog_text(r, KLOG_FLOW));

		n = n < sizeof(d->flow) ? n : sizeof(d->flow) - 1;
		memcpy(d->flow, klog_text(r, KLOG_FLOW), n);
		d->flow[n] = '\0';
	}
}

void account_report(struct klog *k, struct klog_report *r)
{
	const char *address = klog_text(r, KLOG_ADDRESS), *interface = klog_text(r, KLOG_INTERFACE);
	const char *driver = klog_text(r, KLOG_DRIVER);
	struct device *d;

	if (r->kind == KLOG_ASPM && !address[0] && !interface[0] && !driver[0])
		return; /* of the whole machine */
	d = log_device_get(k, address, interface, driver);
	if (klog_known(r, KLOG_DRIVER_GUESSED))
		d->pub.driver_guessed = true;
	if (r->kind == KLOG_HANG && (address[0] || interface[0]) && !klog_known(r, KLOG_HEADLESS)) {
		adopt_headless(k, d, r);
		d = log_device_get(k, address, interface, driver); /* it may have moved */
	}
	d->pub.counts[r->kind]++;
	if (!d->pub.first_line || r->line < d->pub.first_line)
		d->pub.first_line = r->line;
	if (r->last_line > d->pub.last_line)
		d->pub.last_line = r->last_line;
	if (k->hz)
		d->pub.hz = k->hz;
	if (klog_known(r, KLOG_VENDOR_ID)) {
		d->pub.vendor = (uint16_t)klog_number(r, KLOG_VENDOR_ID);
		d->pub.device = (uint16_t)klog_number(r, KLOG_DEVICE_ID);
	}
	if (r->kind == KLOG_HANG)
		account_hang(k, d, r);
	else if (r->kind == KLOG_RESET || r->kind == KLOG_RECOVERY)
		account_reset(k, d, r);
	else if (r->kind == KLOG_WATCHDOG || r->kind == KLOG_TX_TIMEOUT)
		account_timeout(d, r);
	else if (r->kind == KLOG_LINK_UP || r->kind == KLOG_LINK_DOWN)
		account_link(&d->pub, r);
}
