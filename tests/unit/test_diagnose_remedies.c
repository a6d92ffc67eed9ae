// SPDX-License-Identifier: GPL-2.0-or-later
/* What is advised, where, and with which sources; what must not be. The text of remedies/ itself. */
#include "patient.h"

#include <errno.h>
#include <stdio.h>

#include "change/plan.h"
#include "diagnose/remedy.h"
#include "diagnose/rules.h"

#define STUCK "STATUS=0x80083 TCTL=0x3103f0fa TDLEN=4096 TDH=0x5d TDT=0x90"
#define EMPTY "STATUS=0x80083 TCTL=0x3103f0fa TDLEN=4096 TDH=7 TDT=7"
#define STUCK_I350 "STATUS=0x80083 TDLEN[0]=4096 TDH[0]=1 TDT[0]=9"
#define STUCK_X722 "PRTMAC_LINKSTA[0]=0x48000080 QTX_ENA[44]=5 QTX_HEAD[44]=1 QTX_TAIL[44]=9"
#define E1000E "netdev=eth0 driver=e1000e carrier=1 speed=1000 "
#define QEMU "system=QEMU_Standard_PC_(Q35) "

#define IGC_HANG(kernel)                        \
	"[ 0.0] Linux version " kernel " (x)\n" \
	"[ 9.0] NETDEV WATCHDOG: enp2s0 (igc): transmit queue 1 timed out\n"

#define PCICONF "igc0@pci0:1:0:0:\tclass=0x020000 rev=0x03 hdr=0x00 vendor=0x8086 device=0x15f3 subvendor=0x8086\n"
#define FEATURES(state)                             \
	"$ ethtool -k eth0\nFeatures for eth0:\n"   \
	"tcp-segmentation-offload: " state "\n"     \
	"\ttx-tcp-segmentation: " state "\n"        \
	"generic-segmentation-offload: " state "\n" \
	"generic-receive-offload: on\n\n"
#define IN_QEMU(mac)                                                                \
	"[ 0.0] DMI: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2 04/01/2014\n" \
	"[ 1.0] e1000e 0000:02:00.0 eth0: MAC: " mac ", PBA No: 000000-000\n"
#define E1000E_HANG_AT(address)                                          \
	"[ 9.0] e1000e " address " eth0: Detected Hardware Unit Hang:\n" \
	"  TDH                  <5d>\n  TDT                  <90>\n  next_to_use          <90>\n"
#define E1000E_HANG E1000E_HANG_AT("0000:00:1f.6")
#define I219(id, kernel)                        \
	"[ 0.0] Linux version " kernel " (x)\n" \
	"[ 0.1] pci 0000:00:1f.6: [8086:" id "] type 00 class 0x020000\n"
#define LSPCI(aspm)                                                                           \
	"0a:00.0 Ethernet controller [0200]: Intel Corporation I225-V [8086:15f3] (rev 03)\n" \
	"\tCapabilities: [a0] Express (v2) Endpoint, MSI 00\n"                                \
	"\t\tLnkCtl:\tASPM " aspm "; RCB 64 bytes, Disabled- CommClk+\n\n"
#define IGC_LOST "[ 9.0] igc 0000:0a:00.0 enp10s0: PCIe link lost, device now detached\n"

#define I226_LOST(kernel)                                                                        \
	"[ 0.0] Linux version " kernel " (x)\n"                                                  \
	"[ 0.1] pci 0000:02:00.0: [8086:125c] type 00 class 0x020000 PCIe Endpoint\n"            \
	"[ 0.2] igc 0000:02:00.0 eth0: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX\n" \
	"[ 9.0] NETDEV WATCHDOG: eth0 (igc): transmit queue 1 timed out\n"

