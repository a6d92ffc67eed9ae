// SPDX-License-Identifier: GPL-2.0-or-later
/* Output of other programs, as people paste it: what is read of it, and what is not taken for it. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "klog/klog.h"
#include "paste/paste.h"
#include "util/buf.h"

/* "2 lspci 0000:01:00.0 8086:10d3 intel driver=e1000e revision=0" */
static void words(const struct pasted *p, void *arg)
{
	struct buf *out = arg;

	buf_printf(out, "%" PRIu64 " %s", p->line, p->program);
	if (p->address[0])
		buf_printf(out, " %s", p->address);
	if (p->interface[0])
		buf_printf(out, " %s", p->interface);
	if (p->driver[0])
		buf_printf(out, " driver=%s", p->driver);
	if (p->vendor)
		buf_printf(out, " %04x:%04x", p->vendor, p->device);
	buf_puts(out, p->intel ? " intel" : p->foreign ? " foreign" : "");
	buf_puts(out, p->denied ? " denied" : "");
	buf_puts(out, p->driverless ? " driverless" : "");
	for (size_t i = 0; i < n_fact_descs; i++)
		if (fact_known(&p->facts, &fact_descs[i])) {
			if (fact_descs[i].kind == FACT_STR)
				buf_printf(out, " %s=%s", fact_descs[i].name, fact_str(&p->facts, &fact_descs[i]));
			else
				buf_printf(out, " %s=%" PRId64, fact_descs[i].name,
					   fact_num(&p->facts, &fact_descs[i]));
		}
	for (size_t i = 0; i < p->facts.n_features; i++)
		buf_printf(out, " %s:%s", p->facts.features[i].name, p->facts.features[i].on ? "on" : "off");
	for (size_t i = 0; i < p->n_counters; i++)
		buf_printf(out, " %s+%" PRIu64, p->counters[i].name, p->counters[i].value);
	buf_puts(out, p->machine ? " machine" : "");
	buf_putc(out, '\n');
}

static char *read_text(const char *text)
{
	struct buf out = { 0 };
	struct paste *p = paste_new(words, &out);
	uint64_t line = 0;

	for (const char *s = text; *s;) {
		size_t n = strcspn(s, "\n");

		paste_line(p, s, n, ++line);
		s += n + (s[n] == '\n');
	}
	paste_end(p);
	paste_free(p);
	return buf_take(&out);
}

struct paste_case {
	const char *name, *text, *wanted;
};

