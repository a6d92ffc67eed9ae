/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one message of a kernel log said. A value that the log lacks is not known; it is never zero. One table
 * describes every field, so that views need no code per field.
 */
#ifndef KLOG_REPORT_H
#define KLOG_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot/snapshot.h"

enum klog_kind {
	KLOG_HANG,       /* a "Unit Hang" block */
	KLOG_TX_TIMEOUT, /* the timeout line of i40e and ice, FreeBSD's queue state */
	KLOG_WATCHDOG,   /* NETDEV WATCHDOG, FreeBSD's "Watchdog timeout" */
	KLOG_RESET,
	KLOG_RECOVERY, /* a level of i40e's and ice's recovery */
	KLOG_PCIE_LOST,
	KLOG_PHY_ERROR,
	KLOG_LINK_DOWN,
	KLOG_LINK_UP,
	KLOG_BOND_DOWN,  /* a slave's link is lost */
	KLOG_BOND_UP,    /* a slave's link is back */
	KLOG_BOND_EMPTY, /* no slave is left */
	KLOG_MDD,
	KLOG_AER,
	KLOG_ASPM,
	KLOG_OVERHEAT,
	KLOG_PROBE_FAILED, /* no driver runs the device, and the driver says why */
	KLOG_FIRMWARE,     /* recovery mode, an error, safe mode */
	KLOG_DUMP,         /* a queue of the registers that a driver prints when it resets the adapter */
	/* What drivers say in words of their own; KLOG_WHAT has the meaning. */
	KLOG_LINK_FAULT,   /* why the port has no link, or not the one it could have */
	KLOG_NOT_UP,       /* the interface could not be set up, or not after a reset or sleep */
	KLOG_QUEUE_ERROR,  /* the hardware did not start or stop a queue */
	KLOG_PF_TROUBLE,   /* a virtual function about its PF */
	KLOG_VF_TROUBLE,   /* a PF about one of its virtual functions */
	KLOG_DRIVER_ERROR, /* any other error */
	KLOG_CRASH,        /* an oops, a panic, a purple screen, with a NIC's driver or bonding in its trace */
	KLOG_KINDS,
	KLOG_INFO = KLOG_KINDS /* only learned from, never reported */
};

/* The words of log --json ("tx-timeout"); static. */
const char *klog_kind_name(enum klog_kind kind);

enum klog_format {
	KLOG_DEC, /* shown in decimal */
	KLOG_HEX, /* shown in hexadecimal, behind 0x, which the drivers leave out */
	KLOG_YES, /* 0 or 1 */
	KLOG_TEXT /* bytes from the log: escape them */
};

/*
 * X(id, format, name, title, part). `name` is the JSON key; `part` is "" for the report itself, "registers" for
 * what the driver read from the device, "derived" for what was worked out here.
 * First the numbers, then the texts; enum klog_field has both.
 */
