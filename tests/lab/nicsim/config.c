// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Configuration space: bytes, with a mask of the bits that software may write
 * and a mask of those that are cleared by writing one.
 */
#include <linux/pci.h>

#include "nicsim.h"

void nicsim_put8(struct nicsim_fn *fn, int at, u8 value, u8 wmask)
{
	fn->cfg[at] = value;
	fn->wmask[at] = wmask;
}

void nicsim_put16(struct nicsim_fn *fn, int at, u16 value, u16 wmask)
{
	nicsim_put8(fn, at, value, wmask);
	nicsim_put8(fn, at + 1, value >> 8, wmask >> 8);
}

void nicsim_put32(struct nicsim_fn *fn, int at, u32 value, u32 wmask)
{
	nicsim_put16(fn, at, value, wmask);
	nicsim_put16(fn, at + 2, value >> 16, wmask >> 16);
}

void nicsim_w1c16(struct nicsim_fn *fn, int at, u16 bits)
{
	fn->w1c[at] = bits;
	fn->w1c[at + 1] = bits >> 8;
}

void nicsim_w1c32(struct nicsim_fn *fn, int at, u32 bits)
{
	nicsim_w1c16(fn, at, bits);
	nicsim_w1c16(fn, at + 2, bits >> 16);
}

u16 nicsim_get16(const struct nicsim_fn *fn, int at)
{
	return fn->cfg[at] | fn->cfg[at + 1] << 8;
}

u32 nicsim_get32(const struct nicsim_fn *fn, int at)
{
	return nicsim_get16(fn, at) | (u32)nicsim_get16(fn, at + 2) << 16;
}

static void bars_build(struct nicsim_fn *fn)
{
	const struct nicsim_bar *bar;
	u32 size;
	int i, at;

	for (i = 0; i < NICSIM_MAX_BARS; i++) {
		bar = &fn->part->bars[i];
		if (!bar->size)
			continue;

		size = bar->size;
		if (bar->index == 0 && fn->part->family == &nicsim_i40e)
			size = nicsim_x722_bar << 20;

		at = PCI_BASE_ADDRESS_0 + 4 * bar->index;
		nicsim_put32(fn, at, bar->flags, ~(size - 1));
		if (bar->flags & PCI_BASE_ADDRESS_MEM_TYPE_64)
			nicsim_put32(fn, at + 4, 0, ~0);
	}
}

static void bridge_header_build(struct nicsim_fn *fn)
{
	nicsim_put8(fn, PCI_PRIMARY_BUS, 0, 0xff);
	nicsim_put8(fn, PCI_SECONDARY_BUS, 0, 0xff);
	nicsim_put8(fn, PCI_SUBORDINATE_BUS, 0, 0xff);
	nicsim_put16(fn, PCI_IO_BASE, 0x00f0, 0xf0f0);
	nicsim_put16(fn, PCI_MEMORY_BASE, 0xfff0, 0xfff0);
	nicsim_put16(fn, PCI_MEMORY_LIMIT, 0, 0xfff0);
	nicsim_put16(fn, PCI_PREF_MEMORY_BASE, 0xfff1, 0xfff0);
	nicsim_put16(fn, PCI_PREF_MEMORY_LIMIT, 0x0001, 0xfff0);
	nicsim_put32(fn, PCI_PREF_BASE_UPPER32, 0, ~0);
	nicsim_put32(fn, PCI_PREF_LIMIT_UPPER32, 0, ~0);
	nicsim_w1c16(fn, PCI_SEC_STATUS, 0xf900);
	nicsim_put16(fn, PCI_BRIDGE_CONTROL, 0, 0x005f);
}

static u16 device_id(const struct nicsim_fn *fn)
{
	u16 id = fn->part->devices[0];
	int i;

	if (fn->part->role == NICSIM_ROOT_PORT)
		return id + PCI_FUNC(fn->devfn) * fn->part->devices[1];

	for (i = 0; i <= fn->function; i++)
		if (fn->part->devices[i])
			id = fn->part->devices[i];
	return id;
}

