// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules that read a log, where they hold and where not; all reports kept, however many. */
#include "patient.h"
#include "range.h"

#include "util/alloc.h"
#include "util/buf.h"

#include <stdio.h>

#define E1000E "e1000e 0000:02:00.0 eth0: "
#define IGB "igb 0000:02:00.0 eth0: "
#define I40E "i40e 0000:02:00.0 eth0: "
#define BLOCK(stamp, who, tdh, tdt, phy) BLOCK_AT(stamp, "10800", who, tdh, tdt, phy)
#define BLOCK_AT(stamp, jiffies, who, tdh, tdt, phy)                           \
	"[" stamp "] " who "Detected Hardware Unit Hang:\n"                    \
	"  TDH                  <" tdh ">\n  TDT                  <" tdt ">\n" \
	"  next_to_use          <" tdt ">\n  next_to_clean        <1>\n"       \
	"buffer_info[next_to_clean]:\n  time_stamp           <10000>\n"        \
	"  next_to_watch        <2>\n  jiffies              <" jiffies ">\n"   \
	"  next_to_watch.status <0>\nMAC Status             <80083>\n" phy "PCI Status             <10>\n"
#define BLOCK_DOWN(stamp)                                            \
	"[" stamp "] " E1000E "Detected Hardware Unit Hang:\n"       \
	"  TDH                  <5d>\n  TDT                  <90>\n" \
	"  next_to_use          <90>\n  next_to_clean        <1>\n"  \
	"MAC Status             <80080>\n" PHY "PCI Status             <10>\n"
/* Another frame, that the driver waits for in an empty ring. */
#define BLOCK_NEXT(stamp, jiffies, at, status)                                \
	"[" stamp "] " E1000E "Detected Hardware Unit Hang:\n"                \
	"  TDH                  <" at ">\n  TDT                  <" at ">\n"  \
	"  next_to_use          <" at ">\n  next_to_clean        <90>\n"      \
	"buffer_info[next_to_clean]:\n  time_stamp           <10100>\n"       \
	"  next_to_watch        <90>\n  jiffies              <" jiffies ">\n" \
	"  next_to_watch.status <" status ">\nMAC Status             <80083>\n"
#define BLOCK_OFF(status)                                                    \
	"[    9.0] e1000e 0000:00:1f.6 eth0: Detected Hardware Unit Hang:\n" \
	"  TDH                  <90>\n  TDT                  <90>\n"         \
	"  next_to_use          <90>\n  next_to_clean        <1>\n"          \
	"  next_to_watch.status <" status ">\nMAC Status             <40080083>\n"
#define PHY "PHY Status             <796d>\nPHY 1000BASE-T Status  <3800>\nPHY Extended Status    <3000>\n"
#define NO_PHY "PHY Status             <7ba8>\nPHY 1000BASE-T Status  <b6fc>\nPHY Extended Status    <ffff>\n"
#define LINK_UP "[    3.0] " IGB "igb: eth0 NIC Link is Up 1000 Mbps\n"
#define FLAP(down, up) \
	"[   " down "] " IGB "igb: eth0 NIC Link is Down\n[   " up "] " IGB "igb: eth0 NIC Link is Up 1000 Mbps\n"
#define FLAPS LINK_UP FLAP("50.0", "53.0") FLAP("59.0", "63.0") FLAP("64.0", "68.0")
#define STATISTICS(rest) "# ethtool -S eth0\nNIC statistics:\n" rest
#define VECTOR(count, queue) " 124: " count " 0 PCI-MSI 1048577-edge eth0-TxRx-" queue "\n"
#define TIMEOUT "[  15.0] NETDEV WATCHDOG: eth0 (e1000e): transmit queue 0 timed out\n"
#define PROBED "[    2.0] " E1000E "MAC: 3, PHY: 8, PBA No: FFFFFF-0FF\n"
#define LSPCI(aspm)                                                                                                        \
	"02:00.0 Ethernet controller [0200]: Intel Corporation 82574L Gigabit Network Connection [8086:10d3]\n"            \
	"\tCapabilities: [e0] Express (v1) Endpoint, MSI 00\n\t\tLnkCap:\tPort #8, Speed 2.5GT/s, Width x1, ASPM L0s L1\n" \
	"\t\tLnkCtl:\t" aspm "; RCB 64 bytes, LnkDisable- CommClk+\n"
#define BLOCK_OF_IGC(tdh, tdt, ntu, ntc)                                                           \
	"[ 9.0] igc 0000:02:00.0 eth1: Detected Tx Unit Hang\n[ 9.0]   Tx Queue             <1>\n" \
	"[ 9.0]   TDH                  <" tdh ">\n[ 9.0]   TDT                  <" tdt ">\n"       \
	"[ 9.0]   next_to_use          <" ntu ">\n[ 9.0]   next_to_clean        <" ntc ">\n"       \
	"[ 9.0] buffer_info[next_to_clean]\n[ 9.0]   time_stamp           <1000>\n"                \
	"[ 9.0]   next_to_watch        <2>\n[ 9.0]   jiffies              <9000>\n"                \
	"[ 9.0]   desc.status          <1>\n"
#define PCH "[    2.0] e1000e 0000:00:19.0 eth0: MAC: 10, PHY: 11, PBA No: FFFFFF-0FF\n"

