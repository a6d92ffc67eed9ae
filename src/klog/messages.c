// SPDX-License-Identifier: GPL-2.0-or-later
#include "klog/messages.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "klog/internal.h"
#include "util/alloc.h"

/* clang-format off */
#define REPORT(kind, whose, pattern, anchors, driver, what)                                                 \
	{ pattern, anchors, KLOG_##kind, WHOSE_##whose, report_plain, 0, driver, what }
#define LOST(whose, pattern, anchors, what)                                                                 \
	{ pattern, anchors, KLOG_PCIE_LOST, WHOSE_##whose, report_lost, 0, NULL, what }
#define BOND(event, pattern, anchors) { pattern, anchors, KLOG_INFO, WHOSE_BOND, bond_event, event, NULL, NULL }
#define EVENT(part, pattern, anchors) { pattern, anchors, KLOG_AER, WHOSE_PCI, aer_part, part, NULL, NULL }
#define NOTE(handle, whose, pattern, anchors) { pattern, anchors, KLOG_INFO, WHOSE_##whose, handle, 0, NULL, NULL }

const struct message_row messages[] = {
	{ "Detected {name} Unit Hang",
	       "Detecte^d Tx|Har^dware|x^ Unit|Unit ^Hang|Hang:", KLOG_HANG, WHOSE_ANY, block_header, 0, NULL, NULL },

	REPORT(TX_TIMEOUT, ANY,
	       "tx_timeout: VSI_seid: {vsi_seid}, Q {queue}~, NTC: {ntc}, HWB: {hwb}, NTU: {ntu}, TAIL: "
	       "{tail}, INT: {int}", "tx^_timeout|NTC:", "i40e", NULL),
	REPORT(TX_TIMEOUT, ANY,
	       "tx_timeout: VSI_num: {vsi}, Q {queue}~, NTC: {ntc}, HW_HEAD: {hw_head}, NTU: {ntu}, INT: "
	       "{int}", "tx^_timeout|NTC:", "ice", NULL),
	REPORT(TX_TIMEOUT, ANY,
	       "VSI_seid {vsi_seid}, Hung TX queue {queue}, tx_pending_hw: {tx_pending_hw}~, NTC:[ ]{ntc}, "
	       "HWB: {hwb}, NTU: {ntu}, TAIL: {tail}", "NTC:|Hung TX", "i40e", NULL),
	REPORT(TX_TIMEOUT, ANY, "Fake Tx hang detected on queue {queue}",
	       "x hang|han^g detected", "ice", KLOG_WHAT_PFC),
	REPORT(TX_TIMEOUT, ANY, "Fake Tx hang detected with timeout",
	       "x hang|han^g detected", "fm10k", KLOG_WHAT_PAUSED),
	REPORT(TX_TIMEOUT, ANY, "Detected Tx timeout: Count {count}, Queue {queue}",
	       "Detecte^d Tx|T^x timeout", "idpf", NULL),
	REPORT(TX_TIMEOUT, ANY, "Queue({queue}) tdh = {tdh:d}, hw tdt = {tdt:d}", "hw tdt", NULL, NULL),
	REPORT(TX_TIMEOUT, OURS, "hw tdh = {tdh:d}, hw tdt = {tdt:d}", "hw tdt", NULL, NULL),
	REPORT(TX_TIMEOUT, OURS,
	       "watchdog: head {next_to_use:d} tail {next_to_clean:d} TDH {tdh:d} TDT {tdt:d}",
	       "n^ext_to_|TDH |TDT ", NULL, NULL),
	REPORT(TX_TIMEOUT, ANY,
	       "TX({queue}) desc avail = {desc_avail},[ ]Next TX to Clean = {next_to_clean:d}",
	       "n^ext_to_|des^c avail", NULL, NULL),
	REPORT(TX_TIMEOUT, ANY, "Warning queue {queue} appears to be hung", "to be ^hung", NULL, NULL),

	REPORT(WATCHDOG, ANY,
	       "NETDEV WATCHDOG: CPU: {cpu}: transmit queue {queue} timed out~ {timeout_ms} ms",
	       "NETD^EV W|WATC^HDOG", NULL, NULL),
	REPORT(WATCHDOG, NOBODY,
	       "NETDEV WATCHDOG: {interface} ({driver}): transmit queue {queue} timed out~ {timeout_ms} "
	       "ms", "NETD^EV W|WATC^HDOG", NULL, NULL),
	REPORT(WATCHDOG, NOBODY, "NETDEV WATCHDOG: {interface} ({driver}): transmit timed out",
	       "NETD^EV W|WATC^HDOG", NULL, NULL),
	REPORT(WATCHDOG, NOBODY, "NETDEV WATCHDOG: {interface}: transmit timed out", "NETD^EV W|WATC^HDOG", NULL, NULL),
	REPORT(WATCHDOG, OURS,
	       "Watchdog timeout (TX: {queue} desc avail: {desc_avail} pidx: {next_to_use:d})",
	       "atc^hdog timeout|n^ext_to_|des^c avail", NULL, NULL),
	REPORT(WATCHDOG, OURS, "Watchdog timeout Queue\\[{queue}\\]", "atc^hdog timeout", NULL, NULL),
	REPORT(WATCHDOG, OURS, "Watchdog timeout", "atc^hdog timeout", NULL, NULL),
	REPORT(WATCHDOG, OURS, "watchdog timeout", "atc^hdog timeout", NULL, NULL),

	REPORT(RESET, ANY, "Reset adapter", "d^apter", NULL, NULL),
	REPORT(RESET, ANY, "tx hang {count} detected on queue {queue}, resetting adapter",
	       "x hang|d^apter", NULL, KLOG_WHAT_TX_HANG),
	REPORT(RESET, ANY, "tx hang {count} detected, resetting adapter", "x hang|d^apter", NULL, KLOG_WHAT_TX_HANG),
	REPORT(RESET, ANY, "tx hang detected on queue {queue}, resetting adapter",
	       "x hang|han^g detected|d^apter", NULL, KLOG_WHAT_TX_HANG),
	/* As people paste it. */
	REPORT(RESET, OURS, "tx hang {*} detected on queue {*}, resetting adapter",
	       "x hang|d^apter", NULL, KLOG_WHAT_TX_HANG),
	REPORT(RESET, OURS, "initiating reset due to tx timeout",
	       "nit^iating reset|ese^t due to", NULL, KLOG_WHAT_TX_TIMEOUT),
	REPORT(RESET, OURS, "initiating reset to clear Tx work",
	       "nit^iating reset|ese^t to clear", NULL, KLOG_WHAT_LINK_LOSS),
	REPORT(RESET, OURS, "initiating reset due to lost link",
	       "nit^iating reset|ese^t due to", NULL, KLOG_WHAT_LINK_LOSS),
	REPORT(RESET, ANY, "TX driver issue detected, PF reset issued", "X driver|driver ^issue", NULL, KLOG_WHAT_MDD),
	REPORT(RESET, ANY, "RX driver issue detected, PF reset issued", "X driver|driver ^issue", NULL, KLOG_WHAT_MDD),

	REPORT(RESET, OURS, "Reset indication received from the PF", "fr^om the PF", NULL, KLOG_WHAT_BY_PF),
	REPORT(RESET, OURS, "Reset warning received from the PF", "fr^om the PF", NULL, KLOG_WHAT_BY_PF),

	REPORT(RECOVERY, ANY, "tx_timeout recovery level {level}, hung_queue {queue}",
	       "tx^_timeout|reco^very level", "i40e", NULL),
	REPORT(RECOVERY, ANY, "tx_timeout recovery level {level}~, txqueue {queue}",
	       "tx^_timeout|reco^very level", NULL, NULL),
	REPORT(RECOVERY, ANY, "tx_timeout recovery unsuccessful", "tx^_timeout", NULL, KLOG_WHAT_GAVE_UP),

	REPORT(RECOVERY, OURS, "Reset never finished", "neve^r finished", NULL, KLOG_WHAT_GAVE_UP),

	LOST(ANY, "PCIe link lost", "lin^k lost|PCIe", "PCIe link lost"),
	LOST(OURS, "Adapter removed", "d^apter", "adapter removed"),
	/* The PCI core: pci_dev_wait(), pci_power_up(), pci_set_low_power_state(); the last two to 5.15. */
	LOST(KNOWN, "not ready {*}ms after {..}; giving up", "giving up|ms after ", "not ready after a reset"),
	LOST(KNOWN, "Unable to change power state from {*} to {*}, device inaccessible",
	       "owe^r state|inacce^ssible", "inaccessible"),
	LOST(KNOWN, "can't change power state from {*} to {*} (config space inaccessible)",
	       "owe^r state|inacce^ssible", "inaccessible"),
	LOST(KNOWN, "Refused to change power state from {*} to D0", "owe^r state", "does not wake"),
	LOST(KNOWN, "Refused to change power state, currently D3", "owe^r state", "does not wake"),
	{ "Failed to read reg {*}!",
	       "read^ reg", KLOG_PCIE_LOST, WHOSE_OURS, report_ones, 0, NULL, "registers read as ones" },

	REPORT(PROBE_FAILED, OURS, "probe of {address} failed with error -{error}", "failed wit^h error", NULL, NULL),
	REPORT(PROBE_FAILED, OURS, "probe with driver {driver} failed with error -{error}",
	       "failed wit^h error", NULL, NULL),
	REPORT(PROBE_FAILED, OURS, "unidentified MAC or BLANK NVM: -{error}",
	       "BLA^NK NVM", NULL, "NVM blank or MAC unknown"),
	REPORT(PROBE_FAILED, OURS, "The NVM Checksum Is Not Valid", "Che^cksum Is Not", NULL, "NVM checksum wrong"),
	REPORT(PROBE_FAILED, OURS, "The EEPROM Checksum Is Not Valid",
	       "Che^cksum Is Not", NULL, "EEPROM checksum wrong"),
	REPORT(PROBE_FAILED, OURS, "The driver for the device stopped because the NVM image", "stopped ^because", NULL,
	       "NVM newer than the driver"),
	REPORT(PROBE_FAILED, OURS, "The driver for the device stopped because the device firmware failed",
	       "stopped ^because", NULL,
	       "firmware failed"),
	REPORT(PROBE_FAILED, OURS,
	       "failed to load because an unsupported SFP+ {..}module type was detected",
	       "nsupported SFP", NULL, "SFP+ not supported"),

	REPORT(FIRMWARE, OURS, "Firmware recovery mode detected", "reco^very mode", NULL, KLOG_WHAT_RECOVERY_MODE),
	REPORT(FIRMWARE, OURS, "Entering recovery mode due to", "reco^very mode", NULL, KLOG_WHAT_RECOVERY_MODE),
	REPORT(FIRMWARE, OURS, "The DDP {..}Entering Safe Mode", "Safe Mode", NULL, KLOG_WHAT_SAFE_MODE),
	REPORT(FIRMWARE, OURS, "The device has a DDP package {..}Entering Safe Mode",
	       "Safe Mode|DDP package", NULL, KLOG_WHAT_SAFE_MODE),
	REPORT(FIRMWARE, OURS, "An unknown error occurred when loading the DDP package",
	       "DDP package", NULL, KLOG_WHAT_SAFE_MODE),
	REPORT(FIRMWARE, OURS, "Warning firmware error detected", "f^irmware error", NULL, KLOG_WHAT_FIRMWARE_ERROR),
	{ "Register Dump", "iste^r Dump", KLOG_DUMP, WHOSE_OURS, dump_begin, 0, NULL, NULL },

	REPORT(PHY_ERROR, ANY, "Error reading PHY register", "PHY register|r^eading PHY", NULL, NULL),
	REPORT(PHY_ERROR, OURS, "PHY hw reset fail", "PH^Y hw", NULL, NULL),
	REPORT(PHY_ERROR, OURS, "Failed to disable ULP", "disable^ ULP", NULL, KLOG_WHAT_ULP),
	REPORT(PHY_ERROR, OURS, "Hardware Error", "Har^dware", NULL, KLOG_WHAT_NOT_STARTED),
	REPORT(PHY_ERROR, OURS, "Error on hardware initialization", "on^ hardware", NULL, KLOG_WHAT_NOT_STARTED),

	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is Up[,][ Speed is] {speed:G} Gbps~ {duplex} Duplex, {..}Flow Control: "
	       "{flow_control}", "Link is|D^uplex|Gbps", NULL, NULL),
	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is Up[,][ Speed is] {speed} Mbps~ {duplex} Duplex, Flow Control: "
	       "{flow_control}", "Link is|D^uplex", NULL, NULL),
	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is up {speed:G} Gbps~ {duplex} Duplex, {..}Flow Control: {flow_control}",
	       "Link is|D^uplex|Gbps", NULL, NULL),
	REPORT(LINK_UP, OURS,
	       "[NIC ]Link is up {speed} Mbps~ {duplex} Duplex, {..}Flow Control: {flow_control}",
	       "Link is|D^uplex", NULL, NULL),
	REPORT(LINK_UP, OURS, "[NIC ]Link is Up", "Link is", NULL, NULL),
	REPORT(LINK_UP, OURS, "[NIC ]Link is up", "Link is", NULL, NULL),
	REPORT(LINK_DOWN, OURS, "[NIC ]Link is Down", "Link is", NULL, NULL),
	REPORT(LINK_DOWN, OURS, "[NIC ]Link is down", "Link is", NULL, NULL),
	REPORT(LINK_UP, OURS, "link state changed to UP", "lin^k stat", NULL, NULL),
	REPORT(LINK_DOWN, OURS, "link state changed to DOWN", "lin^k stat", NULL, NULL),

	BOND(BOND_SLAVE_DOWN, "link status definitely down for interface {interface}", "lin^k stat|defi^nitely"),
	BOND(BOND_SLAVE_DOWN, "link status definitely down", "lin^k stat|defi^nitely"),
	BOND(BOND_SLAVE_UP, "link status definitely up for interface {interface}~, {speed} Mbps {duplex} duplex",
	       "lin^k stat|defi^nitely"),
	BOND(BOND_SLAVE_UP, "link status definitely up~, {speed} Mbps {duplex} duplex", "lin^k stat|defi^nitely"),
	BOND(BOND_ACTIVE, "making interface {interface} the new active one", "making interface|new ^active"),
	BOND(BOND_ACTIVE, "making interface the new active one", "making interface|new ^active"),
	BOND(BOND_NONE_ACTIVE, "now running without any active interface", "i^ve interface"),
	BOND(BOND_SLAVE, "enslaving {interface} as a", "nslav"),
	BOND(BOND_SLAVE, "Enslaving {interface} as a", "nslav"),
	BOND(BOND_SLAVE, "Enslaving as a", "nslav"),
	BOND(BOND_MODE, "setting mode to {name}", "e^tting mode to"),
	BOND(BOND_MIIMON, "Setting MII monitoring interval to {count}", "II mo^nitoring"),

	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:d} on {*} queue {queue} PF# {pf:d} VF# {vf:d}",
	       "Malicious", "ice", NULL),
	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:x} on {*} queue {queue} of function {pf}",
	       "Malicious", "i40e", NULL),
	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:x} on {*} queue {queue}~ {*} number {pf} {*} number "
	       "{vf}", "Malicious", NULL, NULL),
	REPORT(MDD, ANY,
	       "Malicious Driver Detection event {event:d} by {name} on {*} queue {queue}~ PF# {pf:d} VF# "
	       "{vf:d}", "Malicious", "ice", NULL),
	REPORT(MDD, ANY, "Malicious Driver Detection event {name} detected on PF", "Malicious", "ice", NULL),
	REPORT(MDD, ANY, "Malicious Driver Detection event {name} detected on VF {vf:d}",
	       "Malicious", "ice", KLOG_WHAT_VF),
	REPORT(MDD, ANY, "Malicious Driver Detection event {event:x}", "Malicious", NULL, NULL),
	REPORT(MDD, OURS,
	       "Tx Malicious Driver Detection events detected on PF {pf:d} VF {vf:d}",
	       "Malicious", "ice", KLOG_WHAT_VF),
	REPORT(MDD, OURS,
	       "Rx Malicious Driver Detection events detected on PF {pf:d} VF {vf:d}",
	       "Malicious", "ice", KLOG_WHAT_VF),
	REPORT(MDD, OURS, "TX driver issue detected on PF", "X driver|driver ^issue", "i40e", NULL),
	REPORT(MDD, OURS, "RX driver issue detected on PF", "X driver|driver ^issue", "i40e", NULL),
	REPORT(MDD, OURS, "TX driver issue detected on VF {vf:d}", "X driver|driver ^issue", "i40e", KLOG_WHAT_VF),
	REPORT(MDD, OURS, "RX driver issue detected on VF {vf:d}", "X driver|driver ^issue", "i40e", KLOG_WHAT_VF),
	{ "malformed Tx packet detected and dropped, LVMMC:[ ]{lvmmc}", "LVMMC",
	  KLOG_MDD, WHOSE_ANY, note_lvmmc, 0, NULL, NULL },

	EVENT(AER_RECEIVED, "Corrected error received: id={aer_id}", "AER:|rror rec^eived"),
	EVENT(AER_RECEIVED, "Corrected error received:~ {address}", "AER:|rror rec^eived"),
	EVENT(AER_RECEIVED, "Uncorrected ({*}) error received: id={aer_id}", "AER:|rror rec^eived"),
	EVENT(AER_RECEIVED, "Uncorrected ({*}) error received:~ {address}", "AER:|rror rec^eived"),
	EVENT(AER_RECEIVED, "Correctable error message received~ from {address}", "AER:|error me^ssage"),
	EVENT(AER_RECEIVED, "Uncorrectable ({*}) error message received~ from {address}", "AER:|error me^ssage"),
	EVENT(AER_DETAIL, "PCIe Bus Error: severity={severity*}, type={layer*}, id={aer_id}~({agent*})",
	       "PCIe|B^us Error"),
	EVENT(AER_DETAIL, "PCIe Bus Error: severity={severity*}, type={layer*}, ~({agent*})", "PCIe|B^us Error"),
	EVENT(AER_DETAIL, "PCIE Bus Error: severity={severity*}, type={layer*}, id={aer_id}~({agent*})", "B^us Error"),
	/* Errors that the firmware handled first and passed on: APEI. */
	EVENT(AER_FIRMWARE, "aer_status: {aer_status}, aer_mask: {aer_mask}", "aer^_status|aer^_mask"),
	EVENT(AER_STATUS_LINE, "aer_layer={layer*}, aer_agent={agent*}", NULL),
	EVENT(AER_UNCORRECTED, "aer_uncor_severity: ", NULL),
	/* To 2.6.30. */
	EVENT(AER_BOX, "+------ PCI-Express Device Error", "PCI-Express"),
	EVENT(AER_STATUS_LINE, "Error Severity : {severity*}", NULL),
	EVENT(AER_STATUS_LINE, "PCIE Bus Error type : ({layer})", "B^us Error"),
	EVENT(AER_STATUS_LINE, "PCIE Bus Error type : {layer*}", "B^us Error"),
	EVENT(AER_AGENT, "Receiver ID : {aer_id}", NULL),
	EVENT(AER_AGENT, "Requester ID : {aer_id}", NULL),
	EVENT(AER_AGENT, "Completer ID : {aer_id}", NULL),
	EVENT(AER_AGENT, "Transmitter ID : {aer_id}", NULL),
	EVENT(AER_AGENT, "Unregistered Agent ID : {aer_id}", NULL),
	/* Errors by name, where no bit stands before it. PCI Express Base Specification 7.8.4. */
	EVENT(AER_NAME, "Receiver Error", NULL),
	EVENT(AER_NAME, "Bad TLP", NULL),
	EVENT(AER_NAME, "Bad DLLP", NULL),
	EVENT(AER_NAME, "RELAY_NUM Rollover", NULL),
	EVENT(AER_NAME, "Replay Timer Timeout", NULL),
	EVENT(AER_NAME, "Advisory Non-Fatal", NULL),
	EVENT(AER_NAME, "Data Link Protocol", NULL),
	EVENT(AER_NAME, "Surprise Down", NULL),
	EVENT(AER_NAME, "Poisoned TLP", NULL),
	EVENT(AER_NAME, "Flow Control Protocol", NULL),
	EVENT(AER_NAME, "Completion Timeout", NULL),
	EVENT(AER_NAME, "Completer Abort", NULL),
	EVENT(AER_NAME, "Unexpected Completion", NULL),
	EVENT(AER_NAME, "Receiver Overflow", NULL),
	EVENT(AER_NAME, "Malformed TLP", NULL),
	EVENT(AER_NAME, "ECRC", NULL),
	EVENT(AER_NAME, "Unsupported Request", NULL),
	EVENT(AER_STATUS_LINE, "VendorID={vendor_id}h, DeviceID={device_id}h", NULL),
	EVENT(AER_BIT, "\\[[ ]{count}\\] {name*}", NULL),
	EVENT(AER_STATUS_LINE, "device \\[{vendor_id}:{device_id}\\] error status/mask={aer_status}/{aer_mask}",
	       "stat^us/mask|aer^_status|aer^_mask"),

	REPORT(ASPM, ANY, "Disabling ASPM {states*}", "ASPM", NULL, "driver disables it"),
	REPORT(ASPM, ANY, "Disabling L1 ASPM", "ASPM", NULL, "driver disables L1"),
	REPORT(ASPM, ANY, "Warning: detected ASPM enabled in EEPROM", "ASPM", NULL, "enabled in EEPROM"),
	REPORT(ASPM, PCI,
	       "can't disable ASPM; OS doesn't have ASPM control", "ASPM", NULL, "cannot be disabled: no control"),
	REPORT(ASPM, PCI, "can't override BIOS ASPM; OS doesn't have", "ASPM", NULL, "cannot be set: no control"),
	REPORT(ASPM, PCI, "disabling ASPM on pre-1.1 PCIe device", "PCIe|ASPM", NULL, "disabled: pre-1.1 device"),
	REPORT(ASPM, NOBODY, "PCIe ASPM is disabled", "PCIe|ASPM", NULL, "kernel leaves it alone"),
	REPORT(ASPM, NOBODY, "PCIe ASPM is forcedly enabled", "PCIe|ASPM", NULL, "forced"),
	REPORT(ASPM, NOBODY, "PCIe ASPM is forcibly enabled", "PCIe|ASPM", NULL, "forced"),
	REPORT(ASPM, NOBODY, "ACPI FADT declares the system doesn't support PCIe ASPM",
	       "PCIe|ASPM", NULL, "FADT forbids it"),
	REPORT(ASPM, NOBODY, "FADT indicates ASPM is unsupported", "ASPM", NULL, "FADT forbids it"),
	REPORT(ASPM, NOBODY, "_OSC failed ({*}); disabling ASPM", "ASPM", NULL, "_OSC failed"),
	NOTE(note_aspm_option, NOBODY, "pcie_aspm={name}", "ie_^aspm="),

	REPORT(OVERHEAT, ANY, "[The ]network adapter was stopped because it overheated",
	       "d^apter|verheated|stopped ^because", NULL, "stopped"),
	REPORT(OVERHEAT, ANY,
	       "[The ]network adapter link speed was downshifted because it overheated",
	       "d^apter|verheated", NULL, "slowed down"),
	REPORT(OVERHEAT, ANY, "Network adapter has been stopped because it has over heated",
	       "d^apter|stopped ^because", "ixgbe", "stopped"),

	NOTE(note_no_tso, OURS, "10/100 speed: disabling TSO", "disa^bling TSO"),
	NOTE(note_pause_hint, ANY, "Try turning off Tx pause", "T^x pause"),
	NOTE(note_slow, OURS, "Link Speed was downgraded by SmartSpeed", "SmartSpeed"),
	NOTE(note_xdp_ring, OURS, "VSI seid {vsi_seid} XDP Tx ring {queue} disable timeout", "XD^P Tx"),
	NOTE(note_types, OURS, "MAC: {count}, PHY: {level}~, {..}PBA No: {name}", "P^BA No"),
	NOTE(note_pba, OURS, "PBA No: {name}", "P^BA No"),
	NOTE(note_identity, OURS, "(PCI Express:", "PCI Express"),
	NOTE(note_identity, OURS, "(PCIe:", "PCIe"),
	NOTE(note_identity, OURS, "Intel(R) {..}Network Connection", "or^k Connection"),
	NOTE(note_identity, OURS, "renamed from ", "renamed from"),
	NOTE(note_identity, OURS, "PCIe link restored, device now attached", "PCIe|link ^restored"),
	NOTE(note_ready, KNOWN, "ready {*}ms after ", "ms after "),
	NOTE(note_identity, OURS, "added PHC on ", "adde^d PHC"),
	NOTE(note_identity, OURS, "PHC added", "P^HC added"),
	NOTE(note_identity, OURS, "enabling device (", "nabling device"),
	NOTE(note_identity, OURS, "registered PHC ", "registere^d PHC"),
	NOTE(note_removed, OURS, "removed PHC", "rem^oved PHC"),
	NOTE(note_refused, OURS, "PF returned error {*} ({*}) to our request {count}", "PF ret^urned"),
	NOTE(note_crash, NOBODY, "BUG: unable to handle", "BUG:^ unable"),
	NOTE(note_crash, NOBODY, "Kernel panic - not syncing", "not ^syncing"),
	NOTE(note_version, OURS, "Intel(R) {..}Network Driver -[ version] {version}", "or^k Driver"),
	NOTE(note_firmware, OURS, "fw {name} api {*} nvm {version}~ {*} {*} \\[{vendor_id}:{device_id}\\]",
	       " nvm "),
	NOTE(note_pci_id, PCI, "\\[8086:{device_id}\\] type {*} class 0x0200", "[8086:"),
	NOTE(note_kernel, NOBODY, "Linux version {version}", "in^ux version"),
	NOTE(note_kernel, NOBODY, "Not tainted {version}", "tai^nted"),
	NOTE(note_hardware, NOBODY, "Hardware name: {name*}", "Har^dware"),
	NOTE(note_hardware, NOBODY, "DMI: {name*}", "DMI: "),
	NOTE(note_hypervisor, NOBODY, "Hypervisor detected: {name*}", "Hypervisor"),
	NOTE(note_hypervisor, NOBODY, "Booting paravirtualized kernel on {name*}", "ir^tualized kernel"),
};
/* clang-format on */

