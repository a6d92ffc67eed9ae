// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of journalctl -o export, verbose, json-pretty and json: whose message it is, wherever the record says so. */
#include "klog_text.h"

#define RESET "e1000e 0000:00:19.0 eth0: Reset adapter unexpectedly"
#define REPORT(line) #line " reset interface=eth0 address=0000:00:19.0 driver=e1000e\n"
#define CURSOR "__CURSOR=s=1;i=1\n__REALTIME_TIMESTAMP=1700000000123456\n__MONOTONIC_TIMESTAMP=5000000\n_BOOT_ID=1\n"
#define HEADER "Tue 2023-11-14 22:13:20.123456 UTC [s=1;i=1;b=1;m=4c4b40;t=1;x=1]\n"

static const struct klog_case exported[] = {
	{ "the writer before the message", CURSOR "_TRANSPORT=kernel\nSYSLOG_IDENTIFIER=kernel\nMESSAGE=" RESET "\n\n",
	  REPORT(7) },
	{ "the writer behind the message", CURSOR "MESSAGE=" RESET "\nSYSLOG_IDENTIFIER=kernel\n_TRANSPORT=kernel\n\n",
	  REPORT(5) },
	{ "no writer", CURSOR "MESSAGE=" RESET "\n\n", REPORT(5) },
	{ "syslog before", CURSOR "_TRANSPORT=syslog\nMESSAGE=" RESET "\n\n", "" },
	{ "syslog behind, with the kernel's name",
	  CURSOR "MESSAGE=" RESET "\nSYSLOG_IDENTIFIER=kernel\n_TRANSPORT=syslog\n\n", "" },
	{ "another name", CURSOR "MESSAGE=" RESET "\nSYSLOG_IDENTIFIER=mallory\n\n", "" },
	{ "a program that writes to /dev/kmsg",
	  CURSOR "MESSAGE=" RESET "\nSYSLOG_IDENTIFIER=mallory\n_TRANSPORT=kernel\n\n", "" },
	{ "the same without a name", CURSOR "SYSLOG_FACILITY=1\nMESSAGE=" RESET "\n_TRANSPORT=kernel\n\n", "" },
	{ "one of each",
	  CURSOR "MESSAGE=" RESET "\n_TRANSPORT=stdout\n\n" CURSOR "MESSAGE=" RESET "\n_TRANSPORT=kernel\n\n",
	  REPORT(12) },
	{ "the last record is not whole", CURSOR "MESSAGE=" RESET "\nPRIORITY=6\n", "" },
	{ "words in other fields", CURSOR "MESSAGE=x\n_CMDLINE=" RESET "\n_TRANSPORT=kernel\n\n", "" },
};

static void test_export(void **state)
{
	(void)state;
	KLOG_CHECK(exported);
}

/* A field with line ends: name, size, bytes. */
static void add_binary(struct buf *b, const char *name, const char *value, size_t n)
{
	buf_printf(b, "%s\n", name);
	for (int i = 0; i < 8; i++)
		buf_putc(b, (char)((uint64_t)n >> 8 * i & 0xff));
	buf_add(b, value, n);
	buf_putc(b, '\n');
}

static void check_all_sizes(const char *name, const struct buf *text, const char *reports)
{
	static const size_t sizes[] = { 1, 3, 7, 64, 4096, 65536 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char *got = klog_lines_of(text->data, text->len, sizes[i]);

		if (strcmp(got, reports))
			fail_msg("%s, in pieces of %zu:\n--- expected\n%s--- got\n%s", name, sizes[i], reports, got);
		free(got);
	}
}

static const char block[] =
	"e1000e 0000:00:19.0 eth0: Detected Hardware Unit Hang:\n"
	"  TDH                  <5d>\n  TDT                  <90>\n  next_to_use          <90>\n"
	"  next_to_clean        <5d>\nbuffer_info[next_to_clean]:\n"
	"  time_stamp           <1000491d6>\n  next_to_watch        <5d>\n"
	"  jiffies              <1000497c8>\n  next_to_watch.status <0>\nMAC Status             <80083>\n"
	"PHY Status             <796d>\nPHY 1000BASE-T Status  <3800>\nPHY Extended Status    <3000>\n"
	"PCI Status             <10>";

static void check_kinds(const struct buf *text, size_t piece, bool hang, bool reset)
{
	char *got = klog_lines_of(text->data, text->len, piece);

	if ((strstr(got, " hang tdh=5d") != NULL) != hang || (strstr(got, " reset ") != NULL) != reset)
		fail_msg("in pieces of %zu:\n%s--- got\n%s", piece, text->data, got);
	free(got);
}