static const struct paste_case cases[] = {
	{ "lspci -nnk",
	  "00:1f.6 Ethernet controller [0200]: Intel Corporation Ethernet Connection (7) I219-V [8086:15bc] (rev 10)\n"
	  "\tSubsystem: Dell Device [1028:0869]\n"
	  "\tKernel driver in use: e1000e\n"
	  "\tKernel modules: e1000e\n"
	  "01:00.0 Ethernet controller [0200]: Broadcom Inc. BCM5720 [14e4:165f]\n"
	  "\tKernel driver in use: tg3\n",
	  "1 lspci 0000:00:1f.6 driver=e1000e 8086:15bc intel part_name=Ethernet Connection (7) I219-V revision=16 "
	  "subsystem=Dell Device [1028:0869]\n"
	  "5 lspci 0000:01:00.0 driver=tg3 14e4:165f foreign part_name=Broadcom Inc. BCM5720\n" },
	{ "plain lspci, quoted and wrapped, with a domain",
	  "> 0002:03:00.1 Ethernet controller: Intel Corporation I350 Gigabit Network\n"
	  "> Connection (rev 01)\n",
	  "1 lspci 0002:03:00.1 intel part_name=I350 Gigabit Network\n" },
	{ "lspci with an old list of names",
	  "02:00.0 Ethernet controller: Intel Corporation Device 125c (rev 04)\n"
	  "03:00.0 Ethernet controller: Intel Corporation Device 125cd\n",
	  "1 lspci 0000:02:00.0 8086:125c intel part_name=Device 125c revision=4\n"
	  "2 lspci 0000:03:00.0 intel part_name=Device 125cd\n" },
	{ "lspci -vv, with link and ASPM",
	  "05:00.0 Ethernet controller: Intel Corporation 82574L Gigabit Network Connection\n"
	  "\tControl: I/O+ Mem+ BusMaster+\n"
	  "\tCapabilities: [e0] Express (v1) Endpoint, MSI 00\n"
	  "\t\tLnkCap:\tPort #0, Speed 2.5GT/s, Width x1, ASPM L0s L1, Exit Latency L0s <128ns, L1 <64us\n"
	  "\t\tLnkCtl:\tASPM L1 Enabled; RCB 64 bytes Disabled- CommClk+\n"
	  "\t\tLnkSta:\tSpeed 2.5GT/s (ok), Width x1 (ok)\n"
	  "\tKernel driver in use: e1000e\n",
	  "1 lspci 0000:05:00.0 driver=e1000e intel pcie_speed=2.5 pcie_speed_max=2.5 pcie_width=1 pcie_width_max=1 "
	  "aspm_supported=L0s L1 aspm_enabled=L1 part_name=82574L Gigabit Network Connection\n" },
	{ "lspci -vv, without root",
	  "09:00.0 Ethernet controller: Intel Corporation Ethernet Controller I226-V (rev 04)\n"
	  "\tCapabilities: <access denied>\n",
	  "1 lspci 0000:09:00.0 intel denied part_name=Ethernet Controller I226-V revision=4\n" },
	{ "a wireless card is no wired one", "03:00.0 Network controller: Intel Corporation Wi-Fi 6 AX200 (rev 1a)\n",
	  "" },
	{ "ethtool -i behind a prompt",
	  "root@pve:~# ethtool -i eno1\n"
	  "driver: e1000e\n"
	  "version: 6.8.12-4-pve\n"
	  "firmware-version: 0.5-4\n"
	  "expansion-rom-version:\n"
	  "bus-info: 0000:00:1f.6\n"
	  "supports-statistics: yes\n",
	  "2 ethtool -i 0000:00:1f.6 eno1 driver=e1000e driver_version=6.8.12-4-pve firmware=0.5-4\n" },
	{ "a line with a driver alone is prose", "driver: updated\nI then rebooted the machine\nand it was fine\n",
	  "" },
	{ "ethtool -k, its groups and members",
	  "Features for enp3s0f0:\n"
	  "rx-checksumming: on\n"
	  "scatter-gather: on\n"
	  "tcp-segmentation-offload: off\n"
	  "\ttx-tcp-segmentation: off\n"
	  "\ttx-tcp-ecn-segmentation: off [fixed]\n"
	  "generic-segmentation-offload: on\n",
	  "1 ethtool -k enp3s0f0 rx-checksum:on tx-scatter-gather:on tx-tcp-segmentation:off "
	  "tx-tcp-ecn-segmentation:off tx-generic-segmentation:on\n" },
	{ "ethtool -k through grep: the command names the interface",
	  "$ sudo ethtool -k eno1 | grep segmentation\n"
	  "tcp-segmentation-offload: on\n"
	  "generic-segmentation-offload: off [requested on]\n",
	  "2 ethtool -k eno1 tx-tcp-segmentation:on tx-generic-segmentation:off\n" },
	{ "ethtool, -g, -a, --show-eee",
	  "Settings for eth0:\n"
	  "\tSupported ports: [ TP ]\n"
	  "\tSpeed: 1000Mb/s\n"
	  "\tDuplex: Full\n"
	  "\tAuto-negotiation: on\n"
	  "\tLink detected: yes\n"
	  "Ring parameters for eth0:\n"
	  "Pre-set maximums:\n"
	  "RX:\t\t4096\n"
	  "RX Mini:\tn/a\n"
	  "TX:\t\t4096\n"
	  "Current hardware settings:\n"
	  "RX:\t\t256\n"
	  "TX:\t\t512\n"
	  "Pause parameters for eth0:\n"
	  "Autonegotiate:\ton\n"
	  "RX:\t\toff\n"
	  "TX:\t\ton\n"
	  "EEE settings for eth0:\n"
	  "\tEEE status: enabled - inactive\n",
	  "1 ethtool eth0 carrier=1 speed=1000 duplex=full autoneg=1\n"
	  "7 ethtool -g eth0 ring_tx=512 ring_tx_max=4096 ring_rx=256 ring_rx_max=4096\n"
	  "15 ethtool -a eth0 pause_autoneg=1 pause_rx=0 pause_tx=1\n"
	  "19 ethtool --show-eee eth0 eee_supported=1 eee_enabled=1 eee_active=0\n" },
	{ "/proc/net/bonding: a part for each slave",
	  "# cat /proc/net/bonding/bond1\n"
	  "Ethernet Channel Bonding Driver: v3.7.1 (April 27, 2011)\n"
	  "Bonding Mode: fault-tolerance (active-backup)\n"
	  "Currently Active Slave: em1\n"
	  "MII Status: up\n"
	  "MII Polling Interval (ms): 100\n"
	  "Slave Interface: em1\n"
	  "MII Status: up\n"
	  "Link Failure Count: 0\n"
	  "Slave Interface: p1p1\n"
	  "MII Status: down\n"
	  "Link Failure Count: 7\n",
	  "2 /proc/net/bonding em1 bond=bond1 bond_mode=active-backup bond_mii_status=up bond_active_slave=em1 "
	  "bond_miimon=100 bond_link_failures=0\n"
	  "2 /proc/net/bonding p1p1 bond=bond1 bond_mode=active-backup bond_mii_status=down bond_active_slave=em1 "
	  "bond_miimon=100 bond_link_failures=7\n" },
	{ "pciconf, old and new, with and without a driver",
	  "igb0@pci0:2:0:0:\tclass=0x020000 card=0x00018086 chip=0x15218086 rev=0x01 hdr=0x00\n"
	  "    device     = 'I350 Gigabit Network Connection'\n"
	  "    cap 10[a0] = PCI-Express 2 endpoint max data 256(512) FLR\n"
	  "                 link x4(x4) speed 5.0(5.0) ASPM L0s/L1(L0s/L1)\n"
	  "none0@pci0:4:0:0:\tclass=0x020000 rev=0x04 hdr=0x00 vendor=0x8086 device=0x125c subvendor=0x8086\n",
	  "1 pciconf 0000:02:00.0 igb0 driver=igb 8086:1521 intel pcie_speed=5.0 pcie_speed_max=5.0 pcie_width=4 "
	  "pcie_width_max=4 aspm_supported=L0s/L1 aspm_enabled=L0s/L1 part_name=I350 Gigabit Network Connection "
	  "revision=1\n"
	  "5 pciconf 0000:04:00.0 8086:125c intel driverless revision=4\n" },
	{ "ethtool -l, --show-priv-flags",
	  "Channel parameters for eno3:\n"
	  "Pre-set maximums:\n"
	  "RX:\t\t0\n"
	  "Combined:\t128\n"
	  "Current hardware settings:\n"
	  "RX:\t\t0\n"
	  "Combined:\t56\n"
	  "Private flags for eno3:\n"
	  "MFP                   : off\n"
	  "disable-fw-lldp       : on\n",
	  "1 ethtool -l eno3 tx_queues=56 rx_queues=56\n"
	  "8 ethtool --show-priv-flags eno3 MFP:off disable-fw-lldp:on\n" },
	{ "ethtool -S, whole and through grep",
	  "# ethtool -S eno3 | grep 44\n"
	  "     tx-44.tx_packets: 1200\n"
	  "     rx-44.rx_packets: 871\n"
	  "NIC statistics:\n"
	  "     rx_packets: 12\n"
	  "     port.rx_crc_errors: 18446744073709551615\n"
	  "that is all\n"
	  "and rx_packets: 13\n",
	  "2 ethtool -S eno3 tx-44.tx_packets+1200 rx-44.rx_packets+871\n"
	  "4 ethtool -S rx_packets+12\n" },
	{ "/proc/interrupts, of two drivers",
	  "           CPU0       CPU1\n"
	  "  9:          0          4   IO-APIC   9-fasteoi   acpi\n"
	  "124:         12       3407  IR-PCI-MSI 524288-edge      eno1\n"
	  "130:          1          0  PCI-MSI 1048577-edge      i40e-eno3-TxRx-0\n"
	  "131:          2          5  PCI-MSI 1048578-edge      i40e-eno3-TxRx-1\n"
	  "132:          2          5  PCI-MSI 1048579-edge      nvme0q0\n",
	  "3 /proc/interrupts eno1 eno1+3419\n"
	  "3 /proc/interrupts eno3 i40e-eno3-TxRx-0+1 i40e-eno3-TxRx-1+7\n"
	  "3 /proc/interrupts nvme0q0 nvme0q0+7\n" },
	{ "ip -d -s link",
	  "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n"
	  "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
	  "2: eno1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 9000 qdisc mq master bond0 state UP qlen 1000\n"
	  "    link/ether 00:1b:21:0a:0b:0c brd ff:ff:ff:ff:ff:ff promiscuity 0\n"
	  "    bond_slave state BACKUP mii_status UP link_failure_count 3 perm_hwaddr 00:1b:21:0a:0b:0c queue_id 0\n"
	  "    RX:  bytes packets errors dropped  missed   mcast\n"
	  "    1223334444 1234567      0       0       0      12\n"
	  "    altname enp0s31f6\n"
	  "7: tap100i0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc mq master vmbr0 state UNKNOWN\n"
	  "8: eno2: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc mq state DOWN\n",
	  "3 ip link eno1 mac=00:1b:21:0a:0b:0c operstate=up carrier=1 mtu=9000 bond=bond0 bond_state=BACKUP bond_mii_status=UP "
	  "bond_link_failures=3 "
	  "rx_bytes+1223334444 rx_packets+1234567 rx_errors+0 rx_dropped+0 rx_missed+0 rx_mcast+12\n"
	  "10 ip link eno2 operstate=down carrier=0 mtu=1500\n" },
	{ "ifconfig of Linux, old and new, and of FreeBSD",
	  "eth0      Link encap:Ethernet  HWaddr 00:25:90:01:02:03\n"
	  "          inet addr:10.0.0.1  Bcast:10.0.0.255  Mask:255.255.255.0\n"
	  "          UP BROADCAST MULTICAST  MTU:1500  Metric:1\n"
	  "          RX packets:123 errors:0 dropped:0 overruns:0 frame:0\n"
	  "eno1: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n"
	  "        ether 00:25:90:01:02:04  txqueuelen 1000  (Ethernet)\n"
	  "igb0: flags=8863<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n"
	  "\toptions=4e527bb<RXCSUM,TXCSUM,VLAN_MTU,LRO,WOL_MAGIC>\n"
	  "\tether 00:25:90:01:02:05\n"
	  "\tmedia: Ethernet autoselect (1000baseT <full-duplex>)\n"
	  "\tstatus: no carrier\n",
	  "1 ifconfig eth0 mac=00:25:90:01:02:03 carrier=0 mtu=1500 ip_address=1\n"
	  "5 ifconfig eno1 mac=00:25:90:01:02:04 carrier=1 mtu=1500\n"
	  "7 ifconfig igb0 mac=00:25:90:01:02:05 carrier=0 speed=1000 duplex=full mtu=1500 tx-tcp-segmentation:off rx-lro:on "
	  "rx-checksum:on tx-checksum-ipv4:on\n" },
	{ "words about the machine, and a driver's modinfo",
	  "Linux pve 6.8.12-4-pve #1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 x86_64 GNU/Linux\n"
	  "BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve root=/dev/mapper/pve-root ro quiet pcie_aspm=off\n"
	  "filename:       /lib/modules/6.8.12-4-pve/kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko\n"
	  "license:        GPL v2\n"
	  "version:        3.8.4-NAPI\n"
	  "Linux is an operating system, and # 1 of all\n",
	  "1 uname -a kernel=6.8.12-4-pve machine\n"
	  "2 /proc/cmdline aspm_boot=off machine\n"
	  "3 modinfo driver=e1000e driver_version=3.8.4-NAPI\n" },
	{ "lspci -tvv: the bus of each device is that of the bridge above it",
	  "-[0000:00]-+-00.0  Intel Corporation 2nd Generation Core Processor Family DRAM Controller\n"
	  "           +-01.0-[01-04]----00.0-[02-04]--+-01.0-[03]----00.0  Intel Corporation I210 Gigabit Network Connection\n"
	  "           |                               \\-02.0-[04]--+-00.0  Intel Corporation I350 Gigabit Network Connection\n"
	  "           |                                            \\-00.1  Intel Corporation I350 Gigabit Network Connection\n"
	  "           +-19.0  Intel Corporation 82579LM Gigabit Network Connection\n"
	  "           +-1c.0-[05]--\n"
	  "           +-1c.4-[06]----00.0  Intel Corporation Centrino Advanced-N 6205 [Taylor Peak]\n"
	  "           +-1c.5-[07]----00.0  Realtek Semiconductor Co., Ltd. RTL8111 PCI Express Gigabit Ethernet Controller\n"
	  "           \\-1f.3  Intel Corporation 6 Series/C200 Series Chipset Family SMBus Controller\n",
	  "2 lspci -t 0000:03:00.0 intel part_name=I210 Gigabit Network Connection\n"
	  "3 lspci -t 0000:04:00.0 intel part_name=I350 Gigabit Network Connection\n"
	  "4 lspci -t 0000:04:00.1 intel part_name=I350 Gigabit Network Connection\n"
	  "5 lspci -t 0000:00:19.0 intel part_name=82579LM Gigabit Network Connection\n"
	  "8 lspci -t 0000:07:00.0 foreign part_name=Realtek Semiconductor Co., Ltd. RTL8111 PCI Express Gigabit Ethernet Controller\n" },
	{ "lspci -t: of what grep left no bus is guessed",
	  "-[0000:00]-+-00.0  Intel Corporation Host Bridge\n"
	  "           +-19.0  Intel Corporation 82579LM Gigabit Network Connection\n"
	  "           |                               \\-02.0  Intel Corporation I350 Gigabit Network Connection\n",
	  "2 lspci -t 0000:00:19.0 intel part_name=82579LM Gigabit Network Connection\n" },
	{ "two roots",
	  "-+-[0000:17]-+-02.0-[18]----00.0  Intel Corporation Ethernet Controller X710 for 10GbE SFP+\n"
	  " |           \\-05.0  Intel Corporation Sky Lake-E VT-d\n"
	  " \\-[0000:00]-+-00.0  Intel Corporation Sky Lake-E DMI3 Registers\n"
	  "             \\-1f.6  Intel Corporation Ethernet Connection (3) I219-LM\n",
	  "1 lspci -t 0000:18:00.0 intel part_name=Ethernet Controller X710 for 10GbE SFP+\n"
	  "4 lspci -t 0000:00:1f.6 intel part_name=Ethernet Connection (3) I219-LM\n" },
	{ "a subsystem says who emulates it",
	  "02:01.0 Ethernet controller [0200]: Intel Corporation 82545EM Gigabit Ethernet Controller (Copper) [8086:100f] (rev 01)\n"
	  "\tSubsystem: VMware PRO/1000 MT Single Port Adapter [15ad:0750]\n",
	  "1 lspci 0000:02:01.0 8086:100f intel part_name=82545EM Gigabit Ethernet Controller (Copper) revision=1 subsystem=VMware PRO/1000 MT Single Port Adapter [15ad:0750]\n" },
	{ "ethtool -c and -m",
	  "Coalesce parameters for enp1s0f0:\n"
	  "Adaptive RX: on  TX: on\n"
	  "rx-usecs: 50\n"
	  "rx-frames: 0\n"
	  "tx-usecs: 50\n"
	  "# ethtool -m enp1s0f0\n"
	  "\tIdentifier                                : 0x03 (SFP)\n"
	  "\tTransceiver type                          : 10G Ethernet: 10G Base-SR\n"
	  "\tVendor name                               : FINISAR CORP.\n"
	  "\tVendor PN                                 : FTLX8571D3BCV-IT\n"
	  "\tReceiver signal average optical power     : 0.0001 mW / -40.00 dBm\n"
	  "\tLaser rx power high alarm                 : Off\n"
	  "\tLaser rx power low alarm                  : On\n"
	  "\tLaser rx power low warning                : On\n",
	  "1 ethtool -c enp1s0f0 coalesce_rx_usecs=50 coalesce_tx_usecs=50 coalesce_adaptive_rx=1\n"
	  "7 ethtool -m enp1s0f0 module=FINISAR CORP. FTLX8571D3BCV-IT module_rx_power=0.0001 mW / -40.00 dBm module_alarm=Laser rx power low alarm\n" },
	{ "os-release, lsb_release and files of distributions",
	  "NAME=\"Rocky Linux\"\n"
	  "PRETTY_NAME=\"Rocky Linux 9.4 (Blue Onyx)\"\n"
	  "Distributor ID:\tUbuntu\n"
	  "Description:\tUbuntu 22.04.4 LTS\n"
	  "CentOS release 6.2 (Final)\n"
	  "pve-manager/8.2.4/faa83925c9641325 (running kernel: 6.8.8-2-pve)\n"
	  "FreeBSD gw 14.1-RELEASE FreeBSD 14.1-RELEASE releng/14.1-n267679 GENERIC amd64\n"
	  "VMware ESXi 7.0.3 build-19193900\n",
	  "2 os-release distribution=Rocky Linux 9.4 (Blue Onyx) machine\n"
	  "4 os-release distribution=Ubuntu 22.04.4 LTS machine\n"
	  "5 os-release distribution=CentOS release 6.2 (Final) machine\n"
	  "6 os-release kernel=6.8.8-2-pve distribution=Proxmox VE machine\n"
	  "7 uname -a kernel=14.1-RELEASE distribution=FreeBSD 14.1-RELEASE machine\n"
	  "8 vmware -v distribution=VMware ESXi 7.0.3 build-19193900 machine\n" },
	{ "the kernel's configuration",
	  "CONFIG_DCB=y\n"
	  "CONFIG_I40E_DCB=y\n"
	  "config-5.4.0:# CONFIG_IXGBE_DCB is not set\n"
	  "CONFIG_NET=y\n",
	  "1 kernel configuration kernel_dcb=1 machine\n"
	  "1 kernel configuration driver=i40e driver_dcb=1\n"
	  "1 kernel configuration driver=ixgbe driver_dcb=0\n" },
	{ "dmidecode, whole and by -s",
	  "# dmidecode -s system-product-name\n"
	  "VMware Virtual Platform\n"
	  "Handle 0x0001, DMI type 1, 27 bytes\n"
	  "System Information\n"
	  "\tManufacturer: VMware, Inc.\n"
	  "\tProduct Name: VMware7,1\n"
	  "\tSerial Number: VMware-42 00\n"
	  "Base Board Information\n"
	  "\tManufacturer: Intel Corporation\n"
	  "\tProduct Name: 440BX Desktop Reference Platform\n",
	  "2 dmidecode -s system=VMware Virtual Platform machine\n"
	  "4 dmidecode system=VMware, Inc. VMware7,1 machine\n"
	  "8 dmidecode board_vendor=Intel Corporation board=440BX Desktop Reference Platform machine\n" },
	{ "hostnamectl",
	  "   Static hostname: pve\n"
	  "         Icon name: computer-desktop\n"
	  "  Operating System: Debian GNU/Linux 12 (bookworm)\n"
	  "            Kernel: Linux 6.8.8-2-pve\n"
	  "   Hardware Vendor: Intel(R) Client Systems\n"
	  "    Hardware Model: NUC8i5BEH\n",
	  "1 hostnamectl kernel=6.8.8-2-pve system=Intel(R) Client Systems NUC8i5BEH distribution=Debian GNU/Linux 12 (bookworm) machine\n" },
	{ "lshw -c network",
	  "  *-network\n"
	  "       description: Ethernet interface\n"
	  "       product: Ethernet Connection (6) I219-V\n"
	  "       vendor: Intel Corporation\n"
	  "       bus info: pci@0000:00:1f.6\n"
	  "       logical name: eno1\n"
	  "       size: 1Gbit/s\n"
	  "       configuration: autonegotiation=on broadcast=yes driver=e1000e driverversion=6.8.8-2-pve duplex=full firmware=0.4-4 link=yes speed=1Gbit/s\n"
	  "  *-network DISABLED\n"
	  "       description: Wireless interface\n"
	  "       product: Wireless-AC 9560\n"
	  "       vendor: Intel Corporation\n"
	  "       bus info: pci@0000:00:14.3\n"
	  "       logical name: wlo1\n",
	  "1 lshw 0000:00:1f.6 eno1 driver=e1000e intel carrier=1 speed=1000 duplex=full autoneg=1 driver_version=6.8.8-2-pve firmware=0.4-4 part_name=Ethernet Connection (6) I219-V\n"
	  "9 lshw 0000:00:14.3 wlo1 intel part_name=Wireless-AC 9560\n" },
	{ "ip -s -s link",
	  "2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000\n"
	  "    link/ether 94:c6:91:00:00:01 brd ff:ff:ff:ff:ff:ff\n"
	  "    RX:  bytes packets errors dropped  missed   mcast\n"
	  "    1234567890  123456      0      12       0    4567\n"
	  "    RX errors:  length    crc   frame    fifo overrun\n"
	  "                     0      5       0       0       0\n"
	  "    TX:  bytes packets errors dropped carrier collsns\n"
	  "    2345678901  234567      0       0       0       0\n",
	  "1 ip link eno1 mac=94:c6:91:00:00:01 operstate=up carrier=1 mtu=1500 rx_bytes+1234567890 rx_packets+123456 rx_errors+0 rx_dropped+12 rx_missed+0 rx_mcast+4567 rx_errors_length+0 rx_errors_crc+5 rx_errors_frame+0 rx_errors_fifo+0 rx_errors_overrun+0 tx_bytes+2345678901 tx_packets+234567 tx_errors+0 tx_dropped+0 tx_carrier+0 tx_collsns+0\n" },
	{ "nmcli and networkctl",
	  "DEVICE  TYPE      STATE      CONNECTION\n"
	  "eno1    ethernet  connected  Wired connection 1\n"
	  "wlo1    wifi      connected  home\n"
	  "lo      loopback  unmanaged  --\n"
	  "\n"
	  "GENERAL.DEVICE:                         eno2\n"
	  "GENERAL.TYPE:                           ethernet\n"
	  "GENERAL.HWADDR:                         00:25:90:01:02:03\n"
	  "GENERAL.MTU:                            9000\n"
	  "GENERAL.STATE:                          100 (connected)\n"
	  "WIRED-PROPERTIES.CARRIER:               on\n"
	  "IDX LINK  TYPE     OPERATIONAL SETUP\n"
	  "  1 lo    loopback carrier     unmanaged\n"
	  "  2 enp2s0 ether   routable    configured\n"
	  "● 3: enp3s0\n"
	  "                          State: routable (configured)\n"
	  "                           Type: ether\n"
	  "                           Path: pci-0000:03:00.0\n"
	  "                         Driver: igc\n"
	  "                         Vendor: Intel Corporation\n"
	  "                          Model: Ethernet Controller I225-V\n"
	  "                            MTU: 1500 (min: 68, max: 9216)\n",
	  "2 nmcli device eno1 network_setup=NetworkManager\n"
	  "6 nmcli device show eno2 mac=00:25:90:01:02:03 carrier=1 mtu=9000 network_setup=NetworkManager\n"
	  "14 networkctl enp2s0 network_setup=systemd-networkd\n"
	  "15 networkctl status 0000:03:00.0 enp3s0 driver=igc intel mtu=1500 part_name=Ethernet Controller I225-V network_setup=systemd-networkd\n" },
	{ "/etc/network/interfaces, and offloads that it switches off",
	  "iface lo inet loopback\n"
	  "iface eno1 inet manual\n"
	  "auto vmbr0\n"
	  "iface vmbr0 inet static\n"
	  "        address 192.168.1.10/24\n"
	  "        bridge-ports eno1\n"
	  "        bridge-stp off\n"
	  "        post-up ethtool -K eno1 tso off gso off\n",
	  "1 /etc/network/interfaces lo network_setup=ifupdown\n"
	  "2 /etc/network/interfaces eno1 network_setup=ifupdown\n"
	  "4 /etc/network/interfaces vmbr0 network_setup=ifupdown\n"
	  "4 /etc/network/interfaces eno1 bridge=vmbr0 network_setup=ifupdown tx-tcp-segmentation:off tx-tcp6-segmentation:off tx-generic-segmentation:off\n" },
	{ "settings that were changed at a prompt",
	  "root@pve:~# ethtool -K eno1 tso off gso off gro off\n"
	  "$ sudo ethtool --set-eee enp3s0 eee off\n"
	  "# ethtool -A eno1 autoneg off rx off tx off\n"
	  "ETHTOOL_OPTS=\"-K eth0 tso off\"\n"
	  "They say that ethtool -K eth1 tso off helps\n"
	  "# ethtool -K $IFACE tso off\n",
	  "1 a change by ethtool eno1 tx-tcp-segmentation:off tx-tcp6-segmentation:off tx-generic-segmentation:off rx-gro:off\n"
	  "2 a change by ethtool enp3s0 eee_enabled=0\n"
	  "3 a change by ethtool eno1 pause_autoneg=0 pause_rx=0 pause_tx=0\n"
	  "4 a change by ethtool eth0 tx-tcp-segmentation:off tx-tcp6-segmentation:off\n" },
	{ "esxcli network nic list, get and stats",
	  "Name    PCI Device    Driver  Admin Status  Link Status  Speed  Duplex  MAC Address         MTU  Description\n"
	  "------  ------------  ------  ------------  -----------  -----  ------  -----------------  ----  -----------\n"
	  "vmnic0  0000:04:00.0  ne1000  Up            Up            1000  Full    00:25:90:aa:bb:cc  1500  Intel Corporation 82574L Gigabit Network Connection\n"
	  "vmnic1  0000:005:00.0  ntg3    Up            Down             0  Half    00:25:90:aa:bb:cd  1500  Broadcom Corporation NetXtreme BCM5720 Gigabit Ethernet\n"
	  "   Advertised Auto Negotiation: true\n"
	  "   Advertised Link Modes: 10BaseT/Half, 1000BaseT/Full\n"
	  "   Auto Negotiation: true\n"
	  "   Driver Info:\n"
	  "         Bus Info: 0000:04:00:0\n"
	  "         Driver: ne1000\n"
	  "         Firmware Version: 1.8-0\n"
	  "         Version: 0.8.4\n"
	  "   Link Detected: true\n"
	  "   Name: vmnic0\n"
	  "   Pause RX: true\n"
	  "   Pause TX: false\n"
	  "NIC statistics for vmnic0\n"
	  "   Packets received: 12345\n"
	  "   Packets sent: 345\n"
	  "   Total transmit errors: 3\n",
	  "3 esxcli network nic list 0000:04:00.0 vmnic0 driver=ne1000 intel mac=00:25:90:aa:bb:cc speed=1000 duplex=full mtu=1500 part_name=82574L Gigabit Network Connection\n"
	  "4 esxcli network nic list 0000:05:00.0 vmnic1 driver=ntg3 foreign mac=00:25:90:aa:bb:cd carrier=0 mtu=1500 part_name=Broadcom Corporation NetXtreme BCM5720 Gigabit Ethernet\n"
	  "5 esxcli network nic get 0000:04:00.0 vmnic0 driver=ne1000 carrier=1 autoneg=1 pause_rx=1 pause_tx=0 driver_version=0.8.4 firmware=1.8-0\n"
	  "17 esxcli network nic stats vmnic0 rx_packets+12345 tx_packets+345 total_transmit_errors+3\n" },
	{ "sysctl dev.igb and dev.em",
	  "dev.igb.0.watchdog_timeouts: 2\n"
	  "dev.igb.0.fc: 1\n"
	  "dev.igb.0.%pnpinfo: vendor=0x8086 device=0x1533 subvendor=0x8086 subdevice=0x0001 class=0x020000\n"
	  "dev.igb.0.%location: slot=0 function=0 dbsf=pci0:1:0:0 handle=x\n"
	  "dev.em.1.fc: 3\n"
	  "dev.cpu.0.temperature: 40.0C\n",
	  "1 sysctl dev 0000:01:00.0 igb0 driver=igb 8086:1533 intel pause_rx=1 pause_tx=0 watchdog_timeouts+2\n"
	  "1 sysctl dev em1 driver=em pause_rx=1 pause_tx=1\n" },
	{ "prose in five languages makes no device",
	  "Driver: I do not know which. My network card is an Intel and hangs; DEVICE TYPE unknown.\n"
	  "Der Treiber ist e1000e, die Karte ist eine Intel 82574L: Name, PCI Device, Driver?\n"
	  "iface ist das Schluesselwort, ethtool -K hilft vielleicht; vendor: Intel Corporation\n"
	  "La carte reseau Intel I219-V ne marche plus, system information: rien.\n"
	  "La tarjeta Intel se cuelga; bus info: no se; Description: Linux muy viejo\n"
	  "Le reti: Identifier: non so. NIC statistics for everyone. Hardware Model: boh\n"
	  "カードは Intel I219-V です。ドライバ: e1000e、リンクが落ちます。\n"
	  "карта Intel, драйвер igb; -[0000:00] что это?\n",
	  "" },
	{ "prose in some languages makes no device",
	  "Ich habe eine Intel-Karte, Treiber: e1000e, und der Link faellt aus.\n"
	  "Le pilote est igb: rien ne marche. Ethernet controller en panne.\n"
	  "El controlador de red: Intel 82574L\n"
	  "The driver: I do not know which one. Speed: low.\n"
	  "01:00 tonight I will try again: Ethernet controller reseated\n",
	  "" },
};

