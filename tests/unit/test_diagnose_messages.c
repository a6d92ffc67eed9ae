// SPDX-License-Identifier: GPL-2.0-or-later
/* What drivers say in words of their own, crashes and stuck CPUs: where their rules hold, where not, and the verdict. */
#include "patient.h"

#include "diagnose/rules.h"
#include "klog/messages.h"

#define IGB "igb 0000:02:00.0 eth0: "
#define ICE "ice 0000:02:00.0 eth0: "
#define IAVF "iavf 0000:02:00.0 eth0: "
#define UP "[   50.0] " IGB "igb: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX\n"
#define PROBED "[    1.0] igb 0000:02:00.0: added PHC on eth0\n"
#define WATCHDOG "[   30.0] NETDEV WATCHDOG: eth0 (igb): transmit queue 2 timed out\n"
#define STUCK                                                                                     \
	"[   29.0] igb 0000:02:00.0: Detected Tx Unit Hang\n  Tx Queue             <2>\n"         \
	"  TDH                  <5>\n  TDT                  <9>\n  next_to_use          <9>\n"    \
	"  next_to_clean        <5>\nbuffer_info[next_to_clean]\n  time_stamp           <1000>\n" \
	"  next_to_watch        <1>\n  jiffies              <1400>\n  desc.status          <0>\n"
#define SLAVE "[ 1.0] igb 0000:02:00.0 eth0: igb: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX\n"
#define BOND "[ 9.0] bond0: (slave eth0): Enslaving as a backup interface with an up link\n"
#define RESET "[ 101.0] " IGB "Reset adapter\n"
#define AER(severity)                                                                                                \
	"[ 100.0] pcieport 0000:00:1c.4: AER: " severity " error message received from 0000:02:00.0\n"               \
	"[ 100.0] igb 0000:02:00.0: PCIe Bus Error: severity=" severity ", type=Transaction Layer, (Requester ID)\n" \
	"[ 100.0] igb 0000:02:00.0:   device [8086:1521] error status/mask=00004000/00000000\n"                      \
	"[ 100.0] igb 0000:02:00.0:    [14] CmpltTO                (First)\n"
#define HUNG(address, status)                                                                                   \
	"[ 50.0] e1000e " address " eth0: Detected Hardware Unit Hang:\n  TDH                  <6d>\n"          \
	"  TDT                  <f5>\n  next_to_use          <f5>\n  next_to_clean        <6c>\n"               \
	"buffer_info[next_to_clean]:\n  time_stamp           <1003c5316>\n  next_to_watch        <6d>\n"        \
	"  jiffies              <1003fde80>\n  next_to_watch.status <0>\nMAC Status             <" status ">\n" \
	"PHY Status             <796d>\nPHY 1000BASE-T Status  <3c00>\nPHY Extended Status    <3000>\n"         \
	"PCI Status             <10>\n"
#define OVER(len, end)                                                                 \
	"[   30.0] skbuff: skb_over_panic: text:ffffffffc0053b8c len:" len " put:" len \
	" head:ffff8800b0d2c000 data:ffff8800b0d2c040 tail:0x687 end:" end " dev:eth0\n"

