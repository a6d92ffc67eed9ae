// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flow control: the peer asks for silence, of the port or of a priority, and
 * the MAC says so. Who pauses also lets the rings stand (command.c).
 */
#include "nicsim.h"

static void bits_set(struct nicsim_fn *fn, struct nicsim_reg bits, bool on)
{
	u32 value = nicsim_rd(fn, bits.offset) & ~bits.value;

	if (on != fn->part->family->flowing)
		value |= bits.value;
	nicsim_wr(fn, bits.offset, value);
}

/* A pause frame more. */
static void frame_count(struct nicsim_fn *fn, u32 counter)
{
	counter += fn->function * fn->part->family->port_stride;
	nicsim_wr(fn, counter, nicsim_rd(fn, counter) + 1);
}

void nicsim_pause_set(struct nicsim_fn *fn, bool on)
{
	bits_set(fn, fn->part->family->txoff, on);
	fn->paused = on;
	if (on)
		frame_count(fn, fn->part->family->xoff_received);
}

static struct nicsim_reg priority_bits(const struct nicsim_fn *fn, unsigned int priority)
{
	struct nicsim_reg bits = fn->part->family->pfc;

	bits.value <<= priority;
	return bits;
}

int nicsim_storm_set(struct nicsim_fn *fn, unsigned int priority)
{
	if (!fn->part->family->pfc.offset)
		return -EOPNOTSUPP;
	if (priority > 7)
		return -EINVAL;
	bits_set(fn, priority_bits(fn, priority), true);
	fn->pfc = priority + 1;
	fn->paused = true;
	return 0;
}

void nicsim_pause_end(struct nicsim_fn *fn)
{
	nicsim_pause_set(fn, false);
	if (fn->pfc)
		bits_set(fn, priority_bits(fn, fn->pfc - 1), false);
	fn->pfc = 0;
}

/* A storm: pause frames go on coming. */
void nicsim_pause_step(struct nicsim_fn *fn)
{
	const struct nicsim_family *family = fn->part->family;

	if (fn->pfc)
		frame_count(fn, family->pfc_received + (fn->pfc - 1) * family->pfc_stride);
}