#define N_MESSAGES (COUNT(messages))
_Static_assert(N_MESSAGES < MESSAGES_MAX, "the index has room");

const size_t n_messages = N_MESSAGES;

/* As Markdown and mail have it, too. */
#define NEXT_TO "n^ext_to_|next^\\_to|next^=5Fto"

const struct label_row block_labels[] = {
	{ "Tx Queue~ <{queue}>", "Tx Q^ueue", KLOG_QUEUE },
	{ "TDH, TDT~ <{tdh}>, <{tdt}>", "TDT ", KLOG_TDH },
	{ "TDH~ <{tdh}>", "TDH ", KLOG_TDH },
	{ "TDT~ <{tdt}>", "TDT ", KLOG_TDT },
	{ "next_to_use~ <{next_to_use}>", NEXT_TO, KLOG_NEXT_TO_USE },
	{ "next_to_clean~ <{next_to_clean}>", NEXT_TO, KLOG_NEXT_TO_CLEAN },
	{ "next_to_watch.status~ <{next_to_watch_status}>", NEXT_TO, KLOG_WATCH_STATUS },
	{ "next_to_watch~ <{next_to_watch}>", NEXT_TO, KLOG_NEXT_TO_WATCH },
	{ "time_stamp~ <{time_stamp}>", "time_^stamp|time^\\_sta|time^=5Fst", KLOG_TIME_STAMP },
	{ "jiffies~ <{jiffies}>", "j^iffies", KLOG_JIFFIES },
	{ "desc.status~ <{desc_status}>", "des^c.status", KLOG_DESC_STATUS },
	{ "eop_desc->wb.status~ <{desc_status}>", "eop_^desc|eop^\\_desc", KLOG_FIELDS },
	{ "dma~ <{dma}>", "dma  ", KLOG_DMA },
	{ "head (WB)~ <{head_wb}>", "head^ (WB", KLOG_HEAD_WB },
	{ "VSI <{vsi}>", "VSI <", KLOG_VSI },
	{ "MAC Status~ <{mac_status}>", "MAC ^Status", KLOG_MAC_STATUS },
	{ "PHY Status~ <{phy_status}>", "PHY Status", KLOG_PHY_STATUS },
	{ "PHY 1000BASE-T Status~ <{phy_1000base_t_status}>", "000B^ASE-T", KLOG_PHY_1000 },
	{ "PHY Extended Status~ <{phy_extended_status}>", "nded^ Stat", KLOG_PHY_EXTENDED },
	{ "PCI Status~ <{pci_status}>", "PCI Status", KLOG_PCI_STATUS },
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

int messages_label(enum klog_field field)
{
	for (size_t i = 0; i < n_block_labels; i++)
		if (block_labels[i].field == field)
			return (int)i;
	return -1;
}

/* The lists of rows by first character: messages, then labels. */
static void index_row(struct message_index *index, char first, size_t row)
{
	uint8_t *at = &index->first[(unsigned char)first & 127];

	while (*at)
		at = &index->next[*at];
	*at = (uint8_t)(row + 1);
}

static void index_pattern(struct message_index *index, const char *pattern, size_t row)
{
	const char *after = strchr(pattern, ']');

	if (pattern[0] == '\\') {
		index_row(index, pattern[1], row);
	} else if (pattern[0] == '[') {
		index_row(index, pattern[1], row);
		if (index->n_again < MESSAGES_AGAIN && after) {
			index->again[index->n_again] = (uint8_t)(row + 1);
			index->again_first[index->n_again++] = after[1];
		}
	} else {
		index_row(index, pattern[0], row);
	}
}

/* The rows of both tables as one. */
static const char *pattern_of(size_t row)
{
	return row < n_messages ? messages[row].pattern : block_labels[row - n_messages].pattern;
}

/* What a text must have at its start to match, as far as that is plain characters. */
static struct row_head head_of(const char *pattern)
{
	char bytes[4] = { 0 }, mask[4] = { 0 };
	struct row_head head;

	for (size_t i = 0;
	     i < sizeof(bytes) && (isalnum((unsigned char)pattern[i]) || pattern[i] == '_' || pattern[i] == ':'); i++) {
		bytes[i] = pattern[i];
		mask[i] = (char)0xff;
	}
	memcpy(&head.bytes, bytes, sizeof(bytes));
	memcpy(&head.mask, mask, sizeof(mask));
	return head;
}

void messages_init(struct message_index *index)
{
	size_t rows = n_messages + n_block_labels, size = 0;

	memset(index, 0, sizeof(*index));
	for (size_t i = 0; i < rows; i++)
		size += strlen(pattern_of(i)) + 1;
	index->text = xcalloc(size, 1);
	size = 0;
	for (size_t i = 0; i < rows; i++) {
		index->patterns[i] = index->text + size;
		size += pattern_compile(pattern_of(i), index->text + size);
		index->heads[i] = head_of(pattern_of(i));
		index_pattern(index, pattern_of(i), i);
	}
}

void messages_free(struct message_index *index)
{
	free(index->text);
}