static const struct one {
	const char *chip, *regs, *facts;
	const char *log; /* NULL: three samples of chip; else of a log alone, if chip is NULL */
	bool advised;
	const char *words; /* in a command, in why, or in how it is kept */
} table[] = {
	/* A ring reset by the driver's own way where it has one. */
	{ "82574L", STUCK, E1000E, NULL, true, "ethtool -r eth0" },
	{ "82574L", STUCK, E1000E "autoneg=0", NULL, false, "ethtool -r eth0" },
	{ "82574L", STUCK, E1000E "autoneg=0", NULL, true, "ip link set eth0 down" },
	{ "I350", STUCK_I350, "netdev=eth0 driver=igb autoneg=0", NULL, true, "ethtool -r eth0" },
	{ "X722", STUCK_X722, "netdev=eth0 driver=i40e", NULL, false, "ethtool -r" },
	{ "X722", STUCK_X722, "netdev=eth0 driver=i40e", NULL, false, "ip link set" },
	{ "X722", STUCK_X722, "netdev=eth0 driver=i40e", NULL, true, "tee unbind bind" },
	/* A queue that Linux's counts alone show standing, and one that they show moving. */
	{ "82574L", EMPTY, E1000E "inflight[0]=588 limit[0]=3028 irq[24]=7", NULL, true, "ethtool -r eth0" },
	{ "82574L", EMPTY, E1000E "inflight[0]=0 limit[0]=3028 irq[24]=7", NULL, false, "ethtool -r eth0" },
	/* Pause: i40e and ice do not take autoneg here. */
	{ "X722", STUCK_X722 " PRTDCB_TFCS=0x400", "netdev=eth0 driver=i40e", NULL, true, "ethtool -A eth0 rx off" },
	{ "X722", STUCK_X722 " PRTDCB_TFCS=0x400", "netdev=eth0 driver=i40e", NULL, false, "autoneg" },
	{ "X722", STUCK_X722 " PRTDCB_TFCS=0x400", "netdev=eth0 driver=i40e pause_rx=0", NULL, false, "rx off" },
	{ "82574L", "STATUS=0x80093", E1000E, NULL, true, "ethtool -A eth0 autoneg off rx off" },
	/* What is off already is not switched off. */
	{ "82574L", STUCK, E1000E "tx-tcp-segmentation=on tx-generic-segmentation=on rx-gro=on", NULL, true,
	  "ethtool -K eth0 tso off gso off gro off" },
	{ "82574L", STUCK, E1000E "tx-tcp-segmentation=off tx-generic-segmentation=on rx-gro=on", NULL, true,
	  "ethtool -K eth0 gso off gro off" },
	{ "82574L", STUCK, E1000E "tx-tcp-segmentation=off tx-generic-segmentation=on rx-gro=on", NULL, false,
	  "tso off" },
	{ "82574L", STUCK, E1000E "tx-tcp-segmentation=off tx-tcp6-segmentation=on tx-generic-segmentation=off", NULL,
	  true, "tso off" },
	{ "82574L", STUCK, E1000E "tx-tcp-segmentation=off tx-generic-segmentation=off rx-gro=on", NULL, false,
	  "ethtool -K" },
	{ "I350", STUCK_I350 " EEER=0x20000000", "netdev=eth0 driver=igb", NULL, true, "--set-eee eth0 eee off" },
	{ "I350", STUCK_I350 " EEER=0x20000000", "netdev=eth0 driver=igb eee_enabled=0", NULL, false, "eee off" },
	{ "82574L", STUCK, E1000E "ring_tx=256 ring_tx_max=4096", NULL, true, "ethtool -G" },
	{ "82574L", STUCK, E1000E "ring_tx=4096 ring_tx_max=4096", NULL, false, "ethtool -G" },
	{ "82574L", STUCK, E1000E QEMU, NULL, false, "ethtool -G" },
	/* How a distribution keeps it. */
	{ "82574L", STUCK, E1000E, NULL, true, "nmcli -g GENERAL.CONNECTION device show eth0" },
	{ "82574L", STUCK, E1000E, NULL, true, "TCPSegmentationOffload=no" },
	{ "82574L", STUCK, E1000E, NULL, true, "post-up ethtool -K eth0 tso off" },
	{ "82574L", STUCK, E1000E "kernel=6.8.12-4-pve", NULL, true, "post-up ethtool -K eth0 tso off" },
	{ "82574L", STUCK, E1000E "kernel=6.8.12-4-pve", NULL, false, "nmcli" },
	{ "82574L", STUCK, E1000E "kernel=5.14.0-503.el9.x86_64", NULL, false, "post-up" },
	{ "82574L", STUCK, E1000E "kernel=5.14.0-503.el9.x86_64", NULL, true, "ethtool.feature-tso off" },
	/* A device that does not answer. */
	{ "82574L", "STATUS=gone TDH=gone", E1000E, NULL, true, "> rescan" },
	{ "82574L", "STATUS=gone TDH=gone", E1000E, NULL, false, "ethtool -r" },
	{ "82574L", "STATUS=gone TDH=gone", E1000E, NULL, false, "ip link set" },
	{ "I350", "STATUS=gone", "netdev=eth0 driver=igbvf physical_function=0000:01:00.0", NULL, false, "rescan" },
	/* Other systems. */
	{ NULL, NULL, NULL,
	  "cpu5:66340)WARNING: LinNet: netdev_watchdog:3688: NETDEV WATCHDOG: vmnic0: transmit timed out\n", true,
	  "esxcli network nic down -n vmnic0" },
	{ NULL, NULL, NULL,
	  "cpu5:66340)WARNING: LinNet: netdev_watchdog:3688: NETDEV WATCHDOG: vmnic0: transmit timed out\n", false,
	  "ip link" },
	{ NULL, NULL, NULL, "Jan  2 03:04:05 gw kernel: igb0: Watchdog timeout -- resetting\n", true,
	  "ifconfig igb0 down && ifconfig igb0 up" },
	{ NULL, NULL, NULL, "Jan  2 03:04:05 gw kernel: igb0: Watchdog timeout -- resetting\n", false, "ip link" },
	{ NULL, NULL, NULL,
	  "[ 9.0] NETDEV WATCHDOG: igb0 (igb): transmit queue 3 timed out\n[ 0.1] Linux version 6.1.0\n", true,
	  "ethtool -r igb0" },
	{ NULL, NULL, NULL, PCICONF "kernel: igc0: Watchdog timeout -- resetting\n", true, "ifconfig igc0 down" },
	/* By a text alone. */
	{ "82574L", STUCK, E1000E "distribution=NixOS_24.05", NULL, true, "networking.localCommands" },
	{ "82574L", STUCK, E1000E "distribution=NixOS_24.05", NULL, false, "post-up" },
	{ "82574L", STUCK, E1000E "network_setup=ifupdown", NULL, true, "post-up ethtool -K eth0 tso off" },
	{ "82574L", STUCK, E1000E "network_setup=ifupdown", NULL, false, "nmcli" },
	{ "82574L", STUCK, E1000E "network_setup=systemd-networkd", NULL, true, "TCPSegmentationOffload=no" },
	{ "82574L", STUCK, E1000E "network_setup=NetworkManager kernel=6.8.12-4-pve", NULL, true, "nmcli" },
	{ "82574L", STUCK, E1000E "kernel=2.6.32-220.el6.x86_64", NULL, true, "ETHTOOL_OPTS=" },
	{ "82574L", STUCK, E1000E, NULL, false, "ETHTOOL_OPTS=" },
	{ "82574L", STUCK, E1000E, NULL, false, "localCommands" },
	{ NULL, NULL, NULL, PCICONF "kernel: igc0: Watchdog timeout -- resetting\n", false, "ethtool" },
	/* A guest: the part that hypervisors emulate, and one that was passed through. */
	{ NULL, NULL, NULL, IN_QEMU("3, PHY: 8") E1000E_HANG_AT("0000:02:00.0"), true, "Change its model" },
	{ NULL, NULL, NULL, IN_QEMU("0, PHY: 4") E1000E_HANG_AT("0000:02:00.0"), false, "Change its model" },
	{ NULL, NULL, NULL, E1000E_HANG_AT("0000:02:00.0"), false, "Change its model" },
	/* Pasted beside the log: what is off already. */
	{ NULL, NULL, NULL, FEATURES("on") E1000E_HANG, true, "ethtool -K eth0 tso off" },
	{ NULL, NULL, NULL, I219("15bc", "6.12.30") E1000E_HANG, true, "ethtool -K eth0 tso off" },
	{ NULL, NULL, NULL, I219("15bc", "6.12.30") E1000E_HANG, false, "aspm" },
	{ NULL, NULL, NULL, I219("15bc", "6.12.30") E1000E_HANG, false, "K1" },
	{ NULL, NULL, NULL, I219("550a", "6.12.30") E1000E_HANG, true, "Run Linux 6.19 or later" },
	{ NULL, NULL, NULL, I219("550a", "6.12.22") E1000E_HANG, false, "K1" },
	{ NULL, NULL, NULL, I219("550a", "6.19.1") E1000E_HANG, false, "K1" },
	{ NULL, NULL, NULL, FEATURES("off") E1000E_HANG, false, "ethtool -K eth0" },
	{ NULL, NULL, NULL, LSPCI("L1 Enabled") IGC_LOST, true, "nicregs aspm disable" },
	{ NULL, NULL, NULL, LSPCI("Disabled") IGC_LOST, false, "nicregs aspm" },
	/* Malicious driver detection: whose queue it was. */
	{ NULL, NULL, NULL,
	  "[ 9.0] ice 0000:31:00.0 ens1: Malicious Driver Detection event 7 on TX queue 44 PF# 0 VF# 1\n", true,
	  "ip -details link show ens1" },
	{ NULL, NULL, NULL,
	  "[ 9.0] i40e 0000:31:00.0: Malicious Driver Detection event 0x02 on TX queue 4 PF number 0x01 VF "
	  "number 0x00\n[ 9.1] i40e 0000:31:00.0: TX driver issue detected, PF reset issued\n",
	  true, "msglvl tx_err on" },
	{ NULL, NULL, NULL,
	  "[ 9.0] i40e 0000:31:00.0: Malicious Driver Detection event 0x02 on TX queue 4 PF number 0x01 VF "
	  "number 0x00\n[ 9.1] i40e 0000:31:00.0: TX driver issue detected, PF reset issued\n",
	  false, "ip -details" },
	/* What a kernel has fixed. */
	{ NULL, NULL, NULL, IGC_HANG("6.1.0-13-amd64"), false, "A kernel from 6.1.43" },
	{ NULL, NULL, NULL, IGC_HANG("6.1.0"), true, "A kernel from 6.1.43" },
	{ NULL, NULL, NULL, IGC_HANG("5.10.55"), true, "A kernel from 6.1.43" },
	{ NULL, NULL, NULL, I226_LOST("6.12.30"), true, "--state l1.2" },
	{ NULL, NULL, NULL, I226_LOST("6.12.44"), false, "--state l1.2" },
	{ NULL, NULL, NULL, I226_LOST("6.12.0-20-amd64"), true, "--state l1.2" },
	{ NULL, NULL, NULL, I226_LOST("6.18.1"), false, "--state l1.2" },
	{ NULL, NULL, NULL, IGC_HANG("6.1.42"), true, "A kernel from 6.1.43" },
	{ NULL, NULL, NULL, IGC_HANG("6.1.43"), false, "A kernel from 6.1.43" },
	{ NULL, NULL, NULL, IGC_HANG("6.2.16"), true, "A kernel from 6.1.43" },
	{ NULL, NULL, NULL, IGC_HANG("6.4.8"), false, "A kernel from 6.1.43" },
	{ NULL, NULL, NULL, IGC_HANG("6.12.9"), false, "A kernel from 6.1.43" },
	/* The driver's own words: no hang, the switch pauses. */
	{ NULL, NULL, NULL,
	  "[ 9.0] ice 0000:31:00.0 ens1: Fake Tx hang detected on queue 7, timeout caused by PFC storm\n", true,
	  "ethtool -S ens1" },
	{ NULL, NULL, NULL,
	  "[ 9.0] ice 0000:31:00.0 ens1: Fake Tx hang detected on queue 7, timeout caused by PFC storm\n", false,
	  "unbind" },
};