/* clang-format off */
static const struct one {
	const char *rule, *log;
	bool holds;
	const char *says; /* in its summary or evidence */
} table[] = {
	{ "hang-reported", BLOCK("  10.0", E1000E, "5d", "90", PHY), true, "log line 1: hang, eth0, Head (TDH) 0x5d" },
	{ "hang-reported", BLOCK("  10.0", E1000E, "90", "90", PHY), false, NULL },
	{ "hardware-done", BLOCK("  10.0", E1000E, "90", "90", PHY), true, "had not yet marked the frame done" },
	{ "hardware-done", BLOCK("  10.0", E1000E, "90", "90", PHY) BLOCK_AT("  12.0", "10900", E1000E, "90", "90", PHY), false, NULL },
	{ "hang-reported", BLOCK("  10.0", E1000E, "90", "90", PHY) BLOCK_AT("  12.0", "10900", E1000E, "90", "90", PHY), true,
	  "was not marked done when the driver looked again" },
	/* Another frame, the same report twice, and one that was marked: they are done. */
	{ "hang-reported", BLOCK("  10.0", E1000E, "90", "90", PHY) BLOCK_NEXT("  14.0", "10a00", "91", "0"), false, NULL },
	{ "hardware-done", BLOCK("  10.0", E1000E, "90", "90", PHY) BLOCK_AT("  12.0", "10800", E1000E, "90", "90", PHY), true, NULL },
	{ "hardware-done", BLOCK_NEXT("  14.0", "10a00", "91", "1"), true, "the driver cleaned up late" },
	{ "hang-reported", BLOCK_NEXT("  14.0", "10a00", "91", "1") BLOCK_NEXT("  16.0", "10b00", "91", "1"), false, NULL },
	{ "hang-reported", BLOCK_OFF("0"), true, "when the host's side of the MAC was off" },
	{ "hang-reported", BLOCK_OFF("1"), false, NULL },
	{ "hardware-done", BLOCK("  10.0", E1000E, "5d", "90", PHY), false, NULL },
	{ "hardware-done", BLOCK("  10.0", E1000E, "90", "90", PHY) TIMEOUT, false, NULL },
	{ "hang-reported", BLOCK("  10.0", E1000E, "90", "90", PHY) TIMEOUT, true, "was not marked done" },
	{ "hang-reported", BLOCK("  10.0", E1000E, "90", "90", PHY) "[  12.0] " E1000E "Reset adapter unexpectedly\n", true,
	  "not marked done when the driver reset" },
	{ "hang-reported", BLOCK("  10.0", E1000E, "90", "90", PHY) "[  12.0] " E1000E "NIC Link is Down\n[  12.1] " E1000E
	  "Reset adapter unexpectedly\n", false, NULL }, /* by the lost link */
	{ "phy-values", BLOCK("  10.0", E1000E, "5d", "90", NO_PHY), true, "7ba8" },
	{ "phy-values", BLOCK("  10.0", E1000E, "5d", "90", PHY), false, NULL },
	{ "counters-silent", LINK_UP STATISTICS("tx_queue_0_packets: 5\nrx_queue_0_packets: 7\n")
	  STATISTICS("tx_queue_0_packets: 50\nrx_queue_0_packets: 7\n"), true, "queue 0: 45 packets sent, none received" },
	{ "counters-silent", LINK_UP STATISTICS("tx-1.packets: 5\nrx-1.packets: 7\ntx-2.packets: 0\nrx-2.packets: 0\n"
	  "tx-3.packets: 0\nrx-3.packets: 0\n") STATISTICS("tx-1.packets: 50\nrx-1.packets: 7\ntx-2.packets: 50\nrx-2.packets: 0\n"
	  "tx-3.packets: 0\nrx-3.packets: 9\n"), false, NULL }, /* most queues: the flows are hashed elsewhere */
	{ "counters-silent", LINK_UP STATISTICS("tx_queue_0_packets: 5\nrx_queue_0_packets: 7\n")
	  STATISTICS("tx_queue_0_packets: 50\nrx_queue_0_packets: 8\n"), false, NULL },
	{ "counters-silent", LINK_UP STATISTICS("tx_queue_0_packets: 50\nrx_queue_0_packets: 0\n"), false, NULL }, /* one listing */
	{ "counters-one-way", LINK_UP STATISTICS("tx_packets: 5\nrx_packets: 7\n") STATISTICS("tx_packets: 500\nrx_packets: 7\n"), true,
	  "tx_packets + 495, rx_packets + 0" },
	{ "counters-one-way", LINK_UP STATISTICS("tx_packets: 5\nrx_packets: 7\n") STATISTICS("tx_packets: 500\nrx_packets: 9\n"), false,
	  NULL },
	{ "counters-one-way", LINK_UP STATISTICS("tx_packets: 5\nrx_packets: 7\n") STATISTICS("tx_packets: 5\nrx_packets: 7\n"), false,
	  NULL },
	{ "counters-one-way", LINK_UP STATISTICS("tx_packets: 500\nrx_packets: 7\n") STATISTICS("tx_packets: 5\nrx_packets: 7\n"), false,
	  NULL }, /* loaded anew in between */
	{ "counters-errors", LINK_UP STATISTICS("rx_crc_errors: 3\nrx_packets: 9\n"), true, "rx_crc_errors = 3" },
	{ "counters-errors", LINK_UP STATISTICS("rx_crc_errors: 3\n") STATISTICS("rx_crc_errors: 8\n"), true, "rx_crc_errors + 5, to 8" },
	{ "counters-errors", LINK_UP STATISTICS("rx_crc_errors: 3\n") STATISTICS("rx_crc_errors: 3\n"), false, NULL },
	{ "counters-errors", LINK_UP STATISTICS("rx_packets: 3\nrx_csum_good_err: 0\n"), false, NULL },
	{ "counters-errors", FLAPS STATISTICS("rx_crc_errors: 8123\n"), true, "8123 errors on the wire" },
	{ "counters-errors", FLAPS STATISTICS("rx_missed_errors: 8123\n"), true, "Counters of errors are not zero" },
	{ "counters-errors", LINK_UP STATISTICS("rx_crc_errors: 8123\n"), true, "Counters of errors are not zero" },
	/* Pauses count beside a report of a hang alone, if there are many, and the port listens to them. */
	{ "counters-paused", STATISTICS("rx_flow_control_xon: 12\nrx_flow_control_xoff: 981723\n") BLOCK("  10.0", E1000E, "5d", "90", PHY),
	  true, "rx_flow_control_xoff = 981723" },
	{ "counters-paused", STATISTICS("port.link_xoff_rx: 981723\n") TIMEOUT, true, "link_xoff_rx = 981723" },
	{ "counters-paused", STATISTICS("rx_flow_control_xoff: 981723\n") LINK_UP, false, NULL },
	{ "counters-paused", STATISTICS("rx_flow_control_xoff: 12\n") BLOCK("  10.0", E1000E, "5d", "90", PHY), false, NULL },
	{ "counters-paused", STATISTICS("tx_flow_control_xoff: 981723\nport.tx_priority_0_xoff: 981723\n")
	  BLOCK("  10.0", E1000E, "5d", "90", PHY), false, NULL },
	{ "counters-paused", STATISTICS("rx_flow_control_xoff: 981723\n") STATISTICS("rx_flow_control_xoff: 981730\n")
	  BLOCK("  10.0", E1000E, "5d", "90", PHY), false, NULL },
	{ "counters-paused", "# ethtool -a eth0\nPause parameters for eth0:\nAutonegotiate:\ton\nRX:\t\toff\nTX:\t\toff\n\n"
	  STATISTICS("rx_flow_control_xoff: 981723\n") BLOCK("  10.0", E1000E, "5d", "90", PHY), false, NULL },
	{ "counters-interrupts", LINK_UP "$ grep eth0 /proc/interrupts\n" VECTOR("5", "0") "$ grep eth0 /proc/interrupts\n" VECTOR("5", "0"),
	  true, "2 listings" },
	{ "counters-interrupts", LINK_UP VECTOR("5", "0") VECTOR("7", "1") VECTOR("5", "0") VECTOR("7", "1"), true, "none of 2" },
	{ "counters-interrupts", LINK_UP VECTOR("5", "0") "then\nand\nlater\n" VECTOR("5", "0"), true, "none of 1 interrupts" },
	{ "counters-interrupts", LINK_UP VECTOR("5", "0") "then\nand\nlater\n" VECTOR("6", "0"), false, NULL },
	/* A hang block printed with the link down explains the watchdog next to it, and none of an hour before. */
	{ "timeout-reported", TIMEOUT "[  15.2] " E1000E "Reset adapter unexpectedly\n[  18.0] " E1000E "NIC Link is Up 1000 Mbps\n"
	  "[ 3600.0] " E1000E "NIC Link is Down\n" BLOCK_DOWN("3601.0"), true, "log line 1: watchdog" },
	{ "timeout-reported", BLOCK_DOWN("  10.0") "[  14.0] " E1000E "NIC Link is Up 1000 Mbps\n"
	  "[ 3600.0] NETDEV WATCHDOG: eth0 (e1000e): transmit queue 0 timed out\n", true, "watchdog" },
	{ "timeout-reported", BLOCK_DOWN("  10.0") TIMEOUT, false, NULL },
	{ "timeout-reported", BLOCK_OF_IGC("7", "7", "7", "3") "[ 12.0] NETDEV WATCHDOG: eth1 (igc): transmit queue 1 timed out\n",
	  true, "Transmit queue 1 timed out" },
	{ "hardware-done", BLOCK_OF_IGC("7", "7", "7", "7") "[ 12.0] NETDEV WATCHDOG: eth1 (igc): transmit queue 1 timed out\n",
	  true, "ran out all the same" },
	{ "hang-reported", BLOCK("  10.0", E1000E, "5d", "90", PHY) BLOCK_DOWN("3601.0"), true, "1 more was printed while the link was down" },
	{ "hang-reported", TIMEOUT BLOCK_DOWN("3601.0"), false, NULL },
	{ "timeout-reported", "[ 9.0] NETDEV WATCHDOG: eth0 (i40e): transmit queue 44 timed out\n", true,
	  "Transmit queue 44 timed out" },
	{ "queue-line", "[ 9.0] " I40E "tx_timeout: VSI_seid: 390, Q 3, NTC: 0x10, HWB: 0x10, NTU: 0x20, TAIL: 0x20, "
	  "INT: 0x1\n", true,
	  "queue 3: HWB is behind TAIL: the hardware does not move" },
	{ "queue-line", "[ 9.0] " I40E "tx_timeout: VSI_seid: 390, Q 3, NTC: 0x47, HWB: 0x47, NTU: 0x30, TAIL: 0x0, "
	  "INT: 0x1\n", true,
	  "the register had been reset" },
	{ "queue-line", "[ 9.0] " I40E "tx_timeout: VSI_seid: 390, Q 3, NTC: 0x10, HWB: 0x20, NTU: 0x20, TAIL: 0x20, "
	  "INT: 0x1\n", true,
	  "the hardware has finished, the driver did not clean up" },
	{ "not-cleaned", "[ 9.0] " I40E "tx_timeout: VSI_seid: 390, Q 3, NTC: 0x10, HWB: 0x20, NTU: 0x20, TAIL: 0x20, "
	  "INT: 0x1\n", true, "log line 1" },
	{ "not-cleaned", "[ 9.0] " I40E "tx_timeout: VSI_seid: 390, Q 3, NTC: 0x20, HWB: 0x20, NTU: 0x20, TAIL: 0x20, "
	  "INT: 0x1\n", false, NULL },
	{ "hardware-done", "[ 9.0] " I40E "tx_timeout: VSI_seid: 390, Q 3, NTC: 0x20, HWB: 0x20, NTU: 0x20, TAIL: 0x20, "
	  "INT: 0x1\n", true, "all was sent and cleaned up" },
	{ "paused-reported", "[ 9.0] ice 0000:31:00.0: Fake Tx hang detected on queue 7, timeout caused by PFC storm\n", true,
	  "link partner pauses" },
	{ "paused-reported", "[ 9.0] ice 0000:31:00.0 eth0: NIC Link is Down\n", false, NULL },
	{ "reset-reported", "[ 9.0] ixgbe 0000:02:00.0 eth0: tx hang 3 detected on queue 5, resetting adapter\n", true,
	  "found a transmit queue hung" },
	{ "reset-reported", "[ 9.0] " I40E "tx_timeout recovery level 1\n", true, "went through its recovery" },
	{ "reset-reported", "[ 9.0] " IGB "Reset adapter\n[ 99.0] " IGB "Reset adapter\n", true, "2 times" },
	{ "reset-reported", "[ 9.0] " IGB "igb: eth0 NIC Link is Down\n[ 11.0] " IGB "Reset adapter\n", false, NULL },
	{ "reset-reported", BLOCK("  10.0", E1000E, "5d", "90", PHY) "[  15.0] " E1000E "Reset adapter unexpectedly\n",
	  false, NULL },
	{ "gave-up", "[ 9.0] " I40E "tx_timeout recovery unsuccessful, device is in non-recoverable state.\n", true,
	  "tries no more" },
	{ "gave-up", "[ 9.0] " I40E "tx_timeout recovery level 3, txqueue 3\n", false, NULL },
	{ "probe-failed", "[ 2.0] i40e 0000:02:00.0: unidentified MAC or BLANK NVM: -11\n[ 2.1] i40e: probe of 0000:02:00.0 "
	  "failed with error -11\n", true, "This port has no driver" },
	{ "probe-failed", "[ 2.0] i40e: probe of 0000:02:00.0 failed with error -11\n[ 9.0] i40e 0000:02:00.0 eth0: NIC "
	  "Link is Up, 10 Gbps Full Duplex, Flow Control: None\n", true, "later it did" },
	{ "probe-failed", "[ 9.0] " IGB "igb: eth0 NIC Link is Down\n", false, NULL },
	{ "not-started", "[ 9.0] " E1000E "Hardware Error\n", true, "log line 1" },
	{ "not-started", "[ 9.0] " E1000E "Failed to disable ULP\n", false, NULL },
	{ "dump-waiting", "[ 9.0] " IGB "Register Dump\n[ 9.1] igb: TDH[0-3]        00000010 00000000 00000000 00000008\n"
	  "[ 9.2] igb: TDT[0-3]        0000003b 00000000 00000000 00000008\n", true, "in 1 transmit queue." },
	{ "dump-waiting", "[ 9.0] " IGB "Register Dump\n[ 9.1] igb: TDH[0-3]        00000010 00000000 00000000 00000008\n"
	  "[ 9.2] igb: TDT[0-3]        00000010 00000000 00000000 00000008\n", false, NULL },
	{ "vf-reset", "[ 9.0] iavf 0000:02:10.1 eth0: NIC Link is Up Speed is 10 Gbps Full Duplex\n[ 9.1] iavf 0000:02:10.1: "
	  "PF returned error -5 (IAVF_ERR_PARAM) to our request 3\n", true, "refused 1 request, the last one was request 3" },
	{ "vf-reset", "[ 9.0] iavf 0000:02:10.1: Reset indication received from the PF\n", false, NULL },
	{ "firmware-reported", "[ 9.0] i40e 0000:02:00.0: Firmware recovery mode detected. Limiting functionality.\n", true,
	  "in recovery mode" },
	{ "firmware-reported", "[ 9.0] ice 0000:31:00.0: The DDP package file was not found or could not be read. Entering "
	  "Safe Mode\n", true, "safe mode" },
	{ "kernel-crash", "[ 9.0] " IGB "igb: eth0 NIC Link is Down\n[ 9.5] BUG: unable to handle page fault for address: "
	  "ffffffffc0000000\n", true, "log line 2" },
	{ "kernel-crash", "[ 9.0] BUG: unable to handle page fault for address: ffffffffc0000000\n[ 9.5] " IGB "igb: eth0 NIC "
	  "Link is Down\n", false, NULL },
	{ "recovery", "[ 9.0] " I40E "tx_timeout recovery level 2, hung_queue 3\n", true, "its other ports as well" },
	{ "recovery", "[ 9.0] " I40E "tx_timeout recovery level 1, hung_queue 3\n", true, "reset the function" },
	{ "pcie-lost", "[ 9.0] " IGB "PCIe link lost\n", true, "log line 1" },
	{ "pcie-lost", "[ 9.0] " IGB "PCIe link lost\n[ 20.0] " IGB "renamed from eth5\n", false, NULL },
	{ "came-back", "[ 9.0] " IGB "PCIe link lost\n", false, NULL },
	{ "came-back", "[ 9.0] " IGB "PCIe link lost\n[ 20.0] " IGB "renamed from eth5\n", true, "came back (log line 2)" },
	{ "ring-values", BLOCK("   5.0", E1000E, "2000", "2000", PHY), true, "1 hang block cannot be" },
	{ "ring-values", BLOCK("   5.0", E1000E, "5d", "c0ffee", PHY), true, "(impossible head or tail)" },
	{ "ring-values", BLOCK("   5.0", E1000E, "1fff", "90", PHY), false, NULL },
	{ "ring-values", BLOCK("   5.0", E1000E, "ffffffff", "ffffffff", PHY), false, NULL },
	{ "hang-reported", BLOCK("   5.0", E1000E, "2000", "2000", PHY), true, "that is its word alone" },
	{ "hang-reported", BLOCK("   5.0", E1000E, "5d", "90", PHY), true, "log line" },
	{ "mdd", "[ 9.0] i40e 0000:02:00.0: TX driver issue detected, PF reset issued\n", true, "then resets the function" },
	{ "mdd", "[ 9.0] ice 0000:31:00.0: Malicious Driver Detection event TX_TDPU detected on VF 3\n", true,
	  "of a virtual function" },
	{ "mdd", "[ 9.0] i40e 0000:02:00.0: Malicious Driver Detection event 0x02 on TX queue 44 PF number 0x00 VF "
	  "number 0x00\n", true,
	  "Queue 44" },
	{ "mdd", "[ 9.0] ice 0000:31:00.0: Malicious Driver Detection event 7 on TX queue 44 PF# 0 VF# 1\n", true, "Queue 44" },
	{ "overheat", "[ 9.0] " IGB "The network adapter was stopped because it overheated\n", true, "log line 1" },
	{ "link-flaps", "[ 9.0] " IGB "igb: eth0 NIC Link is Down\n[ 19.0] " IGB "igb: eth0 NIC Link is Up 1000 Mbps "
	  "Full Duplex, Flow Control: RX/TX\n[ 29.0] " IGB "igb: eth0 NIC Link is Down\n", true, "went down 2 times" },
	{ "link-flaps", "[ 9.0] " IGB "igb: eth0 NIC Link is Down\n", false, NULL },
	{ "phy-errors", PROBED "[ 9.0] " E1000E "Error reading PHY register\n", true, "1 time" },
	{ "aspm-suspect", PROBED "[ 9.0] " E1000E "Error reading PHY register\n", true,
	  "82574L has an ASPM bug" },
	{ "aspm-suspect", PROBED "[ 9.0] e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: None\n",
	  false, NULL },
	{ "aspm-suspect", PROBED LSPCI("ASPM L1 Enabled") "[ 9.0] " E1000E "Error reading PHY register\n", false, NULL },
	{ "aspm-suspect", PROBED LSPCI("ASPM Disabled") "[ 9.0] " E1000E "Error reading PHY register\n", false, NULL },
	{ "aspm-fault", PROBED LSPCI("ASPM L1 Enabled") "[ 9.0] " E1000E "Error reading PHY register\n", true,
	  "aspm_enabled = L1" },
	{ "aspm-fault", PROBED LSPCI("ASPM Disabled") "[ 9.0] " E1000E "Error reading PHY register\n", false, NULL },
	{ "aspm-fault", PROBED "[ 9.0] " E1000E "Error reading PHY register\n", false, NULL },
	{ "aspm-not-applicable", PROBED LSPCI("ASPM Disabled") BLOCK("  10.0", E1000E, "5d", "90", PHY), false, NULL },
	{ "hardware-done", BLOCK_OF_IGC("7", "7", "7", "7"), true, "in which nothing waited" },
	{ "hardware-done", BLOCK_OF_IGC("7", "7", "7", "3"), true, "the driver cleaned up late" },
	{ "hang-reported", BLOCK_OF_IGC("7", "7", "7", "7"), false, NULL },
	{ "hang-reported", BLOCK_OF_IGC("3", "7", "7", "3"), true, NULL },
	{ "bond-up", "[ 8.0] " IGB "PCIe link restored, device now attached\n"
	  "[ 9.0] bond0: (slave eth0): link status definitely up, 1000 Mbps full duplex\n", true, "bond0 has the link" },
	{ "bond-up", "[ 8.0] bond0: (slave eth0): link status definitely down, disabling slave\n"
	  "[ 9.0] bond0: (slave eth0): link status definitely up, 1000 Mbps full duplex\n", false, NULL },
	{ "aspm-suspect", PCH BLOCK("  10.0", "e1000e 0000:00:19.0 eth0: ", "5d", "90", PHY), false, NULL },
	{ "aspm-not-applicable", PCH BLOCK("  10.0", "e1000e 0000:00:19.0 eth0: ", "5d", "90", PHY), true,
	  "no PCI Express capability" },
	{ "aspm-not-applicable", PROBED BLOCK("  10.0", E1000E, "5d", "90", PHY), false, NULL },
	{ "offloads", BLOCK("  10.0", E1000E, "5d", "90", PHY), true, NULL },
	{ "offloads", "[ 9.0] NETDEV WATCHDOG: eth0 (igb): transmit queue 2 timed out\n", false, NULL },
	{ "management", PCH BLOCK("  10.0", "e1000e 0000:00:19.0 eth0: ", "5d", "90", PHY), true, "TTL of 255" },
	{ "management", PROBED BLOCK("  10.0", E1000E, "5d", "90", PHY), false, NULL },
	{ "bond-lost", "[ 9.0] bonding: bond0: link status definitely down for interface eth1, disabling it\n", true,
	  "lost this slave once" },
	{ "driver-old", "[ 1.0] i40e: Intel(R) Ethernet Connection XL710 Network Driver - version 1.6.27-k\n"
	  "[ 9.0] NETDEV WATCHDOG: eth0 (i40e): transmit queue 44 timed out\n", true, "2.13.10 cured it" },
	{ "driver-old", "[ 1.0] i40e: Intel(R) 40-10 Gigabit Ethernet Connection Network Driver - version 2.13.10\n"
	  "[ 9.0] NETDEV WATCHDOG: eth0 (i40e): transmit queue 44 timed out\n", false, NULL },
	{ "driver-old", "CONFIG_DCB=y\n"
	  "[ 1.0] i40e: Intel(R) Ethernet Connection XL710 Network Driver - version 1.6.27-k\n"
	  "[ 9.0] NETDEV WATCHDOG: eth0 (i40e): transmit queue 44 timed out\n", true, "this kernel is built with CONFIG_DCB" },
	{ "dcb", "CONFIG_DCB=y\nCONFIG_I40E_DCB=y\n"
	  "[ 9.0] NETDEV WATCHDOG: eth0 (i40e): transmit queue 44 timed out\n", true, "driver_dcb" },
	{ "dcb", "CONFIG_DCB=y\n# CONFIG_I40E_DCB is not set\n"
	  "[ 9.0] NETDEV WATCHDOG: eth0 (i40e): transmit queue 44 timed out\n", false, NULL },
	{ "dcb", "CONFIG_DCB=y\nCONFIG_I40E_DCB=y\n[ 9.0] i40e 0000:3d:00.0 eth0: NIC Link is Down\n", false, NULL },
	{ "counters-silent", LINK_UP "[ 9.0] NETDEV WATCHDOG: eth0 (igb): transmit queue 1 timed out\n"
	  STATISTICS("tx-1.packets: 5\nrx-1.packets: 7\ntx-2.packets: 5\nrx-2.packets: 5\n")
	  STATISTICS("tx-1.packets: 99\nrx-1.packets: 7\ntx-2.packets: 9\nrx-2.packets: 9\n"), true,
	  "Receive queue 1 is silent, too" },
	{ "module-alarm", "# ethtool -m eth0\n\tIdentifier : 0x03 (SFP)\n\tLaser rx power low alarm : On\n"
	  "[ 9.0] ixgbe 0000:01:00.0 eth0: NIC Link is Down\n", true, "too little light" },
	{ "module-alarm", "# ethtool -m eth0\n\tIdentifier : 0x03 (SFP)\n\tLaser rx power low alarm : Off\n"
	  "[ 9.0] ixgbe 0000:01:00.0 eth0: NIC Link is Down\n", false, NULL },
	{ "emulated", "02:01.0 Ethernet controller: Intel Corporation 82545EM Gigabit Ethernet Controller (Copper)\n"
	  "\tSubsystem: VMware PRO/1000 MT Single Port Adapter\n"
	  "[ 9.0] e1000 0000:02:01.0 eth0: Detected Tx Unit Hang\n", true, "emulated by VMware" },
	{ "emulated", "02:01.0 Ethernet controller: Intel Corporation 82545EM Gigabit Ethernet Controller (Copper)\n"
	  "\tSubsystem: Intel Corporation PRO/1000 MT Server Adapter\n"
	  "[ 9.0] e1000 0000:02:01.0 eth0: Detected Tx Unit Hang\n", false, NULL },
	{ "aer-corrected", "[ 9.0] pcieport 0000:00:1c.5: AER: Corrected error received: id=00e5\n"
	  "[ 9.1] igb 0000:02:00.0: PCIe Bus Error: severity=Corrected, type=Data Link Layer, id=0200(Receiver ID)\n"
	  "[ 9.1] igb 0000:02:00.0:   device [8086:1521] error status/mask=00000040/0000e000\n"
	  "[ 9.1] igb 0000:02:00.0:    [ 6] BadTLP                \n", true, "BadTLP" },
};
/* clang-format on */

