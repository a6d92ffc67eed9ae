// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/messages.h"

#include <ctype.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

/* clang-format off */
#define REPORT(kind, whose, pattern, driver, what)                                                 \
	{ pattern, KLOG_##kind, WHOSE_##whose, report_plain, 0, driver, what }
#define LOST(whose, pattern, what)                                                                 \
	{ pattern, KLOG_PCIE_LOST, WHOSE_##whose, report_lost, 0, NULL, what }
#define BOND(event, pattern) { pattern, KLOG_INFO, WHOSE_BOND, bond_event, event, NULL, NULL }
#define EVENT(part, pattern) { pattern, KLOG_AER, WHOSE_PCI, aer_part, part, NULL, NULL }
#define LEARN(handle, whose, pattern) { pattern, KLOG_INFO, WHOSE_##whose, handle, 0, NULL, NULL }

const struct message_row messages[] = {
	{ "Detected {name} Unit Hang", KLOG_HANG, WHOSE_ANY, block_header, 0, NULL, NULL },

	REPORT(TX_TIMEOUT, ANY,
	       "tx_timeout: VSI_seid: {vsi_seid}, Q {queue}~, NTC: {ntc}, HWB: {hwb}, NTU: {ntu}, TAIL: "
	       "{tail}, INT: {int}", "i40e", NULL),
	REPORT(TX_TIMEOUT, ANY,
	       "tx_timeout: VSI_num: {vsi}, Q {queue}~, NTC: {ntc}, HW_HEAD: {hw_head}, NTU: {ntu}, INT: "
	       "{int}", "ice", NULL),
	REPORT(TX_TIMEOUT, ANY,
	       "VSI_seid {vsi_seid}, Hung TX queue {queue}, tx_pending_hw: {tx_pending_hw}~, NTC:[ ]{ntc}, "
	       "HWB: {hwb}, NTU: {ntu}, TAIL: {tail}", "i40e", NULL),
	REPORT(TX_TIMEOUT, ANY, "Fake Tx hang detected on queue {queue}", "ice", KLOG_WHAT_PFC),
	REPORT(TX_TIMEOUT, ANY, "Fake Tx hang detected with timeout", "fm10k", KLOG_WHAT_PAUSED),
	REPORT(TX_TIMEOUT, ANY, "Detected Tx timeout: Count {count}, Queue {queue}", "idpf", NULL),
	REPORT(TX_TIMEOUT, ANY, "Queue({queue}) tdh = {tdh:d}, hw tdt = {tdt:d}", NULL, NULL),
	REPORT(TX_TIMEOUT, OURS, "hw tdh = {tdh:d}, hw tdt = {tdt:d}", NULL, NULL),
	REPORT(TX_TIMEOUT, OURS,
	       "watchdog: head {next_to_use:d} tail {next_to_clean:d} TDH {tdh:d} TDT {tdt:d}", NULL, NULL),
	REPORT(TX_TIMEOUT, ANY,
	       "TX({queue}) desc avail = {desc_avail},[ ]Next TX to Clean = {next_to_clean:d}", NULL, NULL),
	REPORT(TX_TIMEOUT, ANY, "Warning queue {queue} appears to be hung", NULL, NULL),

	REPORT(WATCHDOG, ANY,
	       "NETDEV WATCHDOG: CPU: {cpu}: transmit queue {queue} timed out~ {timeout_ms} ms", NULL, NULL),
	REPORT(WATCHDOG, NOBODY,
	       "NETDEV WATCHDOG: {interface} ({driver}): transmit queue {queue} timed out~ {timeout_ms} "
	       "ms", NULL, NULL),
	REPORT(WATCHDOG, NOBODY, "NETDEV WATCHDOG: {interface} ({driver}): transmit timed out", NULL, NULL),
	REPORT(WATCHDOG, NOBODY, "NETDEV WATCHDOG: {interface}: transmit timed out", NULL, NULL),
	REPORT(WATCHDOG, OURS,
	       "Watchdog timeout (TX: {queue} desc avail: {desc_avail} pidx: {next_to_use:d})", NULL, NULL),
	REPORT(WATCHDOG, OURS, "Watchdog timeout Queue\\[{queue}\\]", NULL, NULL),
	REPORT(WATCHDOG, OURS, "Watchdog timeout", NULL, NULL),
	REPORT(WATCHDOG, OURS, "watchdog timeout", NULL, NULL),

	REPORT(RESET, ANY, "Reset adapter", NULL, NULL),
	REPORT(RESET, ANY, "tx hang {count} detected on queue {queue}, resetting adapter", NULL, KLOG_WHAT_TX_HANG),
	REPORT(RESET, ANY, "tx hang {count} detected, resetting adapter", NULL, KLOG_WHAT_TX_HANG),
	REPORT(RESET, ANY, "tx hang detected on queue {queue}, resetting adapter", NULL, KLOG_WHAT_TX_HANG),
	/* As people paste it. */
	REPORT(RESET, OURS, "tx hang {*} detected on queue {*}, resetting adapter", NULL, KLOG_WHAT_TX_HANG),
	REPORT(RESET, OURS, "initiating reset due to tx timeout", NULL, KLOG_WHAT_TX_TIMEOUT),
	REPORT(RESET, OURS, "initiating reset to clear Tx work", NULL, KLOG_WHAT_LINK_LOSS),
	REPORT(RESET, OURS, "initiating reset due to lost link", NULL, KLOG_WHAT_LINK_LOSS),
	REPORT(RESET, ANY, "TX driver issue detected, PF reset issued", NULL, KLOG_WHAT_MDD),
	REPORT(RESET, ANY, "RX driver issue detected, PF reset issued", NULL, KLOG_WHAT_MDD),

	REPORT(RESET, OURS, "Reset indication received from the PF", NULL, KLOG_WHAT_BY_PF),
	REPORT(RESET, OURS, "Reset warning received from the PF", NULL, KLOG_WHAT_BY_PF),

	REPORT(RECOVERY, ANY, "tx_timeout recovery level {level}, hung_queue {queue}", "i40e", NULL),
	REPORT(RECOVERY, ANY, "tx_timeout recovery level {level}~, txqueue {queue}", NULL, NULL),
	REPORT(RECOVERY, ANY, "tx_timeout recovery unsuccessful", NULL, KLOG_WHAT_GAVE_UP),

	REPORT(RECOVERY, OURS, "Reset never finished", NULL, KLOG_WHAT_GAVE_UP),

	LOST(ANY, "PCIe link lost", "PCIe link lost"),
	LOST(OURS, "Adapter removed", "adapter removed"),
	/* The PCI core: pci_dev_wait(), pci_power_up(), pci_set_low_power_state(); the last two to 5.15. */
	LOST(KNOWN, "not ready {*}ms after {..}; giving up", "not ready after a reset"),
	LOST(KNOWN, "Unable to change power state from {*} to {*}, device inaccessible", "inaccessible"),
	LOST(KNOWN, "can't change power state from {*} to {*} (config space inaccessible)", "inaccessible"),
	LOST(KNOWN, "Refused to change power state from {*} to D0", "does not wake"),
	LOST(KNOWN, "Refused to change power state, currently D3", "does not wake"),
	{ "Failed to read reg {*}!", KLOG_PCIE_LOST, WHOSE_OURS, report_ones, 0, NULL, "registers read as ones" },

	REPORT(PROBE_FAILED, OURS, "probe of {address} failed with error -{error}", NULL, NULL),
	REPORT(PROBE_FAILED, OURS, "probe with driver {driver} failed with error -{error}", NULL, NULL),
	REPORT(PROBE_FAILED, OURS, "unidentified MAC or BLANK NVM: -{error}", NULL, "NVM blank or MAC unknown"),
	REPORT(PROBE_FAILED, OURS, "The NVM Checksum Is Not Valid", NULL, "NVM checksum wrong"),
	REPORT(PROBE_FAILED, OURS, "The EEPROM Checksum Is Not Valid", NULL, "EEPROM checksum wrong"),
	REPORT(PROBE_FAILED, OURS, "The driver for the device stopped because the NVM image", NULL,
	       "NVM newer than the driver"),
	REPORT(PROBE_FAILED, OURS, "The driver for the device stopped because the device firmware failed", NULL,
	       "firmware failed"),
	REPORT(PROBE_FAILED, OURS,
	       "failed to load because an unsupported SFP+ {..}module type was detected", NULL, "SFP+ not supported"),

	REPORT(FIRMWARE, OURS, "Firmware recovery mode detected", NULL, KLOG_WHAT_RECOVERY_MODE),
	REPORT(FIRMWARE, OURS, "Entering recovery mode due to", NULL, KLOG_WHAT_RECOVERY_MODE),
	REPORT(FIRMWARE, OURS, "The DDP {..}Entering Safe Mode", NULL, KLOG_WHAT_SAFE_MODE),
	REPORT(FIRMWARE, OURS, "The device has a DDP package {..}Entering Safe Mode", NULL, KLOG_WHAT_SAFE_MODE),
	REPORT(FIRMWARE, OURS, "An unknown error occurred when loading the DDP package", NULL, KLOG_WHAT_SAFE_MODE),
	REPORT(FIRMWARE, OURS, "Warning firmware error detected", NULL, KLOG_WHAT_FIRMWARE_ERROR),
	{ "Register Dump", KLOG_DUMP, WHOSE_OURS, dump_begin, 0, NULL, NULL },

	REPORT(PHY_ERROR, ANY, "Error reading PHY register", NULL, NULL),
	REPORT(PHY_ERROR, OURS, "PHY hw reset fail", NULL, NULL),
	REPORT(PHY_ERROR, OURS, "Failed to disable ULP", NULL, KLOG_WHAT_ULP),
	REPORT(PHY_ERROR, OURS, "Hardware Error", NULL, KLOG_WHAT_NOT_STARTED),
	REPORT(PHY_ERROR, OURS, "Error on hardware initialization", NULL, KLOG_WHAT_NOT_STARTED),

	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is Up[,][ Speed is] {speed:G} Gbps~ {duplex} Duplex, {..}Flow Control: "
	       "{flow_control}", NULL, NULL),
	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is Up[,][ Speed is] {speed} Mbps~ {duplex} Duplex, Flow Control: "
	       "{flow_control}", NULL, NULL),
	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is up {speed:G} Gbps~ {duplex} Duplex, {..}Flow Control: {flow_control}", NULL, NULL),
	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is up {speed} Mbps~ {duplex} Duplex, {..}Flow Control: {flow_control}", NULL, NULL),
	REPORT(LINK_UP, OURS, "[NIC ]Link is Up", NULL, NULL),
	REPORT(LINK_UP, OURS, "[NIC ]Link is up", NULL, NULL),
	REPORT(LINK_DOWN, OURS, "[NIC ]Link is Down", NULL, NULL),
	REPORT(LINK_DOWN, OURS, "[NIC ]Link is down", NULL, NULL),
	REPORT(LINK_UP, OURS, "link state changed to UP", NULL, NULL),
	REPORT(LINK_DOWN, OURS, "link state changed to DOWN", NULL, NULL),

	BOND(BOND_SLAVE_DOWN, "link status definitely down for interface {interface}"),
	BOND(BOND_SLAVE_DOWN, "link status definitely down"),
	BOND(BOND_SLAVE_UP, "link status definitely up for interface {interface}~, {speed} Mbps {duplex} duplex"),
	BOND(BOND_SLAVE_UP, "link status definitely up~, {speed} Mbps {duplex} duplex"),
	BOND(BOND_ACTIVE, "making interface {interface} the new active one"),
	BOND(BOND_ACTIVE, "making interface the new active one"),
	BOND(BOND_NONE_ACTIVE, "now running without any active interface"),
	BOND(BOND_SLAVE, "enslaving {interface} as a"),
	BOND(BOND_SLAVE, "Enslaving {interface} as a"),
	BOND(BOND_SLAVE, "Enslaving as a"),
	BOND(BOND_MODE, "setting mode to {name}"),
	BOND(BOND_MIIMON, "Setting MII monitoring interval to {count}"),

	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:d} on {*} queue {queue} PF# {pf:d} VF# {vf:d}", "ice", NULL),
	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:x} on {*} queue {queue} of function {pf}", "i40e", NULL),
	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:x} on {*} queue {queue}~ {*} number {pf} {*} number "
	       "{vf}", NULL, NULL),
	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:d} by {name} on {*} queue {queue}~ PF# {pf:d} VF# "
	       "{vf:d}", "ice", NULL),
	REPORT(MDD, ANY, "Malicious Driver Detection event {name} detected on PF", "ice", NULL),
	REPORT(MDD, ANY, "Malicious Driver Detection event {name} detected on VF {vf:d}", "ice", KLOG_WHAT_VF),
	REPORT(MDD, ANY, "Malicious Driver Detection event {event:x}", NULL, NULL),
	REPORT(MDD, OURS,
	       "Tx Malicious Driver Detection events detected on PF {pf:d} VF {vf:d}", "ice", KLOG_WHAT_VF),
	REPORT(MDD, OURS,
	       "Rx Malicious Driver Detection events detected on PF {pf:d} VF {vf:d}", "ice", KLOG_WHAT_VF),
	REPORT(MDD, OURS, "TX driver issue detected on PF", "i40e", NULL),
	REPORT(MDD, OURS, "RX driver issue detected on PF", "i40e", NULL),
	REPORT(MDD, OURS, "TX driver issue detected on VF {vf:d}", "i40e", KLOG_WHAT_VF),
	REPORT(MDD, OURS, "RX driver issue detected on VF {vf:d}", "i40e", KLOG_WHAT_VF),
	{ "malformed Tx packet detected and dropped, LVMMC:[ ]{lvmmc}",
	  KLOG_MDD, WHOSE_ANY, learn_lvmmc, 0, NULL, NULL },

	EVENT(AER_RECEIVED, "Corrected error received: id={aer_id}"),
	EVENT(AER_RECEIVED, "Corrected error received:~ {address}"),
	EVENT(AER_RECEIVED, "Uncorrected ({*}) error received: id={aer_id}"),
	EVENT(AER_RECEIVED, "Uncorrected ({*}) error received:~ {address}"),
	EVENT(AER_RECEIVED, "Correctable error message received~ from {address}"),
	EVENT(AER_RECEIVED, "Uncorrectable ({*}) error message received~ from {address}"),
	EVENT(AER_DETAIL, "PCIe Bus Error: severity={severity*}, type={layer*}, id={aer_id}~({agent*})"),
	EVENT(AER_DETAIL, "PCIe Bus Error: severity={severity*}, type={layer*}, ~({agent*})"),
	EVENT(AER_DETAIL, "PCIE Bus Error: severity={severity*}, type={layer*}, id={aer_id}~({agent*})"),
	/* Errors that the firmware handled first and passed on: APEI. */
	EVENT(AER_FIRMWARE, "aer_status: {aer_status}, aer_mask: {aer_mask}"),
	EVENT(AER_STATUS_LINE, "aer_layer={layer*}, aer_agent={agent*}"),
	EVENT(AER_UNCORRECTED, "aer_uncor_severity: "),
	/* To 2.6.30. */
	EVENT(AER_BOX, "+------ PCI-Express Device Error"),
	EVENT(AER_STATUS_LINE, "Error Severity : {severity*}"),
	EVENT(AER_STATUS_LINE, "PCIE Bus Error type : ({layer})"),
	EVENT(AER_STATUS_LINE, "PCIE Bus Error type : {layer*}"),
	EVENT(AER_AGENT, "Receiver ID : {aer_id}"),
	EVENT(AER_AGENT, "Requester ID : {aer_id}"),
	EVENT(AER_AGENT, "Completer ID : {aer_id}"),
	EVENT(AER_AGENT, "Transmitter ID : {aer_id}"),
	EVENT(AER_AGENT, "Unregistered Agent ID : {aer_id}"),
	/* Errors by name, where no bit stands before it. PCI Express Base Specification 7.8.4. */
	EVENT(AER_NAME, "Receiver Error"),
	EVENT(AER_NAME, "Bad TLP"),
	EVENT(AER_NAME, "Bad DLLP"),
	EVENT(AER_NAME, "RELAY_NUM Rollover"),
	EVENT(AER_NAME, "Replay Timer Timeout"),
	EVENT(AER_NAME, "Advisory Non-Fatal"),
	EVENT(AER_NAME, "Data Link Protocol"),
	EVENT(AER_NAME, "Surprise Down"),
	EVENT(AER_NAME, "Poisoned TLP"),
	EVENT(AER_NAME, "Flow Control Protocol"),
	EVENT(AER_NAME, "Completion Timeout"),
	EVENT(AER_NAME, "Completer Abort"),
	EVENT(AER_NAME, "Unexpected Completion"),
	EVENT(AER_NAME, "Receiver Overflow"),
	EVENT(AER_NAME, "Malformed TLP"),
	EVENT(AER_NAME, "ECRC"),
	EVENT(AER_NAME, "Unsupported Request"),
	EVENT(AER_STATUS_LINE, "VendorID={vendor_id}h, DeviceID={device_id}h"),
	EVENT(AER_BIT, "\\[[ ]{count}\\] {name*}"),
	EVENT(AER_STATUS_LINE, "device \\[{vendor_id}:{device_id}\\] error status/mask={aer_status}/{aer_mask}"),

	REPORT(ASPM, ANY, "Disabling ASPM {states*}", NULL, "driver disables it"),
	REPORT(ASPM, ANY, "Disabling L1 ASPM", NULL, "driver disables L1"),
	REPORT(ASPM, ANY, "Warning: detected ASPM enabled in EEPROM", NULL, "enabled in EEPROM"),
	REPORT(ASPM, PCI,
	       "can't disable ASPM; OS doesn't have ASPM control", NULL, "cannot be disabled: no control"),
	REPORT(ASPM, PCI, "can't override BIOS ASPM; OS doesn't have", NULL, "cannot be set: no control"),
	REPORT(ASPM, PCI, "disabling ASPM on pre-1.1 PCIe device", NULL, "disabled: pre-1.1 device"),
	REPORT(ASPM, NOBODY, "PCIe ASPM is disabled", NULL, "kernel leaves it alone"),
	REPORT(ASPM, NOBODY, "PCIe ASPM is forcedly enabled", NULL, "forced"),
	REPORT(ASPM, NOBODY, "PCIe ASPM is forcibly enabled", NULL, "forced"),
	REPORT(ASPM, NOBODY, "ACPI FADT declares the system doesn't support PCIe ASPM", NULL, "FADT forbids it"),
	REPORT(ASPM, NOBODY, "FADT indicates ASPM is unsupported", NULL, "FADT forbids it"),
	REPORT(ASPM, NOBODY, "_OSC failed ({*}); disabling ASPM", NULL, "_OSC failed"),
	LEARN(learn_aspm_option, NOBODY, "pcie_aspm={name}"),

	REPORT(OVERHEAT, ANY, "[The ]network adapter was stopped because it overheated", NULL, "stopped"),
	REPORT(OVERHEAT, ANY,
	       "[The ]network adapter link speed was downshifted because it overheated", NULL, "slowed down"),
	REPORT(OVERHEAT, ANY, "Network adapter has been stopped because it has over heated", "ixgbe", "stopped"),

	LEARN(learn_no_tso, OURS, "10/100 speed: disabling TSO"),
	LEARN(learn_pause_hint, ANY, "Try turning off Tx pause"),
	LEARN(learn_slow, OURS, "Link Speed was downgraded by SmartSpeed"),
	LEARN(learn_xdp_ring, OURS, "VSI seid {vsi_seid} XDP Tx ring {queue} disable timeout"),
	LEARN(learn_types, OURS, "MAC: {count}, PHY: {level}~, {..}PBA No: {name}"),
	LEARN(learn_pba, OURS, "PBA No: {name}"),
	LEARN(learn_identity, OURS, "(PCI Express:"),
	LEARN(learn_identity, OURS, "(PCIe:"),
	LEARN(learn_identity, OURS, "Intel(R) {..}Network Connection"),
	LEARN(learn_identity, OURS, "renamed from "),
	LEARN(learn_identity, OURS, "PCIe link restored, device now attached"),
	LEARN(learn_ready, KNOWN, "ready {*}ms after "),
	LEARN(learn_identity, OURS, "added PHC on "),
	LEARN(learn_identity, OURS, "PHC added"),
	LEARN(learn_identity, OURS, "enabling device ("),
	LEARN(learn_identity, OURS, "registered PHC "),
	LEARN(learn_removed, OURS, "removed PHC"),
	LEARN(learn_refused, OURS, "PF returned error {*} ({*}) to our request {count}"),
	LEARN(learn_crash, NOBODY, "BUG: unable to handle"),
	LEARN(learn_crash, NOBODY, "Kernel panic - not syncing"),
	LEARN(learn_version, OURS, "Intel(R) {..}Network Driver -[ version] {version}"),
	LEARN(learn_firmware, OURS, "fw {name} api {*} nvm {version}~ {*} {*} \\[{vendor_id}:{device_id}\\]"),
	LEARN(learn_pci_id, PCI, "\\[8086:{device_id}\\] type {*} class 0x0200"),
	LEARN(learn_kernel, NOBODY, "Linux version {version}"),
	LEARN(learn_kernel, NOBODY, "Not tainted {version}"),
	LEARN(learn_hardware, NOBODY, "Hardware name: {name*}"),
	LEARN(learn_hardware, NOBODY, "DMI: {name*}"),
	LEARN(learn_hypervisor, NOBODY, "Hypervisor detected: {name*}"),
	LEARN(learn_hypervisor, NOBODY, "Booting paravirtualized kernel on {name*}"),
};
/* clang-format on */