static bool is_said_of(const struct diagnosis *d, const char *words)
{
	for (size_t i = 0; i < d->n_plan; i++) {
		if (strstr(d->plan[i]->why, words))
			return true;
		for (size_t k = 0; k < d->plan[i]->n_keeps; k++)
			if (strstr(d->plan[i]->keeps[k], words))
				return true;
	}
	return false;
}

static void one_device(void **state)
{
	const struct one *one = *state;
	const struct diagnosis *d;
	struct patient p;

	patient_open(&p);
	for (int i = 0; i < 3 && one->chip; i++)
		patient_sample(&p, one->chip, 0, i, one->regs, one->facts);
	if (one->log)
		patient_log(&p, one->log);
	d = patient_ask(&p);
	assert_non_null(d);
	if ((has_command(d, one->words) || is_said_of(d, one->words)) != one->advised)
		fail_msg("'%s' is %sadvised: %s", one->words, one->advised ? "not " : "",
			 one->log ? one->log : one->facts);
	patient_close(&p);
}

static bool is_planned(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->n_plan; i++)
		if (!strcmp(d->plan[i]->id, id))
			return true;
	return false;
}

#define LOST(driver, interface) "[ 9.0] " driver " 0000:02:00.0 " interface ": PCIe link lost\n"

/* No card is reseated that is none. */
static void what_is_no_card(void **state)
{
	static const struct {
		const char *log;
		bool card;
	} logs[] = {
		{ LOST("igb", "enp2s0f0"), true }, { LOST("igb", "eno1"), false },   { LOST("igb", "eno8303"), false },
		{ LOST("igb", "em2"), false },     { LOST("igc", "enp2s0"), false }, { LOST("igb", "enormous0"), true },
		{ LOST("igb", "ens4f1"), true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct patient p;

		patient_open(&p);
		patient_log(&p, logs[i].log);
		patient_ask(&p);
		if (is_planned(&p.result.v[0], "slot") != logs[i].card)
			fail_msg("%s a card: %s", logs[i].card ? "not" : "called", logs[i].log);
		assert_true(is_planned(&p.result.v[0], "rescan"));
		patient_close(&p);
	}
}

/* A card that was passed through to a guest is silicon; its subsystem id says so. */
static void what_is_emulated(void **state)
{
	static const struct {
		const char *chip, *facts;
		uint16_t vendor, device; /* of the subsystem */
		bool emulated;
	} devices[] = {
		{ "82574L", E1000E QEMU, 0x8086, 0x0000, true },
		{ "82574L", E1000E QEMU, 0x8086, 0xa01f, false },
		{ "82574L", E1000E, 0x8086, 0xa01f, false },
		{ "82574L", E1000E, 0x15ad, 0x07d0, true },
		{ "82579LM", E1000E QEMU, 0x17aa, 0x21f3, false },
		{ "82574L", E1000E "system=Microsoft_Corporation_Surface_Pro", 0x8086, 0xa01f, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		const struct diagnosis *d;
		struct patient p;

		patient_open(&p);
		for (int n = 0; n < 2; n++) {
			struct snapshot *s = patient_sample(&p, devices[i].chip, 0, n, STUCK, devices[i].facts);
			uint8_t *config = s->functions[0].config;

			config[0x2c] = (uint8_t)devices[i].vendor;
			config[0x2d] = (uint8_t)(devices[i].vendor >> 8);
			config[0x2e] = (uint8_t)devices[i].device;
			config[0x2f] = (uint8_t)(devices[i].device >> 8);
		}
		d = patient_ask(&p);
		if (is_planned(d, "vm-model") != devices[i].emulated)
			fail_msg("%s %04x:%04x is %semulated", devices[i].facts, devices[i].vendor, devices[i].device,
				 devices[i].emulated ? "not " : "");
		assert_int_equal(is_planned(d, "c-states"), !devices[i].emulated);
		patient_close(&p);
	}
}

/* First what gets the port back, from gentle to rough, then what is for good, what is unproven last. */
static void in_this_order(void **state)
{
	const struct diagnosis *d;
	struct patient p;
	int step = 0;

	(void)state;
	patient_open(&p);
	for (int i = 0; i < 2; i++)
		patient_sample(&p, "82574L", 0, i, STUCK, E1000E "bridge=br0");
	d = patient_ask(&p);
	assert_string_equal(d->plan[0]->id, "nicregs-recover");
	assert_string_equal(d->plan[1]->id, "restart");
	assert_string_equal(d->plan[2]->id, "bounce");
	assert_string_equal(d->plan[3]->id, "offloads-off");
	assert_true(d->plan[d->n_plan - 1]->unproven);
	for (size_t i = 0; i < d->n_plan; i++) {
		int now = d->plan[i]->recovers ? 0 : d->plan[i]->unproven ? 2 : 1;

		assert_true(now >= step);
		step = now;
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(d->plan[i]->id, d->plan[k]->id);
	}
	patient_close(&p);
}

static size_t rung(const char *id)
{
	static const char *const ladder[] = { "nicregs-recover", "restart",        "bounce", "bind-again",
					      "rebind",          "function-reset", "reload", "rescan" };
	size_t i = 0;

	while (i < COUNT(ladder) && strcmp(ladder[i], id) != 0)
		i++;
	return i;
}

/* By a log or by registers, whatever the finding: nicregs recover first, and what is rougher later. */
static void one_ladder(void **state)
{
	static const struct {
		const char *chip, *regs, *facts, *log;
	} ports[] = {
		{ "82574L", STUCK, E1000E, NULL },
		{ "82574L", "STATUS=0x80083 BMSR=0xffff", E1000E, NULL },
		{ "E810", "PF_FW_ATQLEN=0xc0000200", "netdev=eth0 driver=ice carrier=1 speed=25000", NULL },
		{ NULL, NULL, NULL, E1000E_HANG },
		{ NULL, NULL, NULL, "[ 9.0] e1000e 0000:02:00.0 eth0: Hardware Error\n" },
		{ NULL, NULL, NULL, "[ 9.0] e1000e 0000:02:00.0 eth0: Error reading PHY register\n" },
		{ NULL, NULL, NULL, "[ 9.0] ice 0000:02:00.0: Rebuild failed, unload and reload driver\n" },
		{ NULL, NULL, NULL, "[ 2.1] ixgbe: probe of 0000:02:00.0 failed with error -5\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ports); i++) {
		const struct diagnosis *d;
		struct patient p;

		patient_open(&p);
		for (int k = 0; k < 2 && ports[i].chip; k++)
			patient_sample(&p, ports[i].chip, 0, k, ports[i].regs, ports[i].facts);
		if (ports[i].log)
			patient_log(&p, ports[i].log);
		d = patient_ask(&p);
		if (!d->n_plan || strcmp(d->plan[0]->id, "nicregs-recover") != 0)
			fail_msg("%zu: first of all %s", i, d->n_plan ? d->plan[0]->id : "nothing");
		for (size_t k = 1; k < d->n_plan && d->plan[k]->recovers; k++)
			assert_true(rung(d->plan[k - 1]->id) <= rung(d->plan[k]->id));
		patient_close(&p);
	}
}

/* Nothing is reset, gently or roughly, that the driver's own reset got going again. */
static void no_rung_for_what_runs(void **state)
{
	const struct diagnosis *d;
	struct patient p;

	(void)state;
	patient_open(&p);
	patient_log(&p, "[ 9.0] e1000e 0000:02:00.0 eth0: Error reading PHY register\n"
			"[ 10.0] e1000e 0000:02:00.0 eth0: Reset adapter\n"
			"[ 12.0] e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: None\n");
	d = patient_ask(&p);
	assert_true(d->n_plan != 0);
	for (size_t i = 0; i < d->n_plan; i++)
		assert_int_equal(rung(d->plan[i]->id), 8);
	patient_close(&p);
}

static const struct remedy *planned(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->n_plan; i++)
		if (!strcmp(d->plan[i]->id, id))
			return d->plan[i];
	fail_msg("%s is not advised", id);
	return NULL;
}

static size_t ending(const struct remedy *r, const char *end)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_sources; i++) {
		size_t len = strlen(r->sources[i]);

		n += len > strlen(end) && !strcmp(r->sources[i] + len - strlen(end), end);
	}
	return n;
}

