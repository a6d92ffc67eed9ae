// SPDX-License-Identifier: GPL-2.0-or-later
/* One block behind the prefixes of every log daemon, and through what happens to text on its way. */
#include "klog/prefix.h"
#include "klog_text.h"

static const char *const block[] = {
	"e1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:",
	"  TDH                  <b>",
	"  TDT                  <14>",
	"  next_to_use          <14>",
	"  next_to_clean        <a>",
	"buffer_info[next_to_clean]:",
	"  time_stamp           <100104b1a>",
	"  next_to_watch        <b>",
	"  jiffies              <100104b80>",
	"  next_to_watch.status <0>",
	"MAC Status             <80083>",
	"PHY Status             <796d>",
	"PHY 1000BASE-T Status  <3c00>",
	"PHY Extended Status    <3000>",
	"PCI Status             <10>",
};

#define LINES (sizeof(block) / sizeof(block[0]))
#define REPORT                                                                                     \
	" hang tdh=b tdt=14 next_to_use=14 next_to_clean=a time_stamp=100104b1a jiffies=100104b80" \
	" next_to_watch=b next_to_watch_status=0 mac_status=80083 phy_status=796d"                 \
	" phy_1000base_t_status=3c00 phy_extended_status=3000 pci_status=10 interface=eno1"        \
	" address=0000:00:19.0 driver=e1000e\n"

/* The block between two other lines; `first` before its first line, `next` before the others, `end` after each. */
static char *compose(const char *first, const char *next, const char *end)
{
	struct buf log = { 0 };

	buf_printf(&log, "%ssomething else%s", first, end);
	for (size_t i = 0; i < LINES; i++)
		buf_printf(&log, "%s%s%s", i ? next : first, block[i], end);
	buf_printf(&log, "%sand something else%s", first, end);
	return buf_take(&log);
}

static void expect(const char *name, const char *log, const char *report)
{
	char *got = klog_lines(log);

	if (strcmp(got, report))
		fail_msg("%s:\n--- log\n%s\n--- expected\n%s--- got\n%s", name, log, report, got);
	free(got);
}

static void on_every_line(void **state)
{
	static const char *const prefixes[] = {
		"",
		"[10979.771448] ",
		"[Thu Nov  5 16:44:42 2020] ",
		"[ +0.000093] ",
		"[Mar15 18:17] ",
		"[ 1715.840988][   C28] ",
		"[ 1715.840988][ T123] ",
		"[10979.771448 <    0.000012>] ",
		"Aug 28 13:09:30 proxmox kernel: ",
		"May  6 19:47:25 workstation kernel: [   14.122949] ",
		"Apr 11 11:45:54 kernel: ",
		" kernel: ",
		"vmhost kernel: ",
		"Apr 18 15:18:38 host kernel: : [66624539.368208] ",
		"Apr 18 15:18:38 <redacted> kernel: ",
		"Tue Dec  1 17:07:50 2020 kern.err kernel: [ 1023.724378] ",
		"kern:     err: [2024-06-29T10:52:39.030745602Z]: ",
		"[kern.err] [kernel: .]: ",
		"2007-01-09 22:53:41.660249500 <3>",
		"<6>[  76.868842] ",
		"2017-09-30T17:26:50.881Z cpu1:65936)",
		"[xxxxxx] ",
		"> > ",
		"> [ 9327.470501] ",
		"\\[10979.771448\\] ",
		"2026-07-30T11:50:07.262550-05:00 kernel: ",
		"2024-06-29T10:52:39,030745+00:00 ",
		"1598620170.123456 host kernel: ",
		"Fri 2020-08-28 13:09:30 CEST host kernel: ",
		"Aug 28 13:09:30.123456 host kernel: ",
		"\x1b[32m[10979.771448] \x1b[0m",
		"3,1234,10979771448,-;",
		"kern  :err   : [10979.771448] ",
		"Okt 12 10:11:12 host kernel: ",
		"3\xe6\x9c\x88 12 10:33:09 pve kernel: ",
		"[Do Nov  5 16:44:42 2020] ",
		"messages-20240101:12:Aug 28 13:09:30 host kernel: ",
		"<3>1 2024-06-29T10:52:39.003Z host kernel - - - ",
		"Aug 28 13:09:30 host kernel[0]: ",
		"2026-11-26T13:00:02.123Z Aug 28 13:09:30 host kernel: [10979.771448] ",
		"2026-11-26T13:00:02.123000+00:00 i-0abc 2026-11-26T13:00:01.9+00:00 host kernel: ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		char *log = compose(prefixes[i], prefixes[i], "\n");

		expect(prefixes[i], log, "2" REPORT);
		free(log);
	}
}

