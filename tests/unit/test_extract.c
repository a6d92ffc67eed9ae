// SPDX-License-Identifier: GPL-2.0-or-later
/* What is sent of a kernel log: which lines, and what is masked in them; and the log's part of a report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klog/extract.h"
#include "klog/klog.h"
#include "klog/reportfile.h"
#include "util/alloc.h"
#include "util/buf.h"

static void masks(void **state)
{
	static const struct {
		const char *line, *wanted;
	} cases[] = {
		{ "eth0: 68:05:ca:0b:1c:2d", "eth0: 68:05:ca:00:00:00" },
		{ "at 68-05-CA-0B-1C-2D.", "at 68-05-CA-00-00-00." },
		{ "Serial Number 00-1b-21-ff-ff-aa-bb-cc", "Serial Number 00-1b-21-00-00-00-00-00" },
		{ "enx6805ca0b1c2d: link up", "enx6805ca000000: link up" },
		{ "from 192.168.1.10 to 10.0.0.255:80", "from 0.0.0.0 to 0.0.0.0:80" },
		/* versions, PCI addresses, times, hang blocks */
		{ "igb: version 5.3.5.18", "igb: version 5.3.5.18" },
		{ "Intel(R) Driver - version 2.17.15.11", "Intel(R) Driver - version 2.17.15.11" },
		{ "e1000e 0000:00:1f.6 eno1: x", "e1000e 0000:00:1f.6 eno1: x" },
		{ "1.2.3.4.5 is none", "1.2.3.4.5 is none" },
		{ "999.1.1.1", "999.1.1.1" },
		{ "at 12:13:14 the link", "at 12:13:14 the link" },
		{ "TDH <5d>, STATUS 80383", "TDH <5d>, STATUS 80383" },
		{ "address fe80::6a05:caff:fe0b:1c2d used", "address :: used" },
		{ "2001:db8:1:2:3:4:5:6 is", ":: is" },
		{ "igb_main::probe", "igb_main::probe" },
		{ "root=UUID=8f14e45f-ceea-467f-9575-6f3f3e2c2d1a ro",
		  "root=UUID=00000000-0000-0000-0000-000000000000 ro" },
		{ "Mar  4 03:12:41 nas kernel: eth0: up", "Mar  4 03:12:41 host kernel: eth0: up" },
		{ "2026-03-04T03:12:41+01:00 nas.example.org kernel: x", "2026-03-04T03:12:41+01:00 host kernel: x" },
		{ "[   12.3] kernel: x", "[   12.3] kernel: x" },
		{ "Linux version 6.8.12-4-pve (build@pve) on pve and pve2",
		  "Linux version 6.8.12-4-pve (build@host) on host and pve2" },
		{ "", "" },
	};
	struct extract *x = extract_new(true);

	(void)state;
	extract_host(x, "pve");
	extract_host(x, "localhost");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf out = { 0 };

		extract_mask(x, cases[i].line, strlen(cases[i].line), &out);
		if (strcmp(buf_str(&out), cases[i].wanted))
			fail_msg("'%s' becomes '%s', not '%s'", cases[i].line, buf_str(&out), cases[i].wanted);
		buf_free(&out);
	}
	extract_free(x);
}

static char *extracted(const char *text, size_t piece, uint64_t *kept)
{
	struct extract *x = extract_new(false);
	struct buf out = { 0 };
	size_t n = strlen(text);

	extract_word(x, "eth0");
	extract_word(x, "0000:02:00.0");
	extract_word(x, NULL);
	for (size_t at = 0; at < n; at += piece)
		extract_feed(x, text + at, n - at < piece ? n - at : piece);
	extract_end(x, &out);
	*kept = extract_kept(x);
	extract_free(x);
	return buf_take(&out);
}

static void lines(void **state)
{
	static const char text[] = "[ 1.0] Linux version 6.1.0\n"
				   "[ 2.0] eth0: link up\r\n"
				   "[ 2.1] eth01: another\n"
				   "[ 2.2] xeth0: another\n"
				   "[ 3.0] usb 1-1: new device\n"
				   "[ 4.0] e1000e 0000:02:00.0 eth0: Detected Hardware Unit Hang:\n"
				   "  TDH <1>\n"
				   "== Snapshots\n"
				   "Mar  4 03:12:41 nas sshd[8]: on eth0\n"
				   "== End of the kernel log eth0\n"
				   "last eth0";
	static const char wanted[] = "[ 1.0] Linux version 6.1.0\n"
				     "[ 2.0] eth0: link up\n"
				     "[ 4.0] e1000e 0000:02:00.0 eth0: Detected Hardware Unit Hang:\n"
				     "  TDH <1>\n"
				     " == Snapshots\n"
				     " == End of the kernel log eth0\n"
				     "last eth0\n";

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece += 7) {
		uint64_t kept;
		AUTO_FREE char *got = extracted(text, piece, &kept);

		assert_string_equal(got, wanted);
		assert_int_equal(kept, 7);
	}
}