/* Every count can be looked up; of another driver's chips it says so. */
static void counts_have_sources(void **state)
{
	const struct remedy *r;
	struct patient p;

	(void)state;
	patient_open(&p);
	for (int i = 0; i < 2; i++)
		patient_sample(&p, "82574L", 0, i, STUCK, E1000E);
	r = planned(patient_ask(&p), "offloads-off");
	assert_true(r->worked > 0 && r->failed > 0 && r->named > r->worked + r->failed && !r->of_others);
	assert_int_equal(ending(r, "(worked, e1000e)"), r->worked);
	assert_int_equal(ending(r, "(failed, e1000e)"), r->failed);
	assert_int_equal(ending(r, ", e1000e)"), r->named);
	patient_close(&p);

	patient_open(&p);
	for (int i = 0; i < 2; i++)
		patient_sample(&p, "I350", 0, i, STUCK_I350 " EEER=0x20000000", "netdev=eth0 driver=igb");
	r = planned(patient_ask(&p), "eee-off");
	assert_true(r->of_others && r->named > 0);
	assert_int_equal(ending(r, ", igb)"), 0);
	patient_close(&p);
}

static void a_trial_comes_first(void **state)
{
	const struct remedy *r;
	struct patient p;

	(void)state;
	patient_open(&p);
	patient_log(&p, LOST("igc", "eno1"));
	r = planned(patient_ask(&p), "aspm-disable");
	assert_string_equal(r->trial, "nicregs aspm disable eno1 --for 10m");
	assert_string_equal(r->command, "nicregs aspm disable eno1 --persist");
	patient_close(&p);
}

