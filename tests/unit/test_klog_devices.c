// SPDX-License-Identifier: GPL-2.0-or-later
/* What is learned of a device over many lines. */
#include "klog_text.h"

#include "chip/db.h"
#include "util/err.h"

struct block {
	double at;
	unsigned tdh, tdt, time_stamp, jiffies;
	unsigned phy, phy_1000, phy_extended;
};

static void add_block(struct buf *log, const struct block *b)
{
	buf_printf(log,
		   "[%12.6f] e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:\n"
		   "  TDH                  <%x>\n  TDT                  <%x>\n  next_to_use          <%x>\n"
		   "  next_to_clean        <%x>\nbuffer_info[next_to_clean]:\n  time_stamp           <1%08x>\n"
		   "  next_to_watch        <%x>\n  jiffies              <1%08x>\n  next_to_watch.status <0>\n"
		   "MAC Status             <80083>\nPHY Status             <%x>\nPHY 1000BASE-T Status  <%x>\n"
		   "PHY Extended Status    <%x>\nPCI Status             <10>\n",
		   b->at, b->tdh, b->tdt, b->tdt, b->tdh, b->time_stamp, b->tdh, b->jiffies, b->phy, b->phy_1000,
		   b->phy_extended);
}

static struct klog *read_log(const char *text)
{
	struct klog *k = klog_new(NULL, NULL);

	klog_feed(k, text, strlen(text));
	klog_end(k);
	return k;
}

/* Two hangs, each ended by a reset, the second printed four times. */
static void episodes(void **state)
{
	struct buf log = { 0 };
	struct klog *k;
	const struct klog_device *d;

	(void)state;
	add_block(&log, &(struct block){ 1000.0, 0x5d, 0x90, 174500, 175000, 0x796d, 0x3800, 0x3000 });
	buf_puts(&log, "[ 1001.000100] e1000e 0000:00:19.0 eno1: Reset adapter unexpectedly\n"
		       "[ 1005.000100] e1000e: eno1 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: None\n");
	for (unsigned i = 0; i < 4; i++)
		add_block(&log, &(struct block){ 1600.0 + 2 * i, 0xbc, 0xf1, 324500, 325000 + 500 * i,
						 i ? 0x796d : 0x7ba8, i ? 0x3800 : 0xb6fc, i ? 0x3000 : 0xffff });
	buf_puts(&log, "[ 1606.500100] e1000e 0000:00:19.0 eno1: Reset adapter unexpectedly\n");
	k = read_log(buf_str(&log));
	d = klog_device(k, 0);
	assert_non_null(d);
	assert_null(klog_device(k, 1));
	assert_string_equal(d->driver, "e1000e");
	assert_int_equal(d->hz, 250);
	assert_int_equal(d->hangs.blocks, 5);
	assert_int_equal(d->hangs.episodes, 2);
	assert_int_equal(d->hangs.episodes_reset, 2);
	assert_int_equal(d->hangs.intervals, 1);
	assert_int_equal(d->hangs.interval_mean_ms, 600000);
	assert_int_equal(d->hangs.head_stuck, 3);
	assert_int_equal(d->hangs.head_moved, 0);
	assert_int_equal(d->hangs.phy_garbage, 1);
	assert_int_equal(d->hangs.age_most_ms, 8000);
	assert_int_equal(klog_number(d->hang, KLOG_REPEAT), 4);
	assert_int_equal(d->counts[KLOG_RESET], 2);
	assert_int_equal(d->link, 1);
	assert_true(d->onboard_pch);
	klog_free(k);
	buf_free(&log);
}