static void keep(const char *const *words, const char *driver, const char *text, const char *wanted)
{
	struct extract *x = extract_new(false);
	struct buf out = { 0 };

	for (; *words; words++)
		extract_word(x, *words);
	extract_driver(x, driver);
	extract_feed(x, text, strlen(text));
	extract_end(x, &out);
	assert_string_equal(buf_str(&out), wanted);
	extract_free(x);
	buf_free(&out);
}

#define DRIVERS "e1000e: Intel(R) PRO/1000 Network Driver\n"
#define OURS_BEFORE "e1000e 0000:02:00.0 eth0: (PCI Express:2.5GT/s:Width x1)\n"
#define OURS_HANG "e1000e 0000:02:00.0 ens4: Detected Hardware Unit Hang:\n  TDH <5d>\n"
#define OTHERS_HANG "e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:\n  TDH <77>\n"

/* Of another device of the same driver nothing is kept: neither its messages nor what follows them. */
static void of_another_device(void **state)
{
	static const char *const ours[] = { "0000:02:00.0", "ens4", "0000:00:1c.4", NULL };
	static const char *const no_address[] = { "ens4", NULL };

	(void)state;
	keep(ours, "e1000e", DRIVERS OTHERS_HANG "e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly\n", DRIVERS);
	keep(ours, "e1000e", OURS_HANG OTHERS_HANG, OURS_HANG);
	keep(ours, "e1000e", OTHERS_HANG OURS_HANG, OURS_HANG);
	/* without an address in the message */
	keep(ours, "e1000e", "e1000e: eno1 NIC Link is Up 1000 Mbps\ne1000e: ens4 NIC Link is Down\n",
	     "e1000e: ens4 NIC Link is Down\n");
	keep(ours, "e1000e", "NETDEV WATCHDOG: eno1 (e1000e): transmit queue 0 timed out\n", "");
	keep(ours, "e1000e", "NETDEV WATCHDOG: ens4 (e1000e): transmit queue 0 timed out\n",
	     "NETDEV WATCHDOG: ens4 (e1000e): transmit queue 0 timed out\n");
	keep(ours, "e1000e", "e1000e: Detected Tx Unit Hang\n  TDH <1>\n",
	     "e1000e: Detected Tx Unit Hang\n  TDH <1>\n");
	/* another machine's device of the same name */
	keep(ours, "e1000e", "e1000e 0000:09:00.0 ens4: NIC Link is Down\n", "");
	/* the port above it, and the PCI core's words about it */
	keep(ours, "e1000e", "pcieport 0000:00:1c.4: AER: Corrected error received\npcieport 0000:00:1d.0: AER: x\n",
	     "pcieport 0000:00:1c.4: AER: Corrected error received\n");
	keep(ours, "e1000e", "pcieport 0000:00:1d.0: AER: error received: 0000:02:00.0\n",
	     "pcieport 0000:00:1d.0: AER: error received: 0000:02:00.0\n");
	keep(ours, "e1000e", "pci 0000:09:00.0: ASPM x\nPCIe ASPM is disabled\n", "PCIe ASPM is disabled\n");
	/* only its name is known */
	keep(no_address, "e1000e", OURS_HANG OTHERS_HANG, OURS_HANG);
}

/* A name that the device had before is its own, until another device has it. */
static void earlier_names(void **state)
{
	static const char *const ours[] = { "0000:02:00.0", "ens4", NULL };
	static const char taken[] = "e1000e 0000:09:00.0 eth0: registered PHC clock\n";
	static const char timeout[] = "NETDEV WATCHDOG: eth0 (e1000e): transmit queue 0 timed out\n";
	AUTO_FREE char *known = xasprintf("%s%s", OURS_BEFORE, timeout);
	AUTO_FREE char *lost = xasprintf("%s%s%s", OURS_BEFORE, taken, timeout);

	(void)state;
	keep(ours, "e1000e", known, known);
	keep(ours, "e1000e", lost, OURS_BEFORE);
	keep(ours, "e1000e", timeout, "");
}

