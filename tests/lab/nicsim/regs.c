// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The registers behind BAR 0.
 *
 * They live in the memory that the BAR decodes, so that a tool's mapping and
 * a driver's see the same. While the function is off the bus or not in D0
 * that memory is all ones and the contents are kept aside; while the PCI
 * device is removed they are kept aside, too, as its address may change.
 */
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "nicsim.h"

/* No register of any part lies beyond. */
#define MAX_REG_BYTES	SZ_4M

static void put_aside(struct nicsim_fn *fn)
{
	if (fn->saved)
		return;
	fn->saved = vmalloc(fn->reg_bytes);
	if (fn->saved)
		memcpy(fn->saved, fn->image, fn->reg_bytes);
}

static void bring_back(struct nicsim_fn *fn)
{
	if (!fn->saved)
		return;
	memcpy(fn->image, fn->saved, fn->reg_bytes);
	vfree(fn->saved);
	fn->saved = NULL;
}

static void place(struct nicsim_fn *fn)
{
	phys_addr_t base = nicsim_bar0(fn);
	u32 size = fn->part->bars[0].size;

	if (!base)
		return;
	fn->reg_bytes = min_t(u32, size, MAX_REG_BYTES);
	fn->image = nicsim_window_address(base, fn->reg_bytes);
	if (!fn->image)
		return;
	fn->placed = base;

	if (!fn->filled) {
		memset(fn->image, 0, fn->reg_bytes);
		fn->filled = true;
		nicsim_defaults_apply(fn);
	}
}

static bool moved(const struct nicsim_fn *fn)
{
	phys_addr_t base = nicsim_bar0(fn);

	return base != fn->placed && nicsim_window_address(base, fn->reg_bytes);
}

void nicsim_regs_unplace(struct nicsim_fn *fn)
{
	if (!fn->image)
		return;
	put_aside(fn);
	fn->image = NULL;
	fn->placed = 0;
}

/* Follow what configuration space says: address, power state, presence. */
void nicsim_regs_sync(struct nicsim_fn *fn)
{
	bool dark = nicsim_dark(fn), fresh = false;

	if (!nicsim_is_nic(fn))
		return;
	if (fn->image && moved(fn))
		nicsim_regs_unplace(fn);
	if (!fn->image) {
		place(fn);
		fresh = true;
	}
	if (!fn->image)
		return;

	if (!dark) {
		bring_back(fn);
	} else if (!fn->saved || fresh) {
		put_aside(fn);
		if (fn->saved)
			memset(fn->image, 0xff, fn->reg_bytes);
	}
}

void nicsim_regs_free(struct nicsim_fn *fn)
{
	vfree(fn->saved);
	fn->saved = NULL;
	fn->image = NULL;
}

/* What the function itself sees, also while nobody else can. */
static u32 *contents(const struct nicsim_fn *fn, u32 offset)
{
	u32 *base = fn->saved ?: fn->image;

	if (!base || offset % 4 || offset >= fn->reg_bytes)
		return NULL;
	return base + offset / 4;
}

u32 nicsim_rd(const struct nicsim_fn *fn, u32 offset)
{
	const u32 *at = contents(fn, offset);

	return at ? READ_ONCE(*at) : 0;
}

void nicsim_wr(struct nicsim_fn *fn, u32 offset, u32 value)
{
	u32 *at = contents(fn, offset);

	if (at)
		WRITE_ONCE(*at, value);
}
