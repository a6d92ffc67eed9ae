// SPDX-License-Identifier: GPL-2.0-or-later
/* Register files, as in families.c, of the parts for servers: X550, X710, E810. */
#include <linux/sizes.h>

#include "nicsim.h"

#define END	{ 0, 0 }

static const struct nicsim_reg x550_defaults[] = {
	{ 0x00018, 0x10000000 },	/* CTRL_EXT: DRV_LOAD */
	{ 0x00880, 0x7fd0ffff },	/* EIMS */
	{ 0x00898, 0xc0000011 },	/* GPIE: PBA EIAME MSIX_MODE */
	{ 0x02f00, 0x0000880a },	/* RDRXCTL: DMAIDONE CRCSTRIP */
	{ 0x03000, 0x00000001 },	/* RXCTRL: RXEN */
	{ 0x03c00, 0x00060000 },	/* RXPBSIZE: 384 KB */
	{ 0x03d00, 0x00000008 },	/* FCCFG: pause is sent */
	{ 0x04240, 0x00003c07 },	/* HLREG0 */
	{ 0x04268, 0x05f20000 },	/* MAXFRS: 1522 */
	{ 0x04294, 0x0000000a },	/* MFLCN: RFCE DPF */
	{ 0x04a80, 0x00000001 },	/* DMATXCTL: TE */
	{ 0x05080, 0x00000400 },	/* FCTRL: BAM */
	{ 0x05088, 0x40008100 },	/* VLNCTRL: VFE */
	{ 0x05818, 0x00370001 },	/* MRQC: RSS */
	{ 0x0cc00, 0x00028000 },	/* TXPBSIZE: 160 KB */
	{ 0x0ce00, 0x000000ff },	/* TFCS: all classes may send */
	{ 0x10010, 0x00000300 },	/* EEC: PRES ARD */
	{ 0x10148, 0x00008004 },	/* FWSM: FW_VALID */
	{ 0x11028, 0x00000001 },	/* PCI_STATUS1: FUNC_VALID */
	END
};

/* 128 queues; of the receive ones the upper half lies elsewhere. */
const struct nicsim_family nicsim_x550 = {
	.driver = "ixgbe",
	.firmware = "3.33, 0x800012a4",
	.tx = {
		.head = 0x06010, .tail = 0x06018, .len = 0x06008,
		.ctl = 0x06028, .enabled = 0x02080120, .stride = 0x40,
		.count = 128,
	},
	.rx = {
		.head = 0x01010, .tail = 0x01018, .len = 0x01008,
		.ctl = 0x01028, .enabled = 0x02000000, .stride = 0x40,
		.count = 128, .far_from = 64, .far = 0xb000,
	},
	.ring_size = 512,
	.netdev_queues = 128,
	.mac = NICSIM_MAC_IXGBE,
	.mbps = 10000,
	.stat_names = { "tx_queue_%u_packets", "rx_queue_%u_packets" },
	.defaults = x550_defaults,
	.flowing = true,
	.txoff = { 0x0ce00, 0x01 },		/* TFCS: of class 0, the port */
	.xoff_received = 0x041a8,		/* LXOFFRXCNT */
	.pfc = { 0x0ce00, 0x01 },
	.pfc_received = 0x04160,		/* PXOFFRXCNT */
	.pfc_stride = 0x4,
};

static const struct nicsim_reg x710_defaults[] = {
	{ 0x038480, 0x00000019 },	/* PFINT_DYN_CTL0: INTENA, no ITR */
	{ 0x038800, 0xf7f20000 },	/* PFINT_ICR0_ENA */
	{ 0x080080, 0x1a2b1000 },	/* PF_ARQBAL */
	{ 0x080280, 0x80000020 },	/* PF_ARQLEN: ATQENABLE, 32 */
	{ 0x080480, 0x0000001f },	/* PF_ARQT */
	{ 0x080000, 0x1a2b0000 },	/* PF_ATQBAL */
	{ 0x080200, 0x80000020 },	/* PF_ATQLEN */
	{ 0x080300, 0x0000000b },	/* PF_ATQH */
	{ 0x080400, 0x0000000b },	/* PF_ATQT */
	{ 0x088000, 0x00000004 },	/* PFGEN_STATE: PFLINKEN */
	{ 0x0b6008, 0x0000031f },	/* GLNVM_ULD: all done */
	{ 0x0b6100, 0x000000c1 },	/* GLNVM_GENS: NVM_PRES */
	{ 0x0b8100, 0x00000003 },	/* PRTGEN_STATUS: VALID ACTIVE */
	{ 0x1c0400, 0x85ff0000 },	/* PFLAN_QALLOC: VALID, 0 to 1535 */
	{ 0x1e2400, 0x00000008 },	/* PRTDCB_MFLCN: RFCE */
	{ 0x1e4640, 0x00000008 },	/* PRTDCB_FCCFG: TFCE */
	END
};

