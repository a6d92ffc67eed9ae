// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Register files: where the rings are, and what the registers hold under a
 * working driver with the link up.
 */
#include <linux/sizes.h>

#include "nicsim.h"

#define END	{ 0, 0 }

#define LEGACY_RINGS(base, depth)			\
	.head = (base) + 0x10, .tail = (base) + 0x18,	\
	.len = (base) + 0x08, .ctl = (base) + 0x28,	\
	.stride = 0x100, .count = (depth)

/* igb's rings are at 0xC000 and 0xE000; the first four also where they were */
#define ADVANCED_RINGS(base, old, depth)		\
	.head = (base) + 0x10, .tail = (base) + 0x18,	\
	.len = (base) + 0x08, .ctl = (base) + 0x28,	\
	.stride = 0x40, .count = (depth), .alias_count = 4,	\
	.alias_offset = (old) - (base), .alias_stride = 0x100

static const struct nicsim_reg e1000e_defaults[] = {
	{ 0x00000, 0x181c0241 },	/* CTRL: FD SLU 1000 RFCE TFCE */
	{ 0x00010, 0x00000310 },	/* EECD: AUTO_RD PRES */
	{ 0x00018, 0x101c0000 },	/* CTRL_EXT: DRV_LOAD */
	{ 0x00020, 0x10000000 },	/* MDIC: READY */
	{ 0x00028, 0x00c28001 },	/* FCAL */
	{ 0x0002c, 0x00000100 },	/* FCAH */
	{ 0x00030, 0x00008808 },	/* FCT */
	{ 0x00038, 0x00008100 },	/* VET */
	{ 0x000c4, 0x000000c3 },	/* ITR */
	{ 0x000d0, 0x01f00004 },	/* IMS */
	{ 0x000e4, 0x800a0908 },	/* IVAR */
	{ 0x00100, 0x04008002 },	/* RCTL: EN BAM SECRC */
	{ 0x00170, 0x0000ffff },	/* FCTTV */
	{ 0x00400, 0x3103f0fa },	/* TCTL: EN PSP CT COLD RTLC MULR */
	{ 0x00410, 0x00602008 },	/* TIPG */
	{ 0x01000, 0x00140014 },	/* PBA: 20 KB each */
	{ 0x02160, 0x80002f00 },	/* FCRTL */
	{ 0x02168, 0x00003f00 },	/* FCRTH */
	{ 0x03840, 0x00000403 },	/* TARC(0) */
	{ 0x03940, 0x00000403 },	/* TARC(1) */
	{ 0x05000, 0x00000300 },	/* RXCSUM */
	{ 0x05008, 0x0000c000 },	/* RFCTL */
	{ 0x05b00, 0x00400000 },	/* GCR: completions with ASPM */
	{ 0x05b64, 0x00000001 },	/* GCR2: the same */
	END
};

const struct nicsim_family nicsim_e1000e = {
	.driver = "e1000e",
	.firmware = "2.1-2",
	.tx = { LEGACY_RINGS(0x03800, 2), .enabled = 0x0145011f },
	.rx = { LEGACY_RINGS(0x02800, 2), .enabled = 0x01040420 },
	.ring_size = 256,
	.netdev_queues = 1,
	.exclusive = true,
	.mii = true,
	.defaults = e1000e_defaults,
	.txoff = { 0x00008, 0x10 },
	.xoff_received = 0x04050,
};

static const struct nicsim_reg pch_defaults[] = {
	{ 0x00000, 0x181c0241 },	/* CTRL */
	{ 0x00018, 0x10040000 },	/* CTRL_EXT: DRV_LOAD */
	{ 0x00020, 0x10000000 },	/* MDIC: READY */
	{ 0x00038, 0x00008100 },	/* VET */
	{ 0x000c4, 0x000000c3 },	/* ITR */
	{ 0x000d0, 0x0000009d },	/* IMS */
	{ 0x00100, 0x04008002 },	/* RCTL */
	{ 0x00170, 0x0000ffff },	/* FCTTV */
	{ 0x00400, 0x3103f0fa },	/* TCTL */
	{ 0x00410, 0x00602008 },	/* TIPG */
	{ 0x00f00, 0x00018000 },	/* EXTCNF_CTRL */
	{ 0x01000, 0x00000018 },	/* PBA: 24 KB */
	{ 0x02160, 0x80003500 },	/* FCRTL */
	{ 0x02168, 0x00005000 },	/* FCRTH */
	{ 0x03840, 0x0f800403 },	/* TARC(0) */
	{ 0x05000, 0x00000300 },	/* RXCSUM */
	{ 0x05b54, 0x00008040 },	/* FWSM: FW_VALID RSPCIPHY */
	END
};