/* By uptime, from one block. */
static void clock_rates(void **state)
{
	static const struct {
		const char *stamp, *jiffies, *time_stamp;
		unsigned hz, age_ms;
	} cases[] = {
		{ "9327.470501", "100227517", "100227358", 250, 1788 },
		{ "284188.749115", "101b12e88", "101a40889", 100, 8616950 },
		{ "14.122958", "fffee875", "fffee2ae", 250, 5916 }, /* before jiffies pass 2^32 */
		{ "7576.851432", "1006f0e00", "1006f0a18", 1000, 1000 },
		{ "1000.000000", "2ab98", "2a7b0", 250, 4000 },   /* a 32-bit counter */
		{ "301.000000", "10000000a", "100000005", 0, 0 }, /* too near to its wrap to tell */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf log = { 0 };
		struct klog *k;
		const struct klog_device *d;

		buf_printf(&log,
			   "[%s] igc 0000:02:00.0 eth1: Detected Tx Unit Hang\n  time_stamp           <%s>\n"
			   "  jiffies              <%s>\n",
			   cases[i].stamp, cases[i].time_stamp, cases[i].jiffies);
		k = read_log(buf_str(&log));
		d = klog_device(k, 0);
		assert_non_null(d);
		assert_int_equal(d->hz, cases[i].hz);
		assert_int_equal(klog_number(d->hang, KLOG_AGE_MS), cases[i].age_ms);
		klog_free(k);
		buf_free(&log);
	}
}

/* By two blocks, in a log of deltas. */
static void clock_rate_of_deltas(void **state)
{
	struct klog *k = read_log("[ +0.000100] igc 0000:02:00.0 eth1: Detected Tx Unit Hang\n"
				  "  jiffies              <1019e88>\n"
				  "[ +1.000000] something\n[ +1.000000] igc 0000:02:00.0 eth1: Detected Tx Unit Hang\n"
				  "  jiffies              <1019f50>\n");

	(void)state;
	assert_int_equal(klog_device(k, 0)->hz, 100);
	klog_free(k);
}

/* The interface is named by a later line only. */
static void completed_later(void **state)
{
	struct klog *k = klog_new(NULL, NULL);
	static const char log[] = "[ 5.000001] igb 0000:02:00.1: Detected Tx Unit Hang\n  desc.status          <0>\n"
				  "[ 6.000001] igb 0000:02:00.1 enp2s0f1: renamed from eth1\n";
	struct klog_report r;

	(void)state;
	klog_feed(k, log, sizeof(log) - 1);
	klog_end(k);
	r = *klog_device(k, 0)->hang;
	assert_false(klog_known(&r, KLOG_INTERFACE));
	klog_complete(k, &r);
	assert_string_equal(klog_text(&r, KLOG_INTERFACE), "enp2s0f1");
	assert_ptr_equal(klog_device_of(k, &r), klog_device(k, 0));
	klog_free(k);
}

/* Each record once, although two daemons wrote it. */
static void two_sinks(void **state)
{
	static const char log[] =
		"[10979.771448] e1000e 0000:00:19.0 e0: Detected Hardware Unit Hang:#012  TDH <b>#012  TDT <14>#012"
		"  time_stamp <100104b1a>#012  jiffies <100104b80>#012PCI Status <10>\n"
		"[10979.771448] e1000e 0000:00:19.0 e0: Detected Hardware Unit Hang:#012  TDH <b>#012  TDT <14>#012"
		"  time_stamp <100104b1a>#012  jiffies <100104b80>#012PCI Status <10>\n"
		"[10981.771576] e1000e 0000:00:19.0 e0: Detected Hardware Unit Hang:#012  TDH <b>#012  TDT <14>#012"
		"  time_stamp <100104b1a>#012  jiffies <100104c48>#012PCI Status <10>\n"
		"[10986.731509] NETDEV WATCHDOG: e0 (e1000e): transmit queue 0 timed out\n"
		"[10986.731509] NETDEV WATCHDOG: e0 (e1000e): transmit queue 0 timed out\n";
	struct klog *k = read_log(log);

	(void)state;
	assert_int_equal(klog_device(k, 0)->counts[KLOG_HANG], 2);
	assert_int_equal(klog_device(k, 0)->counts[KLOG_WATCHDOG], 1);
	assert_int_equal(klog_host(k)->duplicates, 2);
	klog_free(k);
}

