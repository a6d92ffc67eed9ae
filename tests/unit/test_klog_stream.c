// SPDX-License-Identifier: GPL-2.0-or-later
/* Large and broken input, in pieces of all sizes. */
#include "klog_text.h"

#include "klog/internal.h"

static const char mixed[] =
	"Nov 20 10:00:00 host systemd[1]: Started Session 12 of user root.\n"
	"Nov 20 10:00:01 host kernel: [ 100.000001] e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:\n"
	"                                             TDH                  <5d>\n"
	"                                             TDT                  <90>\n"
	"                                             next_to_use          <90>\n"
	"Nov 20 10:00:01 host sshd[77]: Accepted publickey for root\n"
	"Nov 20 10:00:02 host kernel: [ 101.000001] e1000e 0000:00:19.0 eno1: Reset adapter unexpectedly\n"
	"Nov 20 10:00:05 host kernel: [ 104.000001] igb 0000:01:00.1 internal: PCIe\nlink lost\n"
	"Nov 20 10:00:06 host CRON[99]: (root) CMD (run-parts)\n"
	"Nov 20 10:00:07 host kernel: [ 106.000001] i40e 0000:a1:00.0 ens4: tx_timeout: VSI_seid: 390, Q 22, NTC: 0x47, HWB:"
	" 0x47, NTU: 0x30, TAIL: 0x0, INT: 0x1\n"
	"Nov 20 10:00:08 host kernel: [ 107.000001] bond0: (slave eth1): link status definitely down, disabling slave\n";

static void pieces(void **state)
{
	char *whole = klog_lines_of(mixed, sizeof(mixed) - 1, sizeof(mixed));

	(void)state;
	assert_string_equal(
		whole, "2 hang tdh=5d tdt=90 next_to_use=90 cut=1 interface=eno1 address=0000:00:19.0 driver=e1000e\n"
		       "7 reset interface=eno1 address=0000:00:19.0 driver=e1000e\n"
		       "8 pcie-lost interface=internal address=0000:01:00.1 driver=igb\n"
		       "11 tx-timeout queue=22 vsi_seid=390 ntc=47 hwb=47 ntu=30 tail=0 int=1 interface=ens4"
		       " address=0000:a1:00.0 driver=i40e\n"
		       "12 bond-down interface=eth1 bond=bond0\n");
	for (size_t piece = 1; piece < sizeof(mixed); piece++) {
		char *got = klog_lines_of(mixed, sizeof(mixed) - 1, piece);

		assert_string_equal(got, whole);
		free(got);
	}
	free(whole);
}

/* What looks like a message begins before its line's prefix is complete. */
static void within_a_prefix(void **state)
{
	static const char text[] =
		"[123460.789012] e1000e 0000:00:19.0 eth0: Reset\nadapter unexpectedly\n[8.569]\n"
		"dapter kernel: [123460.789012] e1000e 0000:00:19.0 eth0: Reset adapter unexpectedly\n";
	char *whole = klog_lines_of(text, sizeof(text) - 1, sizeof(text));

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		char *got = klog_lines_of(text, sizeof(text) - 1, piece);

		assert_string_equal(got, whole);
		free(got);
	}
	free(whole);
}

/* Far between, so that the first pass has to find each; with all distances to the ends of its steps and buffers. */
static void far_apart(void **state)
{
	struct buf out = { 0 };
	struct klog *k = klog_new(klog_line, &out);
	struct buf expected = { 0 };
	uint64_t line = 1;

	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		char filler[4096];

		memset(filler, 'a' + (int)(i % 26), sizeof(filler));
		for (unsigned n = 0; n < 30 + i % 7; n++) {
			filler[n * 100 + i % 64 + 60] = '\n';
			line++;
		}
		filler[sizeof(filler) - 1] = '\n';
		klog_feed(k, filler, sizeof(filler) - i);
		if (i) {
			filler[0] = '\n';
			klog_feed(k, filler, 1);
		}
		line++;
		klog_feed(k, mixed + 66, strchr(mixed + 66, '\n') + 1 - mixed - 66);
		buf_printf(&expected, "%" PRIu64 " hang cut=1 interface=eno1 address=0000:00:19.0 driver=e1000e\n",
			   line);
		line++;
		klog_gap(k); /* or else the next one would be the same */
		klog_host(k);
		memset(k->order.recent, 0, sizeof(k->order.recent));
	}
	klog_end(k);
	assert_string_equal(buf_str(&out), buf_str(&expected));
	assert_int_equal(klog_host(k)->lines, line - 1);
	klog_free(k);
	buf_free(&out);
	buf_free(&expected);
}