static void one_rule(void **state)
{
	const struct one *one = *state;
	const struct finding *f = NULL;
	struct patient p;

	patient_open(&p);
	patient_log(&p, one->log);
	patient_ask(&p);
	for (size_t i = 0; i < p.result.n && !f; i++)
		f = has_finding(&p.result.v[i], one->rule);
	if ((f != NULL) != one->holds)
		fail_msg("%s %s: %s", one->rule, f ? "holds" : "does not hold", one->log);
	if (f && one->says && !finding_says(f, one->says))
		fail_msg("%s lacks '%s': %s / %s", one->rule, one->says, f->summary,
			 f->n_evidence ? f->evidence[0] : "");
	patient_close(&p);
}

static void nothing_of_other_vendors(void **state)
{
	struct patient p;

	(void)state;
	patient_open(&p);
	patient_log(&p, "[ 9.0] NETDEV WATCHDOG: eth0 (bcmgenet): transmit queue 2 timed out\n"
			"[ 9.0] NETDEV WATCHDOG: enp3s0 (r8169): transmit queue 0 timed out\n");
	patient_ask(&p);
	for (size_t i = 0; i < p.result.n; i++)
		assert_false(verdict_is_bad(p.result.v[i].verdict));
	patient_close(&p);
}

static enum verdict verdict_of(const char *log)
{
	struct patient p;
	enum verdict verdict;