/* The command of nicregs that sets it; and all that set something on this part, so already or not. */
static void fixes(void **state)
{
	const struct diagnosis *d;
	const struct remedy *r;
	struct patient p;
	bool eee = false;

	(void)state;
	patient_open(&p);
	for (int i = 0; i < 3; i++)
		patient_sample(&p, "82574L", 0, i, STUCK, E1000E "eee_enabled=0 eee_supported=1");
	d = patient_ask(&p);
	r = planned(d, "offloads-off");
	assert_string_equal(r->fix, "nicregs fix eth0 offloads-off");
	assert_string_equal(r->settings, "tso=off gso=off gro=off");
	assert_true(d->n_fixes > 3);
	for (size_t i = 0; i < d->n_fixes; i++) {
		assert_non_null(d->fixes[i].fix);
		/* Of other drivers. */
		assert_string_not_equal(d->fixes[i].id, "fw-lldp-off");
		assert_string_not_equal(d->fixes[i].id, "speed-1000");
		eee |= !strcmp(d->fixes[i].id, "eee-off") && d->fixes[i].state == REMEDY_SO;
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(d->fixes[i].id, d->fixes[k].id);
	}
	assert_true(eee);
	patient_close(&p);
}

/* Whether `nicregs fix` takes the words. */
static void settings_known(const struct advice *a)
{
	char *copy = a->fix ? strdup(a->fix) : NULL, *save = NULL;
	struct change_wish wish;

	for (char *word = copy ? strtok_r(copy, " ", &save) : NULL; word; word = strtok_r(NULL, " ", &save))
		if (strncmp(word, "aspm", 4) != 0 && change_wish_parse(word, &wish, NULL))
			fail_msg("%s: fix %s", a->id, word);
	free(copy);
}