/* A line without end; what it has in its middle is found. */
static void endless_line(void **state)
{
	struct buf out = { 0 };
	struct klog *k = klog_new(klog_line, &out);
	static const char message[] =
		" e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang: TDH <5d> TDT <90> next_to_use <90>"
		" PCI Status <10> ";
	char filler[65536];

	(void)state;
	memset(filler, 'x', sizeof(filler));
	for (size_t i = 0; i < sizeof(filler); i += 3)
		filler[i] = ' ';
	for (unsigned i = 0; i < 1600; i++) {
		klog_feed(k, filler, sizeof(filler));
		if (i == 800)
			klog_feed(k, message, sizeof(message) - 1);
	}
	klog_end(k);
	assert_string_equal(
		buf_str(&out),
		"1 hang tdh=5d tdt=90 next_to_use=90 pci_status=10 interface=eno1 address=0000:00:19.0 driver=e1000e\n");
	assert_int_equal(klog_host(k)->lines, 1);
	klog_free(k);
	buf_free(&out);
}

/* More devices than there is room for: the one with reports stays known. */
static void many_devices(void **state)
{
	struct klog *k = klog_new(NULL, NULL);
	const struct klog_device *d;
	bool found = false;

	(void)state;
	klog_feed(k, mixed, sizeof(mixed) - 1);
	for (unsigned i = 0; i < 1000; i++) {
		char line[128];
		int n = snprintf(line, sizeof(line), "[ 200.%06u] r8169 0000:%02x:%02x.0 lan%u: Link is Up\n", i,
				 64 + i / 32, i % 32, i);

		klog_feed(k, line, (size_t)n);
	}
	klog_end(k);
	for (size_t i = 0; (d = klog_device(k, i)); i++) {
		assert_true(i < KLOG_DEVICES);
		found |= !strcmp(d->interface, "eno1") && d->hangs.blocks == 1;
	}
	assert_true(found);
	assert_int_equal(klog_host(k)->foreign, 1000);
	klog_free(k);
}

/* All inner loops see the same. */
static void inner_loops(void **state)
{
	struct prefilter fast, plain;
	char text[4096 + PREFILTER_SLACK];
	unsigned seed = 1;

	(void)state;
	prefilter_init(&fast);
	plain = fast;
	plain.find = prefilter_find_plain;
	for (unsigned round = 0; round < 300; round++) {
		static const char *const words[] = { "Detected Tx Unit Hang",
						     "NETDEV WATCHDOG",
						     "tx_timeout",
						     "TDH <",
						     "\xff\x80",
						     "ASPM",
						     "jiffies",
						     "PCIe link lost" };
		const char *a = text, *b = text;

		for (size_t i = 0; i < sizeof(text); i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = (char)(seed >> 16);
		}
		for (unsigned i = 0; i < 40; i++) {
			const char *word = words[(seed >> 16) % 8];

			seed = seed * 1103515245 + 12345;
			memcpy(text + (seed >> 16) % 4000, word, strlen(word));
		}
		while (a && b) {
			a = prefilter_next(&fast, a, text + 4096);
			b = prefilter_next(&plain, b, text + 4096);
			assert_ptr_equal(a, b);
			if (a) {
				a++;
				b++;
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces),       cmocka_unit_test(within_a_prefix), cmocka_unit_test(far_apart),
		cmocka_unit_test(endless_line), cmocka_unit_test(many_devices),    cmocka_unit_test(inner_loops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
