// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptor rings: heads and tails that move, or do not. */
#include <linux/slab.h>

#include "nicsim.h"

#define DEFAULT_RATE	1000	/* descriptors a second */
#define STALL_LEAD	51	/* what a stalled ring's tail is ahead at least */
#define MAX_LAG		8	/* what a working ring's head is behind at most */
#define DOORBELL_SILENT	0xffffffff	/* what a doorbell reads as: nobody knows a real one's answer */

const char * const nicsim_motion_names[NICSIM_MOTIONS] = {
	[NICSIM_IDLE] = "idle",
	[NICSIM_WORKING] = "working",
	[NICSIM_STALLED] = "stalled",
	[NICSIM_HUNG] = "hung",
};

const struct nicsim_ring_regs *nicsim_ring_regs(const struct nicsim_fn *fn,
						int dir)
{
	return dir ? &fn->part->family->rx : &fn->part->family->tx;
}

int nicsim_rings_alloc(struct nicsim_fn *fn)
{
	int dir;

	for (dir = 0; dir < 2; dir++) {
		fn->rings[dir] = kcalloc(nicsim_ring_regs(fn, dir)->count,
					 sizeof(*fn->rings[dir]), GFP_KERNEL);
		if (!fn->rings[dir])
			return -ENOMEM;
	}
	return 0;
}

static u32 ring_reg(const struct nicsim_ring_regs *regs, u32 reg, unsigned int n)
{
	return reg + n * regs->stride +
	       (regs->far_from && n >= regs->far_from ? regs->far : 0);
}

/* One register of ring @n, at its alias as well. */
static void ring_wr(struct nicsim_fn *fn, const struct nicsim_ring_regs *regs,
		    u32 reg, unsigned int n, u32 value)
{
	if (!reg)
		return;
	nicsim_wr(fn, ring_reg(regs, reg, n), value);
	if (n < regs->alias_count)
		nicsim_wr(fn, reg + regs->alias_offset + n * regs->alias_stride,
			  value);
}

static u16 ring_add(const struct nicsim_ring *ring, u16 at, int by)
{
	return (at + ring->size + by % ring->size) % ring->size;
}

static u16 ring_lead(const struct nicsim_ring *ring)
{
	return ring_add(ring, ring->tail, -ring->head);
}

static void ring_show(struct nicsim_fn *fn, int dir, unsigned int n)
{
	const struct nicsim_ring_regs *regs = nicsim_ring_regs(fn, dir);
	const struct nicsim_ring *ring = &fn->rings[dir][n];

	ring_wr(fn, regs, regs->head, n, regs->head_done ?
		ring_add(ring, ring->head, -1) : ring->head);
	ring_wr(fn, regs, regs->tail, n,
		regs->doorbell ? DOORBELL_SILENT : ring->tail);
	if (!dir && regs->doorbell)
		nicsim_netdev_inflight(fn, n, ring->motion == NICSIM_WORKING ? 0 : ring_lead(ring));
}

/* Rings that a driver has set up: long, enabled, and the receive ones full. */
void nicsim_rings_fill(struct nicsim_fn *fn)
{
	const struct nicsim_family *family = fn->part->family;
	const struct nicsim_ring_regs *regs;
	struct nicsim_ring *ring;
	unsigned int n;
	int dir;

	for (dir = 0; dir < 2; dir++) {
		regs = nicsim_ring_regs(fn, dir);
		for (n = 0; n < regs->count; n++) {
			ring = &fn->rings[dir][n];
			ring->size = family->ring_size;
			if (regs->used && n >= regs->used)
				continue;
			ring->tail = dir ? ring->size - 1 : 0;
			ring_wr(fn, regs, regs->len, n, ring->size * 16);
			ring_wr(fn, regs, regs->ctl, n, regs->enabled);
			ring_show(fn, dir, n);
		}
	}
}

