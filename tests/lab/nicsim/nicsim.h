/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nicsim: a PCI domain of simulated Intel NICs, for testing.
 *
 * A struct nicsim_fn is one PCI function: a port or a NIC. Its configuration
 * space lives in kernel memory, its BARs in memory that a QEMU ivshmem device
 * lends (window.c), so that they can be mapped like any device's.
 *
 * Locks: sim.config_lock (raw spinlock) guards configuration space and the
 * trace; fn->lock (mutex) guards registers, rings, PHY and the netdev pointer.
 * config_lock may be taken inside fn->lock, never the other way round.
 */
#ifndef NICSIM_H
#define NICSIM_H

#include <linux/ethtool.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#ifndef PCI_HEADER_TYPE_MFD	/* before 6.7 */
#define PCI_HEADER_TYPE_MFD	0x80
#endif

#define NICSIM_CONFIG_SIZE	4096
#define NICSIM_MAX_FNS		64
#define NICSIM_MAX_BARS		3
#define NICSIM_MAX_CAPS		10
#define NICSIM_PHY_REGS		32
#define NICSIM_TRACE_LEN	1024

enum nicsim_role {
	NICSIM_NIC,
	NICSIM_ROOT_PORT,
	NICSIM_SWITCH_UP,
	NICSIM_SWITCH_DOWN,
};

enum nicsim_cap_kind {
	NICSIM_CAP_END,
	NICSIM_CAP_PM,		/* arg: PMC << 16 | PMCSR */
	NICSIM_CAP_MSI,		/* arg: message control */
	NICSIM_CAP_MSIX,	/* arg: PBA offset in the second BAR | vectors - 1 */
	NICSIM_CAP_EXP,		/* arg: capability version */
	NICSIM_CAP_AF,
	NICSIM_CAP_SSVID,	/* arg: subsystem device << 16 | vendor */
	NICSIM_CAP_AER,		/* arg: capability version */
	NICSIM_CAP_DSN,
	NICSIM_CAP_LTR,
	NICSIM_CAP_L1SS,	/* arg: L1 PM substates capabilities register */
};

struct nicsim_cap {
	u8 kind;
	u16 at;
	u32 arg;
};

struct nicsim_bar {
	u8 index;
	u32 flags;		/* PCI_BASE_ADDRESS_MEM_* */
	u32 size;		/* bytes, a power of two */
};

struct nicsim_reg {
	u32 offset;
	u32 value;
};

/* Where the ring registers of one direction are; 0: there is no such one. */
struct nicsim_ring_regs {
	u32 head, tail, len, ctl;
	u32 enabled;		/* what ctl holds under a working driver */
	u32 stride;
	u16 count;
	/* the same registers once more, for the first alias_count rings */
	u16 alias_count;
	u32 alias_offset;	/* of ring 0, minus the address above */
	u32 alias_stride;
	/* rings from this one on are this much further up; 0: none */
	u16 far_from;
	u32 far;
	u16 used;		/* rings that the driver has set up; 0: all */
	bool doorbell;		/* the tail rings, and does not read back */
	bool head_done;		/* the head is the last descriptor done */
};

/* Where a part keeps its link, and what a driver sets up beside the rings. */
enum nicsim_mac {
	NICSIM_MAC_GIGABIT,	/* STATUS */
	NICSIM_MAC_X722,	/* PRTMAC_LINKSTA */
	NICSIM_MAC_X710,	/* the same, with other speeds */
	NICSIM_MAC_IXGBE,	/* LINKS */
	NICSIM_MAC_ICE,		/* in the firmware alone */
};

