// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ports above the NICs: two generations of chipset root ports and a PCI
 * Express switch. A root port's devices[1] is the step from one port's device
 * ID to the next one's.
 */
#include <linux/pci.h>

#include "nicsim.h"

const struct nicsim_part nicsim_port_6series = {
	.name = "6 series root port",
	.role = NICSIM_ROOT_PORT,
	.vendor = PCI_VENDOR_ID_INTEL,
	.devices = { 0x1c10, 2 },
	.revision = 0xb5,
	/* 5 GT/s x4, L0s < 1 us, L1 < 16 us, reports its link active */
	.devcap = 0x00008000,
	.lnkcap = 0x00124c42,
	.devcap2 = 0x00000016,
	.caps = {
		{ NICSIM_CAP_EXP, 0x40, 2 },
		{ NICSIM_CAP_MSI, 0x80, 0x0000 },
		{ NICSIM_CAP_SSVID, 0x90, 0x062415d9 },
		{ NICSIM_CAP_PM, 0xa0, 0xc8020000 },
	},
};

const struct nicsim_part nicsim_port_cannonlake = {
	.name = "300 series root port",
	.role = NICSIM_ROOT_PORT,
	.vendor = PCI_VENDOR_ID_INTEL,
	.devices = { 0xa338, 1 },
	.revision = 0xf0,
	/* 8 GT/s x1, L1 < 16 us, clock PM is the device's business */
	.devcap = 0x00008001,
	.lnkcap = 0x00724813,
	.devcap2 = 0x00000817,
	.caps = {
		{ NICSIM_CAP_EXP, 0x40, 2 },
		{ NICSIM_CAP_MSI, 0x80, 0x0000 },
		{ NICSIM_CAP_SSVID, 0x90, 0xa3388086 },
		{ NICSIM_CAP_PM, 0xa0, 0xc8030000 },
		{ NICSIM_CAP_AER, 0x100, 1 },
		{ NICSIM_CAP_L1SS, 0x200, 0x0028281f },
	},
};

/* A PLX PEX 8608: 5 GT/s x4, L0s < 2 us, L1 < 4 us */
const struct nicsim_part nicsim_switch_up = {
	.name = "switch upstream port",
	.role = NICSIM_SWITCH_UP,
	.vendor = PCI_VENDOR_ID_PLX,
	.devices = { 0x8608 },
	.revision = 0xba,
	.devcap = 0x00008001,
	.lnkcap = 0x00015c42,
	.caps = {
		{ NICSIM_CAP_PM, 0x40, 0xc8030008 },
		{ NICSIM_CAP_MSI, 0x48, 0x0186 },
		{ NICSIM_CAP_EXP, 0x68, 2 },
		{ NICSIM_CAP_SSVID, 0xa4, 0x860810b5 },
		{ NICSIM_CAP_DSN, 0x100 },
		{ NICSIM_CAP_AER, 0xfb4, 1 },
	},
};

const struct nicsim_part nicsim_switch_down = {
	.name = "switch downstream port",
	.role = NICSIM_SWITCH_DOWN,
	.vendor = PCI_VENDOR_ID_PLX,
	.devices = { 0x8608 },
	.revision = 0xba,
	.devcap = 0x00008001,
	.lnkcap = 0x00115c42,
	.caps = {
		{ NICSIM_CAP_PM, 0x40, 0xc8030008 },
		{ NICSIM_CAP_MSI, 0x48, 0x0186 },
		{ NICSIM_CAP_EXP, 0x68, 2 },
		{ NICSIM_CAP_SSVID, 0xa4, 0x860810b5 },
		{ NICSIM_CAP_DSN, 0x100 },
		{ NICSIM_CAP_AER, 0xfb4, 1 },
	},
};