#define KLOG_NUMBERS(X)                                                                               \
	X(UPTIME_NS, DEC, "uptime_ns", "Time since boot (ns)", "")                                    \
	X(WALL_NS, DEC, "wall_ns", "Time as logged, taken for UTC (ns since 1970)", "")               \
	X(SEASON_NS, DEC, "season_ns", "Time as logged without a year (ns since January 1st)", "")    \
	X(ELAPSED_NS, DEC, "elapsed_ns", "Time since the first line, in logs of deltas (ns)", "")     \
	X(QUEUE, DEC, "queue", "Queue", "")                                                           \
	X(TDH, HEX, "tdh", "Head (TDH)", "")                                                          \
	X(TDT, HEX, "tdt", "Tail (TDT)", "")                                                          \
	X(RDH, HEX, "rdh", "Receive head (RDH)", "")                                                  \
	X(RDT, HEX, "rdt", "Receive tail (RDT)", "")                                                  \
	X(NEXT_TO_USE, HEX, "next_to_use", "Next to use", "")                                         \
	X(NEXT_TO_CLEAN, HEX, "next_to_clean", "Next to clean", "")                                   \
	X(TIME_STAMP, HEX, "time_stamp", "Queued at (jiffies)", "")                                   \
	X(JIFFIES, HEX, "jiffies", "Printed at (jiffies)", "")                                        \
	X(NEXT_TO_WATCH, HEX, "next_to_watch", "Next to watch", "")                                   \
	X(WATCH_STATUS, HEX, "next_to_watch_status", "Status of the descriptor watched", "")          \
	X(DESC_STATUS, HEX, "desc_status", "Descriptor status", "")                                   \
	X(DMA, HEX, "dma", "DMA address", "")                                                         \
	X(HEAD_WB, HEX, "head_wb", "Head written back", "")                                           \
	X(VSI, DEC, "vsi", "VSI", "")                                                                 \
	X(VSI_SEID, DEC, "vsi_seid", "VSI seid", "")                                                  \
	X(NTC, HEX, "ntc", "Next to clean (NTC)", "")                                                 \
	X(HWB, HEX, "hwb", "Head written back (HWB)", "")                                             \
	X(HW_HEAD, HEX, "hw_head", "Head (HW_HEAD)", "")                                              \
	X(NTU, HEX, "ntu", "Next to use (NTU)", "")                                                   \
	X(TAIL, HEX, "tail", "Tail (TAIL)", "")                                                       \
	X(INT, HEX, "int", "Interrupt register (INT)", "")                                            \
	X(LENGTH, DEC, "length", "Bytes", "")                                                         \
	X(ROOM, DEC, "room", "Bytes of room", "")                                                     \
	X(PENDING, DEC, "tx_pending_hw", "Descriptors pending", "")                                   \
	X(DESC_AVAIL, DEC, "desc_avail", "Descriptors free", "")                                      \
	X(TIMEOUT_MS, DEC, "timeout_ms", "Since the last transmit start (ms)", "")                    \
	X(CPU, DEC, "cpu", "CPU", "")                                                                 \
	X(LEVEL, DEC, "level", "Recovery level", "")                                                  \
	X(COUNT, DEC, "count", "Timeouts counted by the driver", "")                                  \
	X(REASON, HEX, "event", "Event", "")                                                          \
	X(PF, HEX, "pf", "PF", "")                                                                    \
	X(VF, HEX, "vf", "VF", "")                                                                    \
	X(LVMMC, HEX, "lvmmc", "Last malicious packet (LVMMC)", "")                                   \
	X(ERROR, DEC, "error", "Error number", "")                                                    \
	X(SPEED, DEC, "speed", "Speed (Mb/s)", "")                                                    \
	X(VENDOR_ID, HEX, "vendor_id", "PCI vendor", "")                                              \
	X(DEVICE_ID, HEX, "device_id", "PCI device", "")                                              \
	X(AER_STATUS, HEX, "aer_status", "AER status", "")                                            \
	X(AER_MASK, HEX, "aer_mask", "AER mask", "")                                                  \
	X(AER_ID, HEX, "aer_id", "Requester id", "")                                                  \
	X(MULTIPLE, YES, "multiple", "More than one", "")                                             \
	X(ERRORS_LEFT_OUT, DEC, "errors_left_out", "Errors left out", "")                             \
	X(MAC_STATUS, HEX, "mac_status", "MAC Status", "registers")                                   \
	X(PHY_STATUS, HEX, "phy_status", "PHY Status", "registers")                                   \
	X(PHY_1000, HEX, "phy_1000base_t_status", "PHY 1000BASE-T Status", "registers")               \
	X(PHY_EXTENDED, HEX, "phy_extended_status", "PHY Extended Status", "registers")               \
	X(PCI_STATUS, HEX, "pci_status", "PCI Status", "registers")                                   \
	X(HEADLESS, YES, "headless", "Begins in the middle", "derived")                               \
	X(CUT, YES, "cut", "Ends before its last line", "derived")                                    \
	X(DRIVER_GUESSED, YES, "driver_guessed", "Driver told by the form of the message", "derived") \
	X(HZ, DEC, "hz", "Clock ticks a second", "derived")                                           \
	X(AGE_MS, DEC, "age_ms", "Age of the oldest descriptor (ms)", "derived")                      \
	X(HEAD_MOVED, YES, "head_moved", "Head moved since the block before", "derived")              \
	X(PHY_GARBAGE, YES, "phy_garbage", "PHY values that cannot be", "derived")                    \
	X(RING_GARBAGE, YES, "ring_garbage", "Head or tail that no ring has", "derived")              \
	X(REPEAT, DEC, "repeat", "Blocks of this hang so far", "derived")

#define KLOG_TEXTS(X)                                                    \
	X(WALL, TEXT, "wall", "Time as logged", "")                      \
	X(INTERFACE, TEXT, "interface", "Interface", "")                 \
	X(ADDRESS, TEXT, "address", "PCI address", "")                   \
	X(DRIVER, TEXT, "driver", "Driver", "")                          \
	X(BOND, TEXT, "bond", "Bond", "")                                \
	X(DUPLEX, TEXT, "duplex", "Duplex", "")                          \
	X(FLOW, TEXT, "flow_control", "Flow control", "")                \
	X(SEVERITY, TEXT, "severity", "Severity", "")                    \
	X(LAYER, TEXT, "layer", "Layer", "")                             \
	X(BITS, TEXT, "errors", "Errors", "")                            \
	X(AGENT, TEXT, "agent", "Agent", "")                             \
	X(REPORTER, TEXT, "reporter", "Reported by", "")                 \
	X(STATES, TEXT, "states", "ASPM states", "")                     \
	X(WHAT, TEXT, "what", "What", "")                                \
	X(NAME, TEXT, "name", "Name", "")                                \
	X(MODULE, TEXT, "module", "Module", "")                          \
	X(DRIVER_FUNCTION, TEXT, "driver_function", "In the driver", "") \
	X(VERSION, TEXT, "version", "Version", "")