static void reads_what_people_paste(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = read_text(cases[i].text);

		if (strcmp(got, cases[i].wanted))
			fail_msg("%s:\n--- expected\n%s--- got\n%s", cases[i].name, cases[i].wanted, got);
		free(got);
	}
}

/* The log gives the name, the pasted output the address and the id: one device. */
static void names_a_device_of_the_log(void **state)
{
	static const char text[] = "# ethtool -i eth3\n"
				   "driver: e1000e\n"
				   "version: 3.2.6-k\n"
				   "bus-info: 0000:05:00.0\n"
				   "[  100.000001] e1000e: eth3 NIC Link is Down\n"
				   "05:00.0 Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n";
	struct klog *k = klog_new(NULL, NULL);
	const struct klog_device *d;

	(void)state;
	klog_feed(k, text, strlen(text));
	klog_end(k);
	d = klog_device(k, 0);
	assert_non_null(d);
	assert_null(klog_device(k, 1));
	assert_string_equal(d->address, "0000:05:00.0");
	assert_string_equal(d->interface, "eth3");
	assert_int_equal(d->device, 0x10d3);
	assert_int_equal(d->described_line, 2);
	assert_int_equal(d->counts[KLOG_LINK_DOWN], 1);
	assert_true(klog_describes(k, klog_described(k, 0), d));
	assert_true(klog_describes(k, klog_described(k, 1), d));
	klog_free(k);
}