static bool advises(const struct advice_table *t, const char *id, size_t n)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind != ADVICE_OF_FINDING && strlen(t->v[i].id) == n && !strncmp(t->v[i].id, id, n))
			return true;
	return false;
}

static bool is_rule(const char *id)
{
	const struct rule *rules = all_rules;
	size_t n = n_rules;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(rules[i].id, id))
			return true;
	return false;
}

static bool is_letter(char c)
{
	return strchr("IVADBRHMONLPU", c) != NULL;
}

static void letters_known(const struct advice *a, const char *words)
{
	for (const char *p = words ? strchr(words, '%') : NULL; p; p = strchr(p + 1, '%'))
		if (!is_letter(p[1]))
			fail_msg("%s: %%%c in: %s", a->id, p[1], words);
}

/* Each word of the text is one that the program knows; each remedy can be reached. */
static void the_text_is_whole(void **state)
{
	struct advice_table t;
	const struct rule *rules;
	struct err e = { 0 };
	size_t n;

	(void)state;
	if (advice_load(&t, &e))
		fail_msg("%s: %s", e.what, e.why);
	assert_true(t.n > 50);
	for (size_t i = 0; i < t.n; i++) {
		const struct advice *a = &t.v[i];

		if (advice_read(&t, i, &e))
			fail_msg("%s: %s", e.what, e.why);
		for (size_t k = 0; k < a->n_conditions; k++)
			if (!fit_word_known(a->conditions[k].word))
				fail_msg("%s: when %s", a->id, a->conditions[k].word);
		for (size_t k = 0; k < a->n_members; k++)
			if (!advises(&t, a->members[k], strlen(a->members[k])))
				fail_msg("%s: there is no %s", a->id, a->members[k]);
		if (a->kind < ADVICE_OF_FINDING && !a->why)
			fail_msg("%s does not say why", a->id);
		if (a->kind == ADVICE_OF_FINDING && !is_rule(a->id))
			fail_msg("no rule finds %s", a->id);
		if (a->trial && !a->run)
			fail_msg("%s is only tried", a->id);
		settings_known(a);
		letters_known(a, a->run);
		letters_known(a, a->trial);
		letters_known(a, a->why);
		letters_known(a, a->lasts);
		for (size_t k = 0; k < a->n_keeps; k++)
			letters_known(a, a->keeps[k].how);
	}
	rules = all_rules;
	n = n_rules;
	for (size_t i = 0; i < n; i++)
		for (const char *id = rules[i].remedies; id && *id; id += strcspn(id, " "), id += strspn(id, " "))
			if (!advises(&t, id, strcspn(id, " ")))
				fail_msg("rule %s: there is no %s", rules[i].id, id);
	advice_free(&t);
}