	patient_open(&p);
	patient_log(&p, log);
	verdict = patient_ask(&p)->verdict;
	patient_close(&p);
	return verdict;
}

/* A device that is lost after a hang is dead; one that hung again after it was lost has come back. */
static void lost_and_hung(void **state)
{
	(void)state;
	assert_int_equal(verdict_of(BLOCK("  10.0", E1000E, "5d", "90", PHY) "[ 20.0] " E1000E "PCIe link lost\n"),
			 VERDICT_DEAD);
	assert_int_equal(verdict_of("[ 5.0] " E1000E "PCIe link lost\n" BLOCK("  10.0", E1000E, "5d", "90", PHY)),
			 VERDICT_HUNG);
}

struct kept {
	uint64_t n, line;
	uint64_t wrong;
};

static void check(const struct klog_report *r, size_t device, void *arg)
{
	struct kept *k = arg;

	k->wrong += r->kind != KLOG_HANG || klog_number(r, KLOG_TDH) != 0x5d || klog_number(r, KLOG_TDT) != 0x90 ||
		    strcmp(klog_text(r, KLOG_INTERFACE), "eth0") || r->line <= k->line || device != 0;
	k->line = r->line;
	k->n++;
}

/* More than what stays in memory comes back from the temporary file, in order and whole. */
static void a_long_log(void **state)
{
	enum { BLOCKS = 50000 };
	struct kept kept = { 0 };
	struct patient p;

	(void)state;
	patient_open(&p);
	p.book = logbook_new();
	p.klog = klog_new(logbook_add, p.book);
	for (unsigned i = 0; i < BLOCKS; i++) {
		char block[1024];
		int n = snprintf(block, sizeof(block), BLOCK_AT("%u.000000", "%x", E1000E, "5d", "90", PHY),
				 100 + 40 * i, 0x10800 + 10000 * i);

		klog_feed(p.klog, block, (size_t)n);
	}
	klog_end(p.klog);
	logbook_each(p.book, p.klog, check, &kept);
	assert_int_equal(kept.n, BLOCKS);
	assert_int_equal(kept.wrong, 0);
	assert_int_equal(logbook_lost(p.book), 0);
	assert_int_equal(patient_ask(&p)->verdict, VERDICT_HUNG);
	patient_close(&p);
}