/* igb prints no interface in its block, and the kernel's watchdog no address: one device all the same. */
static void name_and_address_apart(void **state)
{
	struct klog *k = read_log("[ 100.000001] igb 0000:04:00.0: Detected Tx Unit Hang\n  Tx Queue             <3>\n"
				  "  TDH                  <2d>\n  desc.status          <120200>\n"
				  "[ 101.000001] NETDEV WATCHDOG: eth2 (igb): transmit queue 3 timed out\n"
				  "[ 101.500001] igb 0000:05:00.0: eth3: Reset adapter\n"
				  "[ 102.000001] igb 0000:04:00.0: eth2: Reset adapter\n");
	const struct klog_device *d = klog_device(k, 0);

	(void)state;
	assert_non_null(klog_device(k, 1));
	assert_null(klog_device(k, 2));
	assert_string_equal(d->address, "0000:04:00.0");
	assert_string_equal(d->interface, "eth2");
	assert_int_equal(d->counts[KLOG_HANG], 1);
	assert_int_equal(d->counts[KLOG_WATCHDOG], 1);
	assert_int_equal(d->hangs.timeouts, 1);
	assert_int_equal(d->counts[KLOG_RESET], 1);
	assert_int_equal(d->hangs.episodes_reset, 1);
	klog_free(k);
}

static const char nameless_block[] = "[ 100.000001] ixgbevf: Detected Tx Unit Hang\n  Tx Queue             <1>\n"
				     "  TDH, TDT             <1ef>, <1f1>\n";

/* A report without a name is of the one device that has its driver; of none if there are two. */
static void nameless(void **state)
{
	struct buf log = { 0 };
	struct klog *k;

	(void)state;
	buf_printf(&log, "%s[ 101.000001] NETDEV WATCHDOG: eth1 (ixgbevf): transmit queue 1 timed out\n",
		   nameless_block);
	k = read_log(buf_str(&log));
	assert_string_equal(klog_device(k, 0)->interface, "eth1");
	assert_int_equal(klog_device(k, 0)->hangs.blocks, 1);
	assert_int_equal(klog_device(k, 0)->hangs.timeouts, 1);
	assert_null(klog_device(k, 1));
	klog_free(k);
	buf_puts(&log, "[ 102.000001] ixgbevf 0000:00:06.0: eth2: NIC Link is Up 10 Gbps\n");
	k = read_log(buf_str(&log));
	assert_non_null(klog_device(k, 2));
	assert_null(klog_device(k, 3));
	klog_free(k);
	k = read_log("e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly\n"
		     "[xxxxxx] NETDEV WATCHDOG: CPU: 8: transmit queue 0 timed out xxx ms\n");
	assert_int_equal(klog_device(k, 0)->counts[KLOG_WATCHDOG], 1);
	assert_null(klog_device(k, 1));
	klog_free(k);
	buf_free(&log);
}