/* Once more, for an interface that has come since. */
void nicsim_rings_show(struct nicsim_fn *fn)
{
	const struct nicsim_ring_regs *regs = nicsim_ring_regs(fn, 0);
	unsigned int n;

	for (n = 0; fn->image && n < (regs->used ?: regs->count); n++)
		ring_show(fn, 0, n);
}

static bool moves(const struct nicsim_ring *ring)
{
	return ring->motion == NICSIM_WORKING || ring->motion == NICSIM_HUNG;
}

void nicsim_ring_set(struct nicsim_fn *fn, int dir, unsigned int n,
		     enum nicsim_motion motion, u32 rate)
{
	struct nicsim_ring *ring = &fn->rings[dir][n];

	fn->moving -= moves(ring);
	ring->motion = motion;
	fn->moving += moves(ring);
	ring->rate = rate ?: DEFAULT_RATE;
	ring->carry = 0;
	if (!dir && motion == NICSIM_IDLE)
		ring->head = ring->tail;
	if (!dir && (motion == NICSIM_STALLED || motion == NICSIM_HUNG) &&
	    ring_lead(ring) < STALL_LEAD)
		ring->tail = ring_add(ring, ring->head, STALL_LEAD);
	ring_show(fn, dir, n);
}

static void working_step(struct nicsim_ring *ring, int dir, u32 moved)
{
	ring->packets += moved;
	if (dir) {	/* the driver gives back what the hardware has filled */
		ring->head = ring_add(ring, ring->head, moved);
		ring->tail = ring_add(ring, ring->head, -1);
		return;
	}
	ring->tail = ring_add(ring, ring->tail, moved);
	ring->head = ring_add(ring, ring->tail,
			      -(int)(moved < MAX_LAG ? moved / 2 : MAX_LAG));
}

static void hung_step(struct nicsim_ring *ring, int dir, u32 moved)
{
	u32 room = ring->size - 1 - ring_lead(ring);

	if (!dir)
		ring->tail = ring_add(ring, ring->tail, min(moved, room));
}

static void ring_step(struct nicsim_fn *fn, int dir, unsigned int n, u64 usec)
{
	struct nicsim_ring *ring = &fn->rings[dir][n];
	u64 due = usec * ring->rate + ring->carry;
	u32 moved = div_u64_rem(due, USEC_PER_SEC, &ring->carry);

	if (!moved)
		return;
	if (ring->motion == NICSIM_WORKING)
		working_step(ring, dir, moved);
	else
		hung_step(ring, dir, moved);
	ring_show(fn, dir, n);
}

/* A tail that was written: an idle or working ring is done with it at once, another one is not. */
static void doorbell_step(struct nicsim_fn *fn, unsigned int n)
{
	const struct nicsim_ring_regs *regs = nicsim_ring_regs(fn, 0);
	struct nicsim_ring *ring = &fn->rings[0][n];
	u32 rung = nicsim_rd(fn, ring_reg(regs, regs->tail, n));
	u16 before = ring->tail;

	if (rung == DOORBELL_SILENT)
		return;
	ring->tail = rung % ring->size;
	if (ring->motion == NICSIM_IDLE || ring->motion == NICSIM_WORKING) {
		ring->packets += ring_add(ring, ring->tail, -before);
		ring->head = ring->tail;
	}
	ring_show(fn, 0, n);
}

void nicsim_rings_step(struct nicsim_fn *fn, u64 usec)
{
	const struct nicsim_ring_regs *tx = nicsim_ring_regs(fn, 0);
	unsigned int n;
	int dir;

	for (n = 0; tx->doorbell && n < (tx->used ?: tx->count); n++)
		doorbell_step(fn, n);
	if (!fn->moving)
		return;
	for (dir = 0; dir < 2; dir++)
		for (n = 0; n < nicsim_ring_regs(fn, dir)->count; n++)
			if (moves(&fn->rings[dir][n]))
				ring_step(fn, dir, n, usec);
}