enum klog_field {
#define X(id, format, name, title, part) KLOG_##id,
	KLOG_NUMBERS(X) KLOG_N_NUMBERS,
	KLOG_NUMBERS_END = KLOG_N_NUMBERS - 1,
	KLOG_TEXTS(X)
#undef X
		KLOG_FIELDS,
	KLOG_N_TEXTS = KLOG_FIELDS - KLOG_N_NUMBERS
};

#define KLOG_TEXT_MAX 48
#define KLOG_ERRORS_MAX 256 /* of KLOG_BITS, which has the names of up to 32 errors */

/* KLOG_WHAT of some reports. Of resets: why; none if the driver does not say. */
#define KLOG_WHAT_TX_HANG "Tx hang"
#define KLOG_WHAT_TX_TIMEOUT "Tx timeout"
#define KLOG_WHAT_LINK_LOSS "link loss with Tx work"
#define KLOG_WHAT_MDD "MDD"
#define KLOG_WHAT_BY_PF "by the PF"
/* Of recoveries: the driver gave the device up. */
#define KLOG_WHAT_GAVE_UP "unsuccessful"
/* Of timeouts: the driver says itself that nothing hangs, as the partner pauses. */
#define KLOG_WHAT_PFC "false: PFC storm"
#define KLOG_WHAT_PAUSED "false: paused"
/* Of malicious driver detection: of a virtual function. */
#define KLOG_WHAT_VF "VF"
/* Of PHY errors: the driver could not start the hardware, or not wake it. */
#define KLOG_WHAT_NOT_STARTED "hardware not started"
#define KLOG_WHAT_ULP "ultra low power not left"
/* Of firmware. */
#define KLOG_WHAT_RECOVERY_MODE "recovery mode"
#define KLOG_WHAT_SAFE_MODE "safe mode"
#define KLOG_WHAT_FIRMWARE_ERROR "error"

struct klog_report {
	enum klog_kind kind;
	uint64_t line, last_line; /* of the log, from 1 */
	uint64_t nth;             /* number of its line among those that say something that is known */
	uint64_t boot;            /* boots that the log had seen before it */
	uint64_t known;           /* bit n: enum klog_field n, numbers only */
	uint64_t number[KLOG_N_NUMBERS];
	char text[KLOG_N_TEXTS][KLOG_TEXT_MAX]; /* "": not known */
	char errors[KLOG_ERRORS_MAX];           /* the text of KLOG_BITS */
};

struct klog_field_desc {
	const char *name, *title, *part;
	enum klog_format format;
};

/* By enum klog_field; numbers have their unit in their title. */
extern const struct klog_field_desc klog_fields[KLOG_FIELDS];

/* What a bit of a value in a hang block says, as chipdefs/log has it. */
enum label_says {
	LABEL_NOTHING,
	LABEL_DONE, /* the hardware is done with the descriptor */
	LABEL_LINK_UP,
	LABEL_HOST_OFF /* the host's side of the MAC is off */
};

/* Whether a report has the field, with the bit set that says so. In messages.c. */
bool klog_says(const struct klog_report *r, enum klog_field field, enum label_says says);

/* Whether a function is called so; a pattern that ends in * is a beginning. In crash.c. */
bool klog_crash_called(const char *name, const char *pattern);

/* The number that a label of any report stands for, as a person writes it: "MAC Status", "PHY 1000BASE-T Status:", "TDH",
 * "mac_status". False if no report has it. In messages.c. */
bool klog_field_find(const char *text, enum klog_field *field);

/* The text, owned by r; "" if it is not known. Texts only. */
static inline const char *klog_text(const struct klog_report *r, enum klog_field field)
{
	return field == KLOG_BITS ? r->errors : r->text[field - KLOG_N_NUMBERS];
}

/* Whether the report has the field. */
static inline bool klog_known(const struct klog_report *r, enum klog_field field)
{
	if ((unsigned)field < KLOG_N_NUMBERS)
		return r->known >> field & 1;
	return klog_text(r, field)[0] != '\0';
}

/* The value; 0 if it is not known. Numbers only. */
static inline uint64_t klog_number(const struct klog_report *r, enum klog_field field)
{
	return (unsigned)field < KLOG_N_NUMBERS && r->known >> field & 1 ? r->number[field] : 0;
}

/* False if it is not known or no whole address. */
bool klog_address(const struct klog_report *r, struct pci_addr *addr);

/* A report of which nothing is known. */
void klog_clear(struct klog_report *r);
void klog_set(struct klog_report *r, enum klog_field field, uint64_t value);
void klog_unset(struct klog_report *r, enum klog_field field);
/* Takes at most KLOG_TEXT_MAX - 1 bytes, of KLOG_BITS KLOG_ERRORS_MAX - 1. */
void klog_set_text(struct klog_report *r, enum klog_field field, const char *text, size_t n);

#endif
