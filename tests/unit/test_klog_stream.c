// SPDX-License-Identifier: GPL-2.0-or-later
/* Large and broken input, in pieces of all sizes. */
#include "klog_text.h"

#include "klog/internal.h"
#include "util/alloc.h"

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

/* Bytes are what the text would be where the record begins a line, however it comes; inside of a line they are nobody's. */
static void messages_of_bytes(void **state)
{
	static const char *const before[] = {
		"",     "data: ",  "\n\t ", "x\n\n", "Hello,\n[ 1 ]\n",
		"dat ", "ddata: ", "x ",    "> ",    "Nov 27 10:11:12 h sshd[1]: x ",
	};
#define RECORD "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":"
	static const char bytes[] = RECORD "[105,103,98,32,48,48,48,48,58,48,50,58,48,48,46,48,32,101,116,104,48,"
					   "58,32,80,67,73,101,32,108,105,110,107,32,108,111,115,116]}\n";
	static const char words[] = RECORD "\"igb 0000:02:00.0 eth0: PCIe link lost\"}\n";

	(void)state;
	for (size_t i = 0; i < COUNT(before); i++) {
		AUTO_FREE char *text = xasprintf("%s%s", before[i], bytes);
		AUTO_FREE char *same = xasprintf("%s%s", before[i], words);
		AUTO_FREE char *wanted = klog_lines_of(same, strlen(same), strlen(same));

		assert_true(i > 4 || strstr(wanted, "pcie-lost"));
		assert_true(!strstr(before[i], "sshd") || !*wanted);
		for (size_t piece = 1, n = strlen(text); piece <= n; piece++) {
			AUTO_FREE char *got = klog_lines_of(text, n, piece);

			if (strcmp(got, i > 4 ? "" : wanted) != 0)
				fail_msg("%s in pieces of %zu: %s, not %s", before[i], piece, got, wanted);
		}
	}
}