/* Those that definitions name. */
static void expectations_name_remedies(void **state)
{
	struct advice_table t;
	struct chipdb *db = NULL;
	const char **names = NULL;
	struct err e = { 0 };
	size_t n, found = 0;

	(void)state;
	assert_int_equal(advice_load(&t, &e), 0);
	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	n = chipdb_chips(db, &names);
	for (size_t i = 0; i < n; i++) {
		const struct chip *chip;

		assert_int_equal(chipdb_find(db, names[i], &chip, &e), 0);
		for (size_t k = 0; k < chip->n_expects; k++)
			for (size_t m = 0; m < chip->expects[k]->n_remedies; m++, found++) {
				const char *id = chip->expects[k]->remedies[m];

				if (!advises(&t, id, strlen(id)))
					fail_msg("%s: there is no %s", chip->name, id);
			}
	}
	assert_true(found > 20);
	free(names);
	chipdb_free(db);
	advice_free(&t);
}

/* A finding's id leads to one rule. */
static void ids_are_of_one_rule(void **state)
{
	const struct rule *rules = all_rules;
	size_t n = n_rules;

	(void)state;
	assert_true(n > 50);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(rules[i].id, rules[k].id) ||
			    (rules[i].test == rules[k].test &&
			     rules[i].test != rule_ring_states)) /* it goes by the id */
				fail_msg("%s stands twice", rules[i].id);
}

static int read_all(struct advice_table *t, const char *text, struct err *e)
{
	int r = advice_add(t, "x.remedy", text, strlen(text), e);

	for (size_t i = 0; i < t->n && !r; i++)
		r = advice_read(t, i, e);
	return r;
}

/* Each block has the lines up to the next one. */
static void blocks_are_read_when_asked_for(void **state)
{
	static const char text[] =
		"# of all\nremedy a prevents\nwhy \"one\"\n\nremedy b recovers\n# none\n\nwhy \"two\"\nlasts \"long\"";
	struct advice_table t = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(advice_add(&t, "x.remedy", text, strlen(text), &e), 0);
	assert_int_equal(t.n, 2);
	assert_null(t.v[1].why);
	assert_int_equal(advice_read(&t, 1, &e), 0);
	assert_string_equal(t.v[1].why, "two");
	assert_string_equal(t.v[1].lasts, "long");
	assert_null(t.v[0].why);
	assert_int_equal(advice_read(&t, 0, &e), 0);
	assert_int_equal(advice_read(&t, 0, &e), 0);
	assert_string_equal(t.v[0].why, "one");
	assert_null(t.v[0].lasts);
	advice_free(&t);
}