/* What all parts with one register file, and so one stock driver, share. */
struct nicsim_family {
	const char *driver;
	const char *firmware;
	struct nicsim_ring_regs tx, rx;
	u16 ring_size;		/* descriptors */
	u16 netdev_queues;
	u8 mac;			/* enum nicsim_mac */
	u16 mbps;		/* of its link; 0: 1000 */
	u32 map_limit;		/* the driver maps no more of BAR 0; 0: all */
	bool exclusive;		/* the stock driver claims its BARs so */
	bool mii;		/* PHY behind MDIC and the MII ioctl */
	const char *stat_names[2];	/* of a ring's packets, transmit first */
	const struct nicsim_reg *defaults;
	struct nicsim_reg txoff;	/* set while the peer pauses us */
	u32 xoff_received;		/* counter of pause frames */
	/* By priority, the bit of priority 0, and its counter of pause frames. */
	struct nicsim_reg pfc;
	bool flowing;			/* txoff and pfc are set while it may send */
	u32 pfc_received, pfc_stride;
	u8 port_stride;			/* of both counters; 0: one port */
	struct nicsim_reg mdd_event;	/* malicious driver, or'ed with queue */
	struct nicsim_reg mdd_flag;
};

struct nicsim_part {
	const char *name;
	u8 role;
	u16 vendor;
	u16 devices[4];		/* by function; 0: as the one before */
	u8 revision;
	u8 max_functions;
	u32 subsystem;		/* device << 16 | vendor */
	u32 devcap, lnkcap, devcap2;
	struct nicsim_bar bars[NICSIM_MAX_BARS];
	struct nicsim_cap caps[NICSIM_MAX_CAPS];
	const struct nicsim_family *family;
	const struct nicsim_part *port;	/* the root port it comes with */
	u8 onboard;		/* without one: device and function on the root bus */
	u16 phy_id[2];
};

enum nicsim_motion {
	NICSIM_IDLE,		/* head has caught up with the tail */
	NICSIM_WORKING,		/* both move */
	NICSIM_STALLED,		/* tail ahead, nothing moves */
	NICSIM_HUNG,		/* head still, tail runs on until it is full */
	NICSIM_MOTIONS,
};

struct nicsim_ring {
	u8 motion;
	u16 head, tail, size;
	u32 rate;		/* descriptors a second */
	u32 carry;		/* millionths of a descriptor not moved yet */
	u64 packets;
};

struct nicsim_fn {
	const struct nicsim_part *part;
	struct nicsim_fn *up;	/* the port above; NULL on the root bus */
	u8 devfn;
	u8 function;		/* of its device, for LAN_ID and the MAC */
	u8 mac[ETH_ALEN];
	char name[16];		/* dddd:bb:dd.f */

	u8 *cfg, *wmask, *w1c;	/* NICSIM_CONFIG_SIZE each */
	u16 exp, pm, l1ss;	/* where the capability is, 0: none */
	u16 cfg_size;
	bool gone;

	struct mutex lock;
	u32 *image;		/* BAR 0 as it can be accessed now; NULL: none */
	u32 *saved;		/* BAR 0's contents while it reads all ones */
	u32 reg_bytes;
	phys_addr_t placed;	/* physical address of @image */
	bool filled;		/* the registers have their defaults */
	struct nicsim_ring *rings[2];	/* transmit, receive */
	unsigned int moving;	/* rings that do */
	u16 phy[NICSIM_PHY_REGS];
	bool link_up, paused;
	u8 pfc;			/* the priority that the peer storms, and 1; 0: none */
	unsigned long link_due;	/* jiffies: autonegotiation ends; 0: it does not run */
	unsigned int mbps;
	struct net_device *netdev;
};

struct nicsim_trace_entry {
	const struct nicsim_fn *fn;
	const char *event;	/* not a write: what the driver did */
	u16 offset;
	u8 size;
	u32 before, written, after;
};

struct nicsim {
	struct nicsim_fn *fns[NICSIM_MAX_FNS];
	unsigned int count;
	raw_spinlock_t config_lock;
	struct nicsim_trace_entry *trace;
	u32 trace_seq;
	struct pci_host_bridge *bridge;
	struct task_struct *motor;
};

extern struct nicsim sim;

