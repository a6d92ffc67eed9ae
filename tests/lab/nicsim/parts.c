// SPDX-License-Identifier: GPL-2.0-or-later
/* The NICs: what each part's configuration space and register file are. */
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "nicsim.h"

#define INTEL_SUBSYSTEM(device)	((device) << 16 | PCI_VENDOR_ID_INTEL)
#define BAR_32BIT	PCI_BASE_ADDRESS_MEM_TYPE_32
#define BAR_64BIT_PREF	(PCI_BASE_ADDRESS_MEM_TYPE_64 | \
			 PCI_BASE_ADDRESS_MEM_PREFETCH)

static const struct nicsim_part parts[] = {
	{
		.name = "i350",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x1521 },
		.revision = 0x01,
		.max_functions = 4,
		.subsystem = INTEL_SUBSYSTEM(0x5001),
		/* L0s < 512 ns, L1 < 64 us; 5 GT/s x4, L0s < 4 us, L1 < 32 us */
		.devcap = 0x10008cc2,
		.lnkcap = 0x0042ec42,
		.devcap2 = 0x0000001f,
		.bars = {
			{ 0, BAR_32BIT, SZ_1M },
			{ 3, BAR_32BIT, SZ_16K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0x40, 0xc8232008 },
			{ NICSIM_CAP_MSI, 0x50, 0x0180 },
			{ NICSIM_CAP_MSIX, 0x70, 0x2000 | 9 },
			{ NICSIM_CAP_EXP, 0xa0, 2 },
			{ NICSIM_CAP_AER, 0x100, 2 },
			{ NICSIM_CAP_DSN, 0x140 },
		},
		.family = &nicsim_igb,
		.port = &nicsim_port_6series,
		.phy_id = { 0x0154, 0x03b1 },
	},
	{
		.name = "x722",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x37d1 },
		.revision = 0x09,
		.max_functions = 4,
		.subsystem = 0xd13719e5,
		/* 2.5 GT/s x1 on the chipset's fabric */
		.devcap = 0x10008cc2,
		.lnkcap = 0x00400c11,
		.devcap2 = 0x0000001f,
		.bars = {
			{ 0, BAR_64BIT_PREF, SZ_8M },
			{ 3, BAR_64BIT_PREF, SZ_32K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0x40, 0xc8232008 },
			{ NICSIM_CAP_MSI, 0x50, 0x0180 },
			{ NICSIM_CAP_MSIX, 0x70, 0x1000 | 128 },
			{ NICSIM_CAP_EXP, 0xa0, 2 },
			{ NICSIM_CAP_AER, 0x100, 2 },
			{ NICSIM_CAP_DSN, 0x140 },
		},
		.family = &nicsim_i40e,
		.port = &nicsim_port_6series,
	},
	{
		.name = "82574",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x10d3 },
		.max_functions = 1,
		.subsystem = 0x10d315d9,
		/* L0s < 512 ns, L1 < 64 us; 2.5 GT/s x1, L0s < 128 ns, L1 < 64 us */
		.devcap = 0x00008cc1,
		.lnkcap = 0x00031c11,
		.bars = {
			{ 0, BAR_32BIT, SZ_128K },
			{ 3, BAR_32BIT, SZ_16K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0xc8, 0xc8222000 },
			{ NICSIM_CAP_MSI, 0xd0, 0x0080 },
			{ NICSIM_CAP_EXP, 0xe0, 1 },
			{ NICSIM_CAP_MSIX, 0xa0, 0x2000 | 4 },
			{ NICSIM_CAP_AER, 0x100, 1 },
			{ NICSIM_CAP_DSN, 0x140 },
		},
		.family = &nicsim_e1000e,
		.port = &nicsim_port_6series,
		.phy_id = { 0x0141, 0x0cb1 },
	},
	{
		/* in the chipset: no PCI Express capability, no link */
		.name = "82579",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x1502 },
		.revision = 0x04,
		.max_functions = 1,
		.subsystem = 0x05341028,
		.bars = {
			{ 0, BAR_32BIT, SZ_128K },
			{ 1, BAR_32BIT, SZ_4K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0xc8, 0xc8222000 },
			{ NICSIM_CAP_MSI, 0xd0, 0x0080 },
			{ NICSIM_CAP_AF, 0xe0 },
		},
		.family = &nicsim_pch,
		.onboard = PCI_DEVFN(0x19, 0),
		.phy_id = { 0x0154, 0x0090 },
	},
	{
		/*
		 * I219-LM of the 100 series, in the chipset. A real one is
		 * 00:1f.6, beside other functions that are not here. Bit 8 of
		 * the word at 0xe4, in its AF structure, is what its driver
		 * takes for descriptors left in the rings.
		 */
		.name = "i219",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x156f },
		.revision = 0x21,
		.max_functions = 1,
		.subsystem = 0x06de1028,
		.bars = {
			{ 0, BAR_32BIT, SZ_128K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0xc8, 0xc8232000 },
			{ NICSIM_CAP_MSI, 0xd0, 0x0080 },
			{ NICSIM_CAP_AF, 0xe0 },
		},
		.family = &nicsim_pch,
		.onboard = PCI_DEVFN(0x1f, 0),
		.phy_id = { 0x0154, 0x00a4 },
	},
	{
		.name = "i210",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x1533 },
		.revision = 0x03,
		.max_functions = 1,
		.subsystem = INTEL_SUBSYSTEM(0x0001),
		/* L0s < 512 ns, L1 < 64 us; 2.5 GT/s x1, L0s < 2 us, L1 < 16 us */
		.devcap = 0x10008cc2,
		.lnkcap = 0x0042dc11,
		.devcap2 = 0x0000001f,
		.bars = {
			{ 0, BAR_32BIT, SZ_1M },
			{ 3, BAR_32BIT, SZ_16K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0x40, 0xc8232008 },
			{ NICSIM_CAP_MSI, 0x50, 0x0180 },
			{ NICSIM_CAP_MSIX, 0x70, 0x2000 | 4 },
			{ NICSIM_CAP_EXP, 0xa0, 2 },
			{ NICSIM_CAP_AER, 0x100, 2 },
			{ NICSIM_CAP_DSN, 0x140 },
		},
		.family = &nicsim_i210,
		.port = &nicsim_port_6series,
		.phy_id = { 0x0141, 0x0c00 },
	},
	{
		/* I226-V, with L1 PM substates and clock PM */
		.name = "i226",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x125c },
		.revision = 0x04,
		.max_functions = 1,
		.subsystem = INTEL_SUBSYSTEM(0x0000),
		/* L0s < 512 ns, L1 < 64 us; 5 GT/s x1, L1 < 4 us, clock PM */
		.devcap = 0x10008cc2,
		.lnkcap = 0x00457812,
		.devcap2 = 0x00000812 | PCI_EXP_DEVCAP2_LTR,
		.bars = {
			{ 0, BAR_32BIT, SZ_1M },
			{ 3, BAR_32BIT, SZ_16K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0x40, 0xc8232008 },
			{ NICSIM_CAP_MSI, 0x50, 0x0180 },
			{ NICSIM_CAP_MSIX, 0x70, 0x2000 | 4 },
			{ NICSIM_CAP_EXP, 0xa0, 2 },
			{ NICSIM_CAP_AER, 0x100, 2 },
			{ NICSIM_CAP_DSN, 0x140 },
			{ NICSIM_CAP_LTR, 0x1c0 },
			{ NICSIM_CAP_L1SS, 0x1e0, 0x0090371f },
		},
		.family = &nicsim_igc,
		.port = &nicsim_port_cannonlake,
		.phy_id = { 0x67c9, 0xdc00 },
	},
	{
		/* a real one's BAR is as large */
		.name = "x550",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x1563 },
		.revision = 0x01,
		.max_functions = 2,
		.subsystem = INTEL_SUBSYSTEM(0x001a),
		/* L0s < 512 ns, L1 < 64 us; 8 GT/s x4, L1 < 8 us */
		.devcap = 0x10008cc2,
		.lnkcap = 0x00433843,
		.devcap2 = 0x0000001f,
		.bars = {
			{ 0, BAR_64BIT_PREF, SZ_4M },
			{ 4, BAR_64BIT_PREF, SZ_16K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0x40, 0xc8232008 },
			{ NICSIM_CAP_MSI, 0x50, 0x0180 },
			{ NICSIM_CAP_MSIX, 0x70, 0x2000 | 63 },
			{ NICSIM_CAP_EXP, 0xa0, 2 },
			{ NICSIM_CAP_AER, 0x100, 2 },
			{ NICSIM_CAP_DSN, 0x140 },
		},
		.family = &nicsim_x550,
		.port = &nicsim_port_6series,
	},
	{
		.name = "x710",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x1572 },
		.revision = 0x02,
		.max_functions = 4,
		.subsystem = INTEL_SUBSYSTEM(0x0008),
		/* L0s < 512 ns, L1 < 64 us; 8 GT/s x8, L1 < 16 us */
		.devcap = 0x10008cc2,
		.lnkcap = 0x00434883,
		.devcap2 = 0x0000001f,
		.bars = {
			{ 0, BAR_64BIT_PREF, SZ_8M },
			{ 3, BAR_64BIT_PREF, SZ_32K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0x40, 0xc8232008 },
			{ NICSIM_CAP_MSI, 0x50, 0x0180 },
			{ NICSIM_CAP_MSIX, 0x70, 0x1000 | 128 },
			{ NICSIM_CAP_EXP, 0xa0, 2 },
			{ NICSIM_CAP_AER, 0x100, 2 },
			{ NICSIM_CAP_DSN, 0x140 },
		},
		.family = &nicsim_x710,
		.port = &nicsim_port_6series,
	},
	{
		/* an E810-XXV; the BAR of a real one has 32 MB, and its registers are in the first 4 */
		.name = "e810",
		.role = NICSIM_NIC,
		.vendor = PCI_VENDOR_ID_INTEL,
		.devices = { 0x159b },
		.revision = 0x02,
		.max_functions = 2,
		.subsystem = INTEL_SUBSYSTEM(0x0003),
		/* L0s < 512 ns, L1 < 64 us; 16 GT/s x8, L1 < 64 us */
		.devcap = 0x10008ce2,
		.lnkcap = 0x00436884,
		.devcap2 = 0x0000001f,
		.bars = {
			{ 0, BAR_64BIT_PREF, SZ_8M },
			{ 3, BAR_64BIT_PREF, SZ_64K },
		},
		.caps = {
			{ NICSIM_CAP_PM, 0x40, 0xc8232008 },
			{ NICSIM_CAP_MSI, 0x50, 0x0180 },
			{ NICSIM_CAP_MSIX, 0x70, 0x8000 | 511 },
			{ NICSIM_CAP_EXP, 0xa0, 2 },
			{ NICSIM_CAP_AER, 0x100, 2 },
			{ NICSIM_CAP_DSN, 0x140 },
		},
		.family = &nicsim_e810,
		.port = &nicsim_port_6series,
	},
};

const struct nicsim_part *nicsim_part_find(const char *name, size_t len)
{
	int i;

	/* by what it has that the others have not */
	if (len == 4 && !strncmp(name, "l1ss", len))
		name = "i226";
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (strlen(parts[i].name) == len &&
		    !strncmp(parts[i].name, name, len))
			return &parts[i];
	return NULL;
}