static void indented(void **state)
{
	char *log = compose("May 25 15:23:30 pve-02 kernel: ", "                               ", "\n");

	(void)state;
	expect("journalctl", log, "2" REPORT);
	free(log);
	log = compose("[10979.771448] ", "", "\r\n\r\n");
	expect("blank lines between", log, "3" REPORT);
	free(log);
	log = compose("<3>[10979.771448] ", "<4>[10979.771450] ", "\n");
	expect("stamps that differ", log, "2" REPORT);
	free(log);
}

/* The block on one line, with `between` in place of the line ends. */
static void one_line(const char *name, const char *between, const char *report)
{
	struct buf log = { 0 };

	buf_puts(&log, "[10970.000000] something else\n");
	for (size_t i = 0; i < LINES; i++)
		buf_printf(&log, "%s%s", i ? between : "[10979.771448] ", block[i]);
	buf_puts(&log, "\n[10990.000000] something else\n");
	expect(name, buf_str(&log), report);
	buf_free(&log);
}

static void on_one_line(void **state)
{
	(void)state;
	one_line("rsyslog", "#012", "2" REPORT);
	one_line("rsyslog with stamps", "#012[10979.771448] ", "2" REPORT);
	one_line("a web page", " ", "2" REPORT);
	one_line("JSON", "\\n", "2" REPORT);
	one_line("/dev/kmsg", "\\x0a", "2" REPORT);
}

/* Each character of `what` becomes `with`. */
static void replaced(const char *name, char what, const char *with)
{
	char *log = compose("[10979.771448] ", "[10979.771448] ", "\n");
	struct buf changed = { 0 };

	for (const char *p = log; *p; p++)
		if (*p == what)
			buf_puts(&changed, with);
		else
			buf_putc(&changed, *p);
	expect(name, buf_str(&changed), "2" REPORT);
	buf_free(&changed);
	free(log);
}

static void rewritten(void **state)
{
	(void)state;
	replaced("HTML entities", '<', "&lt;");
	replaced("HTML entities", '>', "&gt;");
	replaced("Markdown", '_', "\\_");
	replaced("Markdown", '[', "\\[");
	replaced("Markdown", '<', "\\<");
	replaced("tabs", ' ', "\t");
	replaced("no-break blanks", ' ', "\xc2\xa0");
}

/* A soft line break in the middle of each line. */
static void quoted_printable(void **state)
{
	struct buf log = { 0 };

	(void)state;
	for (size_t i = 0; i < LINES; i++)
		buf_printf(&log, "[10979.771448] %.9s=\n%s=20\n", block[i], block[i] + 9);
	expect("quoted-printable", buf_str(&log), "2" REPORT); /* where its message begins */
	buf_free(&log);
	expect("a blank at a soft break, and a line that ends after one",
	       "[ 5.100000] i40e 0000:81:00.1 ens2: tx_timeout recovery level 2, txqueue=20=\n14\n"
	       "[ 5.200000] i40e 0000:81:00.1 ens2: tx_timeout recovery level 1, txqueue 3=\n\n"
	       "[ 6.300000] i40e 0000:81:00.1 ens2: tx_timeout: VSI_seid: 391, Q 14, NTC: 0=\nx1a\n",
	       "1 recovery queue=14 level=2 interface=ens2 address=0000:81:00.1 driver=i40e\n"
	       "3 recovery queue=3 level=1 interface=ens2 address=0000:81:00.1 driver=i40e\n"
	       "5 tx-timeout queue=14 vsi_seid=391 ntc=1a interface=ens2 address=0000:81:00.1 driver=i40e\n");
}