/* clang-format off */
static const struct one {
	const char *rule, *log;
	bool holds;
	enum verdict verdict;
	const char *says; /* in its summary or evidence */
} table[] = {
	{ "link-refused", "[ 9.0] ice 0000:02:00.0: The module's power requirements exceed the device's power supply. Cannot start link\n",
	  true, VERDICT_LINK_DOWN, "more power" },
	{ "link-refused", "[ 9.0] " ICE "NIC Link is up 25 Gbps Full Duplex, Requested FEC: None, Negotiated FEC: None, Autoneg "
	  "Advertised: On, Autoneg Negotiated: True, Flow Control: None\n", false, VERDICT_UNKNOWN, NULL },
	{ "link-refused", "[ 9.0] i40e 0000:02:00.0: Rx/Tx is disabled on this device because an unsupported SFP module type was detected.\n"
	  "[ 60.0] i40e 0000:02:00.0 eth0: NIC Link is Up, 10 Gbps Full Duplex, Flow Control: None\n", true, VERDICT_UNKNOWN,
	  "does not accept" }, /* another module */
	{ "link-refused", "[ 9.0] nfp 0000:02:00.0: An unsupported module type was detected.\n", false, VERDICT_UNKNOWN, NULL },
	{ "not-up", PROBED "[ 9.0] igb 0000:02:00.0: Error -28 getting interrupt\n", true, VERDICT_DEAD, "no interrupt" },
	{ "not-up", PROBED "[ 9.0] igb 0000:02:00.0: Error -28 getting interrupt\n" UP, true, VERDICT_UNKNOWN, NULL },
	{ "not-up", PROBED UP, false, VERDICT_UNKNOWN, NULL },
	{ "not-up", PROBED "[ 9.0] e1000e 0000:03:00.0 eth1: Failed to initialize MSI-X interrupts.  Falling back to MSI interrupts.\n",
	  false, VERDICT_UNKNOWN, NULL },
	{ "pf-trouble", "[ 9.0] ixgbevf 0000:02:00.0: PF still in reset state.  Is the PF interface up?\n", true, VERDICT_DEAD,
	  "waits for its PF" },
	{ "pf-trouble", "[ 9.0] iavf 0000:02:00.0: Never saw reset\n", true, VERDICT_DEAD, "saw none" },
	{ "pf-trouble", "[ 9.0] iavf 0000:02:00.0: Hardware reset detected\n[ 9.1] " IAVF "NIC Link is Up Speed is 10 Gbps Full Duplex\n",
	  true, VERDICT_UNKNOWN, "reset this virtual function" },
	{ "pf-trouble", "[ 9.1] " IAVF "NIC Link is Up Speed is 10 Gbps Full Duplex\n", false, VERDICT_UNKNOWN, NULL },
	{ "vf-trouble", PROBED "[ 9.0] igb 0000:02:00.0: Spoof event(s) detected on VF 3\n" UP, true, VERDICT_UNKNOWN, "not its own" },
	{ "vf-trouble", PROBED "[ 9.0] igb 0000:02:00.0: 3 VFs allocated\n" UP, false, VERDICT_UNKNOWN, NULL },
	{ "queue-error", "[ 9.0] i40e 0000:02:00.0: VSI seid 390 Tx ring 12 disable timeout\n", true, VERDICT_UNKNOWN, "did not stop" },
	{ "queue-error", "[ 9.0] i40e 0000:02:00.0: VSI seid 390 Tx ring 12 allocated\n", false, VERDICT_UNKNOWN, NULL },
	{ "driver-error", "[ 9.0] e1000e 0000:02:00.0: Warning: detected DSPD enabled in EEPROM\n", true, VERDICT_UNKNOWN, "82573" },
	{ "driver-error", "[ 9.0] e1000e 0000:02:00.0 eth0: ULP_CONFIG_DONE took 400 msec. This is a firmware bug\n", true, VERDICT_UNKNOWN,
	  "slow" },
	{ "driver-error", "[ 9.0] e1000e 0000:02:00.0 eth0: MAC Wakeup cause - Link Status Change\n", false, VERDICT_UNKNOWN, NULL },
	{ "driver-error", "[ 9.0] e1000e 0000:02:00.0 eth0: PHY Wakeup cause - Unicast Packet\n", false, VERDICT_UNKNOWN, NULL },
	{ "firmware-reported", "[ 9.0] i40e 0000:02:00.0: The driver for the device detected a newer version of the NVM image v1.14 than expected "
	  "v1.9. Please install the most recent version of the network driver.\n", true, VERDICT_UNKNOWN, "update the driver" },
	{ "firmware-reported", "[ 9.0] i40e 0000:02:00.0: ARQ Critical Error detected\n", true, VERDICT_UNKNOWN, "commands" },
	{ "firmware-reported", "[ 9.0] i40e 0000:02:00.0: fw 8.84.66032 api 1.14 nvm 8.40 0x8000af82 20.5.13 [8086:1572] [8086:0000]\n", false,
	  VERDICT_UNKNOWN, NULL },
	{ "probe-failed", "[ 9.0] igb 0000:02:00.0: can't enable device: BAR 0 [mem 0x00000000-0x0001ffff] not assigned\n"
	  "[ 9.0] igb: probe of 0000:02:00.0 failed with error -22\n", true, VERDICT_DEAD, "memory (BAR) not assigned" },
	{ "probe-failed", "[ 9.0] pci 0000:02:00.0: BAR 0 [mem size 0x00020000]: can't assign; no space\n" PROBED UP, false,
	  VERDICT_UNKNOWN, NULL }, /* tried again */
	{ "probe-failed", "[ 9.0] e1000 0000:02:00.0: Invalid MAC Address\n[ 9.1] e1000 0000:02:00.0 eth0: Intel(R) PRO/1000 Network "
	  "Connection\n", false, VERDICT_UNKNOWN, NULL }, /* this driver goes on without one */
	{ "gave-up", "[ 9.0] ice 0000:02:00.0: Rebuild failed, unload and reload driver\n", true, VERDICT_HUNG, NULL },
	{ "gave-up", "[ 9.0] ice 0000:02:00.0: VSI rebuilt. VSI index 0, type ICE_VSI_PF\n", false, VERDICT_UNKNOWN, NULL },
	{ "pcie-lost", "[ 9.0] igb 0000:02:00.0: added PHC on eth0\n[ 29.9] pcieport 0000:00:1c.0: pciehp: Slot(0): Link Down\n"
	  "[ 30.0] " IGB "PCIe link lost\n", true, VERDICT_DEAD, "0000:00:1c.0 says: the link below it went down" },

	{ "bond-partner", BOND "[ 12.0] bond0: Warning: No 802.3ad response from the link partner for any adapters in the bond\n" UP, true,
	  VERDICT_UNKNOWN, "no link partner answered" },
	{ "bond-partner", BOND "[ 12.0] bond0: (slave eth0): An illegal loopback occurred on slave\n" UP, true, VERDICT_UNKNOWN, "itself had sent" },
	{ "bond-partner", BOND UP, false, VERDICT_UNKNOWN, NULL },
	{ "bond-lost", BOND "[ 12.0] bond0: (slave eth0): interface is now down\n", true, VERDICT_LINK_DOWN, NULL },
	{ "bond-lost", BOND "[ 12.0] bond0: (slave eth0): interface is now up\n", false, VERDICT_UNKNOWN, NULL },
	{ "host-side-off", HUNG("0000:00:1f.6", "40080083"), true, VERDICT_HUNG, "bit 30" },
	{ "host-side-off", HUNG("0000:00:1f.6", "80083"), false, VERDICT_HUNG, NULL },
	{ "host-side-off", HUNG("0000:00:1f.6", "40080080"), false, VERDICT_FALSE_ALARM, NULL }, /* no link */
	{ "host-side-off", HUNG("0000:02:00.0", "40080083"), false, VERDICT_HUNG, NULL }, /* no chipset's */
	{ "reset-reported", AER("Uncorrectable (Non-Fatal)") RESET, true, VERDICT_STALLED, "error of the device on PCI Express" },
	{ "reset-reported", AER("Correctable") RESET, true, VERDICT_STALLED, "does not say why" },
	{ "reset-reported", RESET AER("Uncorrectable (Non-Fatal)"), true, VERDICT_STALLED, "does not say why" },
	{ "firmware-reported", "[ 8.0] pcieport 0000:17:00.0: DPC: containment event, status:0x1f01 source:0x0000\n"
	  "[ 8.2] ice 0000:02:00.0: ice_pci_err_detected: unrecoverable device error 4\n", true, VERDICT_DEAD, "0000:17:00.0 says: it cut" },

	{ "kernel-crash", PROBED OVER("1607", "0x680"), true, VERDICT_UNKNOWN, "room for 1600" },
	{ "kernel-crash", PROBED OVER("300", "0x680"), true, VERDICT_UNKNOWN, "not of the MTU" },
	{ "kernel-crash", PROBED OVER("1607", "0x680") "[ 30.1] Call Trace:\n[ 30.1]  skb_put+0x4e/0x50\n[ 30.1]  igb_poll+0x6fa/0xb50 [igb]\n",
	  true, VERDICT_UNKNOWN, "trace: igb_poll (igb)" },
	{ "kernel-crash", PROBED "[ 30.0] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
	  "[ 30.0] RIP: 0010:igb_clean_tx_ring+0x58/0x150 [igb]\n", true, VERDICT_UNKNOWN, "in igb_clean_tx_ring (igb), a function of the NIC's" },
	{ "kernel-crash", PROBED "[ 30.0] BUG: unable to handle kernel NULL pointer dereference at 0000000000000008\n"
	  "[ 30.0] IP: [<ffffffffa009e8fa>] netflow_target+0x8aa/0x1210 [ipt_NETFLOW]\n[ 30.0] Call Trace:\n"
	  "[ 30.0]  [<ffffffff815703f0>] netif_receive_skb_internal+0x40/0xc0\n"
	  "[ 30.0]  [<ffffffffa018b237>] igb_clean_rx_irq+0x387/0x700 [igb]\n", true, VERDICT_UNKNOWN,
	  "in netflow_target (ipt_NETFLOW) while" },
	{ "kernel-crash", PROBED "[ 30.0] Unable to handle kernel NULL pointer dereference at virtual address 00000018\n[ 30.0] pgd = c0004000\n"
	  "[ 30.0] Internal error: Oops: 17 [#1] PREEMPT ARM\n[ 30.0] PC is at igb_xmit_frame_ring+0x34/0x180 [igb]\n"
	  "[ 30.0] LR is at dev_hard_start_xmit+0x2c/0x300\n", true, VERDICT_UNKNOWN, "igb_xmit_frame_ring (igb)" },
	{ "kernel-crash", PROBED "crash> bt\n[ 30.0] general protection fault: 0000 [#1] SMP\n #7 [ffff88085e983ca0] igb_poll at ffffffffa07c2085 [igb]\n",
	  true, VERDICT_UNKNOWN, "igb_poll (igb)" },
	{ "kernel-crash", PROBED UP "[ 800.0] BUG: unable to handle kernel NULL pointer dereference at 0000000000000008\n"
	  "[ 800.0] IP: [<ffffffffa009e8fa>] nouveau_pmops+0x8aa/0x1210 [nouveau]\n", true, VERDICT_UNKNOWN,
	  "soon after" }, /* somebody else's, near the log's last words of the device */
	/* The same crash as kernels of other processors print it. */
	{ "kernel-crash", SLAVE "BUG: unable to handle kernel NULL pointer dereference at 00000010\nIP: [<f8a2b3c4>] rlb_arp_recv+0x5c/0x150 [bonding]\n"
	  "*pde = 00000000\nOops: 0000 [#1] SMP\nEIP is at rlb_arp_recv+0x5c/0x150 [bonding]\n", true, VERDICT_UNKNOWN, "Before 2.6.35" },
	{ "kernel-crash", SLAVE "CPU 0 Unable to handle kernel paging request at virtual address 00000018, epc == c01a3c54, ra == 8044a8d0\nOops[#1]:\n"
	  "epc   : c01a3c54 rlb_arp_recv+0x2c/0x1a8     Not tainted\nra    : 8044a8d0 netif_receive_skb+0x3a8/0x490\n", true,
	  VERDICT_UNKNOWN, "Before 2.6.35" },
	{ "kernel-crash", SLAVE "Unable to handle kernel paging request for data at address 0x00000018\nFaulting instruction address: 0xd0000000\n"
	  "Oops: Kernel access of bad area, sig: 11 [#1]\nNIP [d000000001a2b3c4] .rlb_arp_recv+0x44/0x190 [bonding]\n"
	  "LR [c00000000044a8d0] .netif_receive_skb+0x3a8/0x490\n", true, VERDICT_UNKNOWN, "Before 2.6.35" },
	{ "kernel-crash", SLAVE "[ 76.8] Unable to handle kernel NULL pointer dereference at virtual address 0000000000000028\n"
	  "[ 76.8] Internal error: Oops: 96000004 [#1] SMP\n[ 76.8] pc : rlb_arp_recv+0x218/0x2f0 [bonding]\n"
	  "[ 76.8] lr : rlb_arp_recv+0x100/0x2f0 [bonding]\n", true, VERDICT_UNKNOWN, "while the bond is being closed" },
	{ "kernel-crash", SLAVE "[ 214.1] Oops: general protection fault, probably for non-canonical address 0xdffffc000000001d: 0000 [#1] SMP\n"
	  "[ 214.1] RIP: 0010:rlb_arp_recv+0x505/0xab0 [bonding]\n", true, VERDICT_UNKNOWN, "Before 2.6.35" },
	{ "kernel-crash", "Fatal trap 12: page fault while in kernel mode\nKDB: stack backtrace:\n"
	  "db_trace_self_wrapper() at db_trace_self_wrapper+0x2b/frame 0xfffffe00005a1900\npanic() at panic+0x43/frame 0xfffffe00005a19b0\n"
	  "trap_pfault() at trap_pfault+0x4f/frame 0xfffffe00005a1a70\ncalltrap() at calltrap+0x8/frame 0xfffffe00005a1a70\n"
	  "igc_isc_rxd_pkt_get() at igc_isc_rxd_pkt_get+0x33/frame 0xfffffe00005a1b80\n", true, VERDICT_UNKNOWN, "igc_isc_rxd_pkt_get" },
	{ "kernel-crash", "2024-06-21T21:50:40.305Z cpu56:2097460)@BlueScreen: #PF Exception 14 in world 2097460:HELPER_UPLIN IP 0x42002b65ad3b\n"
	  "2024-06-21T21:50:40.346Z cpu56:2097460)0x453949a1be20:[0x42002b65ad3b]i40en_UplinkPrivStatsGet@(i40en)#<None>+0x45f stack: 0x43\n",
	  true, VERDICT_UNKNOWN, "i40en_UplinkPrivStatsGet (i40en)" },
	{ "kernel-crash", PROBED UP, false, VERDICT_UNKNOWN, NULL },
	/* The trace of a watchdog is no crash. */
	{ "kernel-crash", PROBED WATCHDOG "[ 30.0] WARNING: CPU: 2 PID: 0 at net/sched/sch_generic.c:467 dev_watchdog+0x24d/0x250\n"
	  "[ 30.0] RIP: 0010:dev_watchdog+0x24d/0x250\n[ 30.0]  igb_poll+0x4bb/0xe30 [igb]\n", false, VERDICT_HUNG, NULL },
	/* Words of a device that call themselves a frame of the trace. */
	{ "kernel-crash", PROBED "[ 30.0] BUG: unable to handle page fault for address: ffff\n"
	  "[ 30.0] usb 1-1: Product: igb_poll+0x1/0x2 [igb]\n" UP "[ 900.0] " IGB "Reset adapter\n", false, VERDICT_STALLED, NULL },

	{ "cpu-stalled", PROBED "[   25.0] rcu: INFO: rcu_sched self-detected stall on CPU\n" WATCHDOG, true, VERDICT_STALLED, "RCU stall" },
	{ "cpu-stalled", PROBED "[   29.5] watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [kworker/2:1:77]\n" WATCHDOG, true,
	  VERDICT_STALLED, "soft lockup" },
	{ "cpu-stalled", PROBED WATCHDOG, false, VERDICT_HUNG, NULL },
	{ "cpu-stalled", PROBED WATCHDOG "[ 4000.0] rcu: INFO: rcu_sched self-detected stall on CPU\n", false, VERDICT_HUNG, NULL },
	{ "cpu-stalled", "[   25.0] rcu: INFO: rcu_sched self-detected stall on CPU\n[ 900.0] " IGB "igb: eth0 NIC Link is Down\n" PROBED WATCHDOG,
	  false, VERDICT_HUNG, NULL }, /* another boot */
	{ "cpu-stalled", PROBED "[   25.0] Out of memory: Killed process 77 (java) total-vm:9kB\n" STUCK, true, VERDICT_HUNG, "out of memory" },
	{ "cpu-stalled", PROBED "[   25.0] rcu: INFO: rcu_sched self-detected stall on CPU\n" UP, false, VERDICT_UNKNOWN, NULL },
};
/* clang-format on */