/* Of a log of any length the first and the last lines are kept, and memory is bounded. */
static void too_much(void **state)
{
	struct extract *x = extract_new(false);
	struct buf out = { 0 };
	char line[200];
	uint64_t n = 0;

	(void)state;
	extract_word(x, "eth0");
	for (; n < 100000; n++) {
		int len = snprintf(line, sizeof(line), "[%llu.0] eth0: %0150d\n", (unsigned long long)n, 0);

		extract_feed(x, line, (size_t)len);
	}
	extract_end(x, &out);
	assert_true(out.len > EXTRACT_MOST / 2 && out.len < 2 * EXTRACT_MOST);
	assert_true(!strncmp(buf_str(&out), "[0.0] eth0", 10));
	assert_non_null(strstr(buf_str(&out), "[99999.0] eth0"));
	assert_non_null(strstr(buf_str(&out), " lines left out)\n"));
	assert_int_equal(extract_seen(x), n);
	assert_true(extract_kept(x) < n);
	extract_free(x);
	buf_free(&out);
}

#define HANG "e1000e 0000:02:00.0 eth0: Detected Hardware Unit Hang:\n"
#define REPORT                                                                                                \
	REPORTFILE_HEAD "\n" HANG "== Verdict\n" HANG "\n" REPORTFILE_LOG "\n[ 1.0] " HANG REPORTFILE_LOG_END \
			"\n" HANG REPORTFILE_SNAPSHOTS "\n{\"x\": 1}\n" REPORTFILE_SNAPSHOTS_END "\n"

static uint64_t hangs(const char *text, size_t piece)
{
	struct klog *k = klog_new(NULL, NULL);
	uint64_t got = 0;
	size_t n = strlen(text);

	for (size_t at = 0; at < n; at += piece)
		klog_feed(k, text + at, n - at < piece ? n - at : piece);
	klog_end(k);
	for (size_t i = 0; klog_device(k, i); i++)
		got += klog_device(k, i)->counts[KLOG_HANG];
	klog_free(k);
	return got;
}

/* Of a report only the log is a log, however it comes; of any other file all is. */
static void log_of_a_report(void **state)
{
	(void)state;
	for (size_t piece = 1; piece < sizeof(REPORT); piece++)
		assert_int_equal(hangs(REPORT, piece), 1);
	assert_int_equal(hangs("x" REPORT, 5), 4);
	assert_int_equal(hangs(REPORTFILE_HEAD "x\n" HANG, 3), 1);
	assert_int_equal(hangs(REPORTFILE_HEAD "\n" HANG, 1000), 0);
}

static void parts(void **state)
{
	static const char twice[] = REPORTFILE_HEAD "\n" REPORTFILE_SNAPSHOTS "\n1\n" REPORTFILE_SNAPSHOTS_END
						    "\n" REPORTFILE_SNAPSHOTS "\n22\n" REPORTFILE_SNAPSHOTS_END "\n";
	static const char open[] = REPORTFILE_HEAD "\n" REPORTFILE_SNAPSHOTS "\n1\n";
	size_t n = 0;
	const char *part = reportfile_part(twice, strlen(twice), REPORTFILE_SNAPSHOTS, REPORTFILE_SNAPSHOTS_END, &n);

	(void)state;
	assert_int_equal(n, 3);
	assert_memory_equal(part, "22\n", 3);
	assert_null(reportfile_part(open, strlen(open), REPORTFILE_SNAPSHOTS, REPORTFILE_SNAPSHOTS_END, &n));
	assert_true(reportfile_is(open, strlen(open)));
	assert_false(reportfile_is(REPORTFILE_HEAD, strlen(REPORTFILE_HEAD)));
	assert_false(reportfile_is_live(open, strlen(open)));
	assert_true(reportfile_is_live(REPORTFILE_HEAD "\nx\n" REPORTFILE_LIVE "\n",
				       strlen(REPORTFILE_HEAD "\nx\n" REPORTFILE_LIVE "\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks),         cmocka_unit_test(lines),
		cmocka_unit_test(too_much),      cmocka_unit_test(of_another_device),
		cmocka_unit_test(earlier_names), cmocka_unit_test(log_of_a_report),
		cmocka_unit_test(parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