#define N_MESSAGES (COUNT(messages))
_Static_assert(N_MESSAGES < MESSAGES_MAX, "the index has room");

const size_t n_messages = N_MESSAGES;

const struct label_row block_labels[] = {
	{ "Tx Queue~ <{queue}>", KLOG_QUEUE },
	{ "TDH, TDT~ <{tdh}>, <{tdt}>", KLOG_TDH },
	{ "TDH~ <{tdh}>", KLOG_TDH },
	{ "TDT~ <{tdt}>", KLOG_TDT },
	{ "next_to_use~ <{next_to_use}>", KLOG_NEXT_TO_USE },
	{ "next_to_clean~ <{next_to_clean}>", KLOG_NEXT_TO_CLEAN },
	{ "next_to_watch.status~ <{next_to_watch_status}>", KLOG_WATCH_STATUS },
	{ "next_to_watch~ <{next_to_watch}>", KLOG_NEXT_TO_WATCH },
	{ "time_stamp~ <{time_stamp}>", KLOG_TIME_STAMP },
	{ "jiffies~ <{jiffies}>", KLOG_JIFFIES },
	{ "desc.status~ <{desc_status}>", KLOG_DESC_STATUS },
	{ "eop_desc->wb.status~ <{desc_status}>", KLOG_FIELDS },
	{ "dma~ <{dma}>", KLOG_DMA },
	{ "head (WB)~ <{head_wb}>", KLOG_HEAD_WB },
	{ "VSI <{vsi}>", KLOG_VSI },
	{ "MAC Status~ <{mac_status}>", KLOG_MAC_STATUS },
	{ "PHY Status~ <{phy_status}>", KLOG_PHY_STATUS },
	{ "PHY 1000BASE-T Status~ <{phy_1000base_t_status}>", KLOG_PHY_1000 },
	{ "PHY Extended Status~ <{phy_extended_status}>", KLOG_PHY_EXTENDED },
	{ "PCI Status~ <{pci_status}>", KLOG_PCI_STATUS },
};

const size_t n_block_labels = COUNT(block_labels);

/* Letters and digits alone count, up to the value or its mark. */
static const char *skip(const char *s)
{
	while (*s && *s != '<' && *s != '~' && !isalnum((unsigned char)*s))
		s++;
	return *s == '<' || *s == '~' ? s + strlen(s) : s;
}

static bool same_label(const char *a, const char *b)
{
	for (a = skip(a), b = skip(b); *a && *b; a = skip(a + 1), b = skip(b + 1))
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
	return !*a && !*b;
}

bool klog_field_find(const char *text, enum klog_field *field)
{
	for (size_t i = 0; i < n_block_labels; i++) {
		*field = block_labels[i].field;
		if (*field != KLOG_FIELDS && same_label(text, block_labels[i].pattern))
			return true;
	}
	for (unsigned i = 0; i < KLOG_N_NUMBERS; i++) {
		*field = (enum klog_field)i;
		if (same_label(text, klog_fields[i].name) || same_label(text, klog_fields[i].title))
			return true;
	}
	return false;
}

int label_of(enum klog_field field)
{
	for (size_t i = 0; i < n_block_labels; i++)
		if (block_labels[i].field == field)
			return (int)i;
	return -1;
}