const struct nicsim_family nicsim_pch = {
	.driver = "e1000e",
	.firmware = "0.13-4",
	.tx = { LEGACY_RINGS(0x03800, 1), .enabled = 0x0141111f },
	.rx = { LEGACY_RINGS(0x02800, 1), .enabled = 0x01040420 },
	.ring_size = 256,
	.netdev_queues = 1,
	.exclusive = true,
	.mii = true,
	.defaults = pch_defaults,
	.txoff = { 0x00008, 0x10 },
	.xoff_received = 0x04050,
};

static const struct nicsim_reg igb_defaults[] = {
	{ 0x00000, 0x181c0241 },	/* CTRL */
	{ 0x00010, 0x00000310 },	/* EECD */
	{ 0x00018, 0x10140000 },	/* CTRL_EXT: DRV_LOAD SDLPE */
	{ 0x00020, 0x10000000 },	/* MDIC: READY */
	{ 0x00028, 0x00c28001 },	/* FCAL */
	{ 0x0002c, 0x00000100 },	/* FCAH */
	{ 0x00030, 0x00008808 },	/* FCT */
	{ 0x00038, 0x00008100 },	/* VET */
	{ 0x000d0, 0x51000004 },	/* IMS */
	{ 0x00100, 0x04008002 },	/* RCTL: EN BAM SECRC */
	{ 0x00170, 0x0000ffff },	/* FCTTV */
	{ 0x00400, 0x0103f0fa },	/* TCTL */
	{ 0x00410, 0x00602008 },	/* TIPG */
	{ 0x00e38, 0x0000000c },	/* IPCNFG: EEE_1G_AN EEE_100M_AN */
	{ 0x01514, 0xc0000011 },	/* GPIE: PBA EIAME MSIX_MODE NSICR */
	{ 0x01524, 0x800001ff },	/* EIMS */
	{ 0x0152c, 0x800001ff },	/* EIAC */
	{ 0x02160, 0x80008a70 },	/* FCRTL */
	{ 0x02168, 0x00008a80 },	/* FCRTH */
	{ 0x02404, 0x00000024 },	/* RXPBS */
	{ 0x03404, 0x00000014 },	/* TXPBS */
	{ 0x05000, 0x00000300 },	/* RXCSUM */
	{ 0x05004, 0x000005f2 },	/* RLPML: 1522 */
	{ 0x05818, 0x00370002 },	/* MRQC: RSS */
	{ 0x05b00, 0x00040000 },	/* GCR: CAP_VER2 */
	{ 0x05b54, 0x00008000 },	/* FWSM: FW_VALID */
	END
};

const struct nicsim_family nicsim_igb = {
	.driver = "igb",
	.firmware = "1.63, 0x800009fa",
	.tx = { ADVANCED_RINGS(0x0e000, 0x03800, 8), .enabled = 0x02100108 },
	.rx = { ADVANCED_RINGS(0x0c000, 0x02800, 8), .enabled = 0x02040808 },
	.ring_size = 256,
	.netdev_queues = 8,
	.mii = true,
	.stat_names = { "tx_queue_%u_packets", "rx_queue_%u_packets" },
	.defaults = igb_defaults,
	.txoff = { 0x00008, 0x10 },
	.xoff_received = 0x04050,
	.mdd_event = { 0x03548, 0x80000000 },	/* LVMMC */
	.mdd_flag = { 0x03558, 0x01 },		/* MDFB */
};

