// SPDX-License-Identifier: GPL-2.0-or-later
/* Hang blocks as each driver and version prints them. */
#include "klog_text.h"

#define LATE_E1000E                                                                               \
	"  TDH                  <5d>\n  TDT                  <90>\n  next_to_use          <90>\n" \
	"  next_to_clean        <5c>\nbuffer_info[next_to_clean]:\n"                              \
	"  time_stamp           <100a1b2c3>\n  next_to_watch        <5d>\n"                       \
	"  jiffies              <100a1b4d0>\n  next_to_watch.status <0>\n"                        \
	"MAC Status             <80083>\nPHY Status             <796d>\n"                         \
	"PHY 1000BASE-T Status  <3800>\nPHY Extended Status    <3000>\nPCI Status             <10>\n"
#define LATE_VALUES                                                                             \
	" tdh=5d tdt=90 next_to_use=90 next_to_clean=5c time_stamp=100a1b2c3 jiffies=100a1b4d0" \
	" next_to_watch=5d next_to_watch_status=0"
#define LATE_REGISTERS \
	" mac_status=80083 phy_status=796d phy_1000base_t_status=3800 phy_extended_status=3000 pci_status=10"

static void e1000e(void **state)
{
	static const struct klog_case cases[] = {
		{ "3.10 on", "e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:\n" LATE_E1000E,
		  "1 hang" LATE_VALUES LATE_REGISTERS " interface=eno1 address=0000:00:19.0 driver=e1000e\n" },
		{ "2.6.35 to 3.6", "e1000e 0000:00:19.0: eth0: Detected Hardware Unit Hang:\n" LATE_E1000E,
		  "1 hang" LATE_VALUES LATE_REGISTERS " interface=eth0 address=0000:00:19.0 driver=e1000e\n" },
		{ "2.6.32, without a driver",
		  "0000:00:19.0: eth0: Detected Tx Unit Hang:\n  TDH                  <c>\n  TDT                  <1f>\n"
		  "  next_to_use          <1f>\n  next_to_clean        <b>\nbuffer_info[next_to_clean]:\n"
		  "  time_stamp           <10002c14d>\n  next_to_watch        <c>\n  jiffies              <10002c2e0>\n"
		  "  next_to_watch.status <0>\n",
		  "1 hang tdh=c tdt=1f next_to_use=1f next_to_clean=b time_stamp=10002c14d jiffies=10002c2e0"
		  " next_to_watch=c next_to_watch_status=0 driver_guessed=1 interface=eth0 address=0000:00:19.0"
		  " driver=e1000e\n" },
		{ "while it is being set up",
		  "e1000e 0000:00:1f.6 0000:00:1f.6 (uninitialized): Detected Hardware Unit Hang:\n" LATE_E1000E,
		  "1 hang" LATE_VALUES LATE_REGISTERS " address=0000:00:1f.6 driver=e1000e\n" },
		{ "unregistered",
		  "e1000e 0000:00:19.0 (unregistered net_device): Detected Hardware Unit Hang:\n" LATE_E1000E,
		  "1 hang" LATE_VALUES LATE_REGISTERS " address=0000:00:19.0 driver=e1000e\n" },
		{ "a state after the name",
		  "e1000e 0000:00:19.0 eth0 (unregistering): Detected Hardware Unit Hang:\n" LATE_E1000E,
		  "1 hang" LATE_VALUES LATE_REGISTERS " interface=eth0 address=0000:00:19.0 driver=e1000e\n" },
		{ "an unusual name", "e1000e 0002:00:19.0 _p2cf05d501bfb: Detected Hardware Unit Hang:\n" LATE_E1000E,
		  "1 hang" LATE_VALUES LATE_REGISTERS
		  " interface=_p2cf05d501bfb address=0002:00:19.0 driver=e1000e\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

static void e1000(void **state)
{
	static const struct klog_case cases[] = {
		{ "2.6.18 to 2.6.32",
		  "e1000: eth0: e1000_clean_tx_irq: Detected Tx Unit Hang\n  Tx Queue             <0>\n"
		  "  TDH                  <3c>\n  TDT                  <ca>\n  next_to_use          <ca>\n"
		  "  next_to_clean        <3c>\nbuffer_info[next_to_clean]\n  time_stamp           <8c3b8e4>\n"
		  "  next_to_watch        <3f>\n  jiffies              <8c3bf13>\n  next_to_watch.status <0>\n",
		  "1 hang queue=0 tdh=3c tdt=ca next_to_use=ca next_to_clean=3c time_stamp=8c3b8e4 jiffies=8c3bf13"
		  " next_to_watch=3f next_to_watch_status=0 interface=eth0 driver=e1000\n" },
		{ "2.6.14, with dma and without a queue",
		  "e1000: eth2: e1000_clean_tx_irq: Detected Tx Unit Hang\n  TDH                  <1f>\n"
		  "  TDT                  <2a>\n  next_to_use          <2a>\n  next_to_clean        <1f>\n"
		  "buffer_info[next_to_clean]\n  dma                  <13024c002>\n  time_stamp           <ffffd8c7>\n"
		  "  next_to_watch        <20>\n  jiffies              <ffffe096>\n  next_to_watch.status <0>\n",
		  "1 hang tdh=1f tdt=2a next_to_use=2a next_to_clean=1f time_stamp=ffffd8c7 jiffies=ffffe096"
		  " next_to_watch=20 next_to_watch_status=0 dma=13024c002 interface=eth2 driver=e1000\n" },
		{ "now",
		  "e1000 0000:02:01.0 ens33: Detected Tx Unit Hang\n  Tx Queue             <10>\n"
		  "  TDH                  <10>\n  TDT                  <11>\n",
		  "1 hang queue=10 tdh=10 tdt=11 cut=1 interface=ens33 address=0000:02:01.0 driver=e1000\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

static void igb_igc(void **state)
{
	static const struct klog_case cases[] = {
		{ "igb, 3.3 on: a pointer to watch, no interface",
		  "igb 0000:09:00.0: Detected Tx Unit Hang\n  Tx Queue             <12>\n  TDH                  <a>\n"
		  "  TDT                  <b>\n  next_to_use          <b>\n  next_to_clean        <a>\n"
		  "buffer_info[next_to_clean]\n  time_stamp           <fffee2ae>\n"
		  "  next_to_watch        <ffff8804080fd000>\n  jiffies              <fffee875>\n"
		  "  desc.status          <558000>\n",
		  "1 hang queue=12 tdh=a tdt=b next_to_use=b next_to_clean=a time_stamp=fffee2ae jiffies=fffee875"
		  " next_to_watch=ffff8804080fd000 desc_status=558000 address=0000:09:00.0 driver=igb\n" },
		{ "igb 2.6.27",
		  "igb 0000:09:00.0: Detected Tx Unit Hang\n  Tx Queue             <1>\n  TDH                  <a>\n"
		  "  TDT                  <b>\n  next_to_use          <b>\n  next_to_clean        <a>\n"
		  "  head (WB)            <9>\nbuffer_info[next_to_clean]\n  time_stamp           <fffee2ae>\n"
		  "  jiffies              <fffee875>\n  desc.status          <0>\n",
		  "1 hang queue=1 tdh=a tdt=b next_to_use=b next_to_clean=a time_stamp=fffee2ae jiffies=fffee875"
		  " desc_status=0 head_wb=9 address=0000:09:00.0 driver=igb\n" },
		{ "igc, a pointer that is not printed",
		  "igc 0000:0a:00.0 enp10s0: Detected Tx Unit Hang\n  Tx Queue             <3>\n  TDH                  <7>\n"
		  "  TDT                  <7>\n  next_to_use          <7>\n  next_to_clean        <7>\n"
		  "buffer_info[next_to_clean]\n  time_stamp           <101a40889>\n"
		  "  next_to_watch        <(____ptrval____)>\n  jiffies              <101b12dc0>\n"
		  "  desc.status          <0>\n",
		  "1 hang queue=3 tdh=7 tdt=7 next_to_use=7 next_to_clean=7 time_stamp=101a40889 jiffies=101b12dc0"
		  " desc_status=0 interface=enp10s0 address=0000:0a:00.0 driver=igc\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

static void ixgbe_and_others(void **state)
{
	static const struct klog_case cases[] = {
		{ "ixgbe, XDP",
		  "ixgbe 0000:01:00.0 eth2: Detected Tx Unit Hang (XDP)\n  Tx Queue             <21>\n"
		  "  TDH, TDT             <13a>, <16a>\n  next_to_use          <16a>\n  next_to_clean        <13a>\n"
		  "tx_buffer_info[next_to_clean]\n  time_stamp           <ffff1234>\n  jiffies              <ffff5678>\n",
		  "1 hang queue=21 tdh=13a tdt=16a next_to_use=16a next_to_clean=13a time_stamp=ffff1234 jiffies=ffff5678"
		  " interface=eth2 address=0000:01:00.0 driver=ixgbe\n" },
		{ "ixgbe 2.6.27: the function's name, two lines",
		  "ixgbe: eth2: ixgbe_check_tx_hang: Detected Tx Unit Hang\n  TDH                  <13a>\n"
		  "  TDT                  <16a>\n  next_to_use          <16a>\n  next_to_clean        <13a>\n"
		  "tx_buffer_info[next_to_clean]\n  time_stamp           <ffff1234>\n  next_to_watch        <13b>\n"
		  "  jiffies              <ffff5678>\n",
		  "1 hang tdh=13a tdt=16a next_to_use=16a next_to_clean=13a time_stamp=ffff1234 jiffies=ffff5678"
		  " next_to_watch=13b interface=eth2 driver=ixgbe\n" },
		{ "ixgbevf: no device",
		  "ixgbevf: Detected Tx Unit Hang\n  Tx Queue             <0>\n  TDH, TDT             <1>, <2>\n"
		  "  next_to_use          <2>\n  next_to_clean        <1>\ntx_buffer_info[next_to_clean]\n"
		  "  next_to_watch        <00000000772c725a>\n  eop_desc->wb.status  <4>\n  time_stamp           <5>\n"
		  "  jiffies              <6>\n",
		  "1 hang queue=0 tdh=1 tdt=2 next_to_use=2 next_to_clean=1 time_stamp=5 jiffies=6 next_to_watch=772c725a"
		  " desc_status=4 driver=ixgbevf\n" },
		{ "fm10k",
		  "fm10k 0000:05:00.0 eth9: Detected Tx Unit Hang\n  Tx Queue             <31>\n"
		  "  TDH, TDT             <1>, <2>\n  next_to_use          <2>\n  next_to_clean        <1>\n",
		  "1 hang queue=31 tdh=1 tdt=2 next_to_use=2 next_to_clean=1 interface=eth9 address=0000:05:00.0"
		  " driver=fm10k\n" },
		{ "i40e 3.14",
		  "i40e 0000:05:00.0: Detected Tx Unit Hang\n  VSI                  <517>\n  Tx Queue             <4>\n"
		  "  next_to_use          <1f5>\n  next_to_clean        <1cb>\n",
		  "1 hang queue=4 next_to_use=1f5 next_to_clean=1cb vsi=517 address=0000:05:00.0 driver=i40e\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

/* Every line has a prefix of its own, as of 2.6.32, and those of two devices alternate. */
static void interleaved(void **state)
{
	static const char *const labels[] = { "Tx Queue            ", "TDH                 ", "TDT                 ",
					      "next_to_use         ", "next_to_clean       " };
	struct buf log = { 0 };
	char *got;

	(void)state;
	buf_puts(&log, "[  100.000001] igb 0000:01:00.0: Detected Tx Unit Hang\n");
	buf_puts(&log, "[  100.000002] igb 0000:02:00.0: Detected Tx Unit Hang\n");
	for (unsigned i = 0; i < 5; i++)
		for (unsigned device = 1; device <= 2; device++)
			buf_printf(&log, "[  100.%06u]   %s <%u%u>\n", 3 + i * 2 + device, labels[i], device, i);
	got = klog_lines(buf_str(&log));
	assert_string_equal(got,
			    "1 hang queue=10 tdh=11 tdt=12 next_to_use=13 next_to_clean=14 cut=1 address=0000:01:00.0"
			    " driver=igb\n"
			    "2 hang queue=20 tdh=21 tdt=22 next_to_use=23 next_to_clean=24 cut=1 address=0000:02:00.0"
			    " driver=igb\n");
	free(got);
	buf_free(&log);
}

/* A header alone, and the block of another device in one record. */
static void after_a_lone_header(void **state)
{
	static const struct klog_case cases[] = {
		{ "in one record",
		  "[ 100.000001] e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:\n"
		  "[ 100.500001] e1000e 0000:02:00.0 eno2: Detected Hardware Unit Hang:\n"
		  "  TDH                  <5d>\n  TDT                  <90>\nPCI Status             <10>\n",
		  "1 hang cut=1 interface=eno1 address=0000:00:19.0 driver=e1000e\n"
		  "2 hang tdh=5d tdt=90 pci_status=10 interface=eno2 address=0000:02:00.0 driver=e1000e\n" },
		{ "between a page's tags",
		  "<pre>[ 100.500001] e1000e 0000:02:00.0 eno2: Detected Hardware Unit Hang:<br>\n"
		  "  TDH                  <b><br/>  TDT                  <dd><br>PCI Status             <10></pre>\n",
		  "1 hang tdh=b tdt=dd pci_status=10 interface=eno2 address=0000:02:00.0 driver=e1000e\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e1000e),      cmocka_unit_test(e1000),
		cmocka_unit_test(igb_igc),     cmocka_unit_test(ixgbe_and_others),
		cmocka_unit_test(interleaved), cmocka_unit_test(after_a_lone_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