/* Kernel messages right behind pasted output are still read. */
static void messages_after_it_are_read(void **state)
{
	static const char text[] = "01:00.0 Ethernet controller: Intel Corporation I210 Gigabit Network Connection\n"
				   "igb 0000:01:00.0 eth0: Reset adapter\n"
				   "Features for eth0:\n"
				   "tcp-segmentation-offload: on\n"
				   "igb 0000:01:00.0 eth0: PCIe link lost\n";
	struct klog *k = klog_new(NULL, NULL);

	(void)state;
	klog_feed(k, text, strlen(text));
	klog_end(k);
	assert_int_equal(klog_device(k, 0)->counts[KLOG_RESET], 1);
	assert_int_equal(klog_device(k, 0)->counts[KLOG_PCIE_LOST], 1);
	klog_free(k);
}

static void check_reports(const char *text, enum klog_kind kind, uint64_t n)
{
	struct klog *k = klog_new(NULL, NULL);
	uint64_t got = 0;

	klog_feed(k, text, strlen(text));
	klog_end(k);
	for (size_t i = 0; klog_device(k, i); i++)
		got += klog_device(k, i)->foreign ? 0 : klog_device(k, i)->counts[kind];
	if (got != n)
		fail_msg("%s: %" PRIu64 " of its reports count, not %" PRIu64, text, got, n);
	klog_free(k);
}