static const struct nicsim_reg i210_defaults[] = {
	{ 0x00000, 0x181c0241 },	/* CTRL */
	{ 0x00010, 0x00080310 },	/* EECD: FLASH_DETECTED AUTO_RD PRES */
	{ 0x00018, 0x10100000 },	/* CTRL_EXT: DRV_LOAD PHYPDEN */
	{ 0x00020, 0x10000000 },	/* MDIC: READY */
	{ 0x00028, 0x00c28001 },	/* FCAL */
	{ 0x0002c, 0x00000100 },	/* FCAH */
	{ 0x00030, 0x00008808 },	/* FCT */
	{ 0x00038, 0x00008100 },	/* VET */
	{ 0x000d0, 0x51080004 },	/* IMS */
	{ 0x00100, 0x04008022 },	/* RCTL: EN LPE BAM SECRC */
	{ 0x00170, 0x0000ffff },	/* FCTTV */
	{ 0x00400, 0x0103f0fa },	/* TCTL */
	{ 0x00410, 0x00602008 },	/* TIPG */
	{ 0x00e14, 0x00000100 },	/* PHPM: RST_COMPL */
	{ 0x00e38, 0x0000000c },	/* IPCNFG: EEE_1G_AN EEE_100M_AN */
	{ 0x01514, 0xc0000011 },	/* GPIE: PBA EIAME MSIX_MODE NSICR */
	{ 0x01524, 0x0000001f },	/* EIMS */
	{ 0x0152c, 0x0000001f },	/* EIAC */
	{ 0x01700, 0x82828181 },	/* IVAR: queues on vectors of their own */
	{ 0x01704, 0x84848383 },
	{ 0x01740, 0x00008000 },	/* IVAR_MISC */
	{ 0x02160, 0x80004ff0 },	/* FCRTL */
	{ 0x02168, 0x00005000 },	/* FCRTH */
	{ 0x02404, 0x000000a2 },	/* RXPBS: 34 KB */
	{ 0x03404, 0x04000014 },	/* TXPBS: 20 KB */
	{ 0x0355c, 0x00000098 },	/* DTXMXPKTSZ */
	{ 0x05000, 0x00002300 },	/* RXCSUM */
	{ 0x05004, 0x000005f2 },	/* RLPML: 1522 */
	{ 0x05008, 0x00010000 },	/* RFCTL: IPV6_EX_DIS */
	{ 0x05818, 0x00370002 },	/* MRQC: RSS */
	{ 0x05b00, 0x00040000 },	/* GCR: CAP_VER2 */
	{ 0x05b54, 0x00008000 },	/* FWSM: FW_VALID */
	{ 0x05bb8, 0x00000080 },	/* PCIEMISC: LX_DECISION */
	END
};

const struct nicsim_family nicsim_i210 = {
	.driver = "igb",
	.firmware = "3.25, 0x800005d0",
	.tx = { ADVANCED_RINGS(0x0e000, 0x03800, 4), .enabled = 0x02100108 },
	.rx = { ADVANCED_RINGS(0x0c000, 0x02800, 4), .enabled = 0x02040808 },
	.ring_size = 256,
	.netdev_queues = 4,
	.mii = true,
	.stat_names = { "tx_queue_%u_packets", "rx_queue_%u_packets" },
	.defaults = i210_defaults,
	.txoff = { 0x00008, 0x10 },
	.xoff_received = 0x04050,
};

static const struct nicsim_reg igc_defaults[] = {
	{ 0x00000, 0x18100240 },	/* CTRL: SLU RFCE TFCE ADVD3WUC */
	{ 0x00010, 0x00080200 },	/* EECD: FLASH_DETECTED AUTO_RD */
	{ 0x00018, 0x10000000 },	/* CTRL_EXT: DRV_LOAD */
	{ 0x00020, 0x10000000 },	/* MDIC: READY */
	{ 0x00028, 0x00c28001 },	/* FCAL */
	{ 0x0002c, 0x00000100 },	/* FCAH */
	{ 0x00030, 0x00008808 },	/* FCT */
	{ 0x00038, 0x00008100 },	/* VET */
	{ 0x00100, 0x04008022 },	/* RCTL: EN LPE BAM SECRC */
	{ 0x00170, 0x0000ffff },	/* FCTTV */
	{ 0x00400, 0x0103f0fa },	/* TCTL */
	{ 0x00410, 0x00602008 },	/* TIPG */
	{ 0x00e14, 0x00000100 },	/* PHPM: RST_COMPL */
	{ 0x01508, 0x50080004 },	/* IMS: LSC TS DOUTSYNC DRSTA */
	{ 0x01514, 0xc0000011 },	/* GPIE: PBA EIAME MSIX_MODE NSICR */
	{ 0x01524, 0x0000001f },	/* EIMS */
	{ 0x0152c, 0x0000001f },	/* EIAC */
	{ 0x01700, 0x82828181 },	/* IVAR: queues on vectors of their own */
	{ 0x01704, 0x84848383 },
	{ 0x01740, 0x00008000 },	/* IVAR_MISC */
	{ 0x02160, 0x80004ff0 },	/* FCRTL */
	{ 0x02168, 0x00005000 },	/* FCRTH */
	{ 0x02404, 0x000000a2 },	/* RXPBS: 34 KB */
	{ 0x0331c, 0x3b9aca00 },	/* QBVCYCLET: 1 s */
	{ 0x03334, 0x3b9aca00 },	/* ENDQT: gates open all the time */
	{ 0x03338, 0x3b9aca00 },
	{ 0x0333c, 0x3b9aca00 },
	{ 0x03340, 0x3b9aca00 },
	{ 0x03354, 0x000000e4 },	/* TXARB */
	{ 0x03404, 0x04000014 },	/* TXPBS: 20 KB */
	{ 0x0355c, 0x00000098 },	/* DTXMXPKTSZ */
	{ 0x05000, 0x00002300 },	/* RXCSUM */
	{ 0x05004, 0x000005f2 },	/* RLPML: 1522 */
	{ 0x05008, 0x00010000 },	/* RFCTL: IPV6_EX_DIS */
	{ 0x05818, 0x00370002 },	/* MRQC: RSS */
	{ 0x05b54, 0x00008000 },	/* FWSM: FW_VALID */
	{ 0x05bb0, 0x0000882e },	/* LTRMINV */
	{ 0x05bb4, 0x0000882e },	/* LTRMAXV */
	END
};

