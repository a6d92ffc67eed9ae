/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel log reader: bytes in, reports out, and what was learned of each device on the way. A log of any
 * length takes the same memory: tables are bounded. A device with a fault never makes room for another; what finds no
 * room is counted in struct klog_host.
 *
 *     struct klog *k = klog_new(each, arg);
 *     klog_feed(k, bytes, n);     as often as there is something, in pieces of any size
 *     klog_end(k);                what was still open is reported
 *     klog_device(k, 0), ...
 *     klog_free(k);
 *
 * Nothing here fails but what returns an int: -errno with *e filled. Names end in their unit (_ms, _ns); lines count from
 * 1; texts are from the log: escape them. What is returned by pointer is owned by the reader or, of chips, by the chipdb.
 */
#ifndef KLOG_KLOG_H
#define KLOG_KLOG_H

#include "klog/report.h"
#include "paste/paste.h"

struct chip;
struct chipdb;
struct err;
struct klog;

/* Called with each report, in the order of their first lines. *r is the callee's only during the call. */
typedef void klog_fn(const struct klog_report *r, void *arg);

/* A new reader; caller frees it with klog_free(). `each` may be NULL. */
struct klog *klog_new(klog_fn *each, void *arg);
void klog_free(struct klog *k);
/* Forgets everything: another log follows. Cheaper than a new reader. */
void klog_restart(struct klog *k);
/* The bytes are the caller's again afterwards. */
void klog_feed(struct klog *k, const void *bytes, size_t n);
/* Called with the log's bytes as they come, from all that is read; they are the callee's only during the call. */
typedef void klog_tap_fn(const char *bytes, size_t n, void *arg);
void klog_tap(struct klog *k, klog_tap_fn *tap, void *arg);
/* What is fed was turned round: its last message came first. */
void klog_reversed(struct klog *k);
/* Records were lost here: nothing goes on across it. */
void klog_gap(struct klog *k);
/* Nothing came for a second: reports what is complete as far as it will ever be. The log may go on. */
void klog_idle(struct klog *k);
/* The log is several files, and the next one begins. `another_log`: it does not go on with the files before: lines that both
 * have count once. `drifts`: its dates are off by seconds. The path is copied. */
void klog_next_file(struct klog *k, const char *path, bool another_log, bool drifts);
/* What follows is of the next boot, and nothing before of that. */
void klog_next_boot(struct klog *k);
/* The line that was fed last is none of the file's. */
void klog_not_of_file(struct klog *k);
/* The file that a line is of, and its number there; NULL if the log is one file. Text from outside. */
const char *klog_file(const struct klog *k, uint64_t line, uint64_t *in_file);
/* The log ends so many boots before the one that runs now. */
void klog_ended(struct klog *k, uint64_t boots_ago);
/* How many boots there were between that of a report and the one that runs now, or the last of its log; how many boots a log has at most, after the
 * first. */
uint64_t klog_boots_ago(const struct klog *k, uint64_t boot);
uint64_t klog_boots(const struct klog *k);
/* No more will come. */
void klog_end(struct klog *k);
/* -EINVAL with *e if what was fed is the file of `nicregs report`, and no whole log is in it. */
int klog_report_whole(const struct klog *k, const char *name, struct err *e);
/* Whether a record of JSON was too large to be read whole. */
bool klog_is_cut(const struct klog *k);

#define KLOG_DEVICES 256       /* then those without a report or fault make room, the longest unseen first */
#define KLOG_DEVICES_MOST 4096 /* with those that have a fault */
#define KLOG_BONDS 64
#define KLOG_SLAVES 16

/* What hang blocks, timeouts and resets of a device were like. An episode is a run of blocks of one stuck descriptor
 * or with at most 30 s between them. Numbers of 0 mean none, unless said otherwise. */
struct klog_hangs {
	uint64_t blocks, headless, false_hints; /* false_hints: head = tail, or the link was down, in the block */
	uint64_t episodes;
	uint64_t episodes_reset;         /* followed by a reset within 15 s */
	uint64_t head_moved, head_stuck; /* blocks where the head had (not) moved since the block before */
	uint64_t phy_garbage;            /* blocks whose PHY values cannot be */
	uint64_t ring_garbage;           /* blocks whose head or tail cannot be */
	uint64_t intervals;              /* between the starts of episodes; the next three are 0 without any */
	uint64_t interval_least_ms, interval_most_ms, interval_mean_ms;
	uint64_t age_most_ms; /* oldest stuck descriptor */
	uint64_t timeouts;    /* NETDEV WATCHDOG, tx_timeout: each counted once where a driver prints both */
};

