// SPDX-License-Identifier: GPL-2.0-or-later
/* The facts of two devices of a log that turn out to be one. */
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/text.h"

static void fill(char *to, size_t size, const char *from)
{
	if (!to[0])
		str_copy(to, size, from, strlen(from));
}

static void add_hangs(struct klog_hangs *to, const struct klog_hangs *from)
{
	to->blocks += from->blocks;
	to->headless += from->headless;
	to->false_hints += from->false_hints;
	to->episodes += from->episodes;
	to->episodes_reset += from->episodes_reset;
	to->head_moved += from->head_moved;
	to->head_stuck += from->head_stuck;
	to->phy_garbage += from->phy_garbage;
	to->ring_garbage += from->ring_garbage;
	to->timeouts += from->timeouts;
	if (from->age_most_ms > to->age_most_ms)
		to->age_most_ms = from->age_most_ms;
	if (!to->intervals) {
		to->intervals = from->intervals;
		to->interval_least_ms = from->interval_least_ms;
		to->interval_most_ms = from->interval_most_ms;
		to->interval_mean_ms = from->interval_mean_ms;
	}
}

/* What the last block left behind, for the next one to be compared with. */
void device_take_hang(struct log_device *to, struct log_device *from)
{
	if (!from->pub.hang || (to->pub.hang && to->pub.hang->line > from->pub.hang->line))
		return;
	free(to->pub.hang);
	to->pub.hang = from->pub.hang;
	from->pub.hang = NULL;
	to->hang = from->hang;
	to->hang_stamp = from->hang_stamp;
	to->hang_has_stamp = from->hang_has_stamp;
	to->episode = from->episode;
	to->blocks_in_episode = from->blocks_in_episode;
	to->episode_reset = from->episode_reset;
	to->reset_since = from->reset_since;
	to->interval_sum_ms += from->interval_sum_ms;
	memcpy(to->rings, from->rings, sizeof(to->rings));
	to->next_ring = from->next_ring;
}

static void take_link(struct klog_device *to, const struct klog_device *from)
{
	to->link_flaps += from->link_flaps;
	if (from->link < 0 || (to->link >= 0 && to->last_line > from->last_line))
		return;
	to->link = from->link;
	to->link_boot = from->link_boot;
	to->speed = from->speed;
	memcpy(to->flow, from->flow, sizeof(to->flow));
}

static void take_lines(struct klog_device *to, const struct klog_device *from)
{
	if (from->first_line && (!to->first_line || from->first_line < to->first_line))
		to->first_line = from->first_line;
	if (from->last_line > to->last_line)
		to->last_line = from->last_line;
}

static void take_facts(struct klog_device *to, const struct klog_device *from)
{
	fill(to->interface, sizeof(to->interface), from->interface);
	fill(to->driver, sizeof(to->driver), from->driver);
	fill(to->bond, sizeof(to->bond), from->bond);
	fill(to->firmware, sizeof(to->firmware), from->firmware);
	fill(to->pba, sizeof(to->pba), from->pba);
	if (!to->vendor) {
		to->vendor = from->vendor;
		to->device = from->device;
	}
	to->mac_type = to->mac_type < 0 ? from->mac_type : to->mac_type;
	to->phy_type = to->phy_type < 0 ? from->phy_type : to->phy_type;
	to->hz = to->hz ? to->hz : from->hz;
	to->tso_disabled_by_speed |= from->tso_disabled_by_speed;
	to->tx_pause_hint |= from->tx_pause_hint;
	to->smartspeed |= from->smartspeed;
	to->reads_ones |= from->reads_ones;
	to->alive_line = from->alive_line > to->alive_line ? from->alive_line : to->alive_line;
	to->removed_line = from->removed_line > to->removed_line ? from->removed_line : to->removed_line;
	to->pf_request = from->pf_refused ? from->pf_request : to->pf_request;
	to->pf_refused_line = from->pf_refused ? from->pf_refused_line : to->pf_refused_line;
	to->pf_refused += from->pf_refused;
	to->xdp_ring_timeout |= from->xdp_ring_timeout;
}

void device_take(struct log_device *to, const struct log_device *from)
{
	to->kinds |= from->kinds;
	for (int i = 0; i < KLOG_KINDS; i++)
		to->pub.counts[i] += from->pub.counts[i];
	add_hangs(&to->pub.hangs, &from->pub.hangs);
	take_link(&to->pub, &from->pub);
	take_lines(&to->pub, &from->pub);
	take_facts(&to->pub, &from->pub);
	if (from->pub.hangs.timeouts) {
		to->timeout = from->timeout;
		to->timeout_queue = from->timeout_queue;
	}
}