/* An export that is cut, or a line that only looks like its first one: what follows is read. */
static void test_other_text_follows(void **state)
{
	static const char *const cut[] = { "__CURSOR=s=1;i=1\n", "__CURSOR=\n", CURSOR "MESSAGE=x\n_TRANSPORT=syslog\n",
					   "[    1.000000] x: y\n\n" CURSOR "PRIORITY=6\n" };
	static const char *const after[] = { "[    9.000000] " RESET "\n",
					     "Nov 14 22:13:20 h kernel: [    9.000000] " RESET "\n" };
	const size_t lines[] = { 2, 2, 7, 8 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 2; k++) {
			struct buf text = { 0 }, reports = { 0 };

			buf_printf(&text, "%s%s", cut[i], after[k]);
			buf_printf(&reports, "%zu reset interface=eth0 address=0000:00:19.0 driver=e1000e\n", lines[i]);
			check_all_sizes(cut[i], &text, buf_str(&reports));
			buf_free(&text);
			buf_free(&reports);
		}
}

/* An export that begins somewhere: cut, behind a banner, behind other text. */
static void test_begins_anywhere(void **state)
{
	static const struct {
		const char *before, *writer, *after;
	} cases[] = {
		{ "\n", "kernel", "" },
		{ "Warning: added host\n", "kernel", "" },
		{ "52\n_BOOT_ID=1\nMESSAGE=x\n\n", "kernel", "" },
		{ "__REALTIME_TIMESTAMP=1\nMESSAGE=x\n\n", "kernel", "" },
		{ "[    1.000000] x: y\n\n", "kernel", "[    9.000000] " RESET "\n" },
		{ "\n", "syslog", "" },
		{ "52\n_BOOT_ID=1\nMESSAGE=x\n\n", "syslog", "" },
		{ "\n", "syslog", "[    9.000000] " RESET "\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf text = { 0 };

		buf_printf(&text, "%s" CURSOR, cases[i].before);
		add_binary(&text, "MESSAGE", block, sizeof(block) - 1);
		buf_printf(&text, "_TRANSPORT=%s\n\n%s", cases[i].writer, cases[i].after);
		check_kinds(&text, 7, !strcmp(cases[i].writer, "kernel"), *cases[i].after);
		check_kinds(&text, 65536, !strcmp(cases[i].writer, "kernel"), *cases[i].after);
		buf_free(&text);
	}
}

static void test_lines_in_a_value(void **state)
{
	struct buf text = { 0 };

	(void)state;
	buf_puts(&text, CURSOR);
	add_binary(&text, "MESSAGE", block, sizeof(block) - 1);
	buf_puts(&text, "_TRANSPORT=kernel\n\n");
	check_all_sizes("a hang block in one message", &text,
			"6 hang tdh=5d tdt=90 next_to_use=90 next_to_clean=5d time_stamp=1000491d6 jiffies=1000497c8 "
			"next_to_watch=5d next_to_watch_status=0 mac_status=80083 phy_status=796d "
			"phy_1000base_t_status=3800 phy_extended_status=3000 pci_status=10 interface=eth0 "
			"address=0000:00:19.0 driver=e1000e\n");
	buf_free(&text);
}

/* Whole records of the kernel inside another program's message. */
static void test_record_in_a_value(void **state)
{
	static const char inner[] = "hello\n\n" CURSOR "_TRANSPORT=kernel\nMESSAGE=" RESET "\n\n" RESET "\n";
	static const char *const names[] = { "MESSAGE", "CODE_FUNC" };
	struct buf text = { 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		buf_puts(&text, CURSOR);
		add_binary(&text, names[i], inner, sizeof(inner) - 1);
		buf_puts(&text, "_TRANSPORT=journal\nSYSLOG_IDENTIFIER=mallory\n\n");
		check_all_sizes(names[i], &text, "");
		buf_clear(&text);
	}
	buf_free(&text);
}

/* A core in the journal: what follows it counts, what is in it does not. */
static void test_long_record(void **state)
{
	struct buf text = { 0 }, core = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_puts(&core, i % 100 ? "0123456789\n" : "\n" CURSOR "_TRANSPORT=kernel\nMESSAGE=" RESET "\n\n");
	buf_puts(&text, CURSOR "MESSAGE=" RESET "\n");
	add_binary(&text, "COREDUMP", core.data, core.len);
	buf_puts(&text, "_TRANSPORT=kernel\n\n" CURSOR "LONG=");
	for (int i = 0; i < 20000; i++)
		buf_puts(&text, RESET);
	buf_puts(&text, "\n_TRANSPORT=kernel\n\n" CURSOR "MESSAGE=" RESET "\n_TRANSPORT=kernel\n\n");
	for (size_t piece = 1000; piece < 100000; piece *= 7) {
		char *got = klog_lines_of(text.data, text.len, piece);

		assert_non_null(strstr(got, " reset interface=eth0"));
		assert_int_equal(strchr(got, '\n') - got, (long)strlen(got) - 1);
		free(got);
	}
	buf_free(&core);
	buf_free(&text);
}

static const struct klog_case verbose[] = {
	{ "the kernel's", HEADER "    _TRANSPORT=kernel\n    MESSAGE=" RESET "\n" HEADER "    MESSAGE=x\n", REPORT(3) },
	{ "the kernel's, said behind", HEADER "    MESSAGE=" RESET "\n    PRIORITY=4\n    _TRANSPORT=kernel\n",
	  REPORT(2) },
	{ "another's",
	  HEADER "    PRIORITY=4\n    _TRANSPORT=syslog\n    SYSLOG_IDENTIFIER=kernel\n    MESSAGE=" RESET "\n", "" },
	{ "another's, said behind", HEADER "    MESSAGE=" RESET "\n    PRIORITY=4\n    _TRANSPORT=stdout\n", "" },
	{ "the next record's writer is not this one's",
	  HEADER "    _TRANSPORT=kernel\n    MESSAGE=" RESET "\n" HEADER "    _TRANSPORT=syslog\n    MESSAGE=x\n",
	  REPORT(3) },
	{ "nor the other way round",
	  HEADER "    _TRANSPORT=kernel\n    MESSAGE=x\n" HEADER "    MESSAGE=" RESET "\n    _TRANSPORT=syslog\n", "" },
	{ "further lines of another's message",
	  HEADER "    MESSAGE=hello\n            " RESET "\n            _TRANSPORT=kernel\n    _TRANSPORT=syslog\n",
	  "" },
	{ "a record in another's message",
	  HEADER "    MESSAGE=hello\n            " HEADER
		 "                _TRANSPORT=kernel\n                MESSAGE=" RESET "\n    _TRANSPORT=syslog\n",
	  "" },
	{ "a blank line in another's message",
	  HEADER
	  "    _TRANSPORT=syslog\n    MESSAGE=a\n            \n            _TRANSPORT=kernel\n            MESSAGE=" RESET
	  "\n",
	  "" },
	{ "a prefix in another's message",
	  HEADER "    _TRANSPORT=syslog\n    MESSAGE=a\n\n            Nov 26 13:00:02 host kernel: " RESET "\n", "" },
	{ "another's, behind a blank line",
	  HEADER "    MESSAGE=" RESET "\n            \n            b\n    _TRANSPORT=syslog\n", "" },
	{ "the kernel's, with a blank line",
	  HEADER "    MESSAGE=" RESET "\n            \n            b\n    _TRANSPORT=kernel\n", REPORT(2) },
	{ "the kernel's, below another program's line",
	  "Nov 26 13:00:02 host mallory[7]: x\n                                 _TRANSPORT=kernel\n"
	  "                                 MESSAGE=" RESET "\n",
	  "" },
	{ "an array of json-pretty",
	  "{\n\t\"MESSAGE\" : \"" RESET "\",\n\t\"X\" : [\n\t\t\"a\",\n\t\t7\n\t],\n\t\"_TRANSPORT\" : \"syslog\"\n}\n",
	  "" },
	{ "an array of json-pretty, the kernel's",
	  "{\n\t\"MESSAGE\" : \"" RESET
	  "\",\n\t\"X\" : [\n\t\t\"a\",\n\t\t7\n\t],\n\t\"_TRANSPORT\" : \"kernel\"\n}\n{\n\t\"_TRANSPORT\" : \"syslog\"\n}\n",
	  REPORT(2) },
	{ "a list on one line", "[{\"MESSAGE\":\"" RESET "\",\"_TRANSPORT\":\"syslog\"}]\n", "" },
	{ "a list on one line, the kernel's", "[ {\"MESSAGE\":\"" RESET "\",\"_TRANSPORT\":\"kernel\"}]\n", REPORT(1) },
	{ "words in other fields", HEADER "    _CMDLINE=" RESET "\n    _TRANSPORT=kernel\n    MESSAGE=x\n", "" },
	{ "in a mail", "> " HEADER ">     MESSAGE=" RESET "\n>     _TRANSPORT=syslog\n", "" },
	{ "pasted export", "it says:\n_TRANSPORT=kernel\nMESSAGE=" RESET "\nPRIORITY=4\n\n", REPORT(3) },
	{ "pasted export of another", "it says:\nPRIORITY=4\nMESSAGE=" RESET "\n_TRANSPORT=syslog\n\n", "" },
	{ "json-pretty", "{\n\t\"MESSAGE\" : \"" RESET "\",\n\t\"_TRANSPORT\" : \"kernel\"\n}\n", REPORT(2) },
	{ "json-pretty of another", "{\n\t\"MESSAGE\" : \"" RESET "\",\n\t\"_TRANSPORT\" : \"syslog\"\n}\n", "" },
	{ "json-seq", "\x1e{\"MESSAGE\":\"" RESET "\",\"_TRANSPORT\":\"kernel\"}\n", REPORT(1) },
	{ "json-seq of another", "\x1e{\"MESSAGE\":\"" RESET "\",\"_TRANSPORT\":\"syslog\"}\n", "" },
	{ "json-sse of another", "data: {\"MESSAGE\":\"" RESET "\",\"_TRANSPORT\":\"syslog\"}\n\n", "" },
	{ "json of /dev/kmsg", "{\"MESSAGE\":\"" RESET "\",\"SYSLOG_FACILITY\":\"3\",\"_TRANSPORT\":\"kernel\"}\n",
	  "" },
};

static void test_fields(void **state)
{
	(void)state;
	KLOG_CHECK(verbose);
	for (size_t i = 0; i < sizeof(verbose) / sizeof(verbose[0]); i++) {
		const struct buf text = { .data = (char *)(uintptr_t)verbose[i].text, .len = strlen(verbose[i].text) };

		check_all_sizes(verbose[i].name, &text, verbose[i].reports);
	}
}

/* Records so far apart or so long that their fields are not all at hand. */
static void test_far_fields(void **state)
{
	struct buf text = { 0 };

	(void)state;
	for (int i = 0; i < 40000; i++)
		buf_puts(&text, HEADER "    _TRANSPORT=syslog\n    MESSAGE=nothing\n");
	buf_puts(&text, HEADER "    _TRANSPORT=kernel\n    MESSAGE=" RESET "\n    PRIORITY=4\n");
	buf_puts(&text, HEADER "    _TRANSPORT=syslog\n    MESSAGE=nothing\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "    FIELD_%d=0123456789\n", i);
	buf_puts(&text, "    MESSAGE=" RESET "\n" HEADER);
	check_all_sizes("far fields", &text, REPORT(120003));
	buf_clear(&text);

	buf_puts(&text, "{\"MESSAGE\":\"" RESET);
	for (int i = 0; i < 2000; i++)
		buf_puts(&text, " lorem ipsum dolor " RESET);
	buf_puts(&text, "\",\"_TRANSPORT\":\"syslog\"}\n");
	check_all_sizes("a long object", &text, "");
	buf_free(&text);
}

/* Further pieces of a line that is longer than one piece are of who wrote the line. */
static void test_long_field(void **state)
{
	static const struct {
		const char *name, *before, *after;
	} cases[] = {
		{ "verbose", HEADER "    _TRANSPORT=stdout\n    MESSAGE=", "\n    PRIORITY=6\n\n" HEADER },
		{ "verbose, another field",
		  HEADER "    _TRANSPORT=kernel\n    MESSAGE=x\n    FIELD=", "\n    PRIORITY=6\n\n" HEADER },
		{ "json-pretty", "{\n\t\"_TRANSPORT\" : \"stdout\",\n\t\"MESSAGE\" : \"",
		  "\",\n\t\"PRIORITY\" : \"6\"\n}\n" },
		{ "what follows says it", HEADER "    MESSAGE=", "\n    _TRANSPORT=stdout\n\n" HEADER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf text = { 0 };

		buf_puts(&text, cases[i].before);
		for (int n = 0; n < 1000; n++)
			buf_puts(&text, "lorem ipsum ");
		buf_puts(&text, RESET);
		for (int n = 0; n < 1000; n++)
			buf_puts(&text, " lorem ipsum");
		buf_puts(&text, cases[i].after);
		check_all_sizes(cases[i].name, &text, "");
		buf_free(&text);
	}
}

/* Escapes in a field's name hide which one it is. */
static void test_hidden_names(void **state)
{
	const struct {
		const char *name, *text, *reports;
	} cases[] = {
		{ "hidden", "{\"MESSAGE\":\"" RESET "\",\"\\u005fTRANSPORT\":\"stdout\"}\n", "" },
		{ "hidden, with blanks", "{ \"SYSLOG\\u005fIDENTIFIER\" : \"x\", \"MESSAGE\" : \"" RESET "\" }\n", "" },
		{ "in a value", "{\"MESSAGE\":\"" RESET "\",\"_TRANSPORT\":\"kernel\",\"X\":\"a\\\"b\\u005f\"}\n",
		  REPORT(1) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct buf text = { .data = (char *)(uintptr_t)cases[i].text, .len = strlen(cases[i].text) };

		check_all_sizes(cases[i].name, &text, cases[i].reports);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_export),           cmocka_unit_test(test_begins_anywhere),
		cmocka_unit_test(test_lines_in_a_value), cmocka_unit_test(test_record_in_a_value),
		cmocka_unit_test(test_long_record),      cmocka_unit_test(test_fields),
		cmocka_unit_test(test_far_fields),       cmocka_unit_test(test_long_field),
		cmocka_unit_test(test_hidden_names),     cmocka_unit_test(test_other_text_follows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
