// SPDX-License-Identifier: GPL-2.0-or-later
/* Clocks: which one a report has, how fast the kernel's jiffies count, how old a descriptor was. */
#include "klog/internal.h"
#include "util/alloc.h"

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

enum klog_field clock_of(const struct klog_report *r, uint64_t *ns)
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

	now->clock = clock_of(r, &now->ns);
	if (now->clock == KLOG_FIELDS)
		return false;
	fine = now->clock == KLOG_UPTIME_NS || now->clock == KLOG_ELAPSED_NS || now->ns % 1000000000;
	now->least_ns = fine ? NS_OF_FINE : NS_OF_COARSE;
	return true;
}

void hz_note(struct devices *devices, const struct klog_report *r)
{
	struct tick now = { .used = true, .jiffies = klog_number(r, KLOG_JIFFIES), .boot = devices->host.boots };
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
