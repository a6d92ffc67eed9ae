// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose words a log line has: the kernel's count, those of other programs and of devices' names do not. */
#include "klog/input.h"
#include "klog_text.h"
#include "util/alloc.h"

#define WATCHDOG "NETDEV WATCHDOG: eth7 (igb): transmit queue 0 timed out"
#define DRIVERS "igb 0000:05:00.0 eth7: "
#define HEADER DRIVERS "Detected Tx Unit Hang"

static void expect_none(const char *log)
{
	char *got = klog_lines(log);

	if (*got)
		fail_msg("--- log\n%s\n--- got\n%s", log, got);
	free(got);
}

/* `prefix` is another program's in front of everything that a stranger could choose. */
static void is_nothing(const char *prefix)
{
	static const char *const words[] = {
		WATCHDOG,
		HEADER,
		DRIVERS "PCIe link lost",
		DRIVERS "Reset adapter",
		DRIVERS "NETDEV WATCHDOG: CPU: 3: transmit queue 0 timed out 5003 ms",
		"bond0: (slave eth7): link status definitely down, disabling slave",
		"a name\t" WATCHDOG,
		"kernel: " WATCHDOG,
		"Receiver Error " WATCHDOG,
		"Linux version 6.1 pcie_aspm=off " WATCHDOG,
		"[ 6] 123456789012345678901234567890123456789012345678901234567890123" WATCHDOG,
		"[   12.345678] " WATCHDOG,
		"host kernel: [   12.345678] " HEADER,
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct buf log = { 0 };

		buf_printf(&log, "%s%s\n%s  TDH                  <0>\n%s  TDT                  <5>\n", prefix, words[i],
			   prefix, prefix);
		expect_none(buf_str(&log));
		buf_free(&log);
	}
}