/* Parts of a mail are what they stand for, in pieces of any size that holds the first name. */
static void mails(void **state)
{
#define HEAD "Subject: x\nContent-Type: multipart/mixed;\n boundary=\"=a_b\"\n\nhello\n"
#define BASE64 "Content-Transfer-Encoding: base64\n"
#define QUOTED "content-transfer-encoding: QUOTED-PRINTABLE\n"
	static const struct {
		const char *text;
		unsigned reports;
	} rows[] = {
		{ "Subject: x\n" BASE64 "\nWzEuMF0gaWdiIDAwMDA6MDI6MDAuMCBldGgw\nOiBQQ0llIGxpbmsgbG9zdAo=\n", 1 },
		{ "Subject: x\r\n" BASE64 "\r\nWzEuMF0gaWdiIDAwMDA6MDI6MDAuMCBldGgw\r\nOiBQQ0llIGxpbmsgbG9zdAo=\r\n",
		  1 },
		{ HEAD
		  "--=a_b\n" BASE64
		  "\nWzEuMF0gaWdiIDAwMDA6MDI6MDAuMCBldGgwOiBQQ0llIGxpbmsgbG9zdA==\n--=a_b\n\n[2.0] igb 0000:02:00.0 eth0: Reset adapter\n--=a_b--\n",
		  2 },
		{ HEAD
		  "--=a_b\n" QUOTED
		  "\n-- \n[1.0] igb 0000:02:00.0 =65th0=\n: PCIe link lo=\nst\n--=a_b\n\n[2.0] igb 0000:02:00.0 eth0: Reset adapter\n",
		  2 },
		{ "Subject: x\n\n" BASE64
		  "\nWzEuMF0gaWdiIDAwMDA6MDI6MDAuMCBldGgwOiBQQ0llIGxpbmsgbG9zdAo=\n[2.0] igb 0000:02:00.0 eth0: Reset adapter\n",
		  2 },
		{ "Subject: x\n\nWzEuMF0gaWdiIDAwMDA6MDI6MDAuMCBldGgwOiBQQ0llIGxpbmsgbG9zdAo=\n", 0 },
		{ "x\n" BASE64 "\nWzEuMF0gaWdiIDAwMDA6MDI6MDAuMCBldGgwOiBQQ0llIGxpbmsgbG9zdAo=\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t n = strlen(rows[i].text), piece = n; piece >= sizeof("Subject: "); piece--) {
			AUTO_FREE char *got = klog_lines_of(rows[i].text, n, piece);
			unsigned reports = 0;

			for (const char *p = got; (p = strstr(p, "interface=eth0")); p++)
				reports++;
			if (reports != rows[i].reports)
				fail_msg("%s in pieces of %zu: %s", rows[i].text, piece, got);
		}
}

static void count(const struct klog_report *r, void *arg)
{
	(void)r;
	++*(unsigned *)arg;
}

/* A reader that is used again and again knows nothing of the logs before: neither their reports nor their number. */
static void logs_one_after_the_other(void **state)
{
	static const char twice[] = "[  100.000001] igb 0000:02:00.0 eth0: PCIe link lost\n"
				    "[  100.000001] igb 0000:02:00.0 eth0: PCIe link lost\n";
	unsigned reports = 0;
	struct klog *k = klog_new(count, &reports);

	(void)state;
	for (unsigned i = 1; i <= 600; i++) {
		klog_restart(k);
		klog_feed(k, twice, sizeof(twice) - 1);
		klog_end(k);
		assert_int_equal(reports, i);
		assert_int_equal(klog_host(k)->duplicates, 1);
	}
	klog_free(k);
}

/* The export's record ends what stood before it, however its bytes come. */
static void text_then_a_record(void **state)
{
	static const struct {
		const char *text, *reports;
	} cases[] = {
		{ "<4>10000:02:00.0\n\n\n\n__CURSOR=\n\n0 :PCIe link lost\n", "7 pcie-lost\n" },
		{ "Corrected error received:\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n__CURSOR=\n\n"
		  "Nov6 10:02\n\n\n\xe5"
		  "Corrected error received:",
		  "1 aer severity=Corrected\n31 aer severity=Corrected\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t piece = 1, n = strlen(cases[i].text); piece <= n; piece++) {
			char *got = klog_lines_of(cases[i].text, n, piece);

			assert_string_equal(got, cases[i].reports);
			free(got);
		}
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

/* Fills a text with noise and with words that have anchors, some of them cut. */
static void make_noise(char *text, size_t n, unsigned *seed)
{
	static const char *const words[] = { "Detected Tx Unit Hang",
					     "NETDEV WATCHDOG",
					     "tx_timeout",
					     "TDH <",
					     "\xff\x80",
					     "ASPM",
					     "jiffies",
					     "PCIe link lost",
					     "__CURSOR=",
					     "0000:01:00.0",
					     "\n",
					     "next\\_to_use",
					     "\x1f\x8b\x08\x1c",
					     "\x28\xb5\x2f\xfd",
					     "\xfd\x37zXZ",
					     "BZh91AY&SY",
					     "\xe2\x97\x8f nic" };

	for (size_t i = 0; i < n; i++) {
		*seed = *seed * 1103515245 + 12345;
		text[i] = (char)(*seed >> 16);
	}
	for (unsigned i = 0; i < 60; i++) {
		const char *word = words[(*seed >> 16) % COUNT(words)];

		*seed = *seed * 1103515245 + 12345;
		memcpy(text + (*seed >> 16) % (n - 100), word, strlen(word) - i % 7 / 6);
	}
}

/* The places of a text that are an anchor's; their lines. All else that a loop finds does not count. */
static size_t true_places(const struct prefilter *f, const char *text, size_t n, size_t room, uint64_t *lines,
			  struct prefilter_place *to)
{
	struct prefilter_place some[4096];
	struct prefilter_places places = { .v = some, .room = room };
	size_t found = 0;

	for (const char *p = text; p < text + n;) {
		places.n = 0;
		p = f->scan(f, text, p, text + n, &places);
		for (size_t i = 0; i < places.n; i++)
			if (prefilter_anchor(f, text, text + some[i].at, text + n) ||
			    prefilter_record(text, text + some[i].at, text + n) || prefilter_packed(text + some[i].at))
				to[found++] = some[i];
	}
	*lines = places.lines;
	return found;
}

/* All loops that run here find the same anchors as one that compares every place, and count the same lines. */
static void inner_loops(void **state)
{
	char text[4096 + PREFILTER_SLACK];
	unsigned seed = 1;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		size_t n = 4096 - round % 150, expected = 0;
		struct prefilter_place all[4096], found[4096];

		make_noise(text, sizeof(text), &seed);
		for (size_t loop = 0; loop < n_prefilter_loops; loop++) {
			struct prefilter f;
			uint64_t lines;

			if (!prefilter_loops[loop].runs())
				continue;
			prefilter_init(&f, &prefilter_loops[loop]);
			for (size_t i = expected = 0; i < n; i++)
				if (prefilter_anchor(&f, text, text + i, text + n) ||
				    prefilter_record(text, text + i, text + n) || prefilter_packed(text + i))
					all[expected++] =
						(struct prefilter_place){ (uint32_t)i,
									  (uint32_t)prefilter_newlines(text, i) };
			assert_int_equal(true_places(&f, text, n, round % 2 ? 64 : 4096, &lines, found), expected);
			assert_memory_equal(found, all, expected * sizeof(*all));
			assert_int_equal(lines, prefilter_newlines(text, n));
		}
		assert_true(expected > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces),
		cmocka_unit_test(text_then_a_record),
		cmocka_unit_test(messages_of_bytes),
		cmocka_unit_test(mails),
		cmocka_unit_test(logs_one_after_the_other),
		cmocka_unit_test(within_a_prefix),
		cmocka_unit_test(far_apart),
		cmocka_unit_test(endless_line),
		cmocka_unit_test(many_devices),
		cmocka_unit_test(inner_loops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