#define REALTEK "00:19.0 Ethernet controller [0200]: Realtek Semiconductor RTL8111 [10ec:8168]\n"
#define HANG "e1000e 0000:00:19.0 eth0: Detected Hardware Unit Hang:\n"

/* Who may write lines into a log, or what stands in the slot later, cannot take a hang away. */
static void nothing_takes_a_hang_away(void **state)
{
	static const char *const texts[] = {
		"Nov 26 11:00:00 host kernel: " HANG "Nov 26 11:00:01 host app[1]: hello\n"
		"                             " REALTEK,
		"Nov 26 11:00:00 host kernel: " HANG "Nov 26 11:00:01 host app[1]: hello\n" REALTEK,
		"[ 100.000000] " HANG REALTEK,
		REALTEK "[ 100.000000] " HANG,
		"[5000.000000] " HANG "[   2.000000] r8169 0000:00:19.0 eth1: RTL8125B, 00:11:22:33:44:55\n"
		"[   3.000000] r8169 0000:00:19.0 eth1: Link is Up\n",
		"[   1.500000] e1000e eno1: Detected Hardware Unit Hang:\n",
		"kernel: e1000e eno1: Detected Hardware Unit Hang:\n",
		"dmesg shows e1000e eth0: Detected Hardware Unit Hang:\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_reports(texts[i], KLOG_HANG, 1);
	check_reports(REALTEK "[ 100.000000] 0000:00:19.0: eth0: Reset adapter\n", KLOG_RESET, 0);
}

static void foreign_card_is_not_ours(void **state)
{
	static const char text[] = "04:00.0 Ethernet controller: Broadcom Inc. BCM57810\n"
				   "\tKernel driver in use: bnx2x\n"
				   "[   10.000001] 0000:04:00.0: eth0: Reset adapter\n";
	struct klog *k = klog_new(NULL, NULL);

	(void)state;
	klog_feed(k, text, strlen(text));
	klog_end(k);
	assert_true(klog_device(k, 0)->foreign);
	assert_int_equal(klog_device(k, 0)->described_line, 0);
	klog_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_people_paste),    cmocka_unit_test(names_a_device_of_the_log),
		cmocka_unit_test(messages_after_it_are_read), cmocka_unit_test(foreign_card_is_not_ours),
		cmocka_unit_test(nothing_takes_a_hang_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
