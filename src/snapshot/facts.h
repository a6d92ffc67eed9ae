/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Linux reports about the device and its host. One table describes every fact, so that saving, loading, comparing
 * and showing need no code per fact.
 *
 * host/ reads them from sysfs, ethtool's ioctls and /proc; paste/ and source/ from text. The functions cannot fail: a
 * value that is not known is NULL, FACT_UNKNOWN or -1. Texts are hostile until escaped.
 */
#ifndef SNAPSHOT_FACTS_H
#define SNAPSHOT_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot/virtual.h"

#define FACT_UNKNOWN INT64_MIN

/*
 * X(kind, name, section, title): kind STR is an owned string or NULL; NUM is an int64_t or
 * FACT_UNKNOWN; YES is 0, 1 or FACT_UNKNOWN. `name` is also the JSON key. Facts "as printed" come from pasted lspci or
 * pciconf text only. Units are in the title.
 */
#define FACTS(X)                                                                     \
	X(STR, netdev, "interface", "Interface")                                     \
	X(STR, mac, "interface", "MAC address")                                      \
	X(STR, permanent_mac, "interface", "Permanent MAC address")                  \
	X(STR, operstate, "interface", "Operational state")                          \
	X(YES, carrier, "interface", "Carrier")                                      \
	X(NUM, carrier_changes, "interface", "Carrier changes")                      \
	X(NUM, speed, "interface", "Speed (Mb/s)")                                   \
	X(STR, duplex, "interface", "Duplex")                                        \
	X(YES, autoneg, "interface", "Autonegotiation")                              \
	X(NUM, mtu, "interface", "MTU (bytes)")                                      \
	X(YES, ip_address, "interface", "Has an IP address")                         \
	X(STR, bridge, "interface", "Bridge")                                        \
	X(NUM, tx_queues, "interface", "Transmit queues in use")                     \
	X(NUM, rx_queues, "interface", "Receive queues in use")                      \
	X(NUM, ring_tx, "interface", "Transmit ring (descriptors)")                  \
	X(NUM, ring_tx_max, "interface", "Transmit ring, maximum")                   \
	X(NUM, ring_rx, "interface", "Receive ring (descriptors)")                   \
	X(NUM, ring_rx_max, "interface", "Receive ring, maximum")                    \
	X(YES, pause_autoneg, "interface", "Pause autonegotiation")                  \
	X(YES, pause_rx, "interface", "Receive pause")                               \
	X(YES, pause_tx, "interface", "Transmit pause")                              \
	X(YES, eee_supported, "interface", "EEE supported")                          \
	X(YES, eee_enabled, "interface", "EEE enabled")                              \
	X(YES, eee_active, "interface", "EEE active")                                \
	X(NUM, partner_speed, "interface", "Partner's fastest (Mb/s)")               \
	X(YES, eee_tx_lpi, "interface", "EEE transmit idle used")                    \
	X(NUM, coalesce_rx_usecs, "interface", "Receive interrupt delay (us)")       \
	X(NUM, coalesce_tx_usecs, "interface", "Transmit interrupt delay (us)")      \
	X(NUM, coalesce_rx_frames, "interface", "Receive interrupt after frames")    \
	X(NUM, coalesce_tx_frames, "interface", "Transmit interrupt after frames")   \
	X(YES, coalesce_adaptive_rx, "interface", "Receive interrupt delay adapts")  \
	X(YES, coalesce_adaptive_tx, "interface", "Transmit interrupt delay adapts") \
	X(STR, module, "interface", "Transceiver")                                   \
	X(STR, module_rx_power, "interface", "Transceiver, receive power")           \
	X(STR, module_alarm, "interface", "Transceiver, alarms")                     \
	X(STR, private_flags, "driver", "Driver's private flags")                    \
	X(STR, health, "driver", "Health reporters (devlink)")                       \
	X(NUM, health_errors, "driver", "Errors of health reporters")                \
	X(STR, driver, "driver", "Driver")                                           \
	X(STR, driver_version, "driver", "Driver version")                           \
	X(STR, firmware, "driver", "Firmware")                                       \
	X(STR, bond, "bond", "Bond")                                                 \
	X(STR, bond_mode, "bond", "Bond mode")                                       \
	X(STR, bond_state, "bond", "Slave state (active, backup)")                   \
	X(STR, bond_mii_status, "bond", "Slave link (up, down)")                     \
	X(STR, bond_active_slave, "bond", "Active slave")                            \
	X(STR, bond_slaves, "bond", "Slaves")                                        \
	X(NUM, bond_miimon, "bond", "MII monitoring interval (ms)")                  \
	X(NUM, bond_arp_interval, "bond", "ARP monitoring interval (ms)")            \
	X(NUM, bond_link_failures, "bond", "Link failures counted")                  \
	X(STR, power_state, "power", "PCI power state")                              \
	X(STR, runtime_status, "power", "Runtime power management")                  \
	X(STR, power_control, "power", "power/control")                              \
	X(STR, aspm_policy, "power", "Kernel's ASPM policy")                         \
	X(STR, aspm_boot, "power", "Boot parameter pcie_aspm")                       \
	X(YES, aspm_fadt, "power", "Firmware forbids ASPM (FADT)")                   \
	X(YES, link_l0s_aspm, "power", "link/l0s_aspm")                              \
	X(YES, link_l1_aspm, "power", "link/l1_aspm")                                \
	X(YES, link_l1_1_aspm, "power", "link/l1_1_aspm")                            \
	X(YES, link_l1_2_aspm, "power", "link/l1_2_aspm")                            \
	X(YES, link_l1_1_pcipm, "power", "link/l1_1_pcipm")                          \
	X(YES, link_l1_2_pcipm, "power", "link/l1_2_pcipm")                          \
	X(YES, link_clkpm, "power", "link/clkpm")                                    \
	X(NUM, numa_node, "power", "NUMA node")                                      \
	X(STR, pcie_speed, "power", "PCIe link speed as printed (GT/s)")             \
	X(STR, pcie_speed_max, "power", "PCIe link speed, maximum")                  \
	X(NUM, pcie_width, "power", "PCIe link width as printed")                    \
	X(NUM, pcie_width_max, "power", "PCIe link width, maximum")                  \
	X(STR, aspm_supported, "power", "ASPM supported, as printed")                \
	X(STR, aspm_enabled, "power", "ASPM enabled, as printed")                    \
	X(NUM, aer_corrected, "power", "PCIe errors counted, corrected")             \
	X(NUM, aer_nonfatal, "power", "PCIe errors counted, nonfatal")               \
	X(NUM, aer_fatal, "power", "PCIe errors counted, fatal")                     \
	X(STR, aer_errors, "power", "PCIe errors counted, by kind")                  \
	X(NUM, aer_port_corrected, "power", "At the port above, corrected")          \
	X(NUM, aer_port_nonfatal, "power", "At the port above, nonfatal")            \
	X(NUM, aer_port_fatal, "power", "At the port above, fatal")                  \
	X(STR, aer_port_errors, "power", "At the port above, by kind")               \
	X(STR, part_name, "host", "Name, as printed")                                \
	X(NUM, revision, "host", "Revision, as printed")                             \
	X(STR, subsystem, "host", "Subsystem, as printed")                           \
	X(STR, pci_slot, "host", "Slot")                                             \
	X(STR, physical_function, "host", "Virtual function of")                     \
	X(STR, physical_interface, "host", "Interface of that function")             \
	X(NUM, virtual_functions, "host", "Virtual functions")                       \
	X(STR, kernel, "host", "Kernel")                                             \
	X(NUM, booted, "host", "Booted (seconds since 1970)")                        \
	X(STR, board_vendor, "host", "Board vendor")                                 \
	X(STR, board, "host", "Board")                                               \
	X(STR, system, "host", "System")                                             \
	X(STR, bios, "host", "BIOS")                                                 \
	X(STR, distribution, "host", "Distribution")                                 \
	X(STR, network_setup, "host", "Network configured by")                       \
	X(YES, kernel_dcb, "host", "Kernel built with CONFIG_DCB")                   \
	X(YES, driver_dcb, "host", "Driver built with DCB")                          \
	X(STR, lockdown, "host", "Kernel lockdown")