/* By the time of the day: to the microsecond at once, in whole seconds only over a while. */
static void clock_rate_by_date(void **state)
{
	static const struct {
		const char *first, *second;
		unsigned jiffies, hz;
	} cases[] = {
		{ "2024-06-29T10:52:39.030745602Z", "2024-06-29T10:52:41.014745602Z", 496, 250 },
		{ "Aug 28 13:09:30 host", "Aug 28 13:09:32 host", 496, 0 },
		{ "Aug 28 13:09:30 host", "Aug 28 13:10:31 host", 6100, 100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf log = { 0 };
		struct klog *k;

		buf_printf(&log,
			   "%s kernel: igc 0000:02:00.0 eth1: Detected Tx Unit Hang\n  jiffies              <%x>\n"
			   "  desc.status          <0>\n",
			   cases[i].first, 0x1019e88);
		buf_printf(&log,
			   "%s kernel: igc 0000:02:00.0 eth1: Detected Tx Unit Hang\n  jiffies              <%x>\n"
			   "  desc.status          <0>\n",
			   cases[i].second, 0x1019e88 + cases[i].jiffies);
		k = read_log(buf_str(&log));
		assert_int_equal(klog_device(k, 0)->hz, cases[i].hz);
		klog_free(k);
		buf_free(&log);
	}
}

/* In whole seconds, what cannot happen twice within one. */
static void two_sinks_by_date(void **state)
{
	struct klog *k = read_log("Aug 28 13:09:30 h kernel: e1000e 0000:00:19.0 e0: Reset adapter unexpectedly\n"
				  "Aug 28 13:09:30 h kernel: e1000e 0000:00:19.0 e0: Reset adapter unexpectedly\n"
				  "Aug 28 13:09:30 h kernel: e1000e 0000:00:19.0 e0: Error reading PHY register\n"
				  "Aug 28 13:09:30 h kernel: e1000e 0000:00:19.0 e0: Error reading PHY register\n"
				  "Aug 28 13:09:35 h kernel: e1000e 0000:00:19.0 e0: Reset adapter unexpectedly\n"
				  "e1000e 0000:00:19.0 e0: Reset adapter unexpectedly\n"
				  "e1000e 0000:00:19.0 e0: Reset adapter unexpectedly\n");

	(void)state;
	assert_int_equal(klog_device(k, 0)->counts[KLOG_RESET], 4);
	assert_int_equal(klog_device(k, 0)->counts[KLOG_PHY_ERROR], 2);
	klog_free(k);
}

static void chips(void **state)
{
	static const struct {
		const char *log, *name, *definition;
		bool sure;
	} cases[] = {
		{ "e1000e 0000:00:19.0: eth0: MAC: 10, PHY: 11, PBA No: FFFFFF-0FF\n", "82579LM", "82579LM", true },
		{ "e1000e 0000:02:00.0 eth1: MAC: 3, PHY: 8, PBA No: 0101FF-0FF\n", "82574L", "82574L", true },
		{ "e1000e 0000:00:1f.6 eth1: MAC: 12, PHY: 12, PBA No: FFFFFF-0FF\n", "I219", "I219-SPT", true },
		{ "e1000e 0000:00:19.0 eth1: MAC: 11, PHY: 12, PBA No: FFFFFF-0FF\n", "I217 or I218", "I217-LM", true },
		{ "pci 0000:00:1f.6: [8086:15bc] type 00 class 0x020000\ne1000e 0000:00:1f.6 eth2: Reset adapter\n",
		  "I219-V (7)", "I219-CNP", true },
		{ "pci 0000:01:00.0: [8086:1521] type 00 class 0x020000\nigb 0000:01:00.0 eth2: Reset adapter\n", NULL,
		  "I350", true },
		{ "i40e 0000:1a:00.2: fw 3.33.49763 api 1.5 nvm 3.31 0x80000d6f 1.1747.0 [8086:37d1] [19e5:d11f]\n",
		  NULL, "X722", true },
		{ "e1000e 0000:00:19.0 eno1: Reset adapter unexpectedly\n", NULL, "82579LM", false },
	};
	struct chipdb *db;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct klog *k = read_log(cases[i].log);
		const struct klog_device *d = klog_device(k, 0);
		const struct chip *chip;
		bool sure;

		assert_non_null(d);
		if (cases[i].name)
			assert_string_equal(klog_chip_name(db, d), cases[i].name);
		assert_int_equal(klog_chip(db, d, &chip, &sure, &e), 0);
		assert_string_equal(chip->name, cases[i].definition);
		assert_int_equal(sure, cases[i].sure);
		klog_free(k);
	}
	chipdb_free(db);
}

