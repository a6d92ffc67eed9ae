// SPDX-License-Identifier: GPL-2.0-or-later
/* What counts once, whose it is, and what there is no room for. */
#include "klog_text.h"
#include "range.h"

static const struct klog_device *device_named(const struct klog *k, const char *interface)
{
	const struct klog_device *d;

	for (size_t i = 0; (d = klog_device(k, i)); i++)
		if (!strcmp(d->interface, interface))
			return d;
	return NULL;
}

static void feed(struct klog *k, const char *format, ...)
{
	char line[256];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	klog_feed(k, line, (size_t)n);
}

#define HANG "[%5u.000000] ixgbe 0000:03:00.0 eth0: Detected Tx Unit Hang\n  TDH, TDT             <0>, <5>\n"
#define UP "[%5u.000000] ixgbevf 1%03x:%02x:%02x.0 vf%u: NIC Link is Up 10 Gbps\n"
#define LOST "[%5u.000000] igb %04x:%02x:%02x.0 lost%u: PCIe link lost\n"

static void healthy_make_room(void **state)
{
	struct klog *k = klog_new(NULL, NULL);
	size_t n = 0;

	(void)state;
	feed(k, HANG, 1);
	for (unsigned i = 0; i < 2000; i++)
		feed(k, UP, 10 + i, i / 1024, i / 32 % 32, i % 32, i);
	klog_end(k);
	while (klog_device(k, n))
		n++;
	assert_int_equal(n, KLOG_DEVICES);
	assert_non_null(device_named(k, "eth0"));
	assert_int_equal(device_named(k, "eth0")->hangs.blocks, 1);
	assert_non_null(device_named(k, "vf1999"));
	assert_null(device_named(k, "vf0"));
	assert_between(klog_host(k)->devices_left_out, 1400, 2001 - KLOG_DEVICES); /* two can count as one */
	assert_int_equal(klog_host(k)->faulty_left_out, 0);
	klog_free(k);
}

/* Of those alike, the one that was named last longest ago; one with a report after one without. */
static void longest_unused_make_room(void **state)
{
	struct klog *k = klog_new(NULL, NULL);

	(void)state;
	for (unsigned i = 0; i < KLOG_DEVICES; i++)
		feed(k, UP, 10 + i, 0, i / 32 % 32, i % 32, i);
	feed(k, "[%5u.000000] ixgbevf 1000:00:03.0 vf3: NIC Link is Down\n", 900);
	feed(k, UP, 1000, 0, 0, 0, 0);
	for (unsigned i = 0; i < 3; i++)
		feed(k, UP, 1001 + i, 1, 0, i, 500 + i);
	klog_end(k);
	assert_non_null(device_named(k, "vf0"));
	assert_null(device_named(k, "vf1"));
	assert_null(device_named(k, "vf2"));
	assert_non_null(device_named(k, "vf3"));
	assert_null(device_named(k, "vf4"));
	assert_non_null(device_named(k, "vf5"));
	assert_int_equal(klog_host(k)->devices_left_out, 3);
	klog_free(k);
}

static void faulty_stay(void **state)
{
	struct klog *k = klog_new(NULL, NULL);

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		feed(k, LOST, 10 + i, i / 1024, i / 32 % 32, i % 32, i);
		feed(k, UP, 10 + i, 2 + i / 1024, i / 32 % 32, i % 32, i);
	}
	klog_end(k);
	for (unsigned i = 0; i < 1000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "lost%u", i);
		assert_non_null(device_named(k, name));
	}
	assert_true(klog_host(k)->devices_left_out > 0);
	assert_int_equal(klog_host(k)->faulty_left_out, 0);
	klog_free(k);
}

/* Beyond all bounds the first ones stay, and the others are counted. */
static void too_many_faulty(void **state)
{
	struct klog *k = klog_new(NULL, NULL);
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < KLOG_DEVICES_MOST + 100; i++)
		feed(k, LOST, 10 + i, i / 1024, i / 32 % 32, i % 32, i);
	klog_end(k);
	while (klog_device(k, n))
		n++;
	assert_int_equal(n, KLOG_DEVICES_MOST);
	assert_non_null(device_named(k, "lost0"));
	assert_between(klog_host(k)->faulty_left_out, 90, 100);
	klog_free(k);
}

static void few_devices(void **state)
{
	struct klog *k = klog_new(NULL, NULL);

	(void)state;
	feed(k, HANG, 1);
	for (unsigned i = 0; i < KLOG_DEVICES - 1; i++)
		feed(k, UP, 10 + i, 0, 64 + i / 32 % 32, i % 32, i);
	klog_end(k);
	for (unsigned i = 0; i < KLOG_DEVICES - 1; i++) {
		char name[16];

		snprintf(name, sizeof(name), "vf%u", i);
		assert_non_null(device_named(k, name));
	}
	assert_int_equal(klog_host(k)->devices_left_out, 0);
	klog_free(k);
}