/* main.c: module parameters */
extern int nicsim_domain;
extern char *nicsim_topology;
extern char *nicsim_aspm;
extern char *nicsim_stubborn;
extern char *nicsim_latency;
extern char *nicsim_claim;
extern char *nicsim_prefix;
extern bool nicsim_aspm_control;
extern unsigned int nicsim_config_size;
extern unsigned int nicsim_x722_bar;
extern unsigned int nicsim_tick_ms;
extern unsigned int nicsim_autoneg_ms;
extern char *nicsim_modules;

static inline bool nicsim_is_nic(const struct nicsim_fn *fn)
{
	return fn->part->role == NICSIM_NIC;
}

/* parts.c, ports.c, families.c */
const struct nicsim_part *nicsim_part_find(const char *name, size_t len);
extern const struct nicsim_part nicsim_port_6series, nicsim_port_cannonlake;
extern const struct nicsim_part nicsim_switch_up, nicsim_switch_down;
extern const struct nicsim_family nicsim_e1000e, nicsim_pch, nicsim_igb;
extern const struct nicsim_family nicsim_i210, nicsim_igc, nicsim_i40e;
/* families_server.c */
extern const struct nicsim_family nicsim_x550, nicsim_x710, nicsim_e810;

/* topology.c: the functions that the parameter asks for, into sim.fns */
int nicsim_topology_build(void);
void nicsim_topology_free(void);

/* config.c: configuration space as hardware shows it */
void nicsim_put8(struct nicsim_fn *fn, int at, u8 value, u8 wmask);
void nicsim_put16(struct nicsim_fn *fn, int at, u16 value, u16 wmask);
void nicsim_put32(struct nicsim_fn *fn, int at, u32 value, u32 wmask);
void nicsim_w1c16(struct nicsim_fn *fn, int at, u16 bits);
void nicsim_w1c32(struct nicsim_fn *fn, int at, u32 bits);
u16 nicsim_get16(const struct nicsim_fn *fn, int at);
u32 nicsim_get32(const struct nicsim_fn *fn, int at);
void nicsim_header_build(struct nicsim_fn *fn);
phys_addr_t nicsim_bar0(const struct nicsim_fn *fn);
bool nicsim_dark(const struct nicsim_fn *fn);
extern struct pci_ops nicsim_pci_ops;

/* caps.c */
void nicsim_caps_build(struct nicsim_fn *fn);

/* link.c: links trained and left as by a BIOS */
int nicsim_links_build(void);
void nicsim_link_presence(struct nicsim_fn *fn);

/* window.c: memory for the BARs */
int nicsim_windows_open(void);
void nicsim_windows_close(void);
void nicsim_windows_add(struct list_head *resources);
void *nicsim_window_address(phys_addr_t phys, size_t size);

/* domain.c: the host bridge, and how its devices meet the kernel */
int nicsim_domain_add(void);
void nicsim_domain_remove(void);
struct nicsim_fn *nicsim_fn_of(struct pci_dev *pdev);
void nicsim_domain_settle(void);

/* regs.c: BAR 0 of one function; callers hold fn->lock */
void nicsim_regs_sync(struct nicsim_fn *fn);
void nicsim_regs_unplace(struct nicsim_fn *fn);
void nicsim_regs_free(struct nicsim_fn *fn);
u32 nicsim_rd(const struct nicsim_fn *fn, u32 offset);
void nicsim_wr(struct nicsim_fn *fn, u32 offset, u32 value);

/* defaults.c: what the registers hold under a working driver */
void nicsim_defaults_apply(struct nicsim_fn *fn);
void nicsim_link_set(struct nicsim_fn *fn, bool up, unsigned int mbps);
void nicsim_link_train(struct nicsim_fn *fn);
void nicsim_link_step(struct nicsim_fn *fn);
unsigned int nicsim_link_speed(const struct nicsim_fn *fn);

/* pause.c: what the peer asks for; callers hold fn->lock */
void nicsim_pause_set(struct nicsim_fn *fn, bool on);
int nicsim_storm_set(struct nicsim_fn *fn, unsigned int priority);
void nicsim_pause_end(struct nicsim_fn *fn);
void nicsim_pause_step(struct nicsim_fn *fn);

