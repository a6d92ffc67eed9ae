// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages of one line, and what is not claimed. */
#include "klog_text.h"

#include "klog/internal.h"

static void timeouts(void **state)
{
	static const struct klog_case cases[] = {
		{ "i40e",
		  "i40e 0000:a1:00.0 ens4: tx_timeout: VSI_seid: 390, Q 22, NTC: 0x47, HWB: 0x48, NTU: 0x30, TAIL: 0x0, INT: 0x1\n",
		  "1 tx-timeout queue=22 vsi_seid=390 ntc=47 hwb=48 ntu=30 tail=0 int=1 interface=ens4"
		  " address=0000:a1:00.0 driver=i40e\n" },
		{ "i40e, cut", "i40e 0000:a1:00.0 ens4: tx_timeout: VSI_seid: 390, Q 22, NTC: 0x47, HW\n",
		  "1 tx-timeout queue=22 vsi_seid=390 ntc=47 interface=ens4 address=0000:a1:00.0 driver=i40e\n" },
		{ "i40e 4.9",
		  "i40e 0000:a1:00.0 ens4: VSI_seid 390, Hung TX queue 22, tx_pending_hw: 12, NTC:0x47, HWB: 0x47, NTU: 0x53,"
		  " TAIL: 0x53\n",
		  "1 tx-timeout queue=22 vsi_seid=390 ntc=47 hwb=47 ntu=53 tail=53 tx_pending_hw=12 interface=ens4"
		  " address=0000:a1:00.0 driver=i40e\n" },
		{ "ice",
		  "ice 0000:31:00.0 eth4: tx_timeout: VSI_num: 12, Q 3, NTC: 0x1f, HW_HEAD: 0x1e, NTU: 0x25, INT: 0x0\n",
		  "1 tx-timeout queue=3 vsi=12 ntc=1f hw_head=1e ntu=25 int=0 interface=eth4 address=0000:31:00.0 driver=ice\n" },
		{ "no device: the words tell the driver",
		  "tx_timeout: VSI_seid: 396, Q 31, NTC: 0x1cb, HWB: 0x1cb, NTU: 0x1f5, TAIL: 0x1f5, INT: 0x1</i>\n",
		  "1 tx-timeout queue=31 vsi_seid=396 ntc=1cb hwb=1cb ntu=1f5 tail=1f5 int=1 driver_guessed=1 driver=i40e\n" },
		{ "idpf", "idpf 0000:31:00.0 eth4: Detected Tx timeout: Count 1, Queue 5\n",
		  "1 tx-timeout queue=5 count=1 interface=eth4 address=0000:31:00.0 driver=idpf\n" },
		{ "FreeBSD: all decimal", "kernel: igb0: Queue(3) tdh = 128, hw tdt = 140\n",
		  "1 tx-timeout queue=3 tdh=80 tdt=8c interface=igb0 driver=igb\n" },
		{ "FreeBSD's em", "kernel: em0: hw tdh = 112, hw tdt = 180\n",
		  "1 tx-timeout tdh=70 tdt=b4 interface=em0 driver=em\n" },
		{ "OpenBSD", "em1: watchdog: head 164 tail 100 TDH 100 TDT 164\n",
		  "1 tx-timeout tdh=64 tdt=a4 next_to_use=a4 next_to_clean=64 interface=em1 driver=em\n" },
		{ "recovery", "i40e 0000:a1:00.0 ens4: tx_timeout recovery level 2, hung_queue 31\n",
		  "1 recovery queue=31 level=2 interface=ens4 address=0000:a1:00.0 driver=i40e\n" },
		{ "recovery of today", "ice 0000:a1:00.0 ens4: tx_timeout recovery level 1, txqueue 22\n",
		  "1 recovery queue=22 level=1 interface=ens4 address=0000:a1:00.0 driver=ice\n" },
		{ "the end of recovery",
		  "i40e 0000:a1:00.0 ens4: tx_timeout recovery unsuccessful, device is in non-recoverable state.\n",
		  "1 recovery interface=ens4 address=0000:a1:00.0 driver=i40e\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

/* Words of the PCI core, whoever stands before them. */
static void lost_and_back(void **state)
{
	static const struct klog_case cases[] = {
		{ "after a reset", "igb 0000:04:00.0: not ready 65535ms after FLR; giving up\n",
		  "1 pcie-lost address=0000:04:00.0 driver=igb\n" },
		{ "not yet", "igb 0000:04:00.0: not ready 1023ms after FLR; waiting\n", "" },
		{ "power", "ice 0000:04:00.0: Unable to change power state from D3cold to D0, device inaccessible\n",
		  "1 pcie-lost address=0000:04:00.0 driver=ice\n" },
		{ "power, of old",
		  "igc 0000:04:00.0: can't change power state from D3cold to D0 (config space inaccessible)\n",
		  "1 pcie-lost address=0000:04:00.0 driver=igc\n" },
		{ "power, older", "e1000e 0000:04:00.0: Refused to change power state, currently D3\n",
		  "1 pcie-lost address=0000:04:00.0 driver=e1000e\n" },
		{ "another's device",
		  "nvme 0000:05:00.0: Unable to change power state from D3cold to D0, device "
		  "inaccessible\n",
		  "" },
		{ "nobody's device",
		  "pci 0000:05:00.0: Unable to change power state from D3cold to D0, device inaccessible\n", "" },
		{ "the PCI core about ours",
		  "igb 0000:04:00.0: added PHC on eth4\n"
		  "pci 0000:04:00.0: not ready 65535ms after bus reset; giving up\n",
		  "2 pcie-lost address=0000:04:00.0 driver=igb\n" },
		{ "all ones, once",
		  "igc 0000:04:00.0 eth4: PCIe link lost, device now detached\n"
		  "igc: Failed to read reg 0xc030!\nigc: Failed to read reg 0x5b50!\n",
		  "1 pcie-lost interface=eth4 address=0000:04:00.0 driver=igc\n" },
		{ "all ones, and nothing else", "igb: Failed to read reg 0x8!\n", "1 pcie-lost driver=igb\n" },
		{ "lost again",
		  "igc 0000:04:00.0 eth4: PCIe link lost, device now detached\n"
		  "igc 0000:04:00.0 eth4: renamed from eth0\n"
		  "igc 0000:04:00.0 eth4: malformed Tx packet detected and dropped, LVMMC:0xffffffff\n",
		  "1 pcie-lost interface=eth4 address=0000:04:00.0 driver=igc\n"
		  "3 pcie-lost lvmmc=ffffffff interface=eth4 address=0000:04:00.0 driver=igc\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

static void never_started(void **state)
{
	static const struct klog_case cases[] = {
		{ "of old", "ixgbe: probe of 0000:04:00.1 failed with error -5\n",
		  "1 probe-failed error=5 address=0000:04:00.1 driver=ixgbe\n" },
		{ "6.12", "igc 0000:04:00.0: probe with driver igc failed with error -13\n",
		  "1 probe-failed error=13 address=0000:04:00.0 driver=igc\n" },
		{ "another's", "ath10k_pci: probe of 0000:06:00.0 failed with error -5\n", "" },
		{ "checksum", "e1000e 0000:00:1f.6: The NVM Checksum Is Not Valid\n",
		  "1 probe-failed address=0000:00:1f.6 driver=e1000e\n" },
		{ "recovery mode", "i40e 0000:04:00.0: Firmware recovery mode detected. Limiting functionality.\n",
		  "1 firmware address=0000:04:00.0 driver=i40e\n" },
		{ "safe mode", "ice 0000:04:00.0: The DDP package file is invalid. Entering Safe Mode.\n",
		  "1 firmware address=0000:04:00.0 driver=ice\n" },
		{ "ULP", "e1000e 0000:00:1f.6 eno1: Failed to disable ULP\ne1000e 0000:00:1f.6 eno1: Hardware Error\n",
		  "1 phy-error interface=eno1 address=0000:00:1f.6 driver=e1000e\n"
		  "2 phy-error interface=eno1 address=0000:00:1f.6 driver=e1000e\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

#define IGC "igc 0000:04:00.0 eth4: "

static void register_dumps(void **state)
{
	static const struct klog_case cases[] = {
		{ "igc",
		  IGC "Register Dump\n" IGC "Register Name   Value\n" IGC "STATUS          00380783\n" IGC
		      "MDIC            1801796d\n" IGC "RDH[0-3]        00000010 00000000 00000000 00000000\n" IGC
		      "RDT[0-3]        0000000f 00000000 00000000 00000000\n" IGC
		      "TDH[0-3]        00000020 00000007 00000000 00000000\n" IGC
		      "TDT[0-3]        00000028 00000007 00000000 00000000\n" IGC "Reset adapter\n",
		  "1 register-dump queue=0 tdh=20 tdt=28 rdh=10 rdt=f mac_status=380783 phy_status=796d interface=eth4"
		  " address=0000:04:00.0 driver=igc\n"
		  "1 register-dump queue=1 tdh=7 tdt=7 rdh=0 rdt=0 mac_status=380783 phy_status=796d interface=eth4"
		  " address=0000:04:00.0 driver=igc\n"
		  "9 reset interface=eth4 address=0000:04:00.0 driver=igc\n" },
		{ "e1000e: one queue, no device on the lines",
		  "e1000e 0000:00:19.0: Register Dump\ne1000e:  Register Name   Value\ne1000e: CTRL            40180240\n"
		  "e1000e: STATUS          00080083\ne1000e: TDH             0000005d\ne1000e: TDT             00000090\n"
		  "e1000e: TXDCTL[0-1]     0341011f 0341011f\n",
		  "1 register-dump queue=0 tdh=5d tdt=90 mac_status=80083 address=0000:00:19.0 driver=e1000e\n" },
		{ "ixgbe: eight in a row, 64 in all",
		  "ixgbe 0000:04:00.0: Register Dump\n"
		  "ixgbe: TDH[56-63]      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000003\n"
		  "ixgbe: TDT[56-63]      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000009\n",
		  "1 register-dump queue=63 tdh=3 tdt=9 address=0000:04:00.0 driver=ixgbe\n" },
		{ "beyond the last queue",
		  "ixgbe 0000:04:00.0: Register Dump\nixgbe: TDH[60-67]      00000001 00000001 00000001 00000001 00000001\n",
		  "1 register-dump queue=60 tdh=1 cut=1 address=0000:04:00.0 driver=ixgbe\n"
		  "1 register-dump queue=61 tdh=1 cut=1 address=0000:04:00.0 driver=ixgbe\n"
		  "1 register-dump queue=62 tdh=1 cut=1 address=0000:04:00.0 driver=ixgbe\n"
		  "1 register-dump queue=63 tdh=1 cut=1 address=0000:04:00.0 driver=ixgbe\n" },
		{ "cut before any register", IGC "Register Dump\n",
		  "1 register-dump cut=1 interface=eth4 address=0000:04:00.0 driver=igc\n" },
		{ "registers without a dump", IGC "TDH[0-3]        00000020 00000007 00000000 00000000\n", "" },
		{ "another's dump",
		  "hns3 0000:7d:00.0: Register Dump\nTDH             00000005\nTDT             00000009\n", "" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

static void watchdogs(void **state)
{
	static const struct klog_case cases[] = {
		{ "2.6.18", "NETDEV WATCHDOG: eth0: transmit timed out\n", "1 watchdog interface=eth0\n" },
		{ "2.6.27", "NETDEV WATCHDOG: eth0 (e1000e): transmit timed out\n",
		  "1 watchdog interface=eth0 driver=e1000e\n" },
		{ "2.6.32", "NETDEV WATCHDOG: eno3 (i40e): transmit queue 44 timed out\n",
		  "1 watchdog queue=44 interface=eno3 driver=i40e\n" },
		{ "6.4", "NETDEV WATCHDOG: eno3 (igc): transmit queue 4 timed out 80692736 ms\n",
		  "1 watchdog queue=4 timeout_ms=80692736 interface=eno3 driver=igc\n" },
		{ "6.8",
		  "[ 5.1] e1000e 0000:00:1f.6 eno2: NETDEV WATCHDOG: CPU: 5: transmit queue 0 timed out 10430 ms\n",
		  "1 watchdog queue=0 timeout_ms=10430 cpu=5 interface=eno2 address=0000:00:1f.6 driver=e1000e\n" },
		{ "ESXi",
		  "2017-09-30T17:26:50.881Z cpu1:65936)WARNING: LinNet: netdev_watchdog:3688: NETDEV WATCHDOG: vmnic0: transmit"
		  " timed out\n",
		  "1 watchdog interface=vmnic0\n" },
		{ "a name in brackets", "NETDEV WATCHDOG: <isp4> (i40e): transmit queue 2 timed out\n",
		  "1 watchdog queue=2 interface=isp4 driver=i40e\n" },
		{ "a queue that somebody took out",
		  "iavf 0000:03:00.0 eth1: NETDEV WATCHDOG: CPU: 1: transmit queue N timed out\n",
		  "1 watchdog interface=eth1 address=0000:03:00.0 driver=iavf\n" },
		{ "FreeBSD", "em0: Watchdog timeout -- resetting\n", "1 watchdog interface=em0 driver=em\n" },
		{ "FreeBSD, older", "em0: Watchdog timeout Queue[1]-- resetting\n",
		  "1 watchdog queue=1 interface=em0 driver=em\n" },
		{ "FreeBSD 12", "igb1: Watchdog timeout (TX: 3 desc avail: 1012 pidx: 344) -- resetting\n",
		  "1 watchdog queue=3 next_to_use=158 desc_avail=1012 interface=igb1 driver=igb\n" },
		{ "OpenBSD", "ix1: watchdog timeout -- resetting\n", "1 watchdog interface=ix1 driver=ix\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

static void states(void **state)
{
	static const struct klog_case cases[] = {
		{ "reset, old", "e1000e 0000:01:00.0: eth1: Reset adapter\n",
		  "1 reset interface=eth1 address=0000:01:00.0 driver=e1000e\n" },
		{ "reset, new", "e1000e 0000:01:00.0 eth1: Reset adapter unexpectedly\n",
		  "1 reset interface=eth1 address=0000:01:00.0 driver=e1000e\n" },
		{ "ixgbe", "ixgbe 0000:01:00.0 eth1: tx hang 2 detected on queue 13, resetting adapter\n",
		  "1 reset queue=13 count=2 interface=eth1 address=0000:01:00.0 driver=ixgbe\n" },
		{ "detached", "igc 0000:0a:00.0 eno1: PCIe link lost, device now detached\n",
		  "1 pcie-lost interface=eno1 address=0000:0a:00.0 driver=igc\n" },
		{ "removed", "ixgbe 0000:01:00.0: Adapter removed\n",
		  "1 pcie-lost address=0000:01:00.0 driver=ixgbe\n" },
		{ "PHY", "e1000e 0000:02:00.0: eth1: Error reading PHY register\n",
		  "1 phy-error interface=eth1 address=0000:02:00.0 driver=e1000e\n" },
		{ "link, by printk", "e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx\n",
		  "1 link-up speed=1000 interface=eth0 driver=e1000e duplex=Full flow_control=Rx/Tx\n" },
		{ "link, name twice",
		  "igb 0000:01:00.0 eth0: igb: eth0 NIC Link is Up 100 Mbps Full Duplex, Flow Control: RX/TX\n",
		  "1 link-up speed=100 interface=eth0 address=0000:01:00.0 driver=igb duplex=Full flow_control=RX/TX\n" },
		{ "link of ixgbe", "ixgbe 0000:01:00.0 eth2: NIC Link is Up 10 Gbps, Flow Control: RX/TX\n",
		  "1 link-up speed=10000 interface=eth2 address=0000:01:00.0 driver=ixgbe\n" },
		{ "link of i40e", "i40e 0000:1a:00.2 eno3: NIC Link is Up, 1000 Mbps Full Duplex, Flow Control: None\n",
		  "1 link-up speed=1000 interface=eno3 address=0000:1a:00.2 driver=i40e duplex=Full flow_control=None\n" },
		{ "a page's own words",
		  "<td class=\"x\">e1000e: eth0 <i>NIC</i> Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx</td>\n"
		  "{\"msg\":\"e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: None\"}\n",
		  "1 link-up speed=1000 interface=eth0 driver=e1000e duplex=Full flow_control=Rx/Tx\n"
		  "2 link-up speed=1000 interface=eth0 driver=e1000e duplex=Full flow_control=None\n" },
		{ "a field's name before it", "    MESSAGE=e1000e 0000:00:19.0 eth0: Reset adapter unexpectedly\n",
		  "1 reset interface=eth0 address=0000:00:19.0 driver=e1000e\n" },
		{ "half", "igc 0000:0a:00.0 eno1: NIC Link is Up 2500 Mbps Half Duplex, Flow Control: None\n",
		  "1 link-up speed=2500 interface=eno1 address=0000:0a:00.0 driver=igc duplex=Half flow_control=None\n" },
		{ "down", "e1000e 0000:00:19.0 eno1: NIC Link is Down\n",
		  "1 link-down interface=eno1 address=0000:00:19.0 driver=e1000e\n" },
		{ "MDD",
		  "i40e 0000:05:00.0: Malicious Driver Detection event 0x02 on TX queue 66 PF number 0x01 VF number 0x00\n",
		  "1 mdd queue=66 event=2 pf=1 vf=0 address=0000:05:00.0 driver=i40e\n" },
		{ "MDD on receive",
		  "i40e 0000:05:00.0: Malicious Driver Detection event 0x05 on RX queue 12 of function 0x01\n",
		  "1 mdd queue=12 event=5 pf=1 address=0000:05:00.0 driver=i40e\n" },
		{ "ice's MDD, in decimal",
		  "ice 0000:31:00.0: Malicious Driver Detection event 12 on TX queue 74 PF# 10 VF# 11\n",
		  "1 mdd queue=74 event=c pf=a vf=b address=0000:31:00.0 driver=ice\n" },
		{ "igb's MDD", "igb 0000:01:00.1 eth1: malformed Tx packet detected and dropped, LVMMC:0x00010003\n",
		  "1 mdd lvmmc=10003 interface=eth1 address=0000:01:00.1 driver=igb\n" },
		{ "a lost device is not malicious",
		  "igb 0000:01:00.1 eth1: malformed Tx packet detected and dropped, LVMMC:0xffffffff\n",
		  "1 pcie-lost lvmmc=ffffffff interface=eth1 address=0000:01:00.1 driver=igb\n" },
		{ "ice's MDD of today",
		  "ice 0000:31:00.0: Malicious Driver Detection event TX_PQM detected on PF\n"
		  "ice 0000:31:00.0: Malicious Driver Detection event TX_TDPU detected on VF 3\n",
		  "1 mdd address=0000:31:00.0 driver=ice name=TX_PQM\n"
		  "2 mdd vf=3 address=0000:31:00.0 driver=ice name=TX_TDPU\n" },
		{ "ESXi's prefix",
		  "2019-03-04T05:06:07.008Z cpu2:66340)i40en: i40en_HandleMddEvent:6855: TX driver issue detected, PF reset "
		  "issued\n",
		  "1 reset driver=i40en\n" },
		{ "hot", "igb 0000:01:00.1: eth1: The network adapter was stopped because it overheated\n",
		  "1 overheat interface=eth1 address=0000:01:00.1 driver=igb\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

static void bonds(void **state)
{
	static const struct klog_case cases[] = {
		{ "to 3.14", "bonding: bond0: link status definitely down for interface eth1, disabling it\n",
		  "1 bond-down interface=eth1 bond=bond0\n" },
		{ "el6", "bond0: link status definitely down for interface eth1, disabling it\n",
		  "1 bond-down interface=eth1 bond=bond0\n" },
		{ "5.6 on", "[  336.603619] bond0: (slave eth1): link status definitely down, disabling slave\n",
		  "1 bond-down interface=eth1 bond=bond0\n" },
		{ "a bond called eth0",
		  "bonding: eth0: link status definitely up for interface eth2, 1000 Mbps full duplex.\n",
		  "1 bond-up speed=1000 interface=eth2 bond=eth0 duplex=full\n" },
		{ "a bond called bonding",
		  "[ 1.000001] bonding: link status definitely down for interface eno2, disabling it\n",
		  "1 bond-down interface=eno2 bond=bonding\n" },
		{ "up", "bond0: (slave eth1): link status definitely up, 40000 Mbps full duplex\n",
		  "1 bond-up speed=40000 interface=eth1 bond=bond0 duplex=full\n" },
		{ "none left", "bonding: bond0: now running without any active interface !\n",
		  "1 bond-empty bond=bond0\n" },
	};
	struct klog *k = klog_new(NULL, NULL);
	const struct klog_bond *b;
	static const char log[] = "bonding: bond0: setting mode to active-backup (1).\n"
				  "bonding: bond0: making interface eth0 the new active one.\n"
				  "bonding: bond0: link status definitely down for interface eth1, disabling it\n"
				  "bonding: bond0: Setting MII monitoring interval to 100.\n";

	(void)state;
	KLOG_CHECK(cases);
	klog_feed(k, log, sizeof(log) - 1);
	klog_end(k);
	b = klog_bond(k, 0);
	assert_non_null(b);
	assert_string_equal(b->mode, "active-backup");
	assert_string_equal(b->active, "eth0");
	assert_int_equal(b->miimon, 100);
	assert_int_equal(b->n_slaves, 2);
	assert_int_equal(b->slaves[1].up, 0);
	assert_int_equal(b->downs, 1);
	klog_free(k);
}

static void aer_aspm(void **state)
{
	static const struct klog_case cases[] = {
		{ "to 4.9",
		  "pcieport 0000:00:1c.5: AER: Multiple Corrected error received: id=00e5\n"
		  "igb 0000:01:00.0: PCIe Bus Error: severity=Corrected, type=Data Link Layer, id=0100(Receiver ID)\n"
		  "igb 0000:01:00.0:   device [8086:1521] error status/mask=00001041/00002000\n"
		  "igb 0000:01:00.0:    [ 0] Receiver Error         (First)\nigb 0000:01:00.0:    [12] Replay Timer Timeout\n",
		  "1 aer vendor_id=8086 device_id=1521 aer_status=1041 aer_mask=2000 aer_id=100 multiple=1"
		  " address=0000:01:00.0 driver=igb severity=Corrected layer=Data Link Layer"
		  " errors=Receiver Error, Replay Timer Timeout agent=Receiver ID reporter=0000:00:1c.5\n" },
		{ "lines that were joined, by the stamp of the next",
		  "[    1.0] igb 0000:09:00.0: AER: PCIe Bus Error: severity=Uncorrectable (Non-Fatal), type=Transaction Layer, "
		  "(Requester ID)\n[    1.0] igb 0000:09:00.0:    [14] CmpltTO [  200.105524,009][  T292] igb 0000:09:00.0: x\n",
		  "1 aer address=0000:09:00.0 driver=igb severity=Uncorrectable (Non-Fatal) layer=Transaction Layer "
		  "errors=CmpltTO agent=Requester ID\n" },
		{ "5.6",
		  "pcieport 0000:00:1c.0: AER: Corrected error received: 0000:01:00.0\n"
		  "e1000e 0000:01:00.0: AER: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)\n"
		  "e1000e 0000:01:00.0: AER:   device [8086:10d3] error status/mask=00000001/00002000\n"
		  "e1000e 0000:01:00.0: AER:    [ 0] RxErr\n",
		  "1 aer vendor_id=8086 device_id=10d3 aer_status=1 aer_mask=2000 address=0000:01:00.0 driver=e1000e"
		  " severity=Corrected layer=Physical Layer errors=RxErr agent=Receiver ID reporter=0000:00:1c.0\n" },
		{ "6.8, fatal",
		  "pcieport 0000:00:1c.0: AER: Uncorrectable (Fatal) error message received from 0000:01:00.0\n",
		  "1 aer address=0000:01:00.0 severity=Uncorrectable (Fatal) reporter=0000:00:1c.0\n" },
		{ "2.6.27",
		  "+------ PCI-Express Device Error -----+\nError Severity\t\t: Corrected\n"
		  "PCIE Bus Error type\t: Data Link Layer\nBad TLP\nReceiver ID\t\t: 0100\n"
		  "VendorID=8086h, DeviceID=10d3h, Bus=01h, Device=00h, Function=00h\n",
		  "1 aer vendor_id=8086 device_id=10d3 aer_id=100 address=0000:01:00.0 severity=Corrected"
		  " layer=Data Link Layer errors=Bad TLP agent=Receiver ID\n" },
		{ "2.6.27, of several, as `cat -v` prints it",
		  "kernel: +------ PCI-Express Device Error ------+\nkernel: Error Severity^I^I: Uncorrected (Non-Fatal)\n"
		  "kernel: PCIE Bus Error type^I: Transaction Layer\nkernel: Unsupported Request   ^I: First\n"
		  "kernel: Requester ID^I^I: 0300\nkernel: VendorID=8086h, DeviceID=10d3h, Bus=03h, Device=00h, Function=00h\n"
		  "kernel: +------ PCI-Express Device Error ------+\nkernel: Error Severity^I^I: Uncorrected (Fatal)\n"
		  "kernel: PCIE Bus Error type^I: (Unaccessible)\nkernel: Unregistered Agent ID^I: 0500\n",
		  "1 aer vendor_id=8086 device_id=10d3 aer_id=300 address=0000:03:00.0 severity=Uncorrected (Non-Fatal)"
		  " layer=Transaction Layer errors=Unsupported Request agent=Requester ID\n"
		  "7 aer aer_id=500 address=0000:05:00.0 severity=Uncorrected (Fatal) layer=Unaccessible"
		  " agent=Unregistered Agent ID\n" },
		{ "2.6.32",
		  "e1000e 0000:03:00.0: PCIE Bus Error: severity=Corrected, type=Data Link Layer, id=0300(Receiver ID)\n"
		  "e1000e 0000:03:00.0:    [ 7] Bad DLLP              \n",
		  "1 aer aer_id=300 address=0000:03:00.0 driver=e1000e severity=Corrected layer=Data Link Layer errors=Bad DLLP"
		  " agent=Receiver ID\n" },
		{ "by way of the firmware",
		  "{1}[Hardware Error]:   device_id: 0000:3b:00.0\n"
		  "i40e 0000:3b:00.0: AER: aer_status: 0x00000040, aer_mask: 0x00002000\n"
		  "i40e 0000:3b:00.0:    [ 6] BadTLP                \n"
		  "i40e 0000:3b:00.0: AER: aer_layer=Data Link Layer, aer_agent=Receiver ID\n"
		  "igb 0000:04:00.0: aer_status: 0x00100000, aer_mask: 0x00000000\n   Unsupported Request\n"
		  "igb 0000:04:00.0: aer_layer=Transaction Layer, aer_agent=Requester ID\n"
		  "igb 0000:04:00.0: aer_uncor_severity: 0x00062030\n"
		  "nvme 0000:05:00.0: aer_status: 0x00000040, aer_mask: 0x00002000\n",
		  "2 aer aer_status=40 aer_mask=2000 address=0000:3b:00.0 driver=i40e severity=Corrected layer=Data Link Layer"
		  " errors=BadTLP agent=Receiver ID\n"
		  "5 aer aer_status=100000 aer_mask=0 address=0000:04:00.0 driver=igb severity=Uncorrected"
		  " layer=Transaction Layer errors=Unsupported Request agent=Requester ID\n" },
		{ "another's",
		  "pcieport 0000:00:1c.0: AER: Corrected error received: 0000:02:00.0\n"
		  "nvme 0000:02:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)\n"
		  "nvme 0000:02:00.0:   device [144d:a808] error status/mask=00000001/00002000\n",
		  "" },
		{ "the driver", "e1000e 0000:02:00.0: Disabling ASPM  L1\n",
		  "1 aspm address=0000:02:00.0 driver=e1000e states=L1\n" },
		{ "both", "e1000e 0000:02:00.0: Disabling ASPM L0s L1\n",
		  "1 aspm address=0000:02:00.0 driver=e1000e states=L0s L1\n" },
		{ "no control", "e1000e 0000:02:00.0: can't disable ASPM; OS doesn't have ASPM control\n",
		  "1 aspm address=0000:02:00.0 driver=e1000e\n" },
		{ "another's", "r8169 0000:03:00.0: can't disable ASPM; OS doesn't have ASPM control\n", "" },
		{ "the kernel", "[    0.035200] PCIe ASPM is disabled\n", "1 aspm\n" },
		{ "FADT", "ACPI FADT declares the system doesn't support PCIe ASPM, so disable it\n", "1 aspm\n" },
		{ "only mentioned", "pci 0000:04:00.0: ASPM: overriding L1 acceptable latency from 0x0 to 0x7\n", "" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

/* The same words of others, and words about them. */
static void not_ours(void **state)
{
	static const struct klog_case cases[] = {
		{ "txgbe",
		  "txgbe 0000:03:00.0 eth0: Detected Tx Unit Hang\n  Tx Queue             <3>\n  TDH, TDT             <1>, <2>\n"
		  "  next_to_use          <2>\n  next_to_clean        <1>\ntx_buffer_info[next_to_clean]\n"
		  "  time_stamp           <5>\n  jiffies              <6>\n"
		  "txgbe 0000:03:00.0 eth0: tx hang 1 detected on queue 3, resetting adapter\n",
		  "" },
		{ "rnp", "rnp 0000:03:00.0: eth0: Reset adapter\n", "" },
		{ "Realtek", "NETDEV WATCHDOG: enp3s0 (r8169): transmit queue 0 timed out\n", "" },
		{ "virtio", "virtio_net virtio0 eth0: NETDEV WATCHDOG: CPU: 3: transmit queue 0 timed out 5120 ms\n",
		  "" },
		{ "a platform device",
		  "bcmgenet fd580000.ethernet eth0: NETDEV WATCHDOG: CPU: 3: transmit queue 4 timed out 3120 ms\n",
		  "" },
		{ "FreeBSD's re", "re0: watchdog timeout\n", "" },
		{ "another device that does not sleep",
		  "xhci_hcd 0000:00:14.0: PM: pci_pm_suspend(): hcd_pci_suspend+0x0/0x80 returns -16\n"
		  "nvme 0000:03:00.0: PM: failed to suspend async: error -16\n"
		  "pci_pm_suspend(): nvme_suspend+0x0/0x80 [nvme] returns -16\n",
		  "" },
		{ "tg3", "tg3 0000:02:00.0: eth0: Link is up at 1000 Mbps, full duplex\n", "" },
		{ "known by an earlier line",
		  "r8169 0000:03:00.0 eth5: Link is Up\nNETDEV WATCHDOG: eth5: transmit timed out\n", "" },
		{ "talk", "I see a lot of Reset adapter messages, and PCI Status too; jiffies wrap. PCIe link lost?\n",
		  "" },
		{ "jiffies elsewhere", "rcu: INFO: (t=5250 jiffies g=1234 q=5678)\n", "" },
		{ "a single label", "TDH <13>\n", "" },
		{ "of a hang", "How to fix \"Detected Hardware Unit Hang\" on e1000e?\n", "" },
		{ "a patch", "Subject: [PATCH] e1000e: fix Detected Hardware Unit Hang on I219\n", "" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

static void anchors(void **state)
{
	struct prefilter prefilter;

	(void)state;
	prefilter_init(&prefilter, NULL);
	for (size_t i = 0; i < n_prefilter_anchors; i++)
		assert_true(prefilter_anchors[i].at + PREFILTER_WINDOW <= prefilter_anchors[i].n);
	for (size_t i = 0; i < n_messages; i++) {
		const struct message_row *row = &messages[i];
		char text[512 + PREFILTER_SLACK] = "";
		size_t n = 0;

		/* Those without one stand behind the name of a driver and an address, which is one. */
		if (!row->anchors && row->whose != WHOSE_ANY && row->whose != WHOSE_NOBODY)
			n = (size_t)sprintf(text, "igb 0000:01:00.0: ");
		for (const char *p = row->pattern; *p && n < 512; p++)
			if (!strchr("[]~\\", *p) || (p > row->pattern && p[-1] == '\\'))
				text[n++] = *p;
		if (row->handle == aer_part && row->event >= AER_STATUS_LINE)
			continue; /* only looked for after the first line of an event */
		if (!prefilter_next(&prefilter, text, text + n))
			fail_msg("never found in a large log: %s", row->pattern);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timeouts),      cmocka_unit_test(watchdogs),      cmocka_unit_test(lost_and_back),
		cmocka_unit_test(never_started), cmocka_unit_test(register_dumps), cmocka_unit_test(states),
		cmocka_unit_test(bonds),         cmocka_unit_test(aer_aspm),       cmocka_unit_test(not_ours),
		cmocka_unit_test(anchors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