#define FACT_TYPE_STR char *
#define FACT_TYPE_NUM int64_t
#define FACT_TYPE_YES int64_t

/* An offload or feature as ethtool names it ("tx-tcp-segmentation"). */
struct feature {
	char *name; /* owned */
	bool on, fixed;
};

/*
 * A transmit queue as the kernel counts it (/sys/class/net/DEV/queues/tx-N): from byte_queue_limits the bytes that the
 * driver has handed to hardware and not yet reported as sent, and the limit in bytes, 0 until a driver uses the
 * mechanism; and how often its watchdog expired (tx_timeout). FACT_UNKNOWN where the kernel does not say.
 */
struct queue_count {
	uint32_t queue; /* N of tx-N, the kernel's number */
	int64_t inflight, limit, timeouts;
};

/* An interrupt vector that no other device shares, and its count since it was set up (/proc/interrupts). */
struct vector_count {
	uint32_t irq;
	int64_t queue; /* the transmit queue in its name; FACT_UNKNOWN: several, none, or not known */
	int64_t count; /* interrupts on all CPUs */
};

/* Strings and arrays are owned; facts_free() frees them. */
struct facts {
#define X(kind, name, section, title) FACT_TYPE_##kind name;
	FACTS(X)
#undef X
	struct feature *features;
	size_t n_features, cap_features;
	struct queue_count *queues; /* by their numbers */
	size_t n_queues, cap_queues;
	struct vector_count *vectors;
	size_t n_vectors, cap_vectors;
	struct virtual_functions vfs; /* of a physical function */
};