static void of_the_machine(void **state)
{
	struct klog *k =
		read_log("[ 0.000000] Linux version 3.10.0-693.el7.x86_64 (builder@host)\n"
			 "[ 0.000000] Command line: BOOT_IMAGE=/vmlinuz ro pcie_aspm=off quiet\n"
			 "[ 0.100000] PCIe ASPM is disabled\n"
			 "[ 1.000000] i40e: Intel(R) Ethernet Connection XL710 Network Driver - version 1.6.27-k\n"
			 "[ 9.000000] Hardware name: Huawei 2288H V5/BC11SPSCB0, BIOS 6.58 03/30/2019\n");

	(void)state;
	assert_string_equal(klog_host(k)->kernel, "3.10.0-693.el7.x86_64");
	assert_string_equal(klog_host(k)->cmdline_aspm, "off");
	assert_true(klog_host(k)->aspm_disabled);
	assert_string_equal(klog_driver_version(k, "i40e"), "1.6.27-k");
	assert_string_equal(klog_driver_version(k, "igb"), "");
	assert_string_equal(klog_host(k)->hardware, "Huawei 2288H V5/BC11SPSCB0, BIOS 6.58 03/30/2019");
	assert_int_equal(klog_host(k)->lines, 5);
	klog_free(k);
}

/* The registers of a block stand where the chip has them, and are decoded by its definition. */
static void as_snapshot(void **state)
{
	struct buf log = { 0 };
	struct chipdb *db;
	struct err e = { 0 };
	const struct chip *chip;
	struct snapshot *s;
	struct klog *k;
	struct chip_ref ref;
	const struct reg_sample *sample;

	(void)state;
	add_block(&log, &(struct block){ 1000.0, 0x5d, 0x90, 174500, 175000, 0x796d, 0x3800, 0x3000 });
	k = read_log(buf_str(&log));
	assert_int_equal(chipdb_open(&db, NULL, &e), 0);
	assert_int_equal(chipdb_find(db, "82579LM", &chip, &e), 0);
	s = klog_snapshot(klog_device(k, 0)->hang, chip);
	assert_int_equal(s->origin, ORIGIN_LOG);
	assert_string_equal(s->facts.netdev, "eno1");
	assert_int_equal(s->n_functions, 1);
	sample = snapshot_reg(s, CHIP_MMIO, 0x8);
	assert_non_null(sample);
	assert_int_equal(sample->value, 0x80083);
	ref = chip_role_ref(chip, CHIP_MAC_STATUS, 0);
	assert_int_equal(chip_field_get(chip_field_named(ref.reg, "LU"), sample->value), 1);
	assert_int_equal(chip_field_get(chip_field_named(ref.reg, "SPEED"), sample->value), 2);
	assert_int_equal(chip_field_get(chip_field_named(ref.reg, "GIO_MASTER_ENABLE"), sample->value), 1);
	ref = chip_role_ref(chip, CHIP_TX_HEAD, 0);
	assert_int_equal(snapshot_reg(s, CHIP_MMIO, ref.offset)->value, 0x5d);
	ref = chip_role_ref(chip, CHIP_PHY_1000_STATUS, 0);
	assert_int_equal(snapshot_reg(s, CHIP_PHY, ref.offset)->value, 0x3800);
	assert_true(klog_register(db, chip, KLOG_PCI_STATUS, &ref));
	assert_string_equal(ref.reg->name, "STATUS");
	snapshot_free(s);
	chipdb_free(db);
	klog_free(k);
	buf_free(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(episodes),
		cmocka_unit_test(clock_rates),
		cmocka_unit_test(clock_rate_of_deltas),
		cmocka_unit_test(completed_later),
		cmocka_unit_test(two_sinks),
		cmocka_unit_test(chips),
		cmocka_unit_test(of_the_machine),
		cmocka_unit_test(as_snapshot),
		cmocka_unit_test(name_and_address_apart),
		cmocka_unit_test(nameless),
		cmocka_unit_test(two_sinks_by_date),
		cmocka_unit_test(clock_rate_by_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