/* As it comes out of a mail program that wraps at a blank: `text` without any break, cut where a line would be longer. */
static void wrap(struct buf *out, const char *quote, const char *text, size_t width)
{
	size_t n = strlen(text), at;

	for (; n > width; text += at + 1, n -= at + 1) {
		for (at = width; at && text[at] != ' '; at--)
			;
		if (!at)
			at = strcspn(text, " ");
		if (at >= n)
			break;
		buf_printf(out, "%s%.*s\n", quote, (int)at, text);
	}
	buf_printf(out, "%s%s\n", quote, text);
}

/* At every width the same values, whichever word is the last on its line. */
static void wrapped_anywhere(void **state)
{
	static const char *const quotes[] = { "", "> ", "> > " };

	(void)state;
	for (size_t width = 60; width < 120; width++) {
		struct buf log = { 0 };
		char *got, *rest;

		for (size_t i = 0; i < LINES; i++) {
			char line[160];

			snprintf(line, sizeof(line),
				 "Aug 28 13:09:30 a-host-with-a-long-name kernel: [10979.771448] %s", block[i]);
			wrap(&log, quotes[width % 3], line, width);
		}
		got = klog_lines(buf_str(&log));
		rest = strchr(got, ' ');
		assert_non_null(rest);
		if (strcmp(rest, REPORT))
			fail_msg("at %zu:\n--- log\n%s\n--- got\n%s", width, buf_str(&log), got);
		free(got);
		buf_free(&log);
	}
}

static void values_lost(void **state)
{
	(void)state;
	expect("taken for HTML",
	       "[ 100.000001] e1000e 0000:00:19.0: eth0: Detected Hardware Unit Hang:\n"
	       "[ 100.000001]   TDH                  \n[ 100.000001]   TDT                  \n"
	       "[ 100.000001]   next_to_use          \n[ 100.000001]   next_to_clean        \n"
	       "[ 100.000001] buffer_info[next_to_clean]:\n[ 100.000001]   time_stamp           \n"
	       "[ 100.000001]   next_to_watch        \n[ 100.000001]   jiffies              \n"
	       "[ 100.000001]   next_to_watch.status \n[ 100.000001] MAC Status             <80083>\n"
	       "[ 100.000001] PHY Status             \n[ 100.000001] PHY 1000BASE-T Status  \n"
	       "[ 100.000001] PHY Extended Status    \n[ 100.000001] PCI Status             \n",
	       "1 hang mac_status=80083 interface=eth0 address=0000:00:19.0 driver=e1000e\n");
	expect("the function of the address",
	       "[ 5.000001] e1000e 0000:00:1f eno1: Detected Hardware Unit Hang:\nTDH <22>\nTDT <2f>\n",
	       "1 hang tdh=22 tdt=2f cut=1 interface=eno1 driver=e1000e\n");
	expect("the beginning",
	       "[ 100.000001]   jiffies              <10002dd40>\n[ 100.000001]   next_to_watch.status <0>\n"
	       "[ 100.000001] MAC Status             <80083>\n[ 100.000001] PCI Status             <10>\n",
	       "1 hang jiffies=10002dd40 next_to_watch_status=0 mac_status=80083 pci_status=10 headless=1"
	       " driver_guessed=1 driver=e1000e\n");
}