static struct klog_report made_up(enum klog_kind kind, const char *interface, uint64_t line)
{
	struct klog_report r = { .kind = kind, .line = line, .last_line = line };

	for (int i = 0; i < KLOG_N_NUMBERS; i++)
		klog_set(&r, (enum klog_field)i, line);
	klog_set_text(&r, KLOG_INTERFACE, interface, strlen(interface));
	return r;
}

static void count_kind(const struct klog_report *r, size_t device, void *arg)
{
	uint64_t *counts = arg;

	(void)device;
	counts[r->kind]++;
}

/* A log that never ends does not fill the disk, and what is first said of a device's fault is never lost in it. */
static void a_flood(void **state)
{
	enum { FLOOD = 200000 };
	struct logbook *b = logbook_new();
	struct klog *k = klog_new(NULL, NULL);
	uint64_t counts[KLOG_KINDS] = { 0 }, kept = 0;

	(void)state;
	klog_end(k);
	for (uint64_t i = 1; i <= FLOOD; i++) {
		struct klog_report r = made_up(KLOG_LINK_DOWN, "eth0", i);

		logbook_add(&r, b);
	}
	for (uint64_t i = 1; i <= FLOOD; i++) {
		struct klog_report r = made_up(KLOG_RESET, "eth0", FLOOD + i);

		logbook_add(&r, b);
	}
	for (uint64_t i = 1; i <= 10; i++) {
		struct klog_report r = made_up(KLOG_HANG, "eth1", 2 * FLOOD + i);

		logbook_add(&r, b);
	}
	logbook_each(b, k, count_kind, counts);
	for (int i = 0; i < KLOG_KINDS; i++)
		kept += counts[i];
	assert_int_equal(kept + logbook_lost(b), 2 * FLOOD + 10);
	assert_int_equal(counts[KLOG_HANG], 4);
	assert_between(counts[KLOG_LINK_DOWN], 10000, FLOOD / 2 + FLOOD / 4);
	assert_between(counts[KLOG_RESET], 10000, FLOOD / 2 + FLOOD / 4);
	klog_free(k);
	logbook_free(b);
}