static void one_rule(void **state)
{
	const struct one *one = *state;
	const struct finding *f = NULL;
	enum verdict worst = VERDICT_UNKNOWN;
	struct patient p;

	patient_open(&p);
	patient_log(&p, one->log);
	patient_ask(&p);
	for (size_t i = 0; i < p.result.n; i++) {
		const struct diagnosis *d = &p.result.v[i];

		worst = d->verdict < worst ? d->verdict : worst;
		for (size_t n = 0; n < d->n_findings; n++)
			if (!strcmp(d->findings[n].id, one->rule))
				f = &d->findings[n];
	}
	if ((f != NULL) != one->holds)
		fail_msg("%s %s: %s", one->rule, f ? "holds" : "does not hold", one->log);
	if (f && one->says && !finding_says(f, one->says))
		fail_msg("%s lacks '%s': %s / %s", one->rule, one->says, f->summary,
			 f->n_evidence ? f->evidence[0] : "");
	if (worst != one->verdict)
		fail_msg("%s, not %s: %s", verdict_name(worst), verdict_name(one->verdict), one->log);
	patient_close(&p);
}

/* Each row of messages of these kinds has a meaning. */
static void every_message_has_one(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < n_messages; i++) {
		const struct message_row *row = &messages[i];

		if (row->kind != KLOG_FIRMWARE && (row->kind < KLOG_LINK_FAULT || row->kind > KLOG_DRIVER_ERROR))
			continue;
		n++;
		if (row->kind < KLOG_KINDS && !message_is_known(row->kind, row->what))
			fail_msg("%s: '%s' has no meaning", row->pattern, row->what);
	}
	assert_true(n > 100);
	assert_false(message_is_known(KLOG_FIRMWARE, "words that nobody says"));
}

int main(void)
{
	enum { N = sizeof(table) / sizeof(table[0]) };
	static char names[N][64];
	struct CMUnitTest tests[N + 1] = { [N] = cmocka_unit_test(every_message_has_one) };

	for (size_t i = 0; i < N; i++) {
		snprintf(names[i], sizeof(names[i]), "%s_%zu", table[i].rule, i);
		tests[i] = (struct CMUnitTest){ names[i], one_rule, NULL, NULL, (void *)(uintptr_t)&table[i] };
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