struct klog_device {
	/* Texts are from the log: escape them. "" is unknown. */
	char address[PCI_ADDR_MAX], interface[16], driver[16], bond[16];
	bool driver_guessed;
	bool foreign;                   /* another vendor's driver claims it: nothing of it was reported */
	bool onboard_pch;               /* its address is where the chipset has its own NIC (drivers_onboard()) */
	bool reads_ones;                /* a register of all ones: it no longer answers */
	int link;                       /* last said: 1 up, 0 down, -1 nothing */
	uint64_t first_line, last_line; /* of its reports, and of what its PF refused; 0: none */
	uint64_t link_boot;             /* as klog_report.boot, of when it was said */
	uint64_t link_flaps;            /* went down */
	uint64_t speed;                 /* last said, Mb/s; 0: unknown */
	uint64_t alive_line;            /* last line by which it works: probed, renamed, link up; 0: none */
	char flow[16];                  /* last said: "Rx/Tx", "None" */
	unsigned hz;                    /* by the jiffies rule; 0: unknown */
	uint16_t vendor, device;        /* PCI id; 0: unknown */
	uint64_t counts[KLOG_KINDS];
	struct klog_hangs hangs;
	int mac_type, phy_type;     /* of "MAC: %d, PHY: %d"; -1: unknown */
	bool tso_disabled_by_speed; /* "10/100 speed: disabling TSO" */
	bool tx_pause_hint;         /* "Try turning off Tx pause (flow control) via ethtool" */
	bool smartspeed;            /* "Link Speed was downgraded by SmartSpeed" */
	bool xdp_ring_timeout;      /* "VSI seid %d XDP Tx ring %d disable timeout" */
	uint64_t removed_line;      /* last line by which its driver left it; 0: none */
	uint64_t pf_refused;        /* requests of a virtual function that its PF refused */
	uint64_t pf_request;        /* the last of them, by its number in virtchnl */
	uint64_t pf_refused_line;   /* where it is; 0: none */
	char firmware[64], pba[24];
	char host[32];            /* whose prompt stands above what describes it; "": not said */
	uint64_t described_line;  /* where pasted output (lspci, ethtool) shows that it is an Intel NIC; 0: nowhere */
	struct klog_report *hang; /* the last one; NULL: none; the device's own */
};

/* The devices seen, in no order; NULL past the last. Valid until the next klog_feed(). Blocks without any device
 * are in one without address, interface and driver. */
const struct klog_device *klog_device(const struct klog *k, size_t n);
/* The position of such a device. */
size_t klog_device_index(const struct klog *k, const struct klog_device *d);
/* The device a report is of; NULL if it is of none. */
const struct klog_device *klog_device_of(const struct klog *k, const struct klog_report *r);
/* Whether the log shows that it is a NIC, and one of Intel: not only errors and ASPM of some PCI device. */
bool klog_is_nic(const struct klog_device *d);
/* Whether a report is of the machine or of a bond as a whole: of no device, whatever else is in the log. */
bool klog_of_machine(const struct klog_report *r);

struct klog_slave {
	char name[16];
	int up;           /* 1, 0, -1: nothing said */
	uint64_t up_boot; /* as klog_report.boot, of when it was said */
	uint64_t downs;
};

struct klog_bond {
	char name[16], mode[32], active[16];
	struct klog_slave slaves[KLOG_SLAVES];
	size_t n_slaves;
	uint64_t downs, without_active; /* slaves lost; "now running without any active interface" */
	uint64_t no_partner, loopbacks; /* no answer by LACP; a slave received what the bond sent */
	int64_t miimon;                 /* ms; -1: nothing said */
};

/* The bonds seen; NULL past the last. Valid until klog_restart() or klog_free(). */
const struct klog_bond *klog_bond(const struct klog *k, size_t n);

/* When a line was logged, as it says itself. */
struct klog_time {
	char wall[KLOG_TEXT_MAX]; /* "": it has no date */
	bool has_uptime;
	uint64_t uptime_ns; /* since the boot */
};

#define KLOG_PORT_EVENTS 8

/* What a port said of the link below it: hot-plug (pciehp), containment (DPC), recovery (AER). */
struct klog_port_event {
	uint64_t line, nth; /* as reports have them */
	char address[PCI_ADDR_MAX];
	const char *what; /* static */
};