struct sorted {
	uint64_t n, line;
	size_t device;
	bool wrong;
};

static void in_order(const struct klog_report *r, size_t device, void *arg)
{
	struct sorted *s = arg;

	s->wrong |= r->line <= s->line || device != s->device || !klog_known(r, KLOG_INTERFACE);
	s->line = r->line;
	s->n++;
}

/* Each device's reports by themselves, from memory and from the file. */
static void one_after_the_other(void **state)
{
	enum { LINES = 120000, PORTS = 3 };
	struct logbook *b = logbook_new();
	struct klog *k = klog_new(logbook_add, b);
	uint64_t n = 0;

	(void)state;
	for (unsigned i = 0; i < LINES; i++) {
		char line[160];
		int len = snprintf(line, sizeof(line), "[%5u.%06u] igb 0000:01:00.%u eth%u: NIC Link is Down\n", i + 1,
				   i + 1, i % PORTS, i % PORTS);

		klog_feed(k, line, (size_t)len);
	}
	klog_end(k);
	for (int sorted = 0; sorted < 2; sorted++) {
		n = 0;
		for (size_t d = 0; d < PORTS; d++) {
			struct sorted s = { .device = d };

			logbook_of(b, k, d, in_order, &s);
			assert_false(s.wrong);
			n += s.n;
		}
		assert_int_equal(n, LINES);
		logbook_sort(b, k);
	}
	klog_free(k);
	logbook_free(b);
}