/* What is wrong in a text is said with its place. */
static void faults_have_a_place(void **state)
{
	static const struct {
		const char *text, *why;
	} faults[] = {
		{ "when dead\n", "line 1, column 1: 'when' before the first remedy or finding" },
		{ "remedy a\n", "line 1, column 9: expected recovers, prevents or unproven, but the line ends" },
		{ "remedy a helps\n", "line 1, column 15: 'helps' is not recovers, prevents or unproven" },
		{ "remedy a prevents\nrun ls\n", "line 2, column 5: expected run in quotes, found 'ls'" },
		{ "remedy a prevents\nrum \"ls\"\n", "line 2, column 1: unknown word 'rum'" },
		{ "remedy a prevents\nwhy \"a\" b\n", "line 2, column 9: expected the end of the line, found 'b'" },
		{ "remedy a prevents\nworked \"b\"\n", "line 2, column 8: expected a driver, found '\"'" },
		{ "remedy a prevents\nlast dead\n", "line 2, column 10: expected 'when', but the line ends" },
		{ "remedy a prevents\nwhy \"a\n", "line 2, column 5: the string is not closed by '\"'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct advice_table t = { 0 };
		struct err e = { 0 };

		if (read_all(&t, faults[i].text, &e) != -EINVAL)
			fail_msg("taken: %s", faults[i].text);
		assert_string_equal(e.what, "x.remedy");
		assert_string_equal(e.why, faults[i].why);
		advice_free(&t);
	}
}

static const struct remedy *first_to_keep(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n_plan; i++)
		if (!d->plan[i]->recovers && !d->plan[i]->unproven)
			return d->plan[i];
	return NULL;
}

#define IXGBE "] ixgbe 0000:03:00.0 eth0: "

/* Hardware that stood still lost no interrupts; a look is no prevention. */
static void first_of_what_prevents(void **state)
{
	static const struct {
		const char *log, *id; /* NULL: there is nothing */
	} cases[] = {
		{ "[2211.01" IXGBE "NETDEV WATCHDOG: CPU: 7: transmit queue 12 timed out 5120 ms\n"
		  "[2211.02" IXGBE "initiating reset due to tx timeout\n[2211.03" IXGBE "Reset adapter\n"
		  "[2211.40" IXGBE "RXDCTL.ENABLE for one or more queues not cleared within the polling period\n",
		  "driver-update" },
		{ "[2211.01" IXGBE
		  "Detected Tx Unit Hang\n  Tx Queue             <3>\n  TDH, TDT             <0>, <5>\n"
		  "  next_to_use          <5>\n  next_to_clean        <0>\n",
		  "driver-update" },
		{ "[2211.01" IXGBE
		  "Detected Tx Unit Hang\n  Tx Queue             <3>\n  TDH, TDT             <5>, <5>\n"
		  "  next_to_use          <5>\n  next_to_clean        <0>\n",
		  "interrupt-rate" },
		{ "$ ethtool -k eth0\ntcp-segmentation-offload: off\ngeneric-segmentation-offload: off\n"
		  "generic-receive-offload: off\n$ ethtool --show-eee eth0\nEEE settings for eth0:\n\tEEE status: disabled\n"
		  "\n" E1000E_HANG,
		  NULL },
		{ E1000E_HANG, "offloads-off" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct remedy *first;
		struct patient p;

		patient_open(&p);
		patient_log(&p, cases[i].log);
		first = first_to_keep(patient_ask(&p));
		if (!first != !cases[i].id || (first && strcmp(first->id, cases[i].id) != 0))
			fail_msg("%zu: first of all %s", i, first ? first->id : "nothing");
		patient_close(&p);
	}
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(first_of_what_prevents),
		cmocka_unit_test(what_is_no_card),
		cmocka_unit_test(what_is_emulated),
		cmocka_unit_test(in_this_order),
		cmocka_unit_test(one_ladder),
		cmocka_unit_test(no_rung_for_what_runs),
		cmocka_unit_test(counts_have_sources),
		cmocka_unit_test(a_trial_comes_first),
		cmocka_unit_test(fixes),
		cmocka_unit_test(the_text_is_whole),
		cmocka_unit_test(ids_are_of_one_rule),
		cmocka_unit_test(blocks_are_read_when_asked_for),
		cmocka_unit_test(faults_have_a_place),
		cmocka_unit_test(expectations_name_remedies),
	};
	enum { N = sizeof(table) / sizeof(table[0]), MORE = sizeof(others) / sizeof(others[0]) };
	static char names[N][64];
	struct CMUnitTest tests[N + MORE];

	for (size_t i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "advised_%zu", i);
		tests[i] = (struct CMUnitTest){ names[i], one_device, NULL, NULL, (void *)(uintptr_t)&table[i] };
	}
	memcpy(tests + N, others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