static void other_programs(void **state)
{
	static const char *const prefixes[] = {
		"Nov 26 13:00:02 host sshd[123]: Invalid user ",
		"Nov 26 13:00:02 host sshd[123]: ",
		"Nov 26 13:00:02 sshd[123]: ",
		"Nov 26 13:00:02 host mallory: ",
		"Nov 26 13:00:02 host sshd[9]: message repeated 2 times: [ ",
		"Nov 26 13:00:02 host [   12.345678] ",
		"2026-11-26T13:00:02.123456789Z stdout F ",
		"2026-11-26T13:00:02.123456789Z stdout F sshd[123]: ",
		"2026-11-26T13:00:02.123456789Z stdout F Nov 26 13:00:02 host mallory: ",
		"2026-11-26T13:00:02.123456789Z Nov 26 13:00:02 host mallory: ",
		"2026-11-26T13:00:02.123456789Z i-0abc Nov 26 13:00:02 host sshd[123]: ",
		"Nov 26 13:00:02 host nginx: GET /?",
		"2026-11-26T13:00:02.123456+01:00 host logger: ",
		"2026-11-26T13:00:02+0100 host systemd[1]: ",
		"Thu 2026-11-26 13:00:02 CET host mallory[77]: ",
		"Thu 2026-11-26 13:00:02 CET host mallory: ",
		"1795694402.123456 host mallory[77]: ",
		"[   12.345678] host mallory[77]: ",
		"[   12.345678] systemd[1]: ",
		"Thu Nov 26 13:00:02 2026 user.notice logger: ",
		"Thu Nov 26 13:00:02 2026 authpriv.warn dropbear[9]: ",
		"Nov 26 13:00:02 host daemon.err mallory: ",
		"[auth.info] [sshd: 12]: ",
		"<38>Nov 26 13:00:02 host sshd[123]: ",
		"<13>1 2026-11-26T13:00:02Z host mallory - - - ",
		"<13>[   12.345678] ",
		"13,1234,12345678,-;",
		"user  :notice: [   12.345678] ",
		"daemon:info  : [   12.345678] ",
		"user: warning: [2026-11-26T13:00:02.1Z]: ",
		"26. Nov 13:00:02 host mallory[7]: ",
		"11\xe6\x9c\x88 26 13:00:02 host mallory: ",
		"[Do Nov 26 13:00:02 2026] mallory[7]: ",
		"sshd[123]: Invalid user ",
		"messages-20261126:12:Nov 26 13:00:02 host sshd[123]: ",
		"> Nov 26 13:00:02 host sshd[123]: ",
		"{\"_TRANSPORT\":\"syslog\",\"MESSAGE\":\"",
		"{\"MESSAGE\":\"x\",\"SYSLOG_IDENTIFIER\" : \"mallory\",\"y\":\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		is_nothing(prefixes[i]);
}

/* Names that the kernel prints as the device, the file system or the process has them. */
static void names_in_kernel_lines(void **state)
{
	static const char *const prefixes[] = {
		"[   12.345678] usb 1-1: Product: ",
		"[   12.345678] usb 1-1: SerialNumber: \"",
		"Nov 26 13:00:02 host kernel: usb 1-1: Manufacturer: ",
		"Nov 26 13:00:02 host kernel: [   12.345678] input: ",
		"Thu Nov 26 13:00:02 2026 kern.info kernel: [   12.345678] scsi 0:0:0:0: Direct-Access ",
		"kern:    info: [2026-11-26T13:00:02.1Z]: EXT4-fs (sda1): mounted ",
		"6,1234,12345678,-;audit: type=1400 comm=",
		"<6>[   12.345678] hid-generic 0003:0000:0000.0001: USB HID v1.11 [",
		"2026-11-26T13:00:02,030745+00:00 usb 1-1: Product: ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		is_nothing(prefixes[i]);
}

/* Nor does a product string say what machine it is. */
static void machine_in_kernel_lines(void **state)
{
	static const char log[] = "[   12.345678] usb 1-1: Product: Linux version 9.9.9 Hardware name: forged\n"
				  "[   13.000000] igb 0000:05:00.0 eth7: Reset adapter\n";
	static const char boot[] = "[    0.000000] Linux version 6.1.0-13-amd64 (x@y)\n"
				   "[    9.000000] CPU: 1 PID: 0 Comm: swapper/1 Not tainted 6.1.0-14-amd64 #1\n"
				   "[    9.000001] Hardware name: Supermicro X9\n";
	struct klog *k = klog_new(NULL, NULL);

	(void)state;
	klog_feed(k, log, sizeof(log) - 1);
	klog_end(k);
	assert_string_equal(klog_host(k)->kernel, "");
	assert_string_equal(klog_host(k)->hardware, "");
	klog_restart(k);
	klog_feed(k, boot, sizeof(boot) - 1);
	klog_end(k);
	assert_string_equal(klog_host(k)->kernel, "6.1.0-14-amd64");
	assert_string_equal(klog_host(k)->hardware, "Supermicro X9");
	assert_null(klog_device(k, 0));
	klog_free(k);
}

/* Firmware writes what it likes behind "DMI:": it is the machine's name at that place alone, and never more than a name. */
static void words_of_firmware(void **state)
{
	static const struct {
		const char *line, *hardware, *hypervisor;
	} cases[] = {
		{ "[    0.000000] DMI: QEMU Standard PC, BIOS 1\n", "QEMU Standard PC, BIOS 1", "" },
		{ "DMI: QEMU Standard PC, BIOS 1\n", "QEMU Standard PC, BIOS 1", "" },
		{ "    MESSAGE=DMI: QEMU Standard PC\n", "QEMU Standard PC", "" },
		{ "[    9.000000] Hardware name: ACME 1\n", "ACME 1", "" },
		{ "[    0.000000] Hypervisor detected: KVM\n", "", "KVM" },
		{ "[    0.000000] DMI: ACME Hypervisor detected: KVM\n", "ACME Hypervisor detected: KVM", "" },
		{ "[    0.000000] DMI: ACME " WATCHDOG "\n", "ACME " WATCHDOG, "" },
		{ "DMI: ACME " WATCHDOG "\n", "ACME " WATCHDOG, "" },
		{ "[    9.000000] Hardware name: ACME e1000e 0000:00:19.0 eth0: Reset adapter\n",
		  "ACME e1000e 0000:00:19.0 eth0: Reset adapter", "" },
		{ "[99999.000000] DMI: QEMU Standard PC\n", "", "" },
		{ "the vendor says DMI: QEMU Standard PC\n", "", "" },
		{ "[    1.000000] usb 1-1: Product: DMI: QEMU\n", "", "" },
		{ "[    1.000000] usb 1-1: Product: Hypervisor detected: KVM\n", "", "" },
		{ "somebody asked: Hardware name: QEMU?\n", "", "" },
	};
	char got[96];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct klog *k = klog_new(NULL, NULL);

		klog_feed(k, cases[i].line, strlen(cases[i].line));
		klog_end(k);
		snprintf(got, sizeof(got), "%.63s", cases[i].hardware); /* as much as is kept */
		if (strcmp(klog_host(k)->hardware, got) || strcmp(klog_host(k)->hypervisor, cases[i].hypervisor))
			fail_msg("%s: '%s', '%s'", cases[i].line, klog_host(k)->hardware, klog_host(k)->hypervisor);
		assert_null(klog_device(k, 0));
		klog_free(k);
	}
}

/* journalctl puts further lines of a message below its first. */
static void further_lines(void **state)
{
	(void)state;
	expect_none("Nov 26 13:00:02 host mallory[7]: hello\n"
		    "                                 " HEADER "\n"
		    "                                   TDH                  <0>\n"
		    "                                   TDT                  <5>\n"
		    "                                 Nov 26 13:00:02 host kernel: " WATCHDOG "\n"
		    "                                 [   12.345678] " WATCHDOG "\n");
	expect_none("[   12.345678] usb 1-1: Product: a\n"
		    "               " HEADER "\n"
		    "                 TDH                  <0>\n"
		    "                 TDT                  <5>\n");
	expect_none("Nov 26 13:00:02 host sshd[123]: Invalid user\n" WATCHDOG "\n");
}

/* Further lines look like the kernel's, alone and behind so many others that the first is done with. */
static void forged_lines(void **state)
{
	static const char *const forged[] = { "[    1.000000] " WATCHDOG, "kernel: " WATCHDOG,
					      "Nov 26 13:00:02 host kernel: " WATCHDOG,
					      "Nov 26 13:00:02 host kernel: [    1.000000] " WATCHDOG, WATCHDOG };
	static const char *const columns[] = { "    ", "\t", "                                 " };
	static const char *const fillers[] = { "x", "", "igb 0000:05:00.0 eth7: Reset adapter" };
	static const int counts[] = { 0, 1, 2, 4, 5, 40, 63, 64, 100, 1000 };

	(void)state;
	for (size_t i = 0; i < 5 * 3 * 3 * 10; i++) {
		const char *filler = fillers[i / 15 % 3], *column = columns[i / 5 % 3];
		struct buf log = { 0 };

		if (column != columns[2] && (!*filler || counts[i / 45] >= 63))
			continue; /* it may be a quotation there */
		buf_puts(&log, "Nov 26 13:00:02 host mallory[7]: hello\n");
		for (int n = 0; n < counts[i / 45]; n++)
			buf_printf(&log, "%s%s\n", column, filler);
		buf_printf(&log, "%s%s\n", column, forged[i % 5]);
		expect_none(buf_str(&log));
		buf_free(&log);
	}
}

/* Below a line whose start is done with, too. */
static void below_long_lines(void **state)
{
	static const size_t lengths[] = {
		100, 2040, 2100, 4000, 8100, 8126, 8151, 8160, 8192, 8193, 9000, 70000, 300000
	};
	static const char *const columns[] = { "    ", "\t", "                       " };

	(void)state;
	for (size_t i = 0; i < COUNT(lengths) * COUNT(columns); i++) {
		AUTO_BUF struct buf log = { 0 };

		buf_puts(&log, "Nov 26 13:00:02 host mallory: ");
		for (size_t n = 0; n < lengths[i / COUNT(columns)]; n++)
			buf_putc(&log, 'z');
		buf_printf(&log, "\n%s[    1.000000] " WATCHDOG "\n", columns[i % COUNT(columns)]);
		expect_none(buf_str(&log));
	}
}

#define FOUND " watchdog queue=0 interface=eth7 driver=igb\n"

/* A log that is indented as a whole, the lines of other programs too. */
static void quoted_logs(void **state)
{
	static const struct klog_case cases[] = {
		{ "a mail",
		  "He writes:\n    Nov 26 13:00:02 host mallory[7]: x\n    Nov 26 13:00:02 host kernel: " WATCHDOG "\n",
		  "3" FOUND },
		{ "far in",
		  "                    [    1.000000] mallory[7]: x\n                    [    1.000000] " WATCHDOG "\n",
		  "2" FOUND },
		{ "below a log's line", "Nov 26 13:00:02 host mallory[7]: x\n\n    [    1.000000] " WATCHDOG "\n",
		  "3" FOUND },
		{ "as deep as taste has it", "Nov 26 13:00:02 host mallory[7]: x\n  [    1.000000] " WATCHDOG "\n",
		  "2" FOUND },
		{ "the kernel's further line", "Nov 26 13:00:02 host kernel: x\n    [    1.000000] " WATCHDOG "\n",
		  "2" FOUND },
	};
	struct buf log = { 0 };
	char *got;

	(void)state;
	KLOG_CHECK(cases);
	for (int n = 0; n < 200; n++)
		buf_puts(&log, "    Nov 26 13:00:02 host mallory[7]: x\n");
	buf_puts(&log, "    Nov 26 13:00:02 host kernel: " WATCHDOG "\n");
	got = klog_lines(buf_str(&log));
	assert_string_equal(got, "201" FOUND);
	free(got);
	buf_free(&log);
}

/* Records of collectors whose fields name another program, in front of the message or behind it. */
static void records_of_others(void **state)
{
	static const char *const fields[] = {
		"\"prog\": \"sshd\"",
		"\"app\":\"logger\"",
		"\"program\": \"kernel-update\"",
		"\"ident\": \"sshd\"",
		"\"appname\": \"mallory\"",
		"\"app_name\": \"mallory\"",
		"\"_application_name\": \"logger\"",
		"\"ProcessName\": \"logger\"",
		"\"tag\": \"mallory:\"",
		"\"Facility\": \"user\"",
		"\"_facility\": \"auth\"",
		"\"facility\": 3",
		"\"syslog_facility\": \"4\"",
		"\"facility\": {\"code\": 3, \"name\": \"daemon\"}",
		"\"unit\": \"ssh.service\"",
		"\"process.name\": \"sshd\"",
		"\"process\": {\"pid\": 7, \"name\": \"sshd\"}",
		"\"syslog.appname\": \"sshd\"",
		"\"log\": {\"syslog\": {\"appname\": \"sshd\"}}",
		"\"log.syslog.appname\": \"sshd\"",
		"\"kubernetes\": {\"namespace_name\": \"x\", \"pod_name\": \"web-1\"}",
		"\"kubernetes.container_name\": \"web\"",
		"\"container_name\": \"/web\"",
		"\"attrs\": {\"tag\": \"web\"}",
		"\"\\u0070rog\": \"sshd\"",
		"\"prog\"=>\"sshd\"",
	};
	static const char *const lines[] = {
		"ts=2026-11-26T13:00:02Z app=sshd msg=\"" WATCHDOG "\"\n",
		"ts=2026-11-26T13:00:02Z msg=\"" WATCHDOG "\" tag=\"mallory\"\n",
		"{app=\"sshd\"} " WATCHDOG "\n",
		"[{\"field\": \"ident\", \"value\": \"sshd\"}, {\"field\": \"@message\", \"value\": \"" WATCHDOG
		"\"}]\n",
		"time,host,prog,message\n\"2026-11-26 13:00:02\",\"h\",\"sshd\",\"Invalid user " WATCHDOG "\"\n",
		"message;host;facility\n\"" WATCHDOG "\";\"h\";\"user\"\n",
		"host,program,message\nh,sshd," WATCHDOG "\n",
		"\"2026-11-26 13:00:02\",\"h\",\"sshd\",\"" WATCHDOG "\"\n",
		"\"2026-11-26 13:00:02\",\"sshd\",\"" WATCHDOG "\"\n",
		"{\n  \"message\": \"" WATCHDOG "\",\n  \"host\": \"h\",\n  \"prog\": \"sshd\"\n}\n",
		"{\n  \"process\": {\n    \"name\": \"sshd\"\n  },\n  \"message\": \"" WATCHDOG "\"\n}\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct buf log = { 0 };

		buf_printf(&log, "{%s, \"message\": \"%s\"}\n", fields[i], WATCHDOG);
		buf_printf(&log, "{\"message\": \"x\\\" %s\", %s}\n", WATCHDOG, fields[i]);
		expect_none(buf_str(&log));
		buf_free(&log);
	}
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_none(lines[i]);
}

/* Those that name the kernel, or nobody. */
static void records_of_the_kernel(void **state)
{
	static const char *const fields[] = {
		"\"prog\": \"kernel\"",
		"\"Facility\": \"kern\", \"ProcessName\": \"kernel\"",
		"\"facility\": 0",
		"\"tag\": \"kernel:\"",
		"\"facility\": {\"code\": 0, \"name\": \"kern\"}",
		"\"process\": {\"name\": \"kernel\"}",
		"\"unit\": null, \"app\": \"\"",
		"\"host\": {\"name\": \"h\"}, \"stream\": \"stdout\"",
		"\"level\": 3, \"host\": \"sshd\"",
	};
	static const struct klog_case cases[] = {
		{ "logfmt", "ts=2026-11-26T13:00:02Z host=h app=kernel msg=\"" WATCHDOG "\"\n", "1" FOUND },
		{ "columns with a program",
		  "time,host,prog,message\n\"2026-11-26 13:00:02\",\"h\",\"kernel\",\"" WATCHDOG "\"\n", "2" FOUND },
		{ "columns without", "\"time\",\"host\",\"message\"\n\"x y\",\"h\",\"" WATCHDOG "\"\n", "2" FOUND },
		{ "columns without names", "\"2026-11-26 13:00:02\",\"h\",\"kernel\",\"" WATCHDOG "\"\n", "1" FOUND },
		{ "nothing but a date", "\"2026-11-26 13:00:02\",\"" WATCHDOG "\"\n", "1" FOUND },
		{ "on lines of its own",
		  "{\n  \"message\": \"" WATCHDOG "\",\n  \"prog\": \"kernel\",\n  \"host\": \"h\"\n}\n", "2" FOUND },
		{ "two elements of structured data",
		  "<4>1 2026-11-26T13:00:02Z host kernel - - [a b=\"1\"][c d=\"2] 3\"] " WATCHDOG "\n", "1" FOUND },
		{ "an escape in them, and a mark",
		  "<4>1 2026-11-26T13:00:02Z host kernel - - [a b=\"1\\] 2\"] \xef\xbb\xbf" WATCHDOG "\n", "1" FOUND },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct buf log = { 0 };
		char *got;

		buf_printf(&log, "{%s, \"message\": \"%s\"}\n", fields[i], WATCHDOG);
		got = klog_lines(buf_str(&log));
		assert_string_equal(got, "1" FOUND);
		free(got);
		buf_free(&log);
	}
	KLOG_CHECK(cases);
}

/* A stranger's line of any length. */
static void long_lines(void **state)
{
	(void)state;
	for (size_t n = 100; n < 40000; n = n * 3 / 2) {
		struct buf log = { 0 };

		buf_puts(&log,
			 "Nov 26 13:00:01 host kernel: [   11.000000] something\nNov 26 13:00:02 host nginx[1]: ");
		for (size_t i = 0; i < n / 4; i++)
			buf_puts(&log, i % 50 ? "word" : " ab ");
		buf_puts(&log, " " WATCHDOG "\n");
		expect_none(buf_str(&log));
		buf_free(&log);
	}
}

/* What reaches the reader in other ways is read as ever. */
static void the_kernels(void **state)
{
	static const struct klog_case cases[] = {
		{ "after a stranger's line",
		  "Nov 26 13:00:02 host sshd[123]: Invalid user x\nNov 26 13:00:02 host kernel: " WATCHDOG "\n",
		  "2" FOUND },
		{ "journald's kernel with a process", "Nov 26 13:00:02 host kernel[123]: " WATCHDOG "\n", "1" FOUND },
		{ "klogd's facility", "Nov 26 13:00:02 host user.info kernel: " WATCHDOG "\n", "1" FOUND },
		{ "structured data", "<4>1 2026-11-26T13:00:02Z host kernel - - [meta sequenceId=\"7\"] " WATCHDOG "\n",
		  "1" FOUND },
		{ "talosctl's node", "172.20.0.5: kern: warning: [2026-11-26T13:00:02.1Z]: " WATCHDOG "\n", "1" FOUND },
		{ "ESXi",
		  "2026-11-26T13:00:02.123Z In(182) vmkernel: cpu12:2097)WARNING: LinNet: netdev_watchdog:3688: " WATCHDOG
		  "\n",
		  "1" FOUND },
		{ "ESXi of old",
		  "Nov 26 13:00:02 esx vmkernel: 15:07:33:10.284 cpu2:4245)WARNING: LinNet: netdev_watchdog: " WATCHDOG
		  "\n",
		  "1" FOUND },
		{ "pfSense's columns", "Nov 26 13:00:02\tkernel\tigb0: link state changed to DOWN\n",
		  "1 link-down interface=igb0 driver=igb\n" },
		{ "OPNsense", "2026-11-26T13:00:02 Notice kernel <6>[1234] igb0: link state changed to DOWN\n",
		  "1 link-down interface=igb0 driver=igb\n" },
		{ "Junos", "Nov 26 13:00:02 router /kernel: " WATCHDOG "\n", "1" FOUND },
		{ "netconsole", "Nov 26 13:00:02 192.0.2.7 [   12.345678] " WATCHDOG "\n", "1" FOUND },
		{ "repeated", "Nov 26 13:00:02 host kernel: message repeated 2 times: [ [   12.345678] " WATCHDOG "]\n",
		  "1" FOUND },
		{ "a date alone", "2026-11-26T13:00:02,030745+00:00 " WATCHDOG "\n", "1" FOUND },
		{ "JSON of the journal",
		  "{\"_TRANSPORT\":\"kernel\",\"SYSLOG_IDENTIFIER\":\"kernel\",\"MESSAGE\":\"" WATCHDOG "\"}\n",
		  "1" FOUND },
		{ "a short fraction", "[1.0] something\n[2.0] " WATCHDOG "\n", "2" FOUND },
		{ "quoted", "> > [   12.345678] " WATCHDOG "\n", "1" FOUND },
		{ "in a sentence", "It says " WATCHDOG ", and then nothing.\n", "1" FOUND },
		{ "all on one line",
		  "[   12.345678] ------------[ cut here ]------------ [   12.345679] " WATCHDOG " [   12.345699] igb "
		  "0000:05:00.0 eth7: Reset adapter\n",
		  "1 watchdog queue=0 interface=eth7 address=0000:05:00.0 driver=igb\n"
		  "1 reset interface=eth7 address=0000:05:00.0 driver=igb\n" },
		{ "ESXi's function",
		  "2026-11-26T13:00:02.760Z cpu50:66340)i40en: i40en_HandleMddEvent:6855: TX driver issue detected, PF "
		  "reset issued\n",
		  "1 reset driver=i40en\n" },
		{ "bonding of old",
		  "Nov 26 13:00:02 host kernel: bonding: bond0: link status definitely down for interface eth7, disabling it\n",
		  "1 bond-down interface=eth7 bond=bond0\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

/* A whole boot on one line: longer than a message of the kernel can be. */
static void joined(void **state)
{
	struct buf log = { 0 };
	char *got;

	(void)state;
	for (unsigned i = 0; i < 60; i++)
		buf_printf(&log, "[   %u.345678] something that is of no interest here ", i + 10);
	buf_puts(&log, "[  100.000000] " WATCHDOG "\n");
	got = klog_lines(buf_str(&log));
	assert_string_equal(got, "1" FOUND);
	free(got);
	buf_free(&log);
}

/* A line end in a device's string makes no line of its own. */
static void kmsg_records(void **state)
{
	static const char record[] = "6,339,5140900,-;usb 1-1: Product: a\\x0a" WATCHDOG "\n SUBSYSTEM=usb\n";
	struct kmsg kmsg = { 0 };
	char out[512];
	size_t n = kmsg_text(&kmsg, record, sizeof(record) - 1, out, sizeof(out) - 1);

	(void)state;
	out[n] = '\0';
	assert_non_null(strstr(out, WATCHDOG));
	expect_none(out);
}

/* A driver's name on any line says whose the interface is. */
static void who_is_who(void **state)
{
	static const struct klog_case cases[] = {
		{ "another vendor's slave",
		  "[    3.100000] bnx2x 0000:04:00.0 eth2: using MSI-X  IRQs: sp 53  fp[0] 55\n"
		  "[    3.200000] bnx2x 0000:04:00.1: eth3: using MSI-X\n"
		  "[    9.100000] bond0: (slave eth2): link status definitely down, disabling slave\n"
		  "[    9.200000] bonding: bond0: link status definitely down for interface eth3, disabling it\n",
		  "" },
		{ "one of ours",
		  "[    3.100000] ice 0000:af:00.0 eth2: a message that is not known\n"
		  "[    9.100000] bond0: (slave eth2): link status definitely down, disabling slave\n",
		  "2 bond-down interface=eth2 address=0000:af:00.0 driver=ice bond=bond0\n" },
		{ "in another domain",
		  "[    3.100000] igc 0001:03:00.0 eth2: a message that is not known\n[    9.100000] " WATCHDOG "\n"
		  "[    9.200000] eth2: Reset adapter\n",
		  "2" FOUND "3 reset interface=eth2 address=0001:03:00.0 driver=igc\n" },
		{ "what is no name",
		  "[    3.100000] i40e 0000:5e:00.0: fw: loaded\n[    3.200000] pcieport 0000:00:1c.0 eth2: x\n"
		  "[    9.200000] eth2: Reset adapter\n",
		  "3 reset interface=eth2\n" },
	};

	(void)state;
	KLOG_CHECK(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_programs),
		cmocka_unit_test(names_in_kernel_lines),
		cmocka_unit_test(further_lines),
		cmocka_unit_test(forged_lines),
		cmocka_unit_test(below_long_lines),
		cmocka_unit_test(quoted_logs),
		cmocka_unit_test(machine_in_kernel_lines),
		cmocka_unit_test(words_of_firmware),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(the_kernels),
		cmocka_unit_test(joined),
		cmocka_unit_test(kmsg_records),
		cmocka_unit_test(who_is_who),
		cmocka_unit_test(records_of_others),
		cmocka_unit_test(records_of_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