/* What the diagnosis of each device says, as one text. */
static char *said(struct patient *p)
{
	struct buf out = { 0 };

	patient_ask(p);
	for (size_t i = 0; i < p->result.n; i++) {
		const struct diagnosis *d = &p->result.v[i];

		buf_printf(&out, "%s %s %s\n", d->title, verdict_name(d->verdict), d->reason);
		for (size_t k = 0; k < d->n_findings; k++) {
			buf_printf(&out, "  %s\n", d->findings[k].id);
			for (size_t n = 0; n < d->findings[k].n_evidence; n++)
				buf_printf(&out, "    %s\n", d->findings[k].evidence[n]);
		}
	}
	return buf_take(&out);
}

/* Reports of a few devices are kept at a time, however they are found: in a book that is not sorted, in memory, in the file. */
static void many_at_a_time(void **state)
{
	enum { PORTS = 300 };

	(void)state;
	for (unsigned lines = 3000; lines <= 120000; lines *= 40) {
		struct patient p;
		AUTO_FREE char *before = NULL, *after = NULL;

		patient_open(&p);
		p.book = logbook_new();
		p.klog = klog_new(logbook_add, p.book);
		for (unsigned i = 0; i < lines; i++) {
			char line[200];
			unsigned port = i * 7 % PORTS;
			int len = snprintf(line, sizeof(line), "[%5u.%06u] igb 0000:%02x:%02x.0 eth%u: %s\n", i + 1, i,
					   port / 16, port % 16, port,
					   i % 11 == 0 ? "Reset adapter" : "NIC Link is Down");

			klog_feed(p.klog, line, (size_t)len);
			if (i % 1000 == 0) {
				len = snprintf(line, sizeof(line),
					       "[%5u.%06u] bond0: link status definitely down for interface eth%u\n",
					       i + 1, i, i / 1000 % 4);
				klog_feed(p.klog, line, (size_t)len);
			}
		}
		klog_end(p.klog);
		before = said(&p);
		logbook_sort(p.book, p.klog);
		assert_int_equal(logbook_is_quick(p.book), lines < 100000);
		after = said(&p);
		assert_string_equal(before, after);
		assert_between(strlen(after), PORTS * 100, SIZE_MAX);
		patient_close(&p);
	}
}

int main(void)
{
	enum { N = sizeof(table) / sizeof(table[0]) };
	static char names[N][64];
	struct CMUnitTest tests[N + 6] = {
		[N] = cmocka_unit_test(nothing_of_other_vendors), [N + 1] = cmocka_unit_test(a_long_log),
		[N + 2] = cmocka_unit_test(lost_and_hung),        [N + 3] = cmocka_unit_test(a_flood),
		[N + 4] = cmocka_unit_test(one_after_the_other),  [N + 5] = cmocka_unit_test(many_at_a_time),
	};

	for (size_t i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "%s_%zu", table[i].rule, i);
		tests[i] = (struct CMUnitTest){ names[i], one_rule, NULL, NULL, (void *)(uintptr_t)&table[i] };
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