/* igc answers for no PHY register. */
const struct nicsim_family nicsim_igc = {
	.driver = "igc",
	.firmware = "2017:888d",
	.tx = { ADVANCED_RINGS(0x0e000, 0x03800, 4), .enabled = 0x02100108 },
	.rx = { ADVANCED_RINGS(0x0c000, 0x02800, 4), .enabled = 0x02040808 },
	.ring_size = 256,
	.netdev_queues = 4,
	.stat_names = { "tx_queue_%u_packets", "rx_queue_%u_packets" },
	.defaults = igc_defaults,
	.txoff = { 0x00008, 0x10 },
	.xoff_received = 0x04050,
};

static const struct nicsim_reg i40e_defaults[] = {
	{ 0x03f800, 0x00000004 },	/* GLINT_CTL: DIS_AUTOMASK_N */
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
	{ 0x0b6100, 0x000000c1 },	/* GLNVM_GENS: NVM_PRES */
	{ 0x0b6134, 0x00008001 },	/* GL_MNG_FWSM: FW_STATUS_VALID */
	{ 0x0b8100, 0x00000003 },	/* PRTGEN_STATUS: VALID ACTIVE */
	{ 0x0be4ac, 0x00000003 },	/* GLPCI_LINKCAP */
	{ 0x0c2004, 0x00000007 },	/* GLHMC_LANTXOBJSZ */
	{ 0x0c2008, 0x000005ff },	/* GLHMC_LANQMAX: 1535 */
	{ 0x0c200c, 0x00000005 },	/* GLHMC_LANRXOBJSZ */
	{ 0x1c0400, 0x85ff0000 },	/* PFLAN_QALLOC: VALID, 0 to 1535 */
	{ 0x1c0ab4, 0x00800004 },	/* GLGEN_PCIFCNCNT */
	{ 0x1e2400, 0x00000008 },	/* PRTDCB_MFLCN: RFCE */
	{ 0x1e4640, 0x00000008 },	/* PRTDCB_FCCFG: TFCE */
	END
};

const struct nicsim_family nicsim_i40e = {
	.driver = "i40e",
	.firmware = "3.33 0x80000f09 255.65535.255",
	.tx = {
		.head = 0x0e4000, .tail = 0x108000, .ctl = 0x100000,
		.enabled = 0x5, .stride = 4, .count = 1536,
	},
	.rx = {
		.tail = 0x128000, .ctl = 0x120000,
		.enabled = 0x5, .stride = 4, .count = 1536,
	},
	.ring_size = 512,
	.netdev_queues = 64,
	.mac = NICSIM_MAC_X722,
	.map_limit = SZ_4M,
	.stat_names = { "tx-%u.packets", "rx-%u.packets" },
	.defaults = i40e_defaults,
	.txoff = { 0x1e4560, 0x01 },		/* PRTDCB_TFCS */
	.xoff_received = 0x300160,		/* GLPRT_LXOFFRXC */
	.mdd_event = { 0x0e6480, 0x82000000 },	/* GL_MDET_TX */
	.mdd_flag = { 0x0e6400, 0x01 },		/* PF_MDET_TX */
};