#define KLOG_STALLS 8

/* A CPU that was stuck (RCU stall, soft or hard lockup), or memory that ran out. */
struct klog_stall {
	uint64_t line, nth, boot; /* as reports have them */
	bool timed;
	uint64_t ns;      /* since boot, if timed */
	const char *what; /* static */
};

/* What the log said of the machine. */
struct klog_host {
	char kernel[64]; /* "3.10.0-693.el7.x86_64"; "": unknown */
	char hardware[96];
	char hypervisor[24];   /* what it runs on, if it is a guest: "KVM", "VMware"; "": not said */
	char cmdline_aspm[16]; /* value of pcie_aspm=; "": not given or not known */
	bool aspm_disabled;    /* "PCIe ASPM is disabled" */
	uint64_t boots; /* after the first, as far as time stamps tell; in several logs: of all, and their number */
	struct klog_time first, last; /* of the lines with any time */
	uint64_t lines;               /* seen so far */
	uint64_t duplicates;          /* reports dropped: printed by a second sink */
	uint64_t foreign;             /* messages in these forms of other vendors' drivers */
	uint64_t quoted; /* a driver's words for a serious fault among those of other programs: not reported */
	uint64_t gaps;
	/* For which there was no room. */
	uint64_t devices_left_out, faulty_left_out; /* without a fault; with one, beyond KLOG_DEVICES_MOST */
	uint64_t bonds_left_out, slaves_left_out;
	char names[2]
		  [32]; /* of the machine, as a syslog daemon has it; the second: of another machine in the same log */
	bool reversed;  /* its last message came first: lines are counted from its end */
	bool sorted;    /* its messages were put in order of their times, in which lines are counted */
	bool in_parts;  /* they were too many for that: it was done in parts, and the order is not known */
	uint64_t crash_line; /* the first that says that the kernel crashed; 0: none */
	bool have_crash;
	struct klog_report crash;              /* the last one that has to do with NICs; valid if have_crash */
	struct klog_stall stalls[KLOG_STALLS]; /* the last ones, in any order, from the first place on; line 0: none */
	struct klog_port_event port_events[KLOG_PORT_EVENTS]; /* the last ones, in any order; line 0: none */
};

/* Valid until klog_free(); it changes as the log is read. */
const struct klog_host *klog_host(const struct klog *k);

/* What a driver said of itself when it was loaded ("1.6.27-k"); "" if nothing. Valid until the next klog_feed(). */
const char *klog_driver_version(const struct klog *k, const char *driver);

/* Pasted output beside the log, in its order; NULL past the last. Valid until the next klog_feed(). */
const struct pasted *klog_described(const struct klog *k, size_t n);
/* Whether it is of this device: by address, else by interface, else by driver where only one device has it. */
bool klog_describes(const struct klog *k, const struct pasted *p, const struct klog_device *d);
/* Blocks of such output that were too many to keep. */
uint64_t klog_descriptions_left_out(const struct klog *k);

/* Fills in what was learned after the report: interface, address, driver, HZ, age. */
void klog_complete(const struct klog *k, struct klog_report *r);

/* The device's definition: by PCI id, by MAC and PHY type. *sure is false for one that only stands in for its family
 * (same registers, another part). -ENOENT if the log does not tell. */
int klog_chip(struct chipdb *db, const struct klog_device *d, const struct chip **chip, bool *sure, struct err *e);

/* What is known of the device itself: its chip, or a part without registers; -ENOENT if the log does not tell. */
int klog_part(struct chipdb *db, const struct klog_device *d, const struct chip **chip, struct err *e);

/* Its name, of db ("I219"); NULL if the log does not tell. */
const char *klog_chip_name(struct chipdb *db, const struct klog_device *d);

/* A hang report (or a timeout line) as a snapshot: its registers at the places that the chip's roles give. `chip` may be NULL. Caller
 * frees it with snapshot_free(). The PCI status is not in it, as the command register beside it is not known: klog_register() tells how
 * to read that. */
struct snapshot *klog_snapshot(const struct klog_report *r, const struct chip *chip);

/* The definition of the register that a field shows (MAC, PHY and PCI status, head, tail): for decoding it. False
 * if there is none; `chip` may be NULL. */
bool klog_register(struct chipdb *db, const struct chip *chip, enum klog_field field, struct chip_ref *ref);

#endif