/* rings.c; callers hold fn->lock */
int nicsim_rings_alloc(struct nicsim_fn *fn);
void nicsim_rings_fill(struct nicsim_fn *fn);
void nicsim_rings_show(struct nicsim_fn *fn);
void nicsim_rings_step(struct nicsim_fn *fn, u64 usec);
void nicsim_ring_set(struct nicsim_fn *fn, int dir, unsigned int n,
		     enum nicsim_motion motion, u32 rate);
const struct nicsim_ring_regs *nicsim_ring_regs(const struct nicsim_fn *fn,
						int dir);
extern const char * const nicsim_motion_names[NICSIM_MOTIONS];

/* phy.c; callers hold fn->lock */
void nicsim_phy_fill(struct nicsim_fn *fn);
void nicsim_phy_link(struct nicsim_fn *fn, bool up, unsigned int mbps);
void nicsim_phy_step(struct nicsim_fn *fn);

/* motor.c: the thread that moves it all */
int nicsim_motor_start(void);
void nicsim_motor_stop(void);

/* command.c: one line of a state file, which is clobbered, under fn->lock */
int nicsim_command(struct nicsim_fn *fn, char *line);

/* trace.c: the configuration writes of the kernel and of tools */
int nicsim_trace_init(void);
void nicsim_trace_free(void);
void nicsim_trace_reset(void);
void nicsim_trace_add(const struct nicsim_fn *fn, int offset, int size,
		      u32 before, u32 written, u32 after);
void nicsim_trace_event(const struct nicsim_fn *fn, const char *event);
extern const struct file_operations nicsim_trace_fops;

/* debugfs.c */
void nicsim_debugfs_add(void);
void nicsim_debugfs_remove(void);

/* driver.c */
int nicsim_drivers_register(void);
void nicsim_drivers_unregister(void);
int nicsim_driver_register(const char *name, struct module *owner);
void nicsim_driver_unregister(const char *name);
void nicsim_driver_choose(struct pci_dev *pdev, const struct nicsim_fn *fn);

/* netdev.c, ethtool.c */
/* What ethtool has set; all 0: as it was at load. */
struct nicsim_set {
	u32 flags, ring_tx, ring_rx, lpi_timer;
	bool pause_forced, rx_pause_off, tx_pause_off, eee;
};

struct nicsim_netdev {
	struct pci_dev *pdev;
	struct nicsim_fn *fn;
	void __iomem *hw_addr;
	u32 msg_enable;
	struct nicsim_set set;
};

#ifdef NICSIM_KEEE
#define nicsim_eee ethtool_keee
#else
#define nicsim_eee ethtool_eee
#endif
struct ethtool_pauseparam;
struct nicsim_eee;
int nicsim_flags_count(struct net_device *netdev);
void nicsim_flags_strings(struct net_device *netdev, u8 *data);
u32 nicsim_flags_get(struct net_device *netdev);
int nicsim_flags_set(struct net_device *netdev, u32 flags);
void nicsim_pauseparam_get(struct net_device *netdev, struct ethtool_pauseparam *pause);
int nicsim_pauseparam_set(struct net_device *netdev, struct ethtool_pauseparam *pause);
int nicsim_eee_get(struct net_device *netdev, struct nicsim_eee *eee);
int nicsim_eee_set(struct net_device *netdev, struct nicsim_eee *eee);

int nicsim_netdev_add(struct pci_dev *pdev, struct nicsim_fn *fn,
		      void __iomem *hw_addr, const char *driver);
void nicsim_netdev_remove(struct net_device *netdev);
void nicsim_netdev_carrier(struct nicsim_fn *fn);
void nicsim_netdev_inflight(struct nicsim_fn *fn, unsigned int queue, u32 packets);
extern const struct ethtool_ops nicsim_ethtool_ops;

#endif