static void many_bonds(void **state)
{
	struct klog *k = klog_new(NULL, NULL);

	(void)state;
	for (unsigned i = 0; i < KLOG_BONDS + 3; i++)
		feed(k, "[%5u.000000] bond%u: (slave eth%u): link status definitely down, disabling slave\n", i + 10, i,
		     i);
	for (unsigned i = 0; i < KLOG_SLAVES + 5; i++)
		feed(k, "[%5u.000000] bond0: (slave port%u): Enslaving as a backup interface\n", i + 100, i);
	klog_end(k);
	assert_non_null(klog_bond(k, KLOG_BONDS - 1));
	assert_int_equal(klog_host(k)->bonds_left_out, 3);
	assert_int_equal(klog_host(k)->slaves_left_out, 6);
	klog_free(k);
}

#define IXGBE "ixgbe 0000:03:00.0 eth0: "

static void one_reset(void **state)
{
	static const struct klog_case cases[] = {
		{ "its reason, then the reset",
		  "[ 10.000001] " IXGBE "tx hang 1 detected on queue 3, resetting adapter\n"
		  "[ 10.000002] " IXGBE "initiating reset due to tx timeout\n[ 10.100003] " IXGBE "Reset adapter\n",
		  "1 reset queue=3 count=1 interface=eth0 address=0000:03:00.0 driver=ixgbe\n" },
		{ "two resets",
		  "[ 10.000001] " IXGBE "initiating reset due to tx timeout\n[ 10.100003] " IXGBE "Reset adapter\n"
		  "[ 12.000001] " IXGBE "initiating reset due to tx timeout\n[ 12.100003] " IXGBE "Reset adapter\n",
		  "1 reset interface=eth0 address=0000:03:00.0 driver=ixgbe\n"
		  "3 reset interface=eth0 address=0000:03:00.0 driver=ixgbe\n" },
		{ "the same line again", "[ 10.100003] " IXGBE "Reset adapter\n[ 12.100003] " IXGBE "Reset adapter\n",
		  "1 reset interface=eth0 address=0000:03:00.0 driver=ixgbe\n"
		  "2 reset interface=eth0 address=0000:03:00.0 driver=ixgbe\n" },
		{ "long after a reason",
		  "[ 10.000001] " IXGBE "initiating reset due to tx timeout\n[ 30.100003] " IXGBE "Reset adapter\n",
		  "1 reset interface=eth0 address=0000:03:00.0 driver=ixgbe\n"
		  "2 reset interface=eth0 address=0000:03:00.0 driver=ixgbe\n" },
		{ "of two devices",
		  "[ 10.000001] " IXGBE
		  "initiating reset due to tx timeout\n[ 10.100003] ixgbe 0000:03:00.1 eth1: Reset adapter\n",
		  "1 reset interface=eth0 address=0000:03:00.0 driver=ixgbe\n"
		  "2 reset interface=eth1 address=0000:03:00.1 driver=ixgbe\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

#define PORT "pcieport 0000:00:1d.3: "
#define ERROR(who, id)                                                                                         \
	who "PCIe Bus Error: severity=Corrected, type=Data Link Layer, (Transmitter ID)\n" who "  device [" id \
	    "] error status/mask=00001000/00002000\n" who "   [12] Timeout\n"

static void ports(void **state)
{
	static const struct klog_case cases[] = {
		{ "a port's own error", PORT "AER: Corrected error received: 0000:00:1d.3\n" ERROR(PORT, "8086:54b3"),
		  "" },
		{ "before a device of another vendor",
		  "nvme 0000:06:00.0: 8/0/0 default/read/poll queues\n" PORT
		  "AER: Correctable error message received from 0000:06:00.0\n" ERROR("nvme 0000:06:00.0: ",
										      "144d:a808")
			  ERROR(PORT, "8086:54b3"),
		  "" },
		{ "a vendor's id alone",
		  PORT "AER: Correctable error message received from 0000:06:00.0\n" ERROR("pci 0000:06:00.0: ",
											   "144d:a808"),
		  "" },
		{ "before a NIC",
		  "igb 0000:06:00.0 eth0: renamed from eth1\n" PORT
		  "AER: Corrected error received: 0000:06:00.0\n" ERROR("igb 0000:06:00.0: ", "8086:1521") PORT
		  "AER: Corrected error received: 0000:00:1d.3\n" ERROR(PORT, "8086:54b3"),
		  "2 aer vendor_id=8086 device_id=1521 aer_status=1000 aer_mask=2000 interface=eth0 address=0000:06:00.0"
		  " driver=igb severity=Corrected layer=Data Link Layer errors=Timeout agent=Transmitter ID"
		  " reporter=0000:00:1d.3\n"
		  "6 aer aer_status=1000 aer_mask=2000 interface=eth0 address=0000:06:00.0 driver=igb severity=Corrected"
		  " layer=Data Link Layer errors=Timeout agent=Transmitter ID reporter=0000:00:1d.3\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

/* As many errors as a status can have. */
static void all_errors(void **state)
{
	struct buf log = { 0 };
	char *got;

	(void)state;
	buf_puts(&log, "igb 0000:06:00.0: PCIe Bus Error: severity=Corrected, type=Data Link Layer, (Transmitter ID)\n"
		       "igb 0000:06:00.0:   device [8086:1521] error status/mask=ffffffff/00000000\n");
	for (unsigned i = 0; i < 7; i++)
		buf_printf(&log, "igb 0000:06:00.0:    [%2u] NonFatalErr%u           (First)\n", i, i);
	got = klog_lines(buf_str(&log));
	assert_non_null(strstr(got, "errors=NonFatalErr0, NonFatalErr1, NonFatalErr2, NonFatalErr3, NonFatalErr4, "
				    "NonFatalErr5, NonFatalErr6 "));
	assert_null(strstr(got, "errors_left_out"));
	free(got);
	for (unsigned i = 7; i < 32; i++)
		buf_printf(&log, "igb 0000:06:00.0:    [%2u] NonFatalErr%u           (First)\n", i, i);
	got = klog_lines(buf_str(&log));
	assert_non_null(strstr(got, "errors_left_out=15 "));
	free(got);
	buf_free(&log);
}

static void came_back(void **state)
{
	static const struct {
		const char *line;
		bool back;
	} cases[] = {
		{ "igc 0000:0a:00.0 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX\n", true },
		{ "igc 0000:0a:00.0 eno1: renamed from eth0\n", true },
		{ "igc 0000:0a:00.0: enabling device (0000 -> 0002)\n", true },
		{ "igc 0000:0a:00.0 eno1: PHC added\n", true },
		{ "igc 0000:0a:00.0 eno1: removed PHC on eno1\n", false },
		{ "igc 0000:0a:00.0 eno1: NIC Link is Down\n", false },
		{ "igc 0000:0b:00.0 eno2: renamed from eth0\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct klog *k = klog_new(NULL, NULL);

		feed(k, "[ 9.000000] igc 0000:0a:00.0 eno1: PCIe link lost, device now detached\n");
		feed(k, "[ 20.000000] %s", cases[i].line);
		klog_end(k);
		assert_int_equal(device_named(k, "eno1")->alive_line, cases[i].back ? 2 : 0);
		klog_free(k);
	}
}

/* The machine and a bond as a whole are no device. */
static void of_no_device(void **state)
{
	struct klog *k = klog_new(NULL, NULL);

	(void)state;
	feed(k, "[ 1.000000] PCIe ASPM is disabled\n[ 2.000000] bond1: now running without any active interface!\n");
	feed(k, "[ 3.000000] bond1: (slave eth4): link status definitely down, disabling slave\n");
	klog_end(k);
	assert_string_equal(klog_device(k, 0)->interface, "eth4");
	assert_int_equal(klog_device(k, 0)->counts[KLOG_BOND_DOWN], 1);
	assert_null(klog_device(k, 1));
	assert_int_equal(klog_bond(k, 0)->without_active, 1);
	klog_free(k);
}

/* A block without its header was of the device whose block follows. */
static void headless_counts(void **state)
{
	static const char text[] = "[  100.000000]   TDH                  <5d>\n"
				   "[  100.000000]   TDT                  <5d>\n"
				   "[  100.000000]   time_stamp           <fffc9000>\n"
				   "[  100.000000]   jiffies              <fffcd000>\n"
				   "[  100.000000] MAC Status             <80081>\n"
				   "[  100.000000] PCI Status             <10>\n"
				   "[  101.000000] e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:\n"
				   "  TDH                  <5d>\n"
				   "  TDT                  <90>\n"
				   "PCI Status             <10>\n";
	struct klog *k = klog_new(NULL, NULL);
	const struct klog_device *d;

	(void)state;
	klog_feed(k, text, sizeof(text) - 1);
	klog_end(k);
	d = device_named(k, "eno1");
	assert_non_null(d);
	assert_null(klog_device(k, 1));
	assert_int_equal(d->hangs.blocks, 2);
	assert_int_equal(d->hangs.headless, 1);
	assert_int_equal(d->hangs.episodes, 1);
	assert_int_equal(d->counts[KLOG_HANG], 2);
	assert_int_equal(d->first_line, 1);
	klog_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headless_counts),
		cmocka_unit_test(healthy_make_room),
		cmocka_unit_test(longest_unused_make_room),
		cmocka_unit_test(faulty_stay),
		cmocka_unit_test(too_many_faulty),
		cmocka_unit_test(few_devices),
		cmocka_unit_test(many_bonds),
		cmocka_unit_test(one_reset),
		cmocka_unit_test(ports),
		cmocka_unit_test(all_errors),
		cmocka_unit_test(came_back),
		cmocka_unit_test(of_no_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