void nicsim_header_build(struct nicsim_fn *fn)
{
	const struct nicsim_part *part = fn->part;
	bool nic = nicsim_is_nic(fn);

	nicsim_put16(fn, PCI_VENDOR_ID, part->vendor, 0);
	nicsim_put16(fn, PCI_DEVICE_ID, device_id(fn), 0);
	nicsim_put16(fn, PCI_COMMAND,
		     PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 0x0547);
	nicsim_put16(fn, PCI_STATUS, PCI_STATUS_CAP_LIST, 0);
	nicsim_w1c16(fn, PCI_STATUS, 0xf900);
	nicsim_put8(fn, PCI_REVISION_ID, part->revision, 0);
	nicsim_put16(fn, PCI_CLASS_DEVICE, nic ? PCI_CLASS_NETWORK_ETHERNET :
					   PCI_CLASS_BRIDGE_PCI, 0);
	nicsim_put8(fn, PCI_CACHE_LINE_SIZE, 0x10, 0xff);
	nicsim_put8(fn, PCI_HEADER_TYPE, nic ? 0 : PCI_HEADER_TYPE_BRIDGE, 0);
	nicsim_put8(fn, PCI_INTERRUPT_LINE, 11, 0xff);
	nicsim_put8(fn, PCI_INTERRUPT_PIN, 1 + (fn->function & 3), 0);

	if (nic)
		nicsim_put32(fn, PCI_SUBSYSTEM_VENDOR_ID, part->subsystem, 0);
	else
		bridge_header_build(fn);
	bars_build(fn);
}

/* The physical address that BAR 0 decodes, 0 if it does not decode. */
phys_addr_t nicsim_bar0(const struct nicsim_fn *fn)
{
	u32 low = nicsim_get32(fn, PCI_BASE_ADDRESS_0);
	phys_addr_t base = low & PCI_BASE_ADDRESS_MEM_MASK;

	if (!(nicsim_get16(fn, PCI_COMMAND) & PCI_COMMAND_MEMORY))
		return 0;
	if (low & PCI_BASE_ADDRESS_MEM_TYPE_64)
		base |= (u64)nicsim_get32(fn, PCI_BASE_ADDRESS_1) << 32;
	return base;
}

/* Do the registers read as all ones: off the bus, or not in D0? */
bool nicsim_dark(const struct nicsim_fn *fn)
{
	u16 pmcsr = fn->pm ? nicsim_get16(fn, fn->pm + PCI_PM_CTRL) : 0;

	return fn->gone || (pmcsr & PCI_PM_CTRL_STATE_MASK);
}

/* Bus numbers are what the bridges' registers say, as in hardware. */
static struct nicsim_fn *fn_at(int busnr, unsigned int devfn)
{
	struct nicsim_fn *fn;
	unsigned int i;

	for (i = 0; i < sim.count; i++) {
		fn = sim.fns[i];
		if (fn->devfn == devfn &&
		    (fn->up ? fn->up->cfg[PCI_SECONDARY_BUS] : 0) == busnr)
			return fn;
	}
	return NULL;
}

static u32 bytes_get(const u8 *bytes, int size)
{
	u32 value = 0;

	while (size--)
		value = value << 8 | bytes[size];
	return value;
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *value)
{
	struct nicsim_fn *fn;
	unsigned long flags;
	int ret = PCIBIOS_SUCCESSFUL;

	*value = ~0;
	raw_spin_lock_irqsave(&sim.config_lock, flags);
	fn = fn_at(bus->number, devfn);
	if (!fn)
		ret = PCIBIOS_DEVICE_NOT_FOUND;
	else if (where + size > fn->cfg_size)
		ret = PCIBIOS_BAD_REGISTER_NUMBER;
	else if (!fn->gone)
		*value = bytes_get(fn->cfg + where, size);
	raw_spin_unlock_irqrestore(&sim.config_lock, flags);
	return ret;
}

static void bytes_write(struct nicsim_fn *fn, int where, int size, u32 value)
{
	u32 before = bytes_get(fn->cfg + where, size);
	u8 byte, mask;
	int i, at;

	for (i = 0; i < size; i++) {
		at = where + i;
		byte = value >> (8 * i);
		mask = fn->wmask[at];
		fn->cfg[at] = (fn->cfg[at] & ~mask) | (byte & mask);
		fn->cfg[at] &= ~(byte & fn->w1c[at]);
	}
	nicsim_trace_add(fn, where, size, before, value,
			 bytes_get(fn->cfg + where, size));
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 value)
{
	struct nicsim_fn *fn;
	unsigned long flags;
	int ret = PCIBIOS_SUCCESSFUL;

	raw_spin_lock_irqsave(&sim.config_lock, flags);
	fn = fn_at(bus->number, devfn);
	if (!fn)
		ret = PCIBIOS_DEVICE_NOT_FOUND;
	else if (where + size > fn->cfg_size)
		ret = PCIBIOS_BAD_REGISTER_NUMBER;
	else if (!fn->gone)
		bytes_write(fn, where, size, value);
	raw_spin_unlock_irqrestore(&sim.config_lock, flags);
	return ret;
}

struct pci_ops nicsim_pci_ops = {
	.read = config_read,
	.write = config_write,
};