/* 1,536 queues, of which the driver has set up one for each of 128 processors. */
const struct nicsim_family nicsim_x710 = {
	.driver = "i40e",
	.firmware = "9.20 0x8000d95e 22.0.9",
	.tx = {
		.head = 0x0e4000, .tail = 0x108000, .ctl = 0x100000,
		.enabled = 0x5, .stride = 4, .count = 1536, .used = 128,
	},
	.rx = {
		.tail = 0x128000, .ctl = 0x120000,
		.enabled = 0x5, .stride = 4, .count = 1536, .used = 128,
	},
	.ring_size = 512,
	.netdev_queues = 128,
	.mac = NICSIM_MAC_X710,
	.mbps = 10000,
	.map_limit = SZ_4M,
	.stat_names = { "tx-%u.packets", "rx-%u.packets" },
	.defaults = x710_defaults,
	.txoff = { 0x1e4560, 0x01 },		/* PRTDCB_TFCS */
	.xoff_received = 0x300160,		/* GLPRT_LXOFFRXC */
	.pfc = { 0x1e4560, 0x100 },
	.pfc_received = 0x300280,		/* GLPRT_PXOFFRXC */
	.pfc_stride = 0x20,
	.port_stride = 8,
	.mdd_event = { 0x0e6480, 0x82000000 },	/* GL_MDET_TX */
	.mdd_flag = { 0x0e6400, 0x01 },		/* PF_MDET_TX */
};

static const struct nicsim_reg e810_defaults[] = {
	{ 0x080080, 0x1a2b1000 },	/* PF_FW_ARQBAL */
	{ 0x080280, 0x80000200 },	/* PF_FW_ARQLEN: ARQENABLE, 512 */
	{ 0x080480, 0x000001ff },	/* PF_FW_ARQT */
	{ 0x080000, 0x1a2b0000 },	/* PF_FW_ATQBAL */
	{ 0x080200, 0x80000200 },	/* PF_FW_ATQLEN */
	{ 0x080300, 0x0000000b },	/* PF_FW_ATQH */
	{ 0x080400, 0x0000000b },	/* PF_FW_ATQT */
	{ 0x088000, 0x00000004 },	/* PFGEN_STATE: PFLINKEN */
	{ 0x09d800, 0x801ff000 },	/* PFINT_ALLOC_PCI: VALID, 0 to 511 */
	{ 0x09da00, 0x00000001 },	/* PFPCI_STATUS1: FUNC_VALID */
	{ 0x09e900, 0x00000002 },	/* PFPCI_FACTPS: D0a */
	{ 0x0b6008, 0x00001f3b },	/* GLNVM_ULD: all done */
	{ 0x0b6108, 0x00000040 },	/* GLNVM_FLA: LOCKED */
	{ 0x0b6100, 0x000000c1 },	/* GLNVM_GENS: NVM_PRES */
	{ 0x0b8100, 0x00000003 },	/* PRTGEN_STATUS: VALID ACTIVE */
	{ 0x16c900, 0xf0690000 },	/* PFINT_OICR_ENA */
	{ 0x16ca80, 0x40000800 },	/* PFINT_OICR_CTL: CAUSE_ENA */
	{ 0x160000, 0x00000001 },	/* GLINT_DYN_CTL(0): INTENA */
	{ 0x1e3180, 0x00000100 },	/* PRTMAC_HSEC_CTL_RX_PAUSE_ENABLE: link */
	{ 0x1e4640, 0x00000008 },	/* PRTDCB_FCCFG: TFCE, link */
	END
};

/*
 * The transmit tail is a doorbell: written, not read. The head is that of a
 * completed descriptor, the last one done.
 */
const struct nicsim_family nicsim_e810 = {
	.driver = "ice",
	.firmware = "4.40 0x8001c967 1.3534.0",
	.tx = {
		.head = 0x0e0000, .tail = 0x2c0000, .stride = 4,
		.count = 1024, .used = 128, .doorbell = true, .head_done = true,
	},
	.rx = {
		.head = 0x280000, .tail = 0x290000, .ctl = 0x120000,
		.enabled = 0x5, .stride = 4, .count = 1024, .used = 128,
	},
	.ring_size = 1024,
	.netdev_queues = 128,
	.mac = NICSIM_MAC_ICE,
	.mbps = 25000,
	.stat_names = { "tx_queue_%u_packets", "rx_queue_%u_packets" },
	.defaults = e810_defaults,
	.txoff = { 0x1e4560, 0x01 },		/* PRTDCB_TFCS */
	.xoff_received = 0x3802c0,		/* GLPRT_LXOFFRXC */
	.pfc = { 0x1e4560, 0x100 },
	.pfc_received = 0x380500,		/* GLPRT_PXOFFRXC */
	.pfc_stride = 0x40,
	.port_stride = 8,
	.mdd_event = { 0x0fc068, 0x84000000 },	/* GL_MDET_TX_TCLAN */
	.mdd_flag = { 0x0fc000, 0x01 },		/* PF_MDET_TX_TCLAN */
};