static void wrapped(void **state)
{
	static const struct klog_case cases[] = {
		{ "after a word",
		  "Dec 12 18:58:05 AH15 kernel: [4699248.577166] igb 0000:01:00.1 internal: PCIe\nlink lost\n",
		  "1 pcie-lost interface=internal address=0000:01:00.1 driver=igb\n" },
		{ "in the prefix",
		  "> Dec 12 18:58:05 AH15 kernel: [4699248.577166] igb 0000:01:00.1\n> internal: PCIe link lost\n",
		  "2 pcie-lost interface=internal address=0000:01:00.1 driver=igb\n" },
		{ "in the header",
		  "[ 5.100000] e1000e 0000:00:19.0 eno1: Detected Hardware\nUnit Hang:\n[ 5.100000]   TDH   <1>\n",
		  "1 hang tdh=1 cut=1 interface=eno1 address=0000:00:19.0 driver=e1000e\n" },
		{ "in a watchdog's line",
		  "[ 5.100000] NETDEV WATCHDOG: eno1 (e1000e): transmit queue 0 timed\nout\n[ 6.000000] x\n",
		  "1 watchdog queue=0 interface=eno1 driver=e1000e\n" },
		{ "in a quoted-printable word",
		  "[ 5.100000] NETDEV WATCH=\nDOG: eno1 (e1000e): transmit queue 0 timed out\n",
		  "1 watchdog queue=0 interface=eno1 driver=e1000e\n" },
		{ "before an address",
		  "Aug 28 13:09:30 host kernel: e1000e\n0000:00:19.0 eno1: Reset adapter unexpectedly\n",
		  "2 reset interface=eno1 address=0000:00:19.0 driver=e1000e\n" },
		{ "before an address that comes again",
		  "[ 3.100000] igb 0000:07:00.0\n0000:07:00.0 (uninitialized): PCIe link lost\n",
		  "2 pcie-lost address=0000:07:00.0 driver=igb\n" },
		{ "of AER",
		  "[ 3.100000] pcieport 0000:00:1c.0: AER: Multiple\nCorrected error received:\n0000:01:00.0\n"
		  "[ 3.100001] igb 0000:01:00.0:\nAER: PCIe Bus Error: severity=Corrected, type=Data Link\nLayer, (Receiver ID)\n"
		  "[ 3.100002] igb 0000:01:00.0:   device [8086:1521] error\nstatus/mask=00000080/00002000\n",
		  "2 aer vendor_id=8086 device_id=1521 aer_status=80 aer_mask=2000 multiple=1 address=0000:01:00.0 driver=igb"
		  " severity=Corrected layer=Data Link Layer agent=Receiver ID reporter=0000:00:1c.0\n" },
		{ "in words that are the only ones to be found",
		  "[ 5.100000] igc 0000:05:00.0 eth5: NIC Link\nis Up 2500 Mbps Full Duplex, Flow Control: RX\n"
		  "[ 6.100000] ixgbe 0000:05:00.1 eth6: NIC Link\nis Up 10 Gbps, Flow Control: RX\n"
		  "[ 7.100000] idpf 0000:05:00.2 eth7: Detected\nTx timeout: Count 1, Queue 5\n"
		  "[ 8.100000] ixgbe 0000:05:00.1 eth6: initiating\nreset due to tx timeout\n",
		  "1 link-up speed=2500 interface=eth5 address=0000:05:00.0 driver=igc duplex=Full flow_control=RX\n"
		  "3 link-up speed=10000 interface=eth6 address=0000:05:00.1 driver=ixgbe\n"
		  "5 tx-timeout queue=5 count=1 interface=eth7 address=0000:05:00.2 driver=idpf\n"
		  "7 reset interface=eth6 address=0000:05:00.1 driver=ixgbe\n" },
		{ "the message on the next line",
		  "2026-07-30T11:50:07.262550-05:00 kernel:\nigc 0000:0a:00.0 eno1: PCIe link lost, device now detached\n\n"
		  "2026-07-30T11:50:07.263246-05:00 kernel:\n",
		  "2 pcie-lost interface=eno1 address=0000:0a:00.0 driver=igc\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

/* Times of all kinds. */
static void times(void **state)
{
	static const struct {
		const char *prefix;
		enum klog_field field;
		uint64_t ns;
		const char *wall;
	} cases[] = {
		{ "[10979.771448] ", KLOG_UPTIME_NS, UINT64_C(10979771448000), "" },
		{ "[Thu Nov  5 16:44:42 2020] ", KLOG_WALL_NS, UINT64_C(1604594682000000000),
		  "Thu Nov  5 16:44:42 2020" },
		{ "2017-09-30T17:26:50.881Z cpu1:65936)", KLOG_WALL_NS, UINT64_C(1506792410881000000),
		  "2017-09-30T17:26:50.881Z" },
		{ "Jan  2 00:00:01 host kernel: ", KLOG_SEASON_NS, UINT64_C(86401000000000), "Jan  2 00:00:01" },
		{ "3,1234,10979771448,-;", KLOG_UPTIME_NS, UINT64_C(10979771448000), "" },
		{ "kern  :err   : [10979.771448] ", KLOG_UPTIME_NS, UINT64_C(10979771448000), "" },
		{ "Okt 12 10:11:12 host kernel: [10979.771448] ", KLOG_UPTIME_NS, UINT64_C(10979771448000), "" },
		{ "kern.log.1:Jan  2 00:00:01 host kernel: ", KLOG_SEASON_NS, UINT64_C(86401000000000),
		  "Jan  2 00:00:01" },
		{ "kern.log:12:[10979.771448] ", KLOG_UPTIME_NS, UINT64_C(10979771448000), "" },
		{ "<3>1 2017-09-30T17:26:50.881Z host kernel - - - ", KLOG_WALL_NS, UINT64_C(1506792410881000000),
		  "2017-09-30T17:26:50.881Z" },
		{ "Jan  2 00:00:01 host kernel:\n[10979.771448] ", KLOG_UPTIME_NS, UINT64_C(10979771448000),
		  "Jan  2 00:00:01" },
		{ "2017-09-30T17:26:50.881Z Jan  2 00:00:01 host kernel: ", KLOG_WALL_NS, UINT64_C(1506792410881000000),
		  "2017-09-30T17:26:50.881Z" },
		{ "2019-01-01T01:01:01.1Z i-0abc 2017-09-30T17:26:50.881Z host kernel: ", KLOG_WALL_NS,
		  UINT64_C(1506792410881000000), "2017-09-30T17:26:50.881Z" },
		{ "Jan  2 00:00:01 host\nkernel: ", KLOG_SEASON_NS, UINT64_C(86401000000000), "Jan  2 00:00:01" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf log = { 0 };
		struct klog *k = klog_new(NULL, NULL);
		const struct klog_device *d;

		buf_printf(&log, "%se1000e 0000:00:19.0 eno1: Detected Hardware Unit Hang:\n", cases[i].prefix);
		klog_feed(k, log.data, log.len);
		klog_end(k);
		d = klog_device(k, 0);
		assert_non_null(d);
		assert_true(klog_known(d->hang, cases[i].field));
		assert_int_equal(klog_number(d->hang, cases[i].field), cases[i].ns);
		assert_string_equal(klog_text(d->hang, KLOG_WALL), cases[i].wall);
		klog_free(k);
		buf_free(&log);
	}
}

/* Lines that begin alike and do not, so that what is remembered of one fits some of the next ones: %1 is a digit, %2 two. */
static const char *const beginnings[] = {
	"Nov  %1 1%1:0%1:1%1 host%1 kernel: [   1%1.%2%2%2] ",
	"Nov  %1 1%1:0%1:1%1 host%1 kernel: ",
	"Nov  1 %2:%2:%2 host kernel: [    0.125000] ",
	"Nov  1 %2:%2:%2 host kernel: ",
	"Nov  1 00:00:0%1 host kernel:",
	"Nov  1 00:00:0%1 kern kernel: ",
	"Nov  1 00:00:0%1 host kernel - - - ",
	"Nov  1 00:00:0%1 host sshd[%2]: ",
	"Nov  1 00:00:0%1 20%2 host kernel: ",
	"Nov  1 00:00:0%1.%2%2 host kernel: ",
	"Nov %1 00:00:0%1 host kernel: ",
	"Nov1%1 00:00:0%1 host kernel: ",
	"Dec 31 23:59:60 host kernel: ",
	"2026-11-0%1T1%1:0%1:00.%2%2%2+00:00 host kernel: ",
	"2026-11-01T10:%2:00.%2%2%2+0%1:00 host kernel: [    0.%2] ",
	"2026-11-01T10:00:00.%2%2%2Z host kernel: ",
	"2026-11-01 10:00:00,%2%1 host kernel: ",
	"2026-11-01T10:00:00.%2%2%2Z Nov  1 00:00:00 host kernel: ",
	"2026-11-01T10:0%1 host kernel: ",
	"[    %1.%2%2%2] ",
	"[  +0.%2%2%2] ",
	"[<    0.%2%2%2>] ",
	"[    %1.%2%2%2] cpu1:%2) ",
	"[    %1.%2%2%2] host kernel: Nov  1 00:00:00 ",
	"[    %1.%2%2%2] Nov  1 10:00:00 host kernel: ",
	"<%1>[    %1.%2%2%2] ",
	"messages:Nov  1 00:00:0%1 host kernel: ",
};

static const char *const words[] = {
	"igb 0000:01:00.0 eth0: NIC Link is Down",
	"kernel: x",
	"vmkwarning: x",
	"eth0",
	"Nov",
	"1",
	"[x]",
	"sshd[1]: kern",
	"",
};

static unsigned roll(unsigned *seed, unsigned most)
{
	*seed = *seed * 1103515245u + 12345;
	return (*seed >> 16) % most;
}

/* One of them, now and then with a byte of its own. */
static void make_line(unsigned *seed, struct buf *line)
{
	static const char odd[] = " :[].,-+TZk019<";
	const char *p = beginnings[roll(seed, sizeof(beginnings) / sizeof(beginnings[0]))];

	buf_clear(line);
	for (; *p; p++)
		if (*p == '%' && p++)
			buf_printf(line, "%0*u", *p - '0', roll(seed, *p == '1' ? 10 : 100));
		else
			buf_putc(line, *p);
	buf_puts(line, words[roll(seed, sizeof(words) / sizeof(words[0]))]);
	if (!roll(seed, 3))
		line->data[roll(seed, (unsigned)line->len)] = odd[roll(seed, sizeof(odd) - 1)];
}

static void same_prefix(const char *line, const struct prefix *a, const struct prefix *b)
{
	if (a->has_uptime == b->has_uptime && a->has_delta == b->has_delta && a->has_wall == b->has_wall &&
	    a->has_year == b->has_year && a->uptime_ns == b->uptime_ns && a->delta_ns == b->delta_ns &&
	    a->wall_ns == b->wall_ns && a->wall == b->wall && a->wall_len == b->wall_len && a->host == b->host &&
	    a->host_len == b->host_len && a->kernel == b->kernel && a->dated == b->dated && a->stranger == b->stranger)
		return;
	fail_msg("'%s' is read in another way behind other lines", line);
}

/* What is remembered of the lines before changes nothing, and a glance sees nothing that is not there. */
static void remembered(void **state)
{
	struct prefix_memo memo = { .day_len = 0 };
	struct buf line = { 0 };
	unsigned seed = 1, days = 0, origins = 0, glances = 0;

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		struct prefix alone, next;
		struct prefix_glance glance;
		const char *s;
		size_t body;
		bool glanced;

		make_line(&seed, &line);
		s = buf_str(&line);
		glanced = prefix_glance(s, line.len, &memo, &glance);
		body = prefix_parse(s, line.len, &alone);
		assert_int_equal(prefix_parse_next(s, line.len, &memo, &next), body);
		same_prefix(s, &alone, &next);
		days += memo.day_len && next.has_wall;
		origins += memo.origin_len && next.host;
		if (!glanced || strpbrk(s, "<=\""))
			continue;
		glances++;
		if (!body || (glance.has_wall && !next.has_wall) || glance.stamp > body ||
		    glance.host != (next.kernel && next.host ? next.host_len : 0) ||
		    (glance.host && next.host != s + glance.stamp + 1))
			fail_msg("'%s' is not what a glance shows", s);
	}
	assert_true(days > 10000 && origins > 10000 && glances > 5000);
	buf_free(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_every_line),    cmocka_unit_test(indented),    cmocka_unit_test(on_one_line),
		cmocka_unit_test(rewritten),        cmocka_unit_test(values_lost), cmocka_unit_test(wrapped),
		cmocka_unit_test(quoted_printable), cmocka_unit_test(times),       cmocka_unit_test(wrapped_anywhere),
		cmocka_unit_test(remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