enum fact_kind { FACT_STR, FACT_NUM, FACT_YES };

struct fact_desc {
	const char *name, *section, *title;
	enum fact_kind kind;
	size_t offset; /* bytes into struct facts */
};

extern const struct fact_desc fact_descs[];
extern const size_t n_fact_descs;

/* The fact with a JSON key, static; NULL if there is none. */
const struct fact_desc *fact_named(const char *name);

struct jsonw;

/* Whether a number is known. */
static inline bool fact_is_known(int64_t number)
{
	return number != FACT_UNKNOWN;
}

/* Writes a number as a member if it is known. */
void fact_put_known(struct jsonw *w, const char *key, int64_t value);
/* Writes the known facts as members of an object "facts". */
void facts_json(const struct facts *f, struct jsonw *w);

/* Writes the kernel's counts as arrays "queues" and "vectors"; an empty one is left out. */
void facts_counts_json(const struct facts *f, struct jsonw *w);
/* Add a copy, without a check whether one of that queue or vector is there already. */
void facts_add_queue(struct facts *f, const struct queue_count *q);
void facts_add_vector(struct facts *f, const struct vector_count *v);
/* Replaces the counts of `to` by copies of those of `from`. */
void facts_copy_counts(struct facts *to, const struct facts *from);
/* Whether all of them are equal. */
bool facts_same_counts(const struct facts *a, const struct facts *b);
/* The counts of a queue, owned by f; NULL if there are none. */
const struct queue_count *facts_queue(const struct facts *f, uint32_t queue);
/* Whether some queue shows that the driver uses byte queue limits; without that, 0 in flight means nothing. */
bool facts_have_inflight(const struct facts *f);

/* Makes all facts unknown; frees nothing. */
void facts_init(struct facts *f);
/* Frees all that f owns; all facts are unknown afterwards. */
void facts_free(struct facts *f);
/* Facts of their own, all unknown; caller frees them with facts_delete(), which takes NULL as well. */
struct facts *facts_new(void);
void facts_delete(struct facts *f);
/* Owned by f; NULL if unknown or a number. */
const char *fact_str(const struct facts *f, const struct fact_desc *d);
/* FACT_UNKNOWN if unknown or a string. */
int64_t fact_num(const struct facts *f, const struct fact_desc *d);
/* Sets a copy of value; NULL or "" makes the fact unknown. */
void fact_set_str(struct facts *f, const struct fact_desc *d, const char *value);
void fact_set_num(struct facts *f, const struct fact_desc *d, int64_t value);
/* Copies one fact, known or not. */
void fact_copy(struct facts *to, const struct facts *from, const struct fact_desc *d);
bool fact_known(const struct facts *f, const struct fact_desc *d);
/* Adds a copy of name, without a check whether it is there already. */
void facts_add_feature(struct facts *f, const char *name, bool on, bool fixed);
/* Copies the known facts and features of `from` over those of `to`; the others of `to`, and the counts, stay. */
void facts_merge(struct facts *to, const struct facts *from);
/* Whether a feature is on: 1, 0, or -1 if not known. */
int facts_feature(const struct facts *f, const char *name);
/* "pause both ways", "pause received"; NULL if it is not known. Static text. */
const char *facts_pause_words(const struct facts *f);

#endif
